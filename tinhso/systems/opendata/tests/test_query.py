"""The closed grammar: what it holds, and what no text of an attacker gets out of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.foundation.openness.columns import Column, Kind
from tinhso.foundation.openness.rules import personal
from tinhso.systems.opendata.rules.address import from_address, to_address
from tinhso.systems.opendata.rules.query import BadQuery, Filter, Op, Query, compile_query

COLUMNS = (Column("ma"), Column("so", Kind.INTEGER), Column("ngay", Kind.DATE))
HOSTILE = ["ma; DROP TABLE t", "1=1 --", 'ma" OR "1"="1', "read_csv('/etc/passwd')", "*", "ma)", "\x00", "so+1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_but_a_columns_is_taken(text: str) -> None:
    for query in (
        Query(filters=(Filter(text, Op.EQUAL, ("1",)),)),
        Query(columns=(text,)),
        Query(groups=(text,)),
        Query(sorts=((text, False),)),
    ):
        with pytest.raises(BadQuery):
            compile_query(query, COLUMNS)


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_a_value_never_stands_in_the_sql(value: str) -> None:
    plain = compile_query(Query(filters=(Filter("ma", Op.EQUAL, ("x",)),)), COLUMNS)
    made = compile_query(Query(filters=(Filter("ma", Op.EQUAL, (value,)),)), COLUMNS)
    assert (made.head, made.tail) == (plain.head, plain.tail) and made.parameters == [value]


@pytest.mark.parametrize("loc", ["so:eq:mười", "ngay:gte:31/02/2025", "so:gte:99999999999999999999", "so:xx:1", "so"])
def test_a_value_of_another_kind_is_refused(loc: str) -> None:
    with pytest.raises(BadQuery):
        compile_query(from_address({"loc": [loc]}), COLUMNS)


def test_a_question_survives_its_address() -> None:
    query = from_address({"loc": ["so:gte:5", "ma:in:a|b"], "nhom": ["ma"], "tinh": ["sum:so"], "xep": ["-sum_so"]})
    pairs: dict[str, list[str]] = {}
    for name, value in to_address(query):
        pairs.setdefault(name, []).append(value)
    assert from_address(pairs) == query


def test_one_identity_number_is_enough_and_a_few_names_are_not() -> None:
    assert personal.judge("ghi_chu", 10_000, {"identity": 1})[0].reason == "identity"
    assert not personal.judge("ten", 100, {"name": 20})
    assert personal.judge("CCCD", 10, {})[0].reason == "heading_identity"
