"""The index's arithmetic against a slow reference: on time, ratios, points, what does not apply."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.systems.procedures.performance.rules import scores
from tinhso.systems.procedures.performance.rules.on_time import Course, Request, is_on_time

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTES = st.integers(0, 400)


def moment(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


@st.composite
def courses(draw: st.DrawFn) -> tuple[Course, datetime]:
    times = sorted(draw(st.lists(MINUTES, max_size=6, unique=True)))
    requests = [
        Request(moment(times[n]), moment(times[n + 1]) if n + 1 < len(times) else None) for n in range(0, len(times), 2)
    ]
    ended = draw(st.none() | MINUTES.map(moment))
    promised = draw(st.none() | MINUTES.map(moment))
    longest = draw(st.none() | st.integers(0, 300).map(lambda n: timedelta(minutes=n)))
    return Course(START, ended, promised, requests, longest), moment(draw(MINUTES))


def slowly(course: Course, period_end: datetime) -> bool:
    """The same, minute by minute: the clock stands while the citizen is waited for."""
    end = period_end if course.ended_at is None or course.ended_at > period_end else course.ended_at
    asks = [one for one in course.requests if START <= one.asked_at < end]
    if len(asks) >= 2:
        return False
    worked, now = 0, START
    while now < end:
        waiting = any(one.asked_at <= now and (one.answered_at is None or now < one.answered_at) for one in asks)
        worked += not waiting
        now += timedelta(minutes=1)
    if end < START:
        worked = int((end - START) / timedelta(minutes=1))
    if course.promised_at is not None:
        return START + timedelta(minutes=worked) <= course.promised_at
    return course.longest is None or timedelta(minutes=worked) <= course.longest


@given(courses())
def test_on_time_is_as_the_slow_reference_says(given_course: tuple[Course, datetime]) -> None:
    course, period_end = given_course
    assert is_on_time(course, period_end) == slowly(course, period_end)


def test_waiting_after_one_request_stops_the_clock_at_the_asking() -> None:
    waiting = Course(START, None, moment(60), [Request(moment(50))])
    assert is_on_time(waiting, moment(10_000))
    assert not is_on_time(Course(START, None, moment(60), [Request(moment(61))]), moment(10_000))


def test_two_requests_are_late_however_quick() -> None:
    twice = [Request(moment(1), moment(2)), Request(moment(3), moment(4))]
    assert not is_on_time(Course(START, moment(5), moment(400), twice), moment(400))
    # A request that came after the period's end does not count in that period.
    assert is_on_time(Course(START, None, moment(400), [twice[0], Request(moment(300))]), moment(200))


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_ratio_is_rounded_once_and_half_up(numerator: int, denominator: int) -> None:
    found = scores.ratio(numerator, denominator)
    if denominator == 0:
        assert found is None
        return
    exact = Fraction(100 * numerator, denominator)
    assert found is not None and abs(Fraction(found) - exact) <= Fraction(1, 200)
    lower = Fraction(int(exact * 100), 100)
    assert Fraction(found) == (lower if exact - lower < Fraction(1, 200) else lower + Fraction(1, 100))


@given(
    st.integers(0, 12_000).map(lambda n: Decimal(n) / 100),
    st.integers(0, 2000).map(lambda n: Decimal(n) / 100),
    st.none() | st.integers(1, 10_000).map(lambda n: Decimal(n) / 100),
)
def test_points_grow_with_the_ratio_and_stop_at_the_most(
    share: Decimal, most: Decimal, full_at: Decimal | None
) -> None:
    given_points = scores.points(share, most, full_at)
    assert given_points is not None and 0 <= given_points <= most
    assert (given_points == most) or share < (full_at or 100)
    exact = Fraction(most) * min(Fraction(share) / Fraction(full_at or 100), 1)
    assert abs(Fraction(given_points) - exact) <= Fraction(1, 200)
    assert scores.points(share + 1, most, full_at) >= given_points


@pytest.mark.parametrize(
    ("share", "most", "full_at", "expected"),
    [
        ("80", "4", "80", "4.00"),
        ("79.99", "4", "80", "4.00"),  # 3.9995 rounds to 4.00
        ("40", "2", "80", "1.00"),
        ("50", "12", None, "6.00"),
        ("0", "6", "100", "0.00"),
        ("33.33", "20", "100", "6.67"),
    ],
)
def test_points_by_hand(share: str, most: str, full_at: str | None, expected: str) -> None:
    threshold = Decimal(full_at) if full_at else None
    assert scores.points(Decimal(share), Decimal(most), threshold) == Decimal(expected)


def test_nothing_to_divide_by_is_never_zero_points() -> None:
    assert scores.ratio(0, 0) is None and scores.points(None, Decimal(6), Decimal(100)) is None
    assert scores.satisfied(0, 0, 0) is None
    found = scores.tally([(Decimal(6), None, True), (Decimal(4), None, False), (Decimal(20), Decimal(15), True)])
    assert (found.given, found.of_known, found.not_applicable, found.without_source) == (15, 20, 6, 4)
    assert not found.is_whole


@pytest.mark.parametrize(
    ("reported", "portal", "last_year", "kind", "expected"),
    [(10, 12, 999, "month", 12), (0, 0, 120, "month", 10), (0, 0, 120, "quarter", 30), (0, 0, 120, "year", 120)],
)
def test_what_should_have_been_synchronised(
    reported: int, portal: int, last_year: int, kind: str, expected: int
) -> None:
    assert scores.synchronised_out_of(reported, portal, last_year, kind) == expected


def test_satisfaction_never_falls_below_zero() -> None:
    assert scores.satisfied(10, 9, 9) == Decimal("0.00")
    assert scores.satisfied(200, 10, 5) == Decimal("92.50")
