"""Text columns that keep one Unicode form (NFC) whatever a keyboard or a file brings."""

from typing import Any

from django.db import models

from tinhso.foundation.text.rules import normalise


class VietnameseCharField(models.CharField):  # type: ignore[type-arg]
    """A CharField normalised on save (text.rules.normalise)."""

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return normalise(prepared) if isinstance(prepared, str) else prepared
