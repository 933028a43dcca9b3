"""Periods, ratios and states against slow, obvious references."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.engines.indicators import rules
from tinhso.engines.indicators.rules import Period, State

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
COUNTS = st.integers(0, 10**9)


@given(DAYS)
def test_every_day_lies_in_exactly_its_own_month(day: date) -> None:
    period = Period.of(day)
    assert period.first_day <= day <= period.last_day < period.end
    assert period.plus(1).first_day == period.end
    assert Period.parse(str(period)) == period


@given(DAYS, st.integers(0, 60))
def test_months_are_what_walking_day_by_day_finds(day: date, count: int) -> None:
    last = Period.of(day).plus(count)
    walked, cursor = [], Period.of(day).first_day
    while cursor <= last.last_day:
        if Period.of(cursor) not in walked:
            walked.append(Period.of(cursor))
        cursor += timedelta(days=1)
    assert rules.months(Period.of(day), last) == walked


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-00", "26-11", "2026-1", "2026/11", "٢٠٢٦-١١", "x" * 99])
def test_what_is_not_a_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a month"):
        Period.parse(text)


def test_above_fifty_is_strictly_greater() -> None:
    fifty = Fraction(50)
    assert not rules.satisfies(rules.percent(Decimal(1), Decimal(2)), ">", fifty)
    assert rules.satisfies(rules.percent(Decimal(500001), Decimal(1000000)), ">", fifty)
    assert rules.satisfies(fifty, ">=", fifty)


def test_nothing_to_divide_by_is_not_a_percentage() -> None:
    assert rules.percent(Decimal(0), Decimal(0)) is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [
        (49996, 100000, "49.996"),
        (50004, 100000, "50.004"),
        (1, 2, "50.0"),
        (2, 3, "66.7"),
        (499999, 1000000, "49.9999"),
    ],
)
def test_rounding_never_shows_a_target_on_the_wrong_side(numerator: int, denominator: int, shown: str) -> None:
    value = rules.percent(Decimal(numerator), Decimal(denominator))
    assert value is not None
    assert str(rules.honest_digits(value, ">", Fraction(50))) == shown


@given(COUNTS, COUNTS.filter(bool), st.sampled_from([">", ">=", "<=", "="]), st.sampled_from([20, 50, 70, 80, 100]))
def test_the_shown_figure_gives_the_verdict_of_the_exact_one(top: int, bottom: int, operator: str, goal: int) -> None:
    value = rules.percent(Decimal(top), Decimal(bottom))
    assert value is not None
    shown = Fraction(rules.honest_digits(value, operator, Fraction(goal)))
    assert rules.satisfies(shown, operator, Fraction(goal)) == rules.satisfies(value, operator, Fraction(goal))


def test_states_follow_the_path() -> None:
    goal, start = Fraction(70), Fraction(50)
    due, began = date(2030, 12, 31), date(2025, 12, 31)
    half = rules.expected_on(date(2028, 7, 1), target=goal, due=due, start=start, start_on=began)
    assert Fraction(59) < half < Fraction(61)
    assert rules.state_of(Fraction(71), ">", goal, half) is State.REACHED
    assert rules.state_of(Fraction(70), ">", goal, half) is State.ON_PATH
    assert rules.state_of(half, ">", goal, half) is State.ON_PATH
    assert rules.state_of(Fraction(55), ">", goal, half) is State.BEHIND
    assert rules.state_of(Fraction(40), ">", goal, half) is State.FAR_BEHIND
    assert rules.state_of(goal, ">", goal, goal) is State.BEHIND


def test_a_rank_is_better_when_smaller() -> None:
    goal = Fraction(20)
    assert rules.state_of(Fraction(20), "<=", goal, goal) is State.REACHED
    assert rules.state_of(Fraction(21), "<=", goal, goal) is State.BEHIND
    assert rules.state_of(Fraction(40), "<=", goal, goal) is State.FAR_BEHIND


def test_after_its_year_a_target_expects_itself() -> None:
    late = rules.expected_on(
        date(2031, 1, 1), target=Fraction(70), due=date(2030, 12, 31), start=Fraction(1), start_on=date(2025, 1, 1)
    )
    assert late == 70
