"""Forms of the pages of units. They parse; the acts decide."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.orgs.forms import UnitField
from tinhso.foundation.orgs.models import ShareBasis, Unit, UnitKind
from tinhso.foundation.text.rules import normalise

ROWS = (1, 2, 3, 4)
CODE_HELP = _("Mã hoặc tên đơn vị, gõ không dấu cũng được.")


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    """A date as the browser's own calendar; without one, dd/mm/yyyy is understood too."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )


def document_field() -> forms.CharField:
    return forms.CharField(label=_("Văn bản"), help_text=_("Số, ngày, cơ quan ban hành."), max_length=200)


class PercentField(forms.CharField):
    """A share as a percentage, with a Vietnamese comma or a point; gives a Decimal from 0 to 1."""

    def clean(self, value: Any) -> Any:
        text = normalise(str(super().clean(value) or "")).replace("%", "").replace(",", ".").strip()
        if not text:
            return None
        try:
            share = Decimal(text) / 100
        except InvalidOperation:
            raise forms.ValidationError(_("Hãy ghi tỷ lệ phần trăm, ví dụ 62,5.")) from None
        if not share.is_finite() or not 0 < share <= 1:
            raise forms.ValidationError(_("Tỷ lệ phải lớn hơn 0 và không quá 100 %."))
        return share.quantize(Decimal("0.000001"))


class CreateForm(forms.Form):
    """A new unit under a known one."""

    kind = forms.ChoiceField(
        label=_("Loại đơn vị"), choices=[choice for choice in UnitKind.choices if choice[0] != UnitKind.PROVINCE]
    )
    name = forms.CharField(label=_("Tên đầy đủ"), max_length=200)
    short_name = forms.CharField(label=_("Tên gọn"), max_length=120)
    code = forms.CharField(label=_("Mã"), max_length=40, help_text=_("Mã đơn vị hành chính, hoặc mã nội bộ."))
    identifier = forms.CharField(
        label=_("Mã định danh điện tử"), max_length=35, required=False, help_text=_("Theo Quyết định 20/2020/QĐ-TTg.")
    )
    area = UnitField(label=_("Địa bàn phục vụ"), max_length=200, required=False, help_text=CODE_HELP)
    valid_from = day_field(_("Có hiệu lực từ ngày"))
    document = document_field()


class RenameForm(forms.Form):
    """A new name from a day on."""

    name = forms.CharField(label=_("Tên mới đầy đủ"), max_length=200)
    short_name = forms.CharField(label=_("Tên mới gọn"), max_length=120)
    renamed_on = day_field(_("Từ ngày"))
    document = document_field()


class MoveForm(forms.Form):
    """Another unit above, from a day on."""

    parent = UnitField(label=_("Đơn vị cấp trên mới"), max_length=200, help_text=CODE_HELP)
    moved_on = day_field(_("Từ ngày"))
    document = document_field()


class DissolveForm(forms.Form):
    """The end of a unit: its first day without it, up to four successors with shares, and who takes over."""

    ended_on = day_field(_("Ngày không còn đơn vị này"), _("Ngày đầu tiên đơn vị mới làm việc."))
    document = document_field()
    basis = forms.ChoiceField(
        label=_("Cơ sở của tỷ lệ"),
        required=False,
        choices=[("", _("chưa có số liệu")), *ShareBasis.choices],
        help_text=_("Chưa biết tỷ lệ thì để trống; ghi bổ sung sau được."),
    )
    heir = forms.ChoiceField(
        label=_("Ai nhận bàn giao cán bộ và việc đang xử lý"),
        required=False,
        choices=[
            ("", _("đơn vị kế thừa duy nhất")),
            *[(str(row), _("đơn vị kế thừa %(row)d") % {"row": row}) for row in ROWS],
        ],
    )
    is_checked = forms.BooleanField(label=_("Tôi đã xem những gì sẽ chuyển giao và đúng theo văn bản."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in ROWS:
            self.fields[f"successor_{row}"] = UnitField(
                label=_("Đơn vị kế thừa %(row)d") % {"row": row}, required=False, max_length=200, help_text=CODE_HELP
            )
            self.fields[f"share_{row}"] = PercentField(
                label=_("Tỷ lệ chuyển sang đơn vị %(row)d (%%)") % {"row": row}, required=False, max_length=12
            )
        self.order_fields(
            ["ended_on", "document", *[f"{name}_{row}" for row in ROWS for name in ("successor", "share")], "basis"]
        )

    def successors(self) -> list[tuple[Unit, Decimal | None]]:
        data = self.cleaned_data
        return [(data[f"successor_{row}"], data[f"share_{row}"]) for row in ROWS if data.get(f"successor_{row}")]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for row in ROWS:
            if data.get(f"share_{row}") is not None and not data.get(f"successor_{row}"):
                self.add_error(f"successor_{row}", _("Có tỷ lệ nhưng chưa ghi đơn vị."))
        if data.get("heir") and not data.get(f"successor_{data['heir']}"):
            self.add_error("heir", _("Đơn vị này chưa được ghi ở trên."))
        return data


class ShareForm(forms.Form):
    """A share that has become known."""

    share = PercentField(label=_("Tỷ lệ chuyển sang (%)"), max_length=12)
    basis = forms.ChoiceField(label=_("Cơ sở của tỷ lệ"), choices=ShareBasis.choices)
    document = document_field()
