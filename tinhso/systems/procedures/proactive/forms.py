"""What an administrator types of a rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.systems.procedures.proactive import words
from tinhso.systems.procedures.proactive.models import Level, ReminderRule
from tinhso.systems.procedures.proactive.rules import NUMBERS, Trigger


class RuleForm(forms.Form):
    """The next version of a rule: its words, its numbers, its basis, from which day."""

    title = forms.CharField(label=_("Việc được nhắc"), max_length=200)
    says = forms.CharField(
        label=_("Lời nhắc"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("{ten} được thay bằng tên người liên quan, {ngay} bằng ngày của sự việc."),
    )
    level = forms.TypedChoiceField(label=_("Mức độ chủ động"), choices=Level.choices, coerce=int)
    basis = forms.CharField(label=_("Căn cứ pháp lý"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    basis_is_seen = forms.BooleanField(label=_("Tôi đã đọc căn cứ này trong văn bản"), required=False)
    source = forms.CharField(label=_("Nguồn"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    valid_from = forms.DateField(
        label=_("Có hiệu lực từ ngày"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )
    reason = forms.CharField(label=_("Lý do thay đổi"), max_length=500)

    def __init__(self, rule: ReminderRule, *args: Any, **more: Any) -> None:
        first = {name: getattr(rule, name) for name in ("title", "says", "level", "basis", "basis_is_seen", "source")}
        first |= rule.numbers()
        first["valid_from"] = max(timezone.localdate(), rule.valid_from)
        super().__init__(*args, **{"initial": first, **more})
        self.rule = rule
        for name, (least, most) in NUMBERS[Trigger(rule.trigger)].items():
            label = str(words.PARAMS[name])
            self.fields[name] = forms.IntegerField(label=label[:1].upper() + label[1:], min_value=least, max_value=most)
        self.order_fields(["title", "says", "level", *NUMBERS[Trigger(rule.trigger)], "basis", "basis_is_seen",
                           "source", "valid_from", "reason"])  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """The fields of the version to publish."""
        given = self.cleaned_data
        numbers = {name: given[name] for name in NUMBERS[Trigger(self.rule.trigger)]}
        kept = {name: given[name] for name in ("title", "says", "level", "basis", "basis_is_seen", "source")}
        return {**kept, "params": {**self.rule.params, **numbers}}
