"""Periods of a report: a month, a quarter, a year. Written 2026-11, 2026-Q4, 2026."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

MONTH, QUARTER, YEAR = "month", "quarter", "year"
_MONTHS_IN = {MONTH: 1, QUARTER: 3, YEAR: 12}
_FORM = re.compile(r"([0-9]{4})(?:-([0-9]{2})|-Q([1-4]))?", re.ASCII)


@dataclass(frozen=True)
class Span:
    """One period. `number` is the month or the quarter; 1 for a year."""

    year: int
    kind: str
    number: int = 1

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 2999 and 1 <= self.number <= 12 // _MONTHS_IN[self.kind]):
            raise ValueError(f"no such period: {self.year} {self.kind} {self.number}")

    @classmethod
    def parse(cls, text: str) -> Span:
        """Reads "2026-11", "2026-Q4" or "2026"; ValueError for anything else."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(f"no period: {text!r}")
        year, month, quarter = found.groups()
        if month:
            return cls(int(year), MONTH, int(month))
        return cls(int(year), QUARTER, int(quarter)) if quarter else cls(int(year), YEAR)

    @classmethod
    def of(cls, day: date, kind: str = MONTH) -> Span:
        """The period of this kind that holds `day`."""
        return cls(day.year, kind, (day.month - 1) // _MONTHS_IN[kind] + 1)

    def __str__(self) -> str:
        if self.kind == YEAR:
            return f"{self.year:04d}"
        return f"{self.year:04d}-{self.number:02d}" if self.kind == MONTH else f"{self.year:04d}-Q{self.number}"

    @property
    def first_day(self) -> date:
        return date(self.year, (self.number - 1) * _MONTHS_IN[self.kind] + 1, 1)

    @property
    def end(self) -> date:
        """The first day after the period (excluded)."""
        month = self.first_day.month + _MONTHS_IN[self.kind]
        return date(self.year + 1, 1, 1) if month > 12 else date(self.year, month, 1)

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def months(self) -> int:
        return _MONTHS_IN[self.kind]

    def plus(self, steps: int) -> Span:
        """The period so many of its kind later (earlier when negative)."""
        per_year = 12 // _MONTHS_IN[self.kind]
        year, number = divmod(self.year * per_year + self.number - 1 + steps, per_year)
        return Span(year, self.kind, number + 1)
