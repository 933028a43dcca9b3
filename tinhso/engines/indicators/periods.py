"""Periods of every length that figures are reported for: pure, no clock."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self


@dataclass(frozen=True, order=True)
class Period:
    """A calendar month, written "2026-11". Every counted fact belongs to one."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1900 <= self.year <= 2999):
            raise ValueError(f"not a month: {self.year}-{self.month}")

    @classmethod
    def of(cls, day: date) -> Period:
        """The month that holds `day`."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Period:
        """Reads exactly "YYYY-MM"; ValueError for anything else."""
        year, dash, month = text.partition("-")
        if not (dash and len(year) == 4 and len(month) == 2 and (year + month).isascii() and (year + month).isdigit()):
            raise ValueError(f"not a month: {text!r}")
        return cls(int(year), int(month))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def end(self) -> date:
        """The first day after the month (excluded)."""
        return self.last_day + timedelta(days=1)

    def plus(self, months: int) -> Period:
        """The month so many months later (earlier when negative)."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Period(year, month + 1)


def months(first: Period, last: Period) -> list[Period]:
    """All months from `first` to `last`, both included; none when they are reversed."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [first.plus(step) for step in range(count)]


class PeriodKind(StrEnum):
    """How long a period is. Weeks begin on Monday and bear the year of their Thursday (ISO 8601)."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


# Months in a period of each kind that is made of whole months.
LENGTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF: 6, PeriodKind.YEAR: 12}
_FORMS = re.compile(
    r"(?P<year>\d{4})(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|W(?P<week>\d{2})|-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?",
    re.ASCII,
)


@dataclass(frozen=True, order=True)
class AnyPeriod:
    """A day, week, month, quarter, half or year: its kind and first day.

    Written 2026-11-22, 2026W47, 2026-11, 2026Q4, 2026H2, 2026.
    """

    kind: PeriodKind
    first_day: date

    def __post_init__(self) -> None:
        if not 1900 <= self.first_day.year <= 2999 or self.first_day != _first_day(self.kind, self.first_day):
            raise ValueError(f"no {self.kind} begins on {self.first_day}")

    @classmethod
    def of(cls, kind: PeriodKind | str, day: date) -> Self:
        """The period of that kind that holds `day`."""
        kind = PeriodKind(kind)
        return cls(kind, _first_day(kind, day))

    @classmethod
    def of_month(cls, month: Period) -> Self:
        return cls(PeriodKind.MONTH, month.first_day)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads the written forms exactly; ValueError for anything else."""
        found = _FORMS.fullmatch(text)
        if found is None:
            raise ValueError(f"not a period: {text!r}")
        part = {name: int(digits) for name, digits in found.groupdict().items() if digits}
        year = part["year"]
        if "week" in part:
            return cls(PeriodKind.WEEK, date.fromisocalendar(year, part["week"], 1))
        if "day" in part:
            return cls(PeriodKind.DAY, date(year, part["month"], part["day"]))
        if "month" in part:
            return cls(PeriodKind.MONTH, date(year, part["month"], 1))
        if "quarter" in part:
            return cls(PeriodKind.QUARTER, date(year, part["quarter"] * 3 - 2, 1))
        if "half" in part:
            return cls(PeriodKind.HALF, date(year, part["half"] * 6 - 5, 1))
        return cls(PeriodKind.YEAR, date(year, 1, 1))

    def __str__(self) -> str:
        day = self.first_day
        match self.kind:
            case PeriodKind.DAY:
                return day.isoformat()
            case PeriodKind.WEEK:
                year, week, _weekday = day.isocalendar()
                return f"{year:04d}W{week:02d}"
            case PeriodKind.MONTH:
                return f"{day.year:04d}-{day.month:02d}"
            case PeriodKind.QUARTER:
                return f"{day.year:04d}Q{(day.month + 2) // 3}"
            case PeriodKind.HALF:
                return f"{day.year:04d}H{(day.month + 5) // 6}"
            case PeriodKind.YEAR:
                return f"{day.year:04d}"

    @property
    def end(self) -> date:
        """The first day after the period (excluded)."""
        if self.kind is PeriodKind.DAY:
            return self.first_day + timedelta(days=1)
        if self.kind is PeriodKind.WEEK:
            return self.first_day + timedelta(days=7)
        # A day, not a period: the last year that a period may have ends in the next.
        year, month = divmod(self.first_day.year * 12 + self.first_day.month - 1 + LENGTHS[self.kind], 12)
        return date(year, month + 1, 1)

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def first_month(self) -> Period:
        return Period.of(self.first_day)

    @property
    def last_month(self) -> Period:
        """The month of its last day: where a stock of the period stands."""
        return Period.of(self.last_day)

    def plus(self, steps: int) -> Self:
        """The period of the same kind so many steps later (earlier when negative)."""
        if self.kind is PeriodKind.DAY:
            return type(self)(self.kind, self.first_day + timedelta(days=steps))
        if self.kind is PeriodKind.WEEK:
            return type(self)(self.kind, self.first_day + timedelta(days=7 * steps))
        return type(self)(self.kind, Period.of(self.first_day).plus(LENGTHS[self.kind] * steps).first_day)

    def holds(self, other: AnyPeriod) -> bool:
        """Whether `other` lies wholly within."""
        return self.first_day <= other.first_day and other.end <= self.end


def _first_day(kind: PeriodKind, day: date) -> date:
    if kind is PeriodKind.DAY:
        return day
    if kind is PeriodKind.WEEK:
        return day - timedelta(days=day.weekday())
    length = LENGTHS[kind]
    return date(day.year, (day.month - 1) // length * length + 1, 1)
