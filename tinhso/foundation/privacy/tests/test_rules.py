"""Clocks against a slow reference that walks day by day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.foundation.calendar.rules import VIETNAM, WorkCalendar, sessions, week
from tinhso.foundation.privacy import rules
from tinhso.foundation.privacy.rules import Kind, State

DAY = sessions(("07:30", "11:30"), ("13:00", "17:00"))
# Tết 2026 as nine days off in a row, and 30 April, 1 May.
TET = {date(2026, 2, 14) + timedelta(days=n) for n in range(9)} | {date(2026, 4, 30), date(2026, 5, 1)}
CALENDAR = WorkCalendar(week(DAY), TET)

moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 6, 30)).map(lambda at: at.replace(tzinfo=VIETNAM))
kinds = st.sampled_from(list(Kind))


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in TET


def walk_working(start: date, days: int) -> date:
    day = start
    while days:
        day += timedelta(days=1)
        days -= works(day)
    return day


def walk_calendar(start: date, days: int) -> date:
    day = start + timedelta(days=days)
    while not works(day):
        day += timedelta(days=1)
    return day


@settings(max_examples=150, deadline=None)
@given(moments, kinds, st.booleans(), st.integers(0, 15))
def test_both_clocks_agree_with_a_walk_through_the_calendar(at: datetime, kind: Kind, third: bool, extra: int) -> None:
    due = rules.acknowledge_due(CALENDAR, at)
    assert due.date() == walk_working(at.date(), 2) and (due.hour, due.minute) == (17, 0)
    acts = rules.act_due(CALENDAR, at, kind, third_party=third, extended_days=extra)
    stops = kind in (Kind.WITHDRAW, Kind.RESTRICT, Kind.OBJECT)
    days = (20 if third else 15) if stops else 10
    assert acts.date() == walk_calendar(at.date(), days + extra) and acts > at


@settings(max_examples=100, deadline=None)
@given(moments, kinds, st.booleans())
def test_a_longer_term_never_ends_sooner(at: datetime, kind: Kind, third: bool) -> None:
    ends = [rules.act_due(CALENDAR, at, kind, third_party=third, extended_days=n) for n in range(16)]
    assert ends == sorted(ends)


def test_a_request_on_the_eve_of_tet() -> None:
    at = datetime(2026, 2, 13, 16, 0, tzinfo=VIETNAM)
    assert rules.acknowledge_due(CALENDAR, at) == datetime(2026, 2, 24, 17, 0, tzinfo=VIETNAM)
    # Ten days end on the 23rd; a term that ends within Tết moves to the first day worked.
    assert rules.act_due(CALENDAR, at, Kind.COPY) == datetime(2026, 2, 23, 17, 0, tzinfo=VIETNAM)
    early = datetime(2026, 2, 5, 8, 0, tzinfo=VIETNAM)
    assert rules.act_due(CALENDAR, early, Kind.COPY) == datetime(2026, 2, 23, 17, 0, tzinfo=VIETNAM)


def test_breach_hours_run_through_tet() -> None:
    known = datetime(2026, 2, 14, 23, 30, tzinfo=VIETNAM)
    plain = rules.breach_notices(known, is_serious=False, is_grave=False)
    assert [(one.kind, one.due_at - known) for one in plain] == [("authority", timedelta(hours=72))]
    serious = {one.kind: one.due_at - known for one in rules.breach_notices(known, is_serious=True, is_grave=False)}
    hours = {kind: timedelta(hours=n) for kind, n in {"first": 24, "authority": 72, "report": 72}.items()}
    assert serious == hours
    grave = rules.breach_notices(known, is_serious=False, is_grave=True)
    assert grave[0].kind == "first" and grave[0].due_at == known + timedelta(hours=1)


@pytest.mark.parametrize(
    ("filed", "again"),
    [
        (date(2026, 1, 10), date(2026, 7, 10)),
        (date(2025, 8, 31), date(2026, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 12, 1), date(2027, 6, 1)),
    ],
)
def test_an_assessment_is_reviewed_after_six_months(filed: date, again: date) -> None:
    assert rules.review_due(filed) == again


def test_an_assessment_due_on_a_day_off_moves_on() -> None:
    assert rules.assessment_due(CALENDAR, date(2025, 12, 17)) == date(2026, 2, 23)  # 15 February lies in Tết
    assert rules.assessment_due(CALENDAR, date(2026, 3, 2)) == date(2026, 5, 4)  # 1 May, then a week's end


def test_outcomes_and_extensions() -> None:
    assert [rules.outcome(*pair) for pair in ((0, 0), (0, 2), (1, 0), (3, 1))] == [
        State.REFUSED,
        State.REFUSED,
        State.DONE,
        State.PARTLY,
    ]
    assert [rules.extension_fits(days) for days in (-1, 0, 1, 15, 16)] == [False, False, True, True, False]
