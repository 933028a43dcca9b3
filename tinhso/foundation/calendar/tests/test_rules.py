"""The legal clock against a slow reference, and its refusals."""

import timeit
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tinhso.foundation.calendar.rules import (
    VIETNAM,
    Clock,
    ClockEvent,
    NoWorkingTime,
    Term,
    WorkCalendar,
    WrongClock,
    WrongHours,
    sessions,
    week,
)
from tinhso.foundation.calendar.tests.reference import SlowCalendar

FIRST = date(2026, 1, 1)
USUAL = week(sessions(("07:30", "11:30"), ("13:00", "17:00")))


def at(day: str, clock: str = "09:00") -> datetime:
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), VIETNAM)


@st.composite
def day_sessions(draw: st.DrawFn, *, may_be_empty: bool = True):
    count = draw(st.integers(0 if may_be_empty else 1, 3))
    marks = sorted(draw(st.sets(st.integers(6 * 12, 20 * 12), min_size=2 * count, max_size=2 * count)))
    return tuple((marks[i] * 300, marks[i + 1] * 300) for i in range(0, 2 * count, 2))


@st.composite
def calendars(draw: st.DrawFn) -> tuple[WorkCalendar, SlowCalendar]:
    days = [draw(day_sessions(may_be_empty=False)), *[draw(day_sessions()) for _ in range(6)]]
    near = st.dates(FIRST - timedelta(20), FIRST + timedelta(60))
    off, worked = draw(st.frozensets(near, max_size=15)), draw(st.frozensets(near, max_size=5))
    hours = tuple(days)
    return WorkCalendar(hours, off, worked), SlowCalendar(hours, off, worked)


# Around a turn of the year, so that the boundary between two laid-out years is always near.
moments = st.datetimes(datetime(2025, 12, 20), datetime(2026, 1, 20)).map(
    lambda m: m.replace(second=0, microsecond=0, tzinfo=VIETNAM)
)
calm = settings(max_examples=60, deadline=None)


@calm
@given(calendars(), moments, st.integers(0, 14 * 24 * 60))
def test_working_minutes_agree_with_the_reference(both, start, span) -> None:
    fast, slow = both
    end = start + timedelta(minutes=span)
    assert fast.working_minutes_between(start, end) == slow.minutes_between(start, end)
    assert fast.working_minutes_between(end, start) == -slow.minutes_between(start, end)


@calm
@given(calendars(), moments, st.integers(0, 2000))
def test_added_time_agrees_with_the_reference(both, start, minutes) -> None:
    fast, slow = both
    due = fast.add_seconds(start, minutes * 60)
    assert due == slow.add_minutes(start, minutes)
    assert fast.working_minutes_between(start, due) == minutes


@calm
@given(
    calendars(),
    moments,
    st.one_of(
        st.builds(Term, st.integers(0, 40), st.sampled_from(["working_day", "day"])),
        st.builds(Term, st.integers(0, 40), st.just("working_hour")),
        st.builds(Term, st.sampled_from([Decimal("0.25"), Decimal("0.5"), Decimal("1.5")]), st.just("working_day")),
    ),
)
def test_due_dates_agree_with_the_reference(both, start, term) -> None:
    fast, slow = both
    assert fast.due_at(start, term) == slow.due(start, term)


@calm
@given(calendars(), moments)
def test_hand_over_agrees_with_the_reference(both, received) -> None:
    fast, slow = both
    assert fast.hand_over_due(received) == slow.hand_over(received)
    assert fast.hand_over_due(received) >= received


@calm
@given(calendars(), moments, moments)
def test_what_remains_is_negative_exactly_when_late(both, now, due) -> None:
    fast, slow = both
    left = fast.remaining(now, due)
    assert (left < 0) == (now > due)
    if now <= due:
        assert left == slow.minutes_between(now, due)


@calm
@given(calendars(), moments, st.integers(0, 30), st.integers(1, 30))
def test_a_longer_limit_is_never_due_earlier(both, start, days, more) -> None:
    fast, _slow = both
    assert fast.add_days(start, days) <= fast.add_days(start, days + more)
    assert fast.add_days(start, days + more).date() > start.date()


def standstills(start: datetime, gaps: list[int]) -> list[tuple[datetime, datetime]]:
    marks, here = [], start
    for gap in gaps:
        here += timedelta(minutes=gap)
        marks.append(here)
    return list(zip(marks[::2], marks[1::2], strict=False))


