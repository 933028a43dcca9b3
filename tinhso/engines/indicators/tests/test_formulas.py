"""Formulas: what is refused and where, exact values against a brute force, rates never averaged; periods."""

from __future__ import annotations

import contextlib
import re
import sys
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.engines.indicators import catalogue, checking, definitions, entries, formulas, selectors
from tinhso.engines.indicators.checking import BadFormula
from tinhso.engines.indicators.definitions import BadDefinition, CodeTaken, InUse
from tinhso.engines.indicators.formulas import MOST_PLACES, Wrong, parse
from tinhso.engines.indicators.models import IndicatorDefinition, MeasureDefinition, UnitOfMeasure
from tinhso.engines.indicators.periods import AnyPeriod, Period, PeriodKind
from tinhso.engines.indicators.selectors import Window
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.orgs.models import UnitKind
from tinhso.foundation.testing.cast import Cast

SYSTEM = Actor.system()
OCT = Period(2026, 10)

# --- reading ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason", "at"),
    [
        ("", "empty", 1),
        ("   ", "empty", 1),
        ("{A}+", "ends_early", 5),
        ("{A} {B}", "unexpected", 6),
        ("({A}", "not_closed", 5),
        ("{A})", "unexpected", 4),
        ("{A}**{B}", "unexpected", 5),
        ("sqrt({A})", "unknown_function", 1),
        ("round({A},x)", "unknown_function", 11),
        ("round({A},-1)", "round_needs_digits", 11),
        ("round({A},99)", "round_needs_digits", 11),
        ("coalesce({A})", "wrong_number_of_parts", 1),
        ("round {A}", "needs_bracket", 1),
        ("{A};DROP TABLE", "unreadable", 4),
        ("__import__('os')", "unreadable", 1),
        ("{A.__class__.__mro__[0]}", "bad_code", 2),
        ("{}", "bad_code", 2),
        ("{A}+9999999999999999999999999", "number_too_long", 5),
        ("1e9*{A}", "unexpected", 2),
        ("٣+{A}", "unreadable", 1),
        ("{A}\x00", "unreadable", 4),
        ("(" * 200 + "{A}" + ")" * 200, "too_deep", 42),
        ("-" * 500 + "{A}", "too_deep", 42),
        ("{A}" + "+{A}" * 400, "too_many_parts", 0),
        ("{A}" * 1000, "too_long", 2001),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, reason: str, at: int) -> None:
    with pytest.raises(Wrong) as wrong:
        parse(text)
    assert wrong.value.reason == reason
    assert not at or wrong.value.at == at
    assert str(checking.BadFormula(wrong.value)).endswith(".")


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="{}AB09.+-*/(), roundcoalesceminmaxabs\x00é", max_size=300))
def test_hostile_text_is_read_or_refused_and_never_anything_else(text: str) -> None:
    with contextlib.suppress(Wrong):
        parse(text)


def test_the_deepest_formula_is_computed_well_within_the_stack() -> None:
    limit = sys.getrecursionlimit()
    chain = parse("{A}" + "+{A}" * 120)
    deep = parse("(" * 38 + "{A}" + ")" * 38)
    assert chain.value({"A": Fraction(1)}) == 121 and deep.value({"A": Fraction(7)}) == 7
    assert limit == sys.getrecursionlimit()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("100*{A}/{B}", Fraction(250)),
        ("{A}-{B}-1", 2),
        ("{A}/{B}/{B}", Fraction(5, 4)),
        ("-{A}*-2", 10),
        ("1-{B}/{A}", Fraction(3, 5)),
        ("round({A}/{B})", 3),
        ("round(-{A}/{B})", -3),
        ("round({A}/3, 2)", Fraction(167, 100)),
        ("coalesce({N}, {B})", 2),
        ("min({A},{B})+max({A},{B})*abs(0-1)", 7),
        ("{A}/0", None),
        ("{A}/({B}-2)", None),
        ("{A}+{N}", None),
        ("coalesce({A}/0, {A})", 5),
        ("coalesce({N}, {A}/0)", None),
        ("0.1+0.2", Fraction(3, 10)),
    ],
)
def test_values_are_exact_and_nothing_comes_of_nothing(text: str, value: Fraction | None) -> None:
    assert parse(text).value({"A": Fraction(5), "B": Fraction(2), "N": None}) == value


NUMBERS = st.integers(0, 999).map(str)


