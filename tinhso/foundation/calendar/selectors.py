"""The calendar of a unit, put together from its chain of units; and a month of it, day by day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from tinhso.foundation.calendar import national, rules
from tinhso.foundation.calendar.models import CalendarVersion, DayOverride, OfficeHours
from tinhso.foundation.orgs.models import Unit

# Working week of an installation that has set none: 40 hours, Monday to Friday.
USUAL_SPANS = (("07:30", "11:30"), ("13:00", "17:00"))
USUAL_WEEK = rules.week(rules.sessions(*USUAL_SPANS))

# Calendars by (token, chain of units) and by (token, content). A changed token makes the old ones unreachable.
_held: dict[tuple[Any, Any], rules.WorkCalendar] = {}
_MOST_HELD = 2000
_TOKEN = f"SELECT token FROM {CalendarVersion._meta.db_table} WHERE id = 1"  # noqa: S608 - our own table


def calendar_for(unit: Unit, *, since: date | None = None) -> rules.WorkCalendar:
    """The working calendar of `unit`: its own hours or the nearest ancestor's, with overrides of the whole chain.

    Cached in the process until any calendar changes anywhere; costs one small query, so a list asks `calendars_for`.
    `since` is accepted for callers that only look ahead and changes nothing.
    """
    return _calendar(_token(), unit)


def _calendar(token: Any, unit: Unit) -> rules.WorkCalendar:
    chain = tuple(unit.ancestor_ids)
    found = _held.get((token, chain))
    if found is None:
        if len(_held) > _MOST_HELD:
            _held.clear()
        found = _held[(token, chain)] = _put_together(token, chain)
    return found


def _token() -> Any:
    """The token of all calendars. Asked several times in each act, so without the cost of building a query."""
    with connection.cursor() as cursor:
        cursor.execute(_TOKEN)
        row = cursor.fetchone()
    return row[0] if row else None


def calendars_for(units: Iterable[Unit]) -> dict[int, rules.WorkCalendar]:
    """Calendars of many units by unit id, for list pages: one small query for all of them."""
    token = _token()
    return {unit.pk: _calendar(token, unit) for unit in units}


def _put_together(token: Any, chain: Sequence[int]) -> rules.WorkCalendar:
    """Units that set nothing of their own share one calendar object, so 69 communes lay out each year once."""
    weeks, overrides = _weeks(chain), _overrides(chain)
    content = (tuple(weeks), tuple(sorted((day, one.pk) for day, one in overrides.items())))
    if (token, content) not in _held:
        book = _DayBook(overrides)
        _held[(token, content)] = rules.WorkCalendar(weeks[0][1], book, _Worked(book), later=weeks[1:])
    return _held[(token, content)]


def _weeks(chain: Sequence[int]) -> list[tuple[date, rules.Week]]:
    """The weekly hours by the day from which they hold, the nearest unit of the chain winning on each day."""
    rows = list(OfficeHours.objects.standing().filter(unit_id__in=chain))
    turns = sorted({date.min, *(row.valid_from for row in rows), *(row.valid_to for row in rows if row.valid_to)})
    return [(turn, _week_on(turn, rows, chain)) for turn in turns]


def _week_on(day: date, rows: list[OfficeHours], chain: Sequence[int]) -> rules.Week:
    row = hours_row_on(day, rows, chain)
    return as_week(row.week) if row else USUAL_WEEK


def hours_row_on(day: date, rows: Iterable[OfficeHours], chain: Sequence[int]) -> OfficeHours | None:
    """The row that decides on `day`: that of the unit nearest to the end of the chain."""
    holding = [row for row in rows if row.holds_on(day)]
    return max(holding, key=lambda row: chain.index(row.unit_id), default=None)


def as_week(spans: list[list[list[str]]]) -> rules.Week:
    """The stored week as rules read it."""
    days = [rules.sessions(*[(start, end) for start, end in day]) for day in spans]
    return (days[0], days[1], days[2], days[3], days[4], days[5], days[6])


def _overrides(chain: Sequence[int]) -> dict[date, DayOverride]:
    """Standing overrides by day; of two for one day the nearest unit's wins."""
    rows = DayOverride.objects.standing().filter(unit_id__in=chain)
    return {row.day: row for row in sorted(rows, key=lambda row: chain.index(row.unit_id))}


class _DayBook:
    """`day in book`: is it a day off? Overrides first, then the country's holidays."""

    def __init__(self, overrides: dict[date, DayOverride]) -> None:
        self.overrides = overrides
        self.holidays = national.PublicHolidays()

    def __contains__(self, day: object) -> bool:
        override = self.overrides.get(day)  # type: ignore[call-overload]
        return override.kind == DayOverride.Kind.OFF if override else day in self.holidays


class _Worked(dict[date, rules.Sessions]):
    """Days worked against the rule, with their own sessions where the override names some."""

    def __init__(self, book: _DayBook) -> None:
        super().__init__()
        self.overrides = book.overrides
        self.swapped = national.SwappedDays()

    def __contains__(self, day: object) -> bool:
        override = self.overrides.get(day)  # type: ignore[call-overload]
        return override.kind == DayOverride.Kind.WORKED if override else day in self.swapped

    def __getitem__(self, day: date) -> rules.Sessions:
        override = self.overrides.get(day)
        return rules.sessions(*[(start, end) for start, end in override.sessions]) if override else ()


@dataclass(frozen=True)
class DayInfo:
    """One day of a month view."""

    day: date
    sessions: rules.Sessions
    # Why the day is not as its weekday: the holiday's name or the override's reason; empty otherwise.
    reason: str
    override: DayOverride | None

    @property
    def is_working(self) -> bool:
        return bool(self.sessions)

    @property
    def spans(self) -> list[tuple[str, str]]:
        return spans_of(self.sessions)


def spans_of(sessions: rules.Sessions) -> list[tuple[str, str]]:
    """Sessions as clock times: [("07:30", "11:30"), …]."""
    return [(clock(start), clock(end)) for start, end in sessions]


def clock(second: int) -> str:
    """07:30 for 27000."""
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"


def month_of(unit: Unit, year: int, month: int) -> list[DayInfo]:
    """Every day of a month in the unit's calendar."""
    calendar = calendar_for(unit)
    overrides = _overrides(tuple(unit.ancestor_ids))
    first = date(year, month, 1)
    days = []
    for number in range(monthrange(year, month)[1]):
        day = first + timedelta(number)
        override = overrides.get(day)
        reason = str(override.reason) if override else national.name_of(day)
        days.append(DayInfo(day, calendar.sessions_on(day), reason, override))
    return days


def hours_of(unit: Unit, day: date) -> tuple[OfficeHours | None, rules.Week]:
    """The hours that hold for the unit on `day`, and the row (maybe an ancestor's) that sets them."""
    chain = unit.ancestor_ids
    row = hours_row_on(day, OfficeHours.objects.standing().filter(unit_id__in=chain).select_related("unit"), chain)
    return row, as_week(row.week) if row else USUAL_WEEK


def overrides_of(unit: Unit, year: int) -> list[DayOverride]:
    """Overrides of the year that reach the unit, standing ones and withdrawn ones, its own and its ancestors'."""
    rows = DayOverride.objects.filter(unit_id__in=unit.ancestor_ids, day__year=year)
    return list(rows.select_related("unit").order_by("day", "-created_at"))
