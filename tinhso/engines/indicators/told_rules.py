"""What a told value must look like: pure checks, no database, no clock."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

# A value keeps four decimals and sixteen digits before them (the column of facts).
PLACES = 4
LARGEST = Decimal(10) ** 16
WHOLE_DIMENSIONS = {"count", "rank", "yes_no"}

_GROUPS = re.compile(r"\d{1,3}(?:(?P<by>[., ])\d{3})(?:(?P=by)\d{3})*", re.ASCII)
_PLAIN = re.compile(r"\d+", re.ASCII)


class NotANumber(ValueError):
    """The text is no number, or may be read in two ways (`reason`)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_number(text: str) -> Decimal:
    """Reads a number as Vietnamese write it (1.234,5), as machines do (1234.5), or as English does (1,234.5).

    "1,234" alone may be one and a bit or a thousand odd: refused as "two_ways" rather than guessed. "1.234" is a
    thousand odd: the point groups thousands in Vietnamese.
    """
    bare = text.strip().replace("\u00a0", " ").replace("\u202f", " ").replace("\u2212", "-")
    sign = -1 if bare.startswith("-") else 1
    bare = bare[1:].strip() if bare[:1] in ("-", "+") else bare
    return sign * _unsigned(bare)


def _unsigned(bare: str) -> Decimal:
    if _PLAIN.fullmatch(bare):
        return _decimal(bare)
    last = max(bare.rfind("."), bare.rfind(","))
    whole, mark, rest = (bare[:last], bare[last], bare[last + 1 :]) if last >= 0 else (bare, "", "")
    groups = _GROUPS.fullmatch(bare)
    if groups:
        if groups["by"] == "," and bare.count(",") == 1:
            raise NotANumber("two_ways")
        return _decimal(re.sub(r"[., ]", "", bare))
    grouped = _GROUPS.fullmatch(whole)
    if mark and _PLAIN.fullmatch(rest) and (_PLAIN.fullmatch(whole) or (grouped and grouped["by"] != mark)):
        return _decimal(re.sub(r"[., ]", "", whole) + "." + rest)
    raise NotANumber("not_a_number")


def _decimal(digits: str) -> Decimal:
    if len(digits) > 40:
        raise NotANumber("not_a_number")
    try:
        return Decimal(digits)
    except InvalidOperation:
        raise NotANumber("not_a_number") from None


def fault_of(value: Decimal, dimension: str, *, may_be_negative: bool) -> str:
    """Why a value cannot be one of its dimension: a reason's name, or "" when it can."""
    if not value.is_finite() or abs(value) >= LARGEST:
        return "too_large"
    if value != round(value, PLACES):
        return "too_many_places"
    if dimension == "yes_no":
        return "" if value in (0, 1) else "not_yes_or_no"
    if dimension == "rank" and value < 1:
        return "no_rank"
    if value < 0 and not may_be_negative:
        return "negative"
    return "not_whole" if dimension in WHOLE_DIMENSIONS and value != value.to_integral_value() else ""
