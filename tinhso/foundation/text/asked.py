"""What an address or a form says, read without trusting it: a number or a day (None for anything else), words."""

from __future__ import annotations

from datetime import date

from tinhso.foundation.text.errors import TooLong

# As many digits as always fit a bigint.
LONGEST = 18


def whole_number(text: str | None, digits: int = LONGEST) -> int | None:
    """`text` as a whole number of at most so many digits. Only 0 to 9 are digits here: "²" and "٣" are not."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def day_of(text: str | None) -> date | None:
    """`text` as a day written 2026-11-23."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def fitting(text: str, longest: int) -> str:
    """`text` without spaces around it; TooLong when it has more characters than where it is kept."""
    text = text.strip()
    if len(text) > longest:
        raise TooLong(text, longest)
    return text
