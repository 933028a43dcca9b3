"""What the reporting department fills in to build a regime."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.engines.indicators.registry import MEASURES
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.systems.reporting.models import FormVersion
from tinhso.systems.reporting.rules.content import CellKind

REPORTER_KINDS = [
    (kind.value, kind.label)
    for kind in (
        UnitKind.COMMUNE_COMMITTEE,
        UnitKind.DEPARTMENT,
        UnitKind.PROVINCIAL_COMMITTEE,
        UnitKind.SERVICE_CENTRE,
        UnitKind.OTHER,
    )
]


class RegimeForm(forms.Form):
    """A new regime."""

    name = forms.CharField(label=gettext_lazy("Tên chế độ báo cáo"), max_length=200)
    code = forms.CharField(
        label=gettext_lazy("Mã"),
        max_length=28,
        help_text=gettext_lazy("Chữ thường không dấu, số và gạch nối, ví dụ bc-chuyen-doi-so. Mã không đổi về sau."),
    )
    owner = forms.ModelChoiceField(label=gettext_lazy("Cơ quan nhận báo cáo"), queryset=Unit.objects.none())

    def __init__(self, *args: Any, owners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]


class ScheduleForm(forms.ModelForm):  # type: ignore[type-arg]
    """When, by whom, until when, and who approves."""

    reporter_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Loại đơn vị phải báo cáo"),
        choices=REPORTER_KINDS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reporters = forms.CharField(
        label=gettext_lazy("Chỉ các đơn vị sau (mỗi dòng một mã đơn vị)"),
        help_text=gettext_lazy("Để trống: mọi đơn vị thuộc loại đã chọn."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    remind = forms.CharField(
        label=gettext_lazy("Nhắc trước hạn (số ngày làm việc, cách nhau bằng dấu phẩy)"), required=False, max_length=40
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Áp dụng từ kỳ bắt đầu ngày"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )

    class Meta:
        model = FormVersion
        fields = (
            "legal_basis", "frequency", "cut_off", "close_day", "is_next_month", "due_days", "reporter_kinds",
            "signing", "needs_province", "escalate_days", "valid_from",
        )  # fmt: skip
        widgets = {"legal_basis": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version: FormVersion = self.instance
        codes = Unit.objects.filter(pk__in=version.reporter_ids).values_list("code", flat=True)
        self.initial["reporters"] = "\n".join(codes)
        self.initial["remind"] = ", ".join(str(day) for day in version.remind_days)

    def clean_reporters(self) -> list[int]:
        codes = self.cleaned_data["reporters"].split()
        units = {unit.code: unit.pk for unit in Unit.objects.filter(code__in=codes).order_by("valid_from")}
        missing = [code for code in codes if code not in units]
        if missing:
            raise forms.ValidationError(_("Không có đơn vị mang mã %(code)s.") % {"code": missing[0]})
        return list(units.values())

    def clean_remind(self) -> list[int]:
        words = [word.strip() for word in self.cleaned_data["remind"].split(",") if word.strip()]
        if not all(word.isascii() and word.isdigit() and int(word) <= 30 for word in words):
            raise forms.ValidationError(_("Hãy ghi các số ngày từ 0 đến 30, cách nhau bằng dấu phẩy."))
        return [int(word) for word in words]

    def changes(self) -> dict[str, Any]:
        """What the act is to change."""
        values = dict(self.cleaned_data)
        values["reporter_ids"], values["remind_days"] = values.pop("reporters"), values.pop("remind")
        return values


class CellForm(forms.Form):
    """One cell."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Loại ô"),
        choices=[
            (CellKind.TYPED.value, gettext_lazy("nhập số")),
            (CellKind.TEXT.value, gettext_lazy("nhập lời")),
            (CellKind.LIVE.value, gettext_lazy("số trực tiếp từ hệ thống, khoá")),
            (CellKind.COMPUTED.value, gettext_lazy("tự tính theo công thức")),
            (CellKind.NONE.value, gettext_lazy("gạch, không có số")),
        ],
    )
    decimals = forms.IntegerField(label=gettext_lazy("Số chữ số sau dấu phẩy"), min_value=0, max_value=4, initial=0)
    least = forms.DecimalField(label=gettext_lazy("Nhỏ nhất"), required=False, initial=0)
    most = forms.DecimalField(label=gettext_lazy("Lớn nhất"), required=False)
    required = forms.BooleanField(label=gettext_lazy("Bắt buộc có số liệu"), required=False, initial=True)
    live = forms.ChoiceField(label=gettext_lazy("Phép đếm (ô trực tiếp)"), required=False)
    measure = forms.CharField(
        label=gettext_lazy("Ghi vào số liệu cơ sở mang mã (ô nhập)"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Để trống nếu số này chỉ nằm trong báo cáo."),
    )
    formula = forms.CharField(
        label=gettext_lazy("Công thức (ô tự tính)"),
        required=False,
        max_length=600,
        help_text=gettext_lazy("Ví dụ lamtron(100*{r2.c1}/{r1.c1}; 2)"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = sorted((str(one.name), code) for code, one in MEASURES.items())
        self.fields["live"].choices = [("", "–"), *((code, name) for name, code in listed)]  # type: ignore[attr-defined]

    def as_cell(self) -> dict[str, Any]:
        """The cell as the form's JSON keeps it."""
        given = self.cleaned_data
        kind = given["kind"]
        cell: dict[str, Any] = {"kind": kind, "required": given["required"]}
        if kind == CellKind.LIVE:
            return cell | {"measure": given["live"]}
        if kind in (CellKind.TYPED, CellKind.COMPUTED):
            cell |= {"measure": given["measure"].strip(), "decimals": given["decimals"]}
            cell |= {name: None if given[name] is None else str(given[name]) for name in ("least", "most")}
        return cell | {"formula": given["formula"].strip()} if kind == CellKind.COMPUTED else cell


class CheckForm(forms.Form):
    """One check."""

    must = forms.CharField(
        label=gettext_lazy("Điều phải đúng"),
        max_length=600,
        help_text=gettext_lazy(
            "Ví dụ {r2.c1} <= {r1.c1}; so với kỳ trước: {ky_truoc:r1.c1}; với chế độ khác: {ma-che-do:r1.c1}; "
            "chỉ khi: … khi {r1.c1} > 0."
        ),
    )
    sentence = forms.CharField(label=gettext_lazy("Câu báo khi không đúng"), max_length=300)
    is_warning = forms.BooleanField(label=gettext_lazy("Chỉ cảnh báo, cho gửi khi có giải trình"), required=False)
