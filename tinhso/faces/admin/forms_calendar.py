"""Forms of the calendar pages. They parse; the acts decide."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from tinhso.faces.admin.forms_units import day_field, document_field
from tinhso.foundation.calendar.models import DayOverride
from tinhso.foundation.text.rules import normalise

SPAN = re.compile(r"^(\d{1,2})(?:[:hg](\d{2})?)?\s*(?:-|–|—|đến)\s*(\d{1,2})(?:[:hg](\d{2})?)?$")


class SpansField(forms.CharField):
    """Hours of one day: "07:30-11:30, 13:00-17:00", also 7h30 đến 11h30; empty: not worked."""

    def clean(self, value: Any) -> Any:
        text = normalise(str(super().clean(value) or "")).lower()
        return [self._span(part.strip()) for part in re.split(r"[,;]", text) if part.strip()]

    def _span(self, part: str) -> tuple[str, str]:
        found = SPAN.match(part)
        if found is None:
            raise forms.ValidationError(_("Hãy ghi giờ như 07:30-11:30, 13:00-17:00."))
        one, one_minute, two, two_minute = found.groups()
        return f"{int(one):02d}:{one_minute or '00'}", f"{int(two):02d}:{two_minute or '00'}"


class HoursForm(forms.Form):
    """The week of a unit from a day on."""

    valid_from = day_field(_("Áp dụng từ ngày"))
    document = document_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(7):
            self.fields[f"day_{number}"] = SpansField(
                label=WEEKDAYS[number],
                required=False,
                max_length=100,
                help_text=_("Ví dụ 07:30-11:30, 13:00-17:00. Để trống là nghỉ.") if number == 0 else "",
            )
        self.order_fields(["valid_from", *[f"day_{number}" for number in range(7)], "document"])

    def week(self) -> list[list[tuple[str, str]]]:
        return [self.cleaned_data[f"day_{number}"] for number in range(7)]


class OverrideForm(forms.Form):
    """One day off or worked against the rule."""

    day = day_field(_("Ngày"))
    kind = forms.ChoiceField(label=_("Ngày này"), choices=DayOverride.Kind.choices, widget=forms.RadioSelect)
    sessions = SpansField(
        label=_("Giờ làm việc trong ngày"),
        required=False,
        max_length=100,
        help_text=_("Chỉ ghi khi ngày làm việc có giờ khác thường lệ."),
    )
    reason = forms.CharField(label=_("Lý do"), max_length=200)
    document = document_field()


class WithdrawForm(forms.Form):
    """Why a day that differs no longer does."""

    reason = forms.CharField(label=_("Lý do hoặc văn bản bãi bỏ"), max_length=200)
