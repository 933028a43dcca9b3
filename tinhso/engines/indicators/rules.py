"""Ratios, targets and their states: pure functions, exact arithmetic, no clock. Periods are in `periods`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tinhso.engines.indicators.periods import AnyPeriod, Period, PeriodKind, months

__all__ = [
    "FAR_BEHIND_SHARE",
    "AnyPeriod",
    "Period",
    "PeriodKind",
    "State",
    "expected_on",
    "honest_digits",
    "months",
    "percent",
    "satisfies",
    "state_of",
]


class State(StrEnum):
    """Where a target stands (LOOK section 2). Words and signs belong to the faces."""

    REACHED = "reached"
    ON_PATH = "on_path"
    BEHIND = "behind"
    FAR_BEHIND = "far_behind"
    NO_DATA = "no_data"
    NO_SOURCE = "no_source"
    NO_THRESHOLD = "no_threshold"
    LEVEL_ENDED = "level_ended"


# Below this part of what the path asks, "behind" becomes "far behind". Our choice, not the Resolution's.
FAR_BEHIND_SHARE = Fraction(4, 5)


def percent(numerator: Decimal, denominator: Decimal) -> Fraction | None:
    """100 × numerator / denominator, exact; None when there is nothing to divide by (never 0 %, never 100 %)."""
    if denominator == 0:
        return None
    # One reduction instead of three: tables have tens of thousands of these.
    above, below = numerator.as_integer_ratio(), denominator.as_integer_ratio()
    return Fraction(above[0] * below[1] * 100, above[1] * below[0])


def satisfies(value: Fraction, operator: str, target: Fraction) -> bool:
    """Whether the Resolution's words hold. "trên 50%" is `>`: exactly 50 is not enough."""
    match operator:
        case ">":
            return value > target
        case ">=":
            return value >= target
        case "<=":
            return value <= target
        case "=":
            return value == target
    raise ValueError(f"unknown operator {operator!r}")


def expected_on(day: date, *, target: Fraction, due: date, start: Fraction | None, start_on: date | None) -> Fraction:
    """The interim path: a straight line from the starting value to the target; without one, the target itself."""
    if start is None or start_on is None or day >= due:
        return target
    passed = max((day - start_on).days, 0)
    return start + (target - start) * Fraction(passed, (due - start_on).days)


def state_of(value: Fraction, operator: str, target: Fraction, expected: Fraction) -> State:
    """Reached by the Resolution's own operator; else compared with what the path expects by now."""
    if satisfies(value, operator, target):
        return State.REACHED
    if operator == "<=":
        shortfall = value > expected / FAR_BEHIND_SHARE
        on_path = value <= expected
    else:
        shortfall = value < expected * FAR_BEHIND_SHARE
        on_path = value >= expected
    if on_path and expected != target:
        return State.ON_PATH
    return State.FAR_BEHIND if shortfall else State.BEHIND


def honest_digits(value: Fraction, operator: str | None, target: Fraction | None, places: int = 1) -> Decimal:
    """`value` rounded half up, with more digits whenever rounding would change the verdict against the target.

    49,996 against "trên 50" stays 49,996: "50,0" would read as reached by one rule and missed by another.
    """
    while True:
        rounded = _round(value, places)
        if target is None or operator is None:
            return rounded
        shown = Fraction(rounded)
        same_side = (shown > target) == (value > target) and (shown < target) == (value < target)
        if same_side:
            return rounded
        places += 1


def _round(value: Fraction, places: int) -> Decimal:
    scaled = value * 10**places
    whole = (abs(scaled) * 2 + 1) // 2
    return Decimal(int(whole if scaled >= 0 else -whole)).scaleb(-places)
