"""The legal clock: working time of one office, due dates, and a dossier's clock with its supplements. Pure.

Sources: Civil Code 91/2015/QH13 arts 147 and 148 (the day of the event is not counted; a limit in hours starts at
once; a last day that is a day off moves to the next working day); Decree 61/2018/NĐ-CP art. 18.2 (hand over on the
same day, or at the start of the next working day when received after 15:00) and art. 19.4 (a returned dossier starts
again from zero). Decree 61/2018 was replaced by 118/2025; its rules stand in until that text is at hand, so the
supplement policy is a property of each procedure version.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
# Sessions of one day as (start, end) in seconds after midnight, in order and apart from one another.
Sessions = tuple[tuple[int, int], ...]
# Monday first.
Week = tuple[Sessions, Sessions, Sessions, Sessions, Sessions, Sessions, Sessions]

HOUR = 3600
HAND_OVER_LIMIT = 15 * HOUR
# An online dossier is answered (accepted, to be supplemented, refused) within 8 working hours.
ANSWER_HOURS = 8
# A part of a working day (0,25; 0,5 in the internal procedures) is counted in hours of an 8-hour day (Labour Code 105).
DAY_SECONDS = 8 * HOUR
FIRST_YEAR, LAST_YEAR = 1990, 2150


class NoWorkingTime(ValueError):
    """The calendar has no working time where one is sought (an office that never opens, a year out of range)."""


class WrongHours(ValueError):
    """Sessions that overlap, run backwards or leave the day."""


class WrongClock(ValueError):
    """Clock events that cannot follow one another."""


@dataclass(frozen=True)
class Term:
    """A time limit as the procedure states it."""

    value: Decimal | int | float
    unit: Literal["working_day", "working_hour", "day"]


def sessions(*spans: tuple[str, str]) -> Sessions:
    """Sessions from clock times: sessions(("07:30", "11:30"), ("13:00", "17:00")). Raises WrongHours."""
    found = tuple((_second(start), _second(end)) for start, end in spans)
    before = 0
    for start, end in found:
        if start >= end or start < before:
            raise WrongHours(f"{spans}")
        before = end
    return found


def _second(clock: str) -> int:
    try:
        if clock == "24:00":
            return 24 * HOUR
        at = time.fromisoformat(clock)
    except (ValueError, TypeError):
        raise WrongHours(str(clock)) from None
    if at.tzinfo is not None:
        raise WrongHours(clock)
    return at.hour * HOUR + at.minute * 60 + at.second


def week(usual: Sessions, saturday: Sessions = (), sunday: Sessions = ()) -> Week:
    """The same hours from Monday to Friday, others (or none) at the week's end."""
    return (usual, usual, usual, usual, usual, saturday, sunday)


class _Year(NamedTuple):
    """One year laid out for look-up: index 0 is 1 January, whose ordinal is `start`."""

    start: int
    days: list[Sessions]
    # Working seconds before day i; one entry more than days.
    before: list[int]
    # Indexes of the working days, and how many of them there are up to and with day i.
    working: list[int]
    rank: list[int]


