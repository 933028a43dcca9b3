"""Form fields for Vietnamese entries."""

from __future__ import annotations

from typing import Any

from django import forms

from tinhso.foundation.text.names import tidy_name
from tinhso.foundation.text.rules import normalise, normalise_lines


class LineField(forms.CharField):
    """One line: NFC, single spaces, nothing hidden. Length is judged after that."""

    def to_python(self, value: Any) -> str:
        return normalise(super().to_python(value) or "")


class LinesField(forms.CharField):
    """A text of several lines."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return normalise_lines(super().to_python(value) or "")


class PersonNameField(LineField):
    """A person's name with a capital on each word, as documents write it."""

    def to_python(self, value: Any) -> str:
        return tidy_name(super().to_python(value))