gaps = st.lists(st.integers(0, 3 * 24 * 60), max_size=6).filter(lambda g: len(g) % 2 == 0)


def paused_clock(fast: WorkCalendar, start: datetime, term: Term, still: list[tuple[datetime, datetime]]) -> Clock:
    events = []
    for stopped, resumed in still:
        events += [ClockEvent("supplement_asked", stopped), ClockEvent("supplement_given", resumed)]
    return Clock(fast, start, term, "pause", tuple(events))


@calm
@given(calendars(), moments, st.integers(1, 12), gaps)
def test_paused_days_agree_with_the_reference(both, start, days, cuts) -> None:
    fast, slow = both
    still = standstills(start, cuts)
    due = paused_clock(fast, start, Term(days, "working_day"), still).due_at()
    expected = slow.due_with_pauses_in_days(start, days, still)
    assert due == expected
    assert due >= fast.due_at(start, Term(days, "working_day"))


@calm
@given(calendars(), moments, st.integers(1, 12), gaps)
def test_paused_hours_agree_with_the_reference(both, start, hours, cuts) -> None:
    fast, slow = both
    still = standstills(start, cuts)
    due = paused_clock(fast, start, Term(hours, "working_hour"), still).due_at()
    assert due == slow.due_with_pauses_in_minutes(start, hours * 60, still)


@calm
@given(calendars(), moments, st.integers(1, 8), gaps.filter(bool))
def test_restart_counts_from_the_last_supplement_alone(both, start, days, cuts) -> None:
    fast, slow = both
    still = standstills(start, cuts)
    term = Term(days, "working_day")
    paused = paused_clock(fast, start, term, still)
    clock = Clock(fast, start, term, "restart", paused.events)
    assert clock.due_at() == slow.due(still[-1][1], term)


@calm
@given(calendars(), moments, st.integers(1, 8), gaps)
def test_without_a_policy_supplements_change_nothing(both, start, days, cuts) -> None:
    fast, slow = both
    term = Term(days, "working_day")
    events = paused_clock(fast, start, term, standstills(start, cuts)).events
    assert Clock(fast, start, term, "none", events).due_at() == slow.due(start, term)


@calm
@given(calendars(), moments)
def test_any_time_zone_means_the_same_instant(both, start) -> None:
    fast, _slow = both
    elsewhere = start.astimezone(UTC)
    assert fast.add_days(elsewhere, 3) == fast.add_days(start, 3)
    assert fast.hand_over_due(elsewhere) == fast.hand_over_due(start)


@calm
@given(calendars(), st.dates(FIRST - timedelta(30), FIRST + timedelta(60)), st.integers(0, 90))
def test_working_days_between_counts_them(both, first, span) -> None:
    fast, slow = both
    last = first + timedelta(span)
    count = sum(slow.is_working_day(first + timedelta(i)) for i in range(1, span + 1))
    assert fast.working_days_between(first, last) == count
    assert fast.working_days_between(last, first) == -count


def test_hours_change_from_a_day_on() -> None:
    summer = week(sessions(("06:30", "11:00"), ("14:00", "17:30")))
    calendar = WorkCalendar(USUAL, later=[(date(2026, 5, 15), summer)])
    assert calendar.closes_at(date(2026, 5, 14)) == at("2026-05-14", "17:00")
    assert calendar.closes_at(date(2026, 5, 15)) == at("2026-05-15", "17:30")
    assert calendar.add_hours(at("2026-05-14", "16:00"), 2) == at("2026-05-15", "07:30")


def test_a_worked_day_may_have_its_own_hours() -> None:
    morning = sessions(("07:30", "11:30"))
    calendar = WorkCalendar(USUAL, worked_days={date(2026, 1, 10): morning, date(2026, 1, 11): ()})
    assert calendar.closes_at(date(2026, 1, 10)) == at("2026-01-10", "11:30")
    assert calendar.closes_at(date(2026, 1, 11)) == at("2026-01-11", "17:00")


def test_a_paused_clock_has_no_due_date_and_a_finished_one_is_never_late_later() -> None:
    calendar = WorkCalendar(USUAL)
    asked = ClockEvent("supplement_asked", at("2026-03-03"))
    clock = Clock(calendar, at("2026-03-02"), Term(2, "working_day"), "restart", (asked,))
    assert clock.read(at("2026-03-20")).state == "paused"
    done = ClockEvent("finished", at("2026-03-04", "10:00"))
    finished = Clock(calendar, at("2026-03-02"), Term(2, "working_day"), "restart", (done,))
    assert finished.read(at("2027-01-01")).state == "on_time"
    late = Clock(calendar, at("2026-03-02"), Term(1, "working_day"), "restart", (done,))
    assert (late.read(at("2026-03-04")).state, late.read(at("2026-03-04")).remaining) == ("late", -150)