class WorkCalendar:
    """Working time of one office. Years are laid out once and then only looked up, so keep the object.

    `off_days` are free although their weekday is worked; `worked_days` are worked although they are free (a swapped
    Saturday), with their own sessions when it is a mapping that names some, else those of their weekday, else
    Monday's. A day in both is worked. `later` changes the weekly hours from a day on.
    """

    def __init__(
        self,
        sessions_by_weekday: Week,
        off_days: Container[date] = frozenset(),
        worked_days: Container[date] = frozenset(),
        *,
        later: Sequence[tuple[date, Week]] = (),
        zone: ZoneInfo = VIETNAM,
    ) -> None:
        self._weeks: list[tuple[date, Week]] = [(date.min, sessions_by_weekday), *sorted(later, key=lambda at: at[0])]
        self._off = off_days
        self._worked = worked_days
        self._zone = zone
        self._years: dict[int, _Year] = {}

    # Days

    def sessions_on(self, day: date) -> Sessions:
        """The sessions worked on `day`; none on a day off."""
        laid = self._year(day.year)
        return laid.days[day.toordinal() - laid.start]

    def is_working(self, day: date) -> bool:
        return bool(self.sessions_on(day))

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        return self._nth_after(day, 1)

    def first_working_day(self, day: date) -> date:
        """`day` itself when it is worked, else the next working day."""
        return day if self.is_working(day) else self._nth_after(day, 1)

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days lie after `first` and up to `last`, both as in "day of start not counted"."""
        if last < first:
            return -self.working_days_between(last, first)
        count = self._rank(last) - self._rank(first)
        return count + sum(len(self._year(year).working) for year in range(first.year, last.year))

    def opens_at(self, day: date) -> datetime:
        """When work starts on a working day."""
        return self._instant(day, self._some(day)[0][0])

    def closes_at(self, day: date) -> datetime:
        """When work ends on a working day: the moment at which a limit in days runs out."""
        return self._instant(day, self._some(day)[-1][1])

    # Working time

    def working_seconds_between(self, start: datetime, end: datetime) -> int:
        """Seconds of working time from `start` to `end`; negative when `end` comes first."""
        if end < start:
            return -self.working_seconds_between(end, start)
        (first, passed), (last, reached) = self._place(start), self._place(end)
        return reached - passed + sum(self._year(year).before[-1] for year in range(first, last))

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """Whole minutes of working time from `start` to `end`, rounded down; negative when `end` comes first."""
        return self.working_seconds_between(start, end) // 60

    def add_seconds(self, start: datetime, seconds: int) -> datetime:
        """The first instant by which `seconds` of working time have passed since `start`; 0 is `start` itself."""
        if seconds <= 0:
            return self._local(start)
        year, passed = self._place(start)
        wanted = passed + seconds
        while wanted > (laid := self._year(year)).before[-1]:
            wanted -= laid.before[-1]
            year += 1
        index = bisect_left(laid.before, wanted) - 1
        return self._instant(
            date(year, 1, 1) + timedelta(index), _within(laid.days[index], wanted - laid.before[index])
        )

    def add_hours(self, start: datetime, hours: Decimal | int | float) -> datetime:
        """A limit in working hours: it starts at once (Civil Code 147.1), or when work next begins."""
        return self.add_seconds(start, round(hours * HOUR))

    def add_days(self, start: datetime, days: int) -> datetime:
        """A limit in working days: the start's day is not counted; due when work ends on the last day.

        0 days is a same-day procedure: due when work ends on the start's day, or on the next working day when that
        day is not worked, is over, or the start lies after 15:00.
        """
        if days < 0:
            raise ValueError("a time limit is never negative")
        day = self._local(start).date()
        if days == 0:
            return self._same_day(start) or self.closes_at(self.next_working_day(day))
        return self.closes_at(self._nth_after(day, days))

    def due_at(self, start: datetime, term: Term) -> datetime:
        """When a limit that starts with an event at `start` runs out."""
        if term.value < 0:
            raise ValueError("a time limit is never negative")
        if term.unit == "working_hour":
            return self.add_hours(start, term.value)
        whole = int(term.value)
        if term.unit == "day":
            last = self._local(start).date() + timedelta(whole)
            return self.closes_at(self.first_working_day(last)) if whole else self.add_days(start, 0)
        if whole != term.value:
            return self.add_seconds(start, round(term.value * DAY_SECONDS))
        return self.add_days(start, whole)

    def hand_over_due(self, received_at: datetime) -> datetime:
        """Until when a dossier received at the desk is with the resolving office (Decree 61/2018 art. 18.2)."""
        same_day = self._same_day(received_at)
        return same_day or self.opens_at(self.next_working_day(self._local(received_at).date()))

    def answer_due(self, submitted_at: datetime) -> datetime:
        """Until when an online dossier is answered: 8 working hours."""
        return self.add_hours(submitted_at, ANSWER_HOURS)

    def remaining(self, now: datetime, due: datetime) -> int:
        """Working minutes left until `due`; negative if and only if `due` has passed (at least -1)."""
        left = self.working_minutes_between(now, due)
        return left if now <= due else min(left, -1)

    def _same_day(self, received_at: datetime) -> datetime | None:
        """The close of the day of reception, when it is worked, still open and not past 15:00; else None."""
        local = self._local(received_at)
        day = local.date()
        if not self.is_working(day) or _second_of(local) > HAND_OVER_LIMIT or local > self.closes_at(day):
            return None
        return self.closes_at(day)

    # Laying out years

    def _nth_after(self, day: date, days: int) -> date:
        year = day.year
        wanted = self._rank(day) + days
        while wanted > len((laid := self._year(year)).working):
            wanted -= len(laid.working)
            year += 1
        return date.fromordinal(laid.start + laid.working[wanted - 1])

    def _rank(self, day: date) -> int:
        """How many days of its year are worked up to and with `day`."""
        laid = self._year(day.year)
        return laid.rank[day.toordinal() - laid.start]

    def _place(self, at: datetime) -> tuple[int, int]:
        """The year of `at`, and the working seconds of that year that have passed by then."""
        local = self._local(at)
        laid = self._year(local.year)
        index = local.toordinal() - laid.start
        return local.year, laid.before[index] + _passed(laid.days[index], _second_of(local))

    def _local(self, at: datetime) -> datetime:
        if at.tzinfo is None:
            raise ValueError("an instant without a time zone has no place in the calendar")
        return at if at.tzinfo is self._zone else at.astimezone(self._zone)

    def _instant(self, day: date, second: int) -> datetime:
        hour, rest = divmod(second, HOUR)
        if hour == 24:
            return datetime.combine(day + timedelta(1), time.min, self._zone)
        return datetime(day.year, day.month, day.day, hour, rest // 60, rest % 60, tzinfo=self._zone)

    def _some(self, day: date) -> Sessions:
        found = self.sessions_on(day)
        if not found:
            raise NoWorkingTime(day.isoformat())
        return found

    def _year(self, year: int) -> _Year:
        laid = self._years.get(year)
        if laid is None:
            if not FIRST_YEAR <= year <= LAST_YEAR:
                raise NoWorkingTime(str(year))
            laid = self._years[year] = self._lay_out(year)
        return laid

    def _lay_out(self, year: int) -> _Year:
        start, days = date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days
        laid = _Year(start.toordinal(), [], [0], [], [])
        for index in range(days):
            found = self._sessions(start + timedelta(index))
            laid.days.append(found)
            laid.before.append(laid.before[-1] + sum(end - begin for begin, end in found))
            if found:
                laid.working.append(index)
            laid.rank.append(len(laid.working))
        return laid

    def _sessions(self, day: date) -> Sessions:
        hours = self._week(day)
        if day in self._worked:
            own = self._worked[day] if isinstance(self._worked, Mapping) else None
            return own or hours[day.weekday()] or hours[0]
        return () if day in self._off else hours[day.weekday()]

    def _week(self, day: date) -> Week:
        return next(hours for since, hours in reversed(self._weeks) if since <= day)


def _second_of(at: datetime) -> int:
    return at.hour * HOUR + at.minute * 60 + at.second


def _passed(day: Sessions, second: int) -> int:
    """Working seconds of the day that have passed at `second`."""
    return sum(min(second, end) - start for start, end in day if second > start)


def _within(day: Sessions, passed: int) -> int:
    """The second of the day at which `passed` (more than 0) working seconds have passed."""
    for start, end in day:
        if passed <= end - start:
            return start + passed
        passed -= end - start
    raise NoWorkingTime(f"{passed}")


class ClockEvent(NamedTuple):
    """Something that touched a running clock.

    `supplement_asked` / `supplement_given`: the policy of the procedure version says what they do.
    `paused` / `resumed`: the clock stands still whatever the policy (a fee awaited, a wait fixed by law).
    `reappointed`: an apology with a new date in `until` (allowed once; the act sees to that).
    `finished`: the result is there, the clock stops for good.
    """

    kind: Literal["supplement_asked", "supplement_given", "paused", "resumed", "reappointed", "finished"]
    at: datetime
    until: datetime | None = None


Policy = Literal["restart", "pause", "none"]


@dataclass(frozen=True)
class Reading:
    """A clock at one moment. `remaining`: signed working minutes, None while it stands still."""

    state: Literal["running", "paused", "overdue", "on_time", "late"]
    due_at: datetime | None
    remaining: int | None


_OPENS = {"supplement_asked": "supplement", "paused": "pause"}
_CLOSES = {"supplement_given": "supplement", "resumed": "pause"}


@dataclass(frozen=True)
class Clock:
    """A dossier's clock: calendar, start, limit, supplement policy and what happened since, in order of time.

    restart: the limit starts again from zero when the supplement is complete (Decree 61/2018 art. 19.4);
    pause: time from asking to giving is not counted (of a limit in days, a day counts when the clock ran until its
    close; of hours and parts of days, working time counts);
    none: supplements do not touch the clock.
    """

    calendar: WorkCalendar
    start: datetime
    term: Term
    policy: Policy = "restart"
    events: tuple[ClockEvent, ...] = ()

    def due_at(self) -> datetime | None:
        """When the limit runs out as things stand; None while the clock is paused."""
        return self._play()[0]

    def read(self, now: datetime) -> Reading:
        """The clock at `now`. A finished one says whether it was on time, for ever after."""
        due, finished_at = self._play()
        if due is None:
            return Reading("paused", None, None)
        if finished_at is not None:
            return Reading("on_time" if finished_at <= due else "late", due, self.calendar.remaining(finished_at, due))
        return Reading("running" if now <= due else "overdue", due, self.calendar.remaining(now, due))

    def _play(self) -> tuple[datetime | None, datetime | None]:
        """Due (None while paused) and when it finished."""
        run = _Run(self.calendar, self.start, self.term)
        before = self.start
        for event in self.events:
            if event.at < before:
                raise WrongClock(f"{event.kind} {event.at.isoformat()}")
            before = event.at
            if event.kind == "finished":
                return run.due_when_finished(event.at), event.at
            self._apply(run, event)
        return run.due(), None

    def _apply(self, run: _Run, event: ClockEvent) -> None:
        if event.kind == "reappointed":
            if event.until is None or event.until <= event.at:
                raise WrongClock(event.kind)
            run.aim_at(event.until, event.at)
        elif event.kind in _OPENS:
            if self._counts(event):
                run.stop(_OPENS[event.kind], event.at)
        elif self._counts(event):
            run.go_on(_CLOSES[event.kind], event.at)
            if event.kind == "supplement_given" and self.policy == "restart":
                run.restart(event.at)

    def _counts(self, event: ClockEvent) -> bool:
        return self.policy != "none" or not event.kind.startswith("supplement")


class _Run:
    """The bookkeeping of one clock: since when it runs towards what, and the stretches in which it stood still."""

    def __init__(self, calendar: WorkCalendar, start: datetime, term: Term) -> None:
        self.calendar = calendar
        self.term = term
        self.start = start
        self.aim: datetime | None = None
        self.still: list[tuple[datetime, datetime]] = []
        self.reasons: set[str] = set()
        self.stopped_at = start

    def stop(self, reason: str, at: datetime) -> None:
        if reason in self.reasons:
            raise WrongClock(reason)
        if not self.reasons:
            self.stopped_at = at
        self.reasons.add(reason)

    def go_on(self, reason: str, at: datetime) -> None:
        if reason not in self.reasons:
            raise WrongClock(reason)
        self.reasons.discard(reason)
        if not self.reasons:
            self.still.append((self.stopped_at, at))

    def restart(self, at: datetime) -> None:
        self.start, self.aim, self.still = at, None, []
        if self.reasons:
            self.stopped_at = at

    def aim_at(self, until: datetime, at: datetime) -> None:
        """From `at` on the new date counts; later standstills move it on."""
        self.start, self.aim, self.still = at, until, []
        if self.reasons:
            self.stopped_at = at

    def due_when_finished(self, at: datetime) -> datetime:
        """The due date as of finishing, which ends any standstill."""
        if self.reasons:
            self.still.append((self.stopped_at, at))
            self.reasons.clear()
        found = self.due()
        return found if found is not None else at

    def due(self) -> datetime | None:
        if self.reasons:
            return None
        first = self.calendar.due_at(self.start, self.term) if self.aim is None else self.aim
        if not self.still:
            return first
        if self.aim is not None or self.term.unit == "working_hour":
            return self._due_in_time(first)
        if self.term.unit == "day":
            return self._due_in_calendar_days(first)
        whole_days = self.term.value >= 1 and int(self.term.value) == self.term.value
        return self._due_in_days(first) if whole_days else self._due_in_time(first)

    def _due_in_days(self, first: datetime) -> datetime:
        """The close of the n-th working day at whose close the clock ran; the start's day is not counted."""
        due = first
        for stopped, resumed in self.still:
            if stopped >= due:
                break
            lost = self._closed_by(resumed) - self._closed_by(stopped)
            due = self.calendar.add_days(due, lost) if lost else due
        return due

    def _closed_by(self, at: datetime) -> int:
        """How many working days after the start's day had closed at `at`."""
        day, start = at.astimezone(VIETNAM).date(), self.start.astimezone(VIETNAM).date()
        count = self.calendar.working_days_between(start, day)
        still_open = day > start and self.calendar.is_working(day) and self.calendar.closes_at(day) > at
        return count - 1 if still_open else count

    def _due_in_calendar_days(self, first: datetime) -> datetime:
        """The limit moved on by the days from each stop to its end; a last day off moves to a working day."""
        due, last = first, self.start.astimezone(VIETNAM).date() + timedelta(int(self.term.value))
        for stopped, resumed in self.still:
            if stopped >= due:
                break
            last += resumed.astimezone(VIETNAM).date() - stopped.astimezone(VIETNAM).date()
            due = max(first, self.calendar.closes_at(self.calendar.first_working_day(last)))
        return due

    def _due_in_time(self, first: datetime) -> datetime:
        """The instant by which enough working time passed with the clock running."""
        due = first
        for stopped, resumed in self.still:
            if stopped >= due:
                break
            due = self.calendar.add_seconds(due, self.calendar.working_seconds_between(stopped, resumed))
        return due
