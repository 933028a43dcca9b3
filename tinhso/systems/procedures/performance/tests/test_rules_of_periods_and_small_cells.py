"""Periods that lose no day; public tables from which no small number can be worked out."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation.openness.rules.small_cells import LEAST, hidden, may_show_share
from tinhso.systems.procedures.performance.rules.spans import MONTH, QUARTER, YEAR, Span

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
KINDS = st.sampled_from([MONTH, QUARTER, YEAR])


@given(DAYS, KINDS)
def test_every_day_lies_in_exactly_one_period_of_each_kind(day: date, kind: str) -> None:
    span = Span.of(day, kind)
    assert span.first_day <= day < span.end
    assert span.plus(-1).end == span.first_day and span.plus(1).first_day == span.end
    assert Span.parse(str(span)) == span


@given(DAYS)
def test_a_year_is_its_quarters_and_a_quarter_its_months(day: date) -> None:
    for whole, part in ((YEAR, QUARTER), (QUARTER, MONTH), (YEAR, MONTH)):
        span = Span.of(day, whole)
        one, days = Span.of(span.first_day, part), 0
        while one.first_day < span.end:
            days += (one.end - one.first_day).days
            one = one.plus(1)
        assert days == (span.end - span.first_day).days


@pytest.mark.parametrize(
    "text",
    ["", "2026-13", "2026-00", "2026-Q5", "26-01", "2026-1", " 2026", "2026-11-01", "２０２６", "2026-Q0", "0000"],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Span.parse(text)


def test_the_last_day_is_inside() -> None:
    assert Span.parse("2026-02").last_day == date(2026, 2, 28)
    assert Span.parse("2026-Q4").last_day == Span.parse("2026").end - timedelta(days=1)


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 40), max_size=12))
def test_no_hidden_count_can_be_worked_out_from_the_total(counts: dict[str, int]) -> None:
    gone = hidden(counts)
    assert all(not 0 < count < LEAST for key, count in counts.items() if key not in gone)
    left = sum(counts[key] for key in gone)
    everything_hidden = all(key in gone for key, count in counts.items() if count)
    # What an attacker gets by subtraction is at least LEAST people over at least two rows, unless nothing else exists.
    assert not gone or everything_hidden or (left >= LEAST and len(gone) >= 2)


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_share_never_speaks_of_a_few(part: int, more: int) -> None:
    whole = part + more
    if may_show_share(part, whole):
        assert whole >= LEAST and not 0 < part < LEAST and not 0 < more < LEAST
