"""What a told value must look like: pure checks, no database, no clock."""

from __future__ import annotations

from decimal import Decimal

# A value keeps four decimals and sixteen digits before them (the column of facts).
PLACES = 4
LARGEST = Decimal(10) ** 16
WHOLE_DIMENSIONS = {"count", "rank", "yes_no"}


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
