"""Forms of the pages that write a version's facts, lists and result. They parse; the acts and the checks decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.text.rules import normalise
from tinhso.systems.procedures.fees.models import DueBefore, FeeRule
from tinhso.systems.procedures.models import (
    Authority,
    Channel,
    FilingRoute,
    PartialGround,
    ServiceKind,
    SupplementPolicy,
    TermUnit,
)
from tinhso.systems.procedures.printing.layouts import KINDS
from tinhso.systems.procedures.routing import duties_of

EMPTY_ROWS = 3


class LinesField(forms.CharField):
    """One thing a line; gives a list without empty lines."""

    widget = forms.Textarea

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 4}), **more)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return [line for raw in str(super().clean(value) or "").splitlines() if (line := normalise(raw))]


class NewForm(forms.Form):
    """A procedure that is not served yet."""

    code = forms.CharField(label=gettext_lazy("Mã thủ tục"), max_length=30, help_text=gettext_lazy("Ví dụ 1.004873."))
    name = forms.CharField(label=gettext_lazy("Tên thủ tục"), max_length=500)


class FactsForm(forms.Form):
    """What a version says of itself."""

    name = forms.CharField(label=gettext_lazy("Tên thủ tục"), max_length=500)
    plain_name = forms.CharField(
        label=gettext_lazy("Tên dễ hiểu"), max_length=200, help_text=gettext_lazy("Như người dân gọi việc này.")
    )
    field_name = forms.CharField(label=gettext_lazy("Lĩnh vực"), max_length=200, required=False)
    life_event = forms.CharField(label=gettext_lazy("Chuyện đời"), max_length=120, required=False)
    valid_from = forms.DateField(
        label=gettext_lazy("Có hiệu lực từ ngày"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )
    decision = forms.CharField(
        label=gettext_lazy("Quyết định công bố"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Số, ngày, cơ quan."),
    )
    legal_basis = LinesField(label=gettext_lazy("Căn cứ pháp lý"), help_text=gettext_lazy("Mỗi văn bản một dòng."))
    service_kind = forms.ChoiceField(label=gettext_lazy("Loại dịch vụ công"), choices=ServiceKind.choices)
    partial_ground = forms.ChoiceField(
        label=gettext_lazy("Chưa toàn trình vì"),
        choices=[("", gettext_lazy("Toàn trình, không cần nêu")), *PartialGround.choices],
        required=False,
        help_text=gettext_lazy("Nghị định 224/2026/NĐ-CP, Điều 14 chỉ cho bốn trường hợp này."),
    )
    partial_reason = forms.CharField(label=gettext_lazy("Lý do chưa toàn trình"), max_length=300, required=False)
    partial_basis = forms.CharField(
        label=gettext_lazy("Quy định chuyên ngành của lý do"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Văn bản, điều khoản; hiện trên trang thủ tục."),
    )
    legacy_level = forms.TypedChoiceField(
        label=gettext_lazy("Mức độ dịch vụ công cũ"), choices=[(n, str(n)) for n in (1, 2, 3, 4)], coerce=int
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Cách nộp"), choices=Channel.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    who_may_apply = LinesField(label=gettext_lazy("Ai được nộp"), help_text=gettext_lazy("Mỗi đối tượng một dòng."))
    term_value = forms.IntegerField(label=gettext_lazy("Thời hạn"), min_value=0, max_value=2000)
    term_unit = forms.ChoiceField(label=gettext_lazy("Thời hạn tính bằng"), choices=TermUnit.choices)
    supplement_policy = forms.ChoiceField(
        label=gettext_lazy("Đồng hồ khi yêu cầu bổ sung"), choices=SupplementPolicy.choices
    )
    supplement_days = forms.IntegerField(
        label=gettext_lazy("Số ngày làm việc được trả hồ sơ để bổ sung"), min_value=0, max_value=30
    )
    route = forms.ChoiceField(
        label=gettext_lazy("Nơi giải quyết"),
        choices=FilingRoute.choices,
        required=False,
        help_text=gettext_lazy("Thủ tục của hệ thống bộ, ngành có trang chỉ chỗ nộp, không bao giờ nhận hồ sơ ở đây."),
    )
    system_name = forms.CharField(label=gettext_lazy("Tên hệ thống của bộ, ngành"), max_length=200, required=False)
    system_url = forms.URLField(
        label=gettext_lazy("Địa chỉ hệ thống của bộ, ngành"), max_length=300, required=False, assume_scheme="https"
    )
    route_basis = forms.CharField(
        label=gettext_lazy("Căn cứ chuyển sang hệ thống của bộ, ngành"), max_length=300, required=False
    )
    authority = forms.ChoiceField(label=gettext_lazy("Cấp có thẩm quyền"), choices=Authority.choices, required=False)
    duty = forms.ChoiceField(label=gettext_lazy("Nhiệm vụ của phòng chuyên môn thụ lý"), required=False)
    retention_years = forms.IntegerField(
        label=gettext_lazy("Số năm lưu hồ sơ"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=gettext_lazy("Để trống là lưu vĩnh viễn."),
    )
    source = forms.CharField(label=gettext_lazy("Nguồn"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        duty = self.fields["duty"]
        assert isinstance(duty, forms.ChoiceField)
        known, held = duties(), str(self.initial.get("duty") or "")
        # A duty that no office declares any more stays chosen until its author chooses another.
        gone = [(held, held)] if held and held not in dict(known) else []
        duty.choices = [("", _("Chọn")), *known, *gone]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, value in cleaned.items():
            if isinstance(value, str):
                cleaned[name] = normalise(value)
        # A page of before these questions leaves them out: what is not said stays usual.
        cleaned["route"] = cleaned.get("route") or str(FilingRoute.LOCAL)
        cleaned["authority"] = cleaned.get("authority") or str(Authority.COMMUNE)
        return cleaned


def duties() -> list[tuple[str, str]]:
    """The duties that offices of communes, and of departments, declare: each with an office that has it."""
    held = Unit.objects.filter(valid_to=None).exclude(attributes__duties=None).order_by("-id")
    found = {one: unit for unit in held.select_related("parent", "area") for one in duties_of(unit)}
    return sorted((one, f"{_told(unit)} ({one})") for one, unit in found.items())


def _told(unit: Unit) -> str:
    """An office as an example of its kind: a commune's without the commune's name."""
    name, area = str(unit.name), unit.area
    if area is not None and area.kind == UnitKind.COMMUNE:
        return name.removesuffix(str(area.name).lower()).removesuffix(str(area.name)).strip()
    return name


class PaperForm(forms.Form):
    """One paper of the list."""

    name = forms.CharField(label=gettext_lazy("Tên giấy tờ"), max_length=500)
    originals = forms.IntegerField(label=gettext_lazy("Bản chính"), min_value=0, max_value=50, required=False)
    copies = forms.IntegerField(label=gettext_lazy("Bản sao"), min_value=0, max_value=50, required=False)
    kind = forms.CharField(label=gettext_lazy("Loại"), max_length=60, required=False)


class CaseForm(forms.Form):
    """One case of the procedure."""

    code = forms.SlugField(label=gettext_lazy("Mã"), max_length=40)
    title = forms.CharField(label=gettext_lazy("Tên"), max_length=200)
    when = forms.CharField(label=gettext_lazy("Khi nào"), max_length=300, required=False)
    term_value = forms.IntegerField(label=gettext_lazy("Thời hạn"), min_value=1, max_value=2000, required=False)
    term_unit = forms.ChoiceField(
        label=gettext_lazy("Tính bằng"), choices=[("", "–"), *TermUnit.choices], required=False
    )
    fee_vnd = forms.IntegerField(label=gettext_lazy("Phí (đồng)"), min_value=0, required=False)


class FeeForm(forms.Form):
    """One fee or charge."""

    name = forms.CharField(label=gettext_lazy("Khoản thu"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Loại"), choices=FeeRule.Kind.choices, required=False)
    case = forms.ChoiceField(label=gettext_lazy("Trường hợp"), required=False)
    channel = forms.ChoiceField(
        label=gettext_lazy("Cách nộp"), choices=[("", gettext_lazy("Mọi cách")), *Channel.choices], required=False
    )
    amount = forms.IntegerField(label=gettext_lazy("Mức thu (đồng; trống: chưa biết)"), min_value=0, required=False)
    per = forms.CharField(label=gettext_lazy("Tính trên mỗi"), max_length=60, required=False)
    due_before = forms.ChoiceField(label=gettext_lazy("Việc chờ tiền"), choices=DueBefore.choices, required=False)
    legal_basis = forms.CharField(label=gettext_lazy("Căn cứ"), required=False)


class ExemptionForm(forms.Form):
    """Who pays less or nothing."""

    group = forms.SlugField(label=gettext_lazy("Nhóm (mã)"), max_length=40)
    name = forms.CharField(label=gettext_lazy("Ai được miễn, giảm"), max_length=300)
    fee_name = forms.CharField(label=gettext_lazy("Khoản thu (trống: mọi khoản)"), max_length=200, required=False)
    percent = forms.IntegerField(label=gettext_lazy("Giảm (%)"), min_value=1, max_value=100)
    proof = forms.CharField(label=gettext_lazy("Giấy tờ chứng minh"), max_length=300, required=False)
    legal_basis = forms.CharField(label=gettext_lazy("Căn cứ"), required=False)


class ResultRowForm(forms.Form):
    """One line of the result and the question it comes from."""

    label = forms.CharField(label=gettext_lazy("Nhãn"), max_length=200)
    field = forms.ChoiceField(label=gettext_lazy("Lấy từ ô"), required=False)


class ResultForm(forms.Form):
    """The result: its name, its symbol, the words on it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Loại văn bản"), choices=[("", gettext_lazy("Theo tiêu đề")), *KINDS.items()], required=False
    )
    result_name = forms.CharField(label=gettext_lazy("Tên kết quả"), max_length=300, required=False)
    result_symbol = forms.CharField(label=gettext_lazy("Ký hiệu"), max_length=20, required=False)
    title = forms.CharField(label=gettext_lazy("Tiêu đề trên kết quả"), max_length=300, required=False)
    conclusion = forms.CharField(
        label=gettext_lazy("Câu kết luận"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    grounds = LinesField(label=gettext_lazy("Căn cứ trên kết quả"), help_text=gettext_lazy("Mỗi căn cứ một dòng."))
    articles = LinesField(
        label=gettext_lazy("Các điều của quyết định"),
        help_text=gettext_lazy("Mỗi điều một dòng; {ten_o} được thay bằng câu trả lời của ô đó."),
    )
    signer_authority = forms.CharField(label=gettext_lazy("Thẩm quyền ký"), max_length=120, required=False)
    signer_title = forms.CharField(label=gettext_lazy("Chức vụ người ký"), max_length=120, required=False)


class Rows:
    """A table of equal forms with empty ones at the end. A row left empty is no row; a cleared one is taken away."""

    def __init__(
        self, kind: type[forms.Form], prefix: str, rows: list[Mapping[str, Any]], data: Any = None, **choices: Any
    ) -> None:
        self.kind, self.prefix, self.kept = kind, prefix, rows
        count = self._count(data) if data is not None else len(rows) + EMPTY_ROWS
        self.forms = [self._form(number, data, choices) for number in range(count)]

    def _count(self, data: Any) -> int:
        given = str(data.get(f"{self.prefix}-count", ""))
        return min(int(given) if given.isascii() and given.isdigit() else 0, 200)

    def _form(self, number: int, data: Any, choices: Mapping[str, Any]) -> forms.Form:
        initial = dict(self.kept[number]) if number < len(self.kept) else {}
        form = self.kind(
            data, prefix=f"{self.prefix}-{number}", initial=initial, empty_permitted=True, use_required_attribute=False
        )
        for name, values in choices.items():
            field = form.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = values
        return form

    def is_valid(self) -> bool:
        wrong = [form for form in self.forms if self._is_filled(form) and not form.is_valid()]
        return not wrong

    def _is_filled(self, form: forms.Form) -> bool:
        """Anything typed: a choice alone, which a browser always sends, does not make a row."""
        typed = [name for name, field in form.fields.items() if not isinstance(field, forms.ChoiceField)]
        return any(str(form.data.get(form.add_prefix(name), "")).strip() for name in typed)

    def values(self) -> list[dict[str, Any]]:
        """The filled rows in order, over what a kept row holds besides."""
        found = []
        for number, form in enumerate(self.forms):
            if not self._is_filled(form):
                continue
            kept = dict(self.kept[number]) if number < len(self.kept) else {}
            clean = {
                name: normalise(value) if isinstance(value, str) else value for name, value in form.cleaned_data.items()
            }
            found.append({**{name: value for name, value in kept.items() if name not in form.fields}, **_filled(clean)})
        return found


def _filled(clean: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in clean.items() if value not in (None, "")}


class ReasonForm(forms.Form):
    """Why a proposal is given up."""

    reason = forms.CharField(label=gettext_lazy("Lý do bỏ bản soạn"), max_length=500)
