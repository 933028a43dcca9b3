"""Forms of the pages of the fee table. They parse; the acts decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tinhso.systems.procedures.fees.models import DueBefore, FeeRule
from tinhso.systems.procedures.models import Channel


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )


class Dated(forms.Form):
    """What every row has: where it holds, from when to when, by which document."""

    province = forms.ChoiceField(label=_("Áp dụng ở"), required=False)
    valid_from = _day(_("Có hiệu lực từ ngày"))
    valid_to = _day(_("Hết hiệu lực ngày"), required=False, help_text=_("Không tính ngày này; để trống: chưa biết."))
    source = forms.CharField(label=_("Văn bản quy định"), max_length=300, help_text=_("Số, ngày, cơ quan ban hành."))

    def __init__(self, *args: Any, choices: dict[str, list[tuple[str, Any]]], **more: Any) -> None:
        super().__init__(*args, **more)
        for name, values in choices.items():
            field = self.fields.get(name)
            if isinstance(field, forms.ChoiceField):
                field.choices = values


class RuleForm(Dated):
    """A fee or charge."""

    field_order = ("name", "kind", "amount", "per", "case", "channel", "province", "valid_from", "valid_to")
    name = forms.CharField(label=_("Khoản thu"), max_length=200)
    kind = forms.ChoiceField(label=_("Loại"), choices=FeeRule.Kind.choices)
    amount = forms.IntegerField(
        label=_("Mức thu (đồng)"),
        min_value=0,
        required=False,
        help_text=_("Để trống là chưa biết, không phải không thu."),
    )
    per = forms.CharField(label=_("Tính trên mỗi"), max_length=60, required=False)
    case = forms.ChoiceField(label=_("Trường hợp"), required=False)
    channel = forms.ChoiceField(label=_("Cách nộp"), choices=[("", _("Mọi cách")), *Channel.choices], required=False)
    due_before = forms.ChoiceField(label=_("Việc chờ tiền"), choices=DueBefore.choices, required=False)
    legal_basis = forms.CharField(label=_("Căn cứ"), required=False, max_length=500)


class ExemptionForm(Dated):
    """Who pays less or nothing."""

    field_order = ("group", "name", "fee_name", "percent", "proof", "legal_basis", "province", "valid_from", "valid_to")
    group = forms.SlugField(label=_("Nhóm (mã)"), max_length=40)
    name = forms.CharField(label=_("Ai được miễn, giảm"), max_length=300)
    fee_name = forms.CharField(
        label=_("Khoản thu"), max_length=200, required=False, help_text=_("Để trống: mọi khoản.")
    )
    percent = forms.IntegerField(label=_("Giảm (%)"), min_value=1, max_value=100, initial=100)
    proof = forms.CharField(label=_("Giấy tờ chứng minh"), max_length=300, required=False)
    legal_basis = forms.CharField(label=_("Căn cứ"), max_length=500)


class EndForm(forms.Form):
    """From when a row holds no more, and by which document."""

    on = _day(_("Hết hiệu lực từ ngày"))
    document = forms.CharField(label=_("Văn bản"), max_length=300)