def test_a_new_date_counts_from_when_it_is_given_and_a_later_pause_moves_it() -> None:
    calendar = WorkCalendar(USUAL)
    again = ClockEvent("reappointed", at("2026-03-03"), until=at("2026-03-10", "17:00"))
    clock = Clock(calendar, at("2026-03-02"), Term(2, "working_day"), "restart", (again,))
    assert clock.due_at() == at("2026-03-10", "17:00")
    wait = (ClockEvent("paused", at("2026-03-09", "16:00")), ClockEvent("resumed", at("2026-03-10", "16:00")))
    moved = Clock(calendar, at("2026-03-02"), Term(2, "working_day"), "restart", (again, *wait))
    assert moved.due_at() == at("2026-03-11", "17:00")


@pytest.mark.parametrize(
    "events",
    [
        [ClockEvent("supplement_given", at("2026-03-03"))],
        [ClockEvent("resumed", at("2026-03-03"))],
        [ClockEvent("paused", at("2026-03-03")), ClockEvent("paused", at("2026-03-04"))],
        [ClockEvent("paused", at("2026-03-01"))],
        [ClockEvent("reappointed", at("2026-03-03"))],
        [ClockEvent("reappointed", at("2026-03-03"), until=at("2026-03-02"))],
        [ClockEvent("paused", at("2026-03-05")), ClockEvent("resumed", at("2026-03-04"))],
    ],
)
def test_events_that_cannot_follow_one_another_are_refused(events) -> None:
    clock = Clock(WorkCalendar(USUAL), at("2026-03-02"), Term(2, "working_day"), "pause", tuple(events))
    with pytest.raises(WrongClock):
        clock.due_at()


@pytest.mark.parametrize(
    "spans",
    [
        [("11:30", "07:30")],
        [("07:30", "11:30"), ("11:00", "17:00")],
        [("7h30", "11:30")],
        [("07:30", "25:00")],
        [(1, 2)],
    ],
)
def test_wrong_hours_are_refused(spans) -> None:
    with pytest.raises(WrongHours):
        sessions(*spans)


def test_an_office_that_never_opens_is_refused_and_not_waited_for() -> None:
    with pytest.raises(NoWorkingTime):
        WorkCalendar(week(())).add_days(at("2026-03-02"), 1)
    with pytest.raises(NoWorkingTime):
        WorkCalendar(week(())).add_hours(at("2026-03-02"), 1)
    with pytest.raises(NoWorkingTime):
        WorkCalendar(USUAL).is_working(date(1800, 1, 1))


def test_an_instant_without_zone_and_a_negative_limit_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        WorkCalendar(USUAL).add_days(datetime(2026, 3, 2, 9), 1)
    for term in (Term(-1, "working_day"), Term(-1, "day"), Term(-1, "working_hour")):
        with pytest.raises(ValueError, match="negative"):
            WorkCalendar(USUAL).due_at(at("2026-03-02"), term)


def test_a_due_date_costs_microseconds() -> None:
    calendar, start, term = WorkCalendar(USUAL), at("2026-03-02"), Term(15, "working_day")
    calendar.due_at(start, term)
    once = min(timeit.repeat(lambda: calendar.due_at(start, term), number=2000, repeat=5)) / 2000
    # The budget is 50 µs on the reference machine; a busy one gets four times that before this fails.
    assert once < 200e-6


@calm
@given(calendars(), moments, st.integers(1, 12), gaps)
def test_calendar_days_with_pauses_end_on_a_working_day(both, start, days, cuts) -> None:
    fast, slow = both
    still = standstills(start, cuts)
    due = paused_clock(fast, start, Term(days, "day"), still).due_at()
    assert due is not None and slow.is_working_day(due.date())
    assert due >= slow.due(start, Term(days, "day"))


@calm
@given(calendars(), moments, moments)
def test_reading_never_contradicts_the_due_date(both, start, now) -> None:
    fast, _slow = both
    assume(now >= start)
    reading = Clock(fast, start, Term(2, "working_day")).read(now)
    assert reading.due_at is not None
    assert reading.state == ("overdue" if now > reading.due_at else "running")
