"""Periods as the interface writes them (202611, 2026Q4, 2026S2, 2026, 2026W47, 20261122) and relative ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from tinhso.faces.api.dhis2.rules.faults import Fault

DAY, WEEK, MONTH, QUARTER, HALF, YEAR = "day", "week", "month", "quarter", "half", "year"
# The names of period types in the interface.
TYPES = {DAY: "Daily", WEEK: "Weekly", MONTH: "Monthly", QUARTER: "Quarterly", HALF: "SixMonthly", YEAR: "Yearly"}
FREQUENCY_ORDER = {DAY: 1, WEEK: 7, MONTH: 30, QUARTER: 91, HALF: 182, YEAR: 365}
EARLIEST, LATEST = 1900, 2999
_SHAPES = (
    (DAY, re.compile(r"(\d{4})(\d{2})(\d{2})")),
    (MONTH, re.compile(r"(\d{4})(\d{2})")),
    (YEAR, re.compile(r"(\d{4})")),
    (QUARTER, re.compile(r"(\d{4})Q([1-4])")),
    (HALF, re.compile(r"(\d{4})S([12])")),
    (WEEK, re.compile(r"(\d{4})W(\d{1,2})")),
)


@dataclass(frozen=True, order=True)
class Span:
    """A period: its kind and its first day."""

    kind: str
    first: date

    def __str__(self) -> str:
        year, month = self.first.year, self.first.month
        match self.kind:
            case "day":
                return f"{self.first:%Y%m%d}"
            case "week":
                iso = self.first.isocalendar()
                return f"{iso.year}W{iso.week}"
            case "month":
                return f"{year}{month:02d}"
            case "quarter":
                return f"{year}Q{(month + 2) // 3}"
            case "half":
                return f"{year}S{1 if month < 7 else 2}"
        return f"{year}"

    @property
    def type(self) -> str:
        return TYPES[self.kind]

    @property
    def end(self) -> date:
        """The first day after it."""
        return self.plus(1).first

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    def plus(self, steps: int) -> Span:
        if self.kind in (DAY, WEEK):
            return Span(self.kind, self.first + timedelta(days=steps * (7 if self.kind == WEEK else 1)))
        months = {MONTH: 1, QUARTER: 3, HALF: 6, YEAR: 12}[self.kind] * steps
        year, month = divmod(self.first.year * 12 + self.first.month - 1 + months, 12)
        return Span(self.kind, date(year, month + 1, 1))

    @property
    def months(self) -> tuple[date, ...]:
        """First days of its months; none for days and weeks."""
        if self.kind in (DAY, WEEK):
            return ()
        found, here = [], Span(MONTH, self.first)
        while here.first < self.end:
            found.append(here.first)
            here = here.plus(1)
        return tuple(found)


def of(kind: str, day: date) -> Span:
    """The period of a kind that holds the day."""
    match kind:
        case "day":
            return Span(kind, day)
        case "week":
            return Span(kind, day - timedelta(days=day.weekday()))
        case "month":
            return Span(kind, day.replace(day=1))
        case "quarter":
            return Span(kind, date(day.year, (day.month - 1) // 3 * 3 + 1, 1))
        case "half":
            return Span(kind, date(day.year, 1 if day.month < 7 else 7, 1))
    return Span(kind, date(day.year, 1, 1))


def parse(text: str) -> Span:
    """Reads a fixed period; Fault E7611 for anything else."""
    for kind, shape in _SHAPES:
        found = shape.fullmatch(text) if text.isascii() else None
        if found:
            try:
                return _made(kind, [int(part) for part in found.groups()])
            except ValueError as error:
                raise Fault("E7611", text) from error
    raise Fault("E7611", text)


def _made(kind: str, parts: list[int]) -> Span:
    if not EARLIEST <= parts[0] <= LATEST:
        raise ValueError
    match kind:
        case "day":
            return Span(kind, date(*parts))
        case "month":
            return Span(kind, date(parts[0], parts[1], 1))
        case "quarter":
            return Span(kind, date(parts[0], parts[1] * 3 - 2, 1))
        case "half":
            return Span(kind, date(parts[0], parts[1] * 6 - 5, 1))
        case "week":
            return Span(kind, date.fromisocalendar(parts[0], parts[1], 1))
    return Span(kind, date(parts[0], 1, 1))


def _ago(kind: str, first: int, last: int = -1) -> Callable[[date], list[Span]]:
    """Those from `first` steps back to `last`; 0 is the running one."""
    return lambda today: [of(kind, today).plus(step) for step in range(first, last + 1)]


def _in_year(kind: str, back: int = 0) -> Callable[[date], list[Span]]:
    def listed(today: date) -> list[Span]:
        year = of(YEAR, today).plus(-back)
        found, here = [], of(kind, year.first + timedelta(days=3 if kind == WEEK else 0))
        while here.first + timedelta(days=3 if kind == WEEK else 0) < year.end:
            found.append(here)
            here = here.plus(1)
        return found

    return listed


RELATIVE: dict[str, Callable[[date], list[Span]]] = {
    "TODAY": _ago(DAY, 0, 0),
    "YESTERDAY": _ago(DAY, -1),
    "THIS_WEEK": _ago(WEEK, 0, 0),
    "LAST_WEEK": _ago(WEEK, -1),
    "THIS_MONTH": _ago(MONTH, 0, 0),
    "LAST_MONTH": _ago(MONTH, -1),
    "THIS_QUARTER": _ago(QUARTER, 0, 0),
    "LAST_QUARTER": _ago(QUARTER, -1),
    "THIS_SIX_MONTH": _ago(HALF, 0, 0),
    "LAST_SIX_MONTH": _ago(HALF, -1),
    "THIS_YEAR": _ago(YEAR, 0, 0),
    "LAST_YEAR": _ago(YEAR, -1),
    "LAST_2_SIXMONTHS": _ago(HALF, -2),
    "LAST_4_QUARTERS": _ago(QUARTER, -4),
    "LAST_5_YEARS": _ago(YEAR, -5),
    "LAST_10_YEARS": _ago(YEAR, -10),
    "WEEKS_THIS_YEAR": _in_year(WEEK),
    "MONTHS_THIS_YEAR": _in_year(MONTH),
    "QUARTERS_THIS_YEAR": _in_year(QUARTER),
    "MONTHS_LAST_YEAR": _in_year(MONTH, 1),
    "QUARTERS_LAST_YEAR": _in_year(QUARTER, 1),
    **{f"LAST_{count}_DAYS": _ago(DAY, -count) for count in (3, 7, 14, 30, 60, 90, 180)},
    **{f"LAST_{count}_WEEKS": _ago(WEEK, -count) for count in (4, 12, 52)},
    **{f"LAST_{count}_MONTHS": _ago(MONTH, -count) for count in (3, 6, 12)},
}


def expand(text: str, today: date) -> list[Span]:
    """A fixed or a relative period as fixed ones, oldest first."""
    relative = RELATIVE.get(text)
    return relative(today) if relative else [parse(text)]


_DURATION = re.compile(r"(\d{1,6})([dhms])")


def duration(text: str) -> timedelta:
    """`30d`, `12h`, `5m`, `90s`; Fault E2005 for anything else."""
    found = _DURATION.fullmatch(text) if text.isascii() else None
    if found is None:
        raise Fault("E2005", text)
    unit = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}[found[2]]
    return timedelta(**{unit: int(found[1])})
