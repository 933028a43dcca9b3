"""Periods as the interface writes them (202611, 2026Q4, 2026S2, 2026, 2026W47, 20261122) and relative ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from tinhso.engines.indicators.periods import LENGTHS, AnyPeriod, PeriodKind, months
from tinhso.faces.api.dhis2.rules.faults import Fault

DAY, WEEK, MONTH, QUARTER, HALF, YEAR = PeriodKind
# The names of period types in the interface.
TYPES: dict[str, str] = {
    DAY: "Daily",
    WEEK: "Weekly",
    MONTH: "Monthly",
    QUARTER: "Quarterly",
    HALF: "SixMonthly",
    YEAR: "Yearly",
}
FREQUENCY_ORDER: dict[str, int] = {DAY: 1, WEEK: 7, MONTH: 30, QUARTER: 91, HALF: 182, YEAR: 365}
_SHAPES = (
    (DAY, re.compile(r"(\d{4})(\d{2})(\d{2})")),
    (MONTH, re.compile(r"(\d{4})(\d{2})")),
    (YEAR, re.compile(r"(\d{4})")),
    (QUARTER, re.compile(r"(\d{4})Q([1-4])")),
    (HALF, re.compile(r"(\d{4})S([12])")),
    (WEEK, re.compile(r"(\d{4})W(\d{1,2})")),
)


class Span(AnyPeriod):
    """A period as the interface writes it."""

    def __str__(self) -> str:
        day = self.first_day
        match self.kind:
            case PeriodKind.DAY:
                return f"{day:%Y%m%d}"
            case PeriodKind.WEEK:
                iso = day.isocalendar()
                return f"{iso.year}W{iso.week}"
            case PeriodKind.MONTH:
                return f"{day:%Y%m}"
            case PeriodKind.HALF:
                return super().__str__().replace("H", "S")
        return super().__str__()

    @property
    def type(self) -> str:
        return TYPES[self.kind]

    @property
    def first(self) -> date:
        return self.first_day

    @property
    def last(self) -> date:
        return self.last_day

    @property
    def months(self) -> tuple[date, ...]:
        """First days of its months; none for days and weeks."""
        if self.kind in (DAY, WEEK):
            return ()
        return tuple(one.first_day for one in months(self.first_month, self.last_month))


of = Span.of


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


def _made(kind: PeriodKind, parts: list[int]) -> Span:
    match kind:
        case PeriodKind.DAY:
            return Span(kind, date(*parts))
        case PeriodKind.WEEK:
            return Span(kind, date.fromisocalendar(parts[0], parts[1], 1))
    month = (parts[1] - 1) * LENGTHS[kind] + 1 if len(parts) > 1 else 1
    return Span(kind, date(parts[0], month, 1))


def _ago(kind: PeriodKind, first: int, last: int = -1) -> Callable[[date], list[Span]]:
    """Those from `first` steps back to `last`; 0 is the running one."""
    return lambda today: [of(kind, today).plus(step) for step in range(first, last + 1)]


def _in_year(kind: PeriodKind, back: int = 0) -> Callable[[date], list[Span]]:
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
