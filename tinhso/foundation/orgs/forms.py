"""A form field for one unit; works without scripts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.orgs.selectors import find, unit_by_code, unit_by_identifier
from tinhso.foundation.text.rules import fold, normalise


class UnitField(forms.CharField):
    """A unit by its code, its identifier, or a name (marks or not) that fits only one on `day` (today unless set)."""

    day: date | None = None

    def clean(self, value: Any) -> Any:
        text = normalise(str(super().clean(value) or ""))
        if not text:
            return None
        day = self.day or timezone.localdate()
        exact = unit_by_code(text, day) or unit_by_identifier(text.upper(), day)
        return exact or _named(text, day)


def _named(text: str, day: date) -> Unit:
    named = find(text, day, limit=6)
    same = [unit for unit in named if fold(text) in (fold(str(unit.name)), fold(str(unit.short_name)))]
    if len(same) == 1 or len(named) == 1:
        return (same or named)[0]
    if not named:
        raise forms.ValidationError(_("Không có đơn vị nào mang mã hoặc tên này."))
    choices = "; ".join(f"{unit.name} ({unit.code})" for unit in named)
    raise forms.ValidationError(_("Nhiều đơn vị trùng tên. Hãy nhập mã: %(choices)s"), params={"choices": choices})