def trees() -> st.SearchStrategy[str]:
    leaf = st.one_of(NUMBERS, st.sampled_from(["{A}", "{B}"]))
    return st.recursive(
        leaf, lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]}{t[1]}{t[2]})")
    )


@settings(max_examples=150, deadline=None)
@given(trees(), st.integers(-50, 50), st.integers(-50, 50))
def test_a_formula_equals_pythons_own_fractions(text: str, a: int, b: int) -> None:
    words = text.replace("{A}", f"Fraction({a})").replace("{B}", f"Fraction({b})")
    plain = "".join(f"Fraction({part})" if part.isdigit() else part for part in _parts(words))
    try:
        wanted: Fraction | None = eval(plain, {"Fraction": Fraction})
    except ZeroDivisionError:
        wanted = None
    try:
        found = parse(text).value({"A": Fraction(a), "B": Fraction(b)})
    except Wrong as wrong:
        assert wrong.reason in ("too_many_parts", "too_long", "too_deep")
        return
    assert found == wanted


def _parts(words: str) -> list[str]:
    """Bare numbers apart from those inside Fraction(…)."""
    return [part for part in re.split(r"(Fraction\(-?\d+\)|\d+)", words) if part]


# --- checking against what is defined ---------------------------------------------------------------------------


@pytest.fixture
def book(cast: Cast) -> Cast:
    """Two counts, one sum of money in đồng and one in triệu đồng."""
    definitions.sync_declared()
    for code, unit in (("A", "person"), ("B", "person"), ("VND", "vnd"), ("MVND", "million_vnd")):
        definitions.define_measure(
            SYSTEM,
            code=code,
            name=code,
            sentence=code,
            kind="flow",
            unit_of_measure=UnitOfMeasure.objects.get(code=unit),
            unit_kinds=[UnitKind.COMMUNE_COMMITTEE],
        )
    return cast


def define(code: str, formula: str, unit: str = "percent", **more: Any) -> IndicatorDefinition:
    return definitions.define_indicator(
        SYSTEM, code=code, name=code, formula=formula, unit_of_measure=UnitOfMeasure.objects.get(code=unit), **more
    )


@pytest.mark.parametrize(
    ("formula", "unit", "reason"),
    [
        ("{A}+{VND}", "vnd", "mixed_units"),
        ("{VND}+{MVND}", "vnd", "mixed_units"),
        ("coalesce({A},{VND})", "person", "mixed_units"),
        ("{A}*{VND}", "vnd", "product_of_units"),
        ("100*{A}/{B}", "person", "other_unit"),
        ("{A}+{B}", "percent", "other_unit"),
        ("{MVND}", "vnd", "other_unit"),
        ("{A}+{KHONG}", "person", "unknown_code"),
        ("{I}+1", "percent", "circle"),
        ("1+2", "percent", "text_only_numbers"),
    ],
)
def test_formulas_that_mix_or_name_the_unknown_are_refused(book: Cast, formula: str, unit: str, reason: str) -> None:
    with pytest.raises(BadFormula) as refusal:
        define("I", formula, unit)
    assert refusal.value.reason == reason and str(refusal.value).endswith(".")


def test_a_circle_through_others_is_refused_when_a_version_would_close_it(book: Cast) -> None:
    first = define("I1", "100*{A}/{B}")
    define("I2", "{I1}/2")
    define("I3", "max({I2},{I1})")
    with pytest.raises(BadFormula) as refusal:
        definitions.new_version(SYSTEM, indicator=first, valid_from=date(2026, 7, 1), reason="thử", formula="{I3}+1")
    assert refusal.value.reason == "circle" and "I1 → I3" in str(refusal.value)


def test_codes_are_used_once_and_a_used_measure_keeps_its_meaning(book: Cast) -> None:
    define("I1", "100*{A}/{B}")
    for code in ("A", "I1"):
        with pytest.raises(CodeTaken):
            define(code, "{A}", "person")
    measure = MeasureDefinition.objects.get(code="A")
    definitions.change_measure(SYSTEM, measure=measure, kind="stock", over_time="last")
    definitions.change_measure(SYSTEM, measure=measure, kind="flow", over_time="sum")
    entries.enter(SYSTEM, measure="A", unit=book.units.commune_committee, period=OCT, value=1, source="s")
    with pytest.raises(InUse):
        definitions.change_measure(SYSTEM, measure=measure, kind="stock")
    assert definitions.change_measure(SYSTEM, measure=measure, name="Tên mới").version == 4
    with pytest.raises(BadDefinition):
        definitions.define_measure(
            SYSTEM, code="P", name="P", sentence="P", kind="stock", over_units="avg",
            unit_of_measure=UnitOfMeasure.objects.get(code="percent"),
        )  # fmt: skip


