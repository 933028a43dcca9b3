"""Periods as the standard writes them: 2026, 2026-S2, 2026-Q4, 2026-11, 2026-W47, 2026-11-22."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from tinhso.faces.api.dhis2.rules.periods import DAY, HALF, MONTH, QUARTER, WEEK, YEAR, Span, of
from tinhso.faces.api.sdmx.rules.faults import SYNTAX, Fault

FREQUENCIES = {DAY: "D", WEEK: "W", MONTH: "M", QUARTER: "Q", HALF: "S", YEAR: "A"}
KINDS = {letter: kind for kind, letter in FREQUENCIES.items()}
_FORM = re.compile(r"(\d{4})(?:-(?:([AQSMWD])(\d{1,3})|(\d{2})(?:-(\d{2}))?))?(?:T[\d:.+-]+Z?)?", re.ASCII)


def written(kind: str, first: date) -> str:
    """A period by its kind and first day."""
    match kind:
        case "day":
            return first.isoformat()
        case "week":
            iso = first.isocalendar()
            return f"{iso.year:04d}-W{iso.week:02d}"
        case "month":
            return f"{first:%Y-%m}"
        case "quarter":
            return f"{first.year:04d}-Q{(first.month + 2) // 3}"
        case "half":
            return f"{first.year:04d}-S{1 if first.month < 7 else 2}"
    return f"{first.year:04d}"


def read(text: str) -> Span:
    """Any of the written forms; Fault for anything else."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise Fault(SYNTAX, text)
    year, letter, number, month, day = found.groups()
    try:
        if letter:
            return _numbered(int(year), letter, int(number))
        if day:
            return Span(DAY, date(int(year), int(month), int(day)))
        return Span(MONTH, date(int(year), int(month), 1)) if month else Span(YEAR, date(int(year), 1, 1))
    except (ValueError, OverflowError) as error:
        raise Fault(SYNTAX, text) from error


def _numbered(year: int, letter: str, number: int) -> Span:
    if letter == "W":
        return Span(WEEK, date.fromisocalendar(year, number, 1))
    if letter == "D":
        found = of(DAY, date(year, 1, 1) + timedelta(days=number - 1))
        if number < 1 or found.first.year != year:
            raise ValueError
        return found
    length, most = {"A": (12, 1), "S": (6, 2), "Q": (3, 4), "M": (1, 12)}[letter]
    if not 1 <= number <= most:
        raise ValueError
    return Span(KINDS[letter], date(year, (number - 1) * length + 1, 1))


def moment(text: str) -> datetime:
    """An instant such as 2026-11-22T08:00:00+07:00; without a zone, UTC. A space stands for a lost "+"."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as error:
        raise Fault(SYNTAX, text) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
