"""The grammar: periods back and forth, relative periods, field lists and filters that never break."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.faces.api.dhis2.rules import fields, filters, periods
from tinhso.faces.api.dhis2.rules.faults import Fault
from tinhso.faces.api.uids import is_uid, uid_of

TODAY = date(2026, 11, 22)
DAYS = st.dates(date(1950, 1, 4), date(2900, 1, 1))


@given(st.sampled_from(sorted(periods.TYPES)), DAYS)
def test_a_period_is_read_back_as_it_was_written(kind: str, day: date) -> None:
    span = periods.of(kind, day)
    assert periods.parse(str(span)) == span and span.first <= day <= span.last
    assert span.plus(1).first == span.end and span.plus(1).plus(-1) == span
    assert sum(1 for _month in span.months) in (0, 1, 3, 6, 12)


@pytest.mark.parametrize(
    "text", ["", "2026W54", "202613", "20260230", "2026Q5", "1-1", "²026", "2026q1", "LAST_2_MOONS"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(Fault):
        periods.expand(text, TODAY)


@pytest.mark.parametrize(
    ("name", "first", "last", "count"),
    [
        ("LAST_12_MONTHS", "202511", "202610", 12),
        ("THIS_YEAR", "2026", "2026", 1),
        ("LAST_4_QUARTERS", "2025Q4", "2026Q3", 4),
        ("THIS_QUARTER", "2026Q4", "2026Q4", 1),
        ("MONTHS_THIS_YEAR", "202601", "202612", 12),
        ("MONTHS_LAST_YEAR", "202501", "202512", 12),
        ("LAST_5_YEARS", "2021", "2025", 5),
        ("LAST_2_SIXMONTHS", "2025S2", "2026S1", 2),
        ("LAST_7_DAYS", "20261115", "20261121", 7),
        ("LAST_WEEK", "2026W46", "2026W46", 1),
        ("WEEKS_THIS_YEAR", "2026W1", "2026W53", 53),
        ("TODAY", "20261122", "20261122", 1),
    ],
)
def test_relative_periods(name: str, first: str, last: str, count: int) -> None:
    found = [str(span) for span in periods.expand(name, TODAY)]
    assert (found[0], found[-1], len(found)) == (first, last, count)


@given(st.text(alphabet="abc:,[]!~()*. ", max_size=60))
def test_no_field_list_breaks_the_reader(text: str) -> None:
    try:
        fields.parse(text)
    except Fault as fault:
        assert fault.code == "E7651"


@given(st.text(max_size=60))
def test_no_filter_breaks_the_reader(text: str) -> None:
    try:
        filters.parse(text).holds(["x", 1, None, True])
    except Fault as fault:
        assert fault.code in ("E7652", "E7653")


@given(st.text(min_size=1), st.text(min_size=1))
def test_identifiers_have_their_shape_and_keep_it(kind: str, code: str) -> None:
    assert is_uid(uid_of(kind, code)) and uid_of(kind, code) == uid_of(kind, code)


def test_durations() -> None:
    assert periods.duration("12h") == timedelta(hours=12)
    with pytest.raises(Fault):
        periods.duration("12 tháng")