@pytest.mark.parametrize("name", ["leader", "provincial_leader", "auditor", "citizen", "stranger"])
def test_who_may_not_define(book: Cast, name: str) -> None:
    with pytest.raises(access.Denied):
        definitions.define_indicator(
            book.actor(name),
            code="I",
            name="I",
            formula="{A}",
            unit_of_measure=UnitOfMeasure.objects.get(code="person"),
        )


def test_each_version_holds_in_its_own_time(book: Cast) -> None:
    first = define("I", "100*{A}/{B}", targets=["T25-A01"])
    definitions.new_version(
        SYSTEM, indicator=first, valid_from=date(2026, 7, 1), reason="đổi mẫu số", formula="100*{A}/({A}+{B})"
    )
    for measure, value in (("A", 1), ("B", 3)):
        for month in (5, 10):
            entries.enter(
                SYSTEM, measure=measure, unit=book.units.commune_committee, period=Period(2026, month), value=value,
                source="s",
            )  # fmt: skip
    for month, wanted in ((5, Fraction(100, 3)), (10, Fraction(25))):
        period = Period(2026, month)
        item = catalogue.indicators(["I"], period.last_day)["I"]
        assert selectors.totals([item], Window(period, period), book.units.province)["I"].value == wanted
        assert catalogue.answers(period.last_day)["T25-A01"].recipe == item.recipe


AMOUNTS = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from([8, 9, 10]), st.integers(0, 500), st.integers(0, 500)),
    max_size=8,
    unique_by=lambda cell: cell[:2],
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(AMOUNTS)
def test_parts_are_summed_first_and_divided_last_by_any_way_of_reading(book: Cast, cells: Any) -> None:
    """The rate of many units and months is the rate of the sums, never the mean of rates; zero differs from nothing."""
    units = (book.units.commune_committee, book.units.other_committee)
    quarter = AnyPeriod.parse("2026Q3")
    with transaction.atomic():
        define("I", "100*({A}+{B})/({B}+1)")
        rows = [
            entries.Row(code, units[place], Period(2026, month), value, "s")
            for place, month, a, b in cells
            for code, value in (("A", a), ("B", b))
        ]
        assert all(one.outcome == "created" for one in entries.enter_many(SYSTEM, rows=rows))
        listed = [(a, b) for _place, month, a, b in cells if month < 10]
        a, b = sum(one[0] for one in listed), sum(one[1] for one in listed)
        wanted = Fraction(100 * (a + b), b + 1) if listed else None
        item = catalogue.indicators(["I"])["I"]
        window = Window(Period(2026, 7), Period(2026, 9))
        assert selectors.totals([item], window, book.units.province)["I"].value == wanted
        table = selectors.matrix(["I"], [book.units.province, *units], [quarter])
        assert table.value("I", book.units.province, quarter) == wanted
        transaction.set_rollback(True)


# --- periods and numbers ----------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(list(PeriodKind)), st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.integers(-40, 40))
def test_periods_print_and_read_alike_and_follow_one_another(kind: PeriodKind, day: date, steps: int) -> None:
    period = AnyPeriod.of(kind, day)
    assert period.first_day <= day < period.end
    assert AnyPeriod.parse(str(period)) == period
    assert period.plus(1).first_day == period.end and period.plus(steps).plus(-steps) == period
    assert period.last_day + timedelta(days=1) == period.end


@pytest.mark.parametrize("text", ["2026-11", "2026Q4", "2026H2", "2026", "2026W47", "2026-11-22", "2026W53"])
def test_the_written_forms(text: str) -> None:
    assert str(AnyPeriod.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["2026Q5", "2026H3", "2026W54", "2025W53", "2026-13", "2026-02-30", "26-01", "2026-1", "2026q1", " 2026"]
)
def test_other_forms_are_no_periods(text: str) -> None:
    with pytest.raises(ValueError, match=r"period|month|day|week|range"):
        AnyPeriod.parse(text)


def test_no_rounding_is_finer_than_facts_are_kept() -> None:
    assert MOST_PLACES >= 4 and formulas.parse("round({A},8)")
