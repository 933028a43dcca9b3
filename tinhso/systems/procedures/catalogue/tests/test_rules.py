"""Rows of any content are read or told to be wrong; versions are compared fact by fact; doubts follow the flags."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.systems.procedures.catalogue import rules
from tinhso.systems.procedures.catalogue.testing import raw

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(column=st.sampled_from(sorted(raw())), value=ANYTHING)
def test_whatever_stands_in_a_column_is_read_or_told(column: str, value: Any) -> None:
    row = rules.read(7, {**raw(), column: value})
    assert row.number == 7
    if not row.faults:
        assert set(row.facts) == set(rules.FACTS) and len(rules.digest(row.facts)) == 64
        assert set(rules.doubts(row.facts)) <= set(rules.PARTS)


@given(st.dictionaries(st.text(max_size=12), ANYTHING, max_size=6))
def test_a_row_of_anything_never_breaks(found: dict[str, Any]) -> None:
    row = rules.read(1, found)
    assert row.faults


def test_the_same_facts_have_the_same_mark_and_no_difference() -> None:
    facts = rules.read(1, raw()).facts
    again = rules.read(2, dict(reversed(raw().items()))).facts
    assert rules.digest(facts) == rules.digest(again) and rules.compare(facts, again) == []


def test_a_number_without_its_unit_is_refused_and_not_taken_for_days() -> None:
    row = rules.read(1, raw(legal_term={"value": 5}))
    assert [fault.kind for fault in row.faults] == ["no-unit"]


def test_a_bare_zero_is_in_doubt_and_a_waived_fee_is_not() -> None:
    zero = rules.read(1, raw(fee_vnd=0, fee_v="zero")).facts
    waived = rules.read(1, raw(fee_vnd=0, fee_v="yes")).facts
    assert "fee" in rules.doubts(zero) and "fee" not in rules.doubts(waived)
    assert "fee" not in rules.doubts(zero, confirmed=["fee"])


def test_papers_that_the_source_counts_and_the_row_lacks_are_in_doubt() -> None:
    assert "papers" in rules.doubts(rules.read(1, raw(papers_total=3)).facts)


def test_a_change_says_whether_a_fact_came_changed_or_went() -> None:
    before, after = rules.read(1, raw(note="cũ")).facts, rules.read(1, raw(note="", form_name="Mẫu khác")).facts
    assert {change.fact: change.kind for change in rules.compare(before, after)} == {
        "note": "removed",
        "form_name": "changed",
    }
