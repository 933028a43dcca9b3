"""Periods and cut-offs, Vietnamese numbers, the closed grammar: pure, so tried hard."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.engines.indicators.periods import AnyPeriod, PeriodKind
from tinhso.systems.reporting.rules import formulas, numbers, periods
from tinhso.systems.reporting.rules.formulas import Cell
from tinhso.systems.reporting.rules.numbers import BadNumber, Fault, Shape
from tinhso.systems.reporting.rules.periods import CutOff, Rule, span_of

ADMINISTRATIVE = Rule(CutOff.ADMINISTRATIVE)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
RULES = st.one_of(
    st.just(ADMINISTRATIVE),
    st.just(Rule(CutOff.CALENDAR)),
    st.builds(Rule, st.just(CutOff.OWN), st.integers(1, 31), st.booleans()),
)
WHOLE, CENTS = Shape(), Shape(decimals=2)


@pytest.mark.parametrize(
    ("label", "first", "last"),
    [
        ("2026-11", date(2026, 10, 15), date(2026, 11, 14)),
        ("2026-01", date(2025, 12, 15), date(2026, 1, 14)),
        ("2026Q4", date(2026, 9, 15), date(2026, 12, 14)),
        ("2026H1", date(2025, 12, 15), date(2026, 6, 14)),
        ("2026H2", date(2026, 6, 15), date(2026, 12, 14)),
        ("2026", date(2025, 12, 15), date(2026, 12, 14)),
    ],
)
def test_administrative_periods_close_on_the_14th(label: str, first: date, last: date) -> None:
    assert span_of(AnyPeriod.parse(label), ADMINISTRATIVE) == periods.Span(first, last)


def test_statistical_periods_are_the_calendars_own() -> None:
    span = span_of(AnyPeriod.parse("2026-02"), Rule(CutOff.CALENDAR))
    assert (span.first, span.last) == (date(2026, 2, 1), date(2026, 2, 28))


def test_an_own_rule_may_close_in_the_next_month_and_on_a_short_months_last_day() -> None:
    assert span_of(AnyPeriod.parse("2026-01"), Rule(CutOff.OWN, 31, True)).last == date(2026, 2, 28)
    assert span_of(AnyPeriod.parse("2026-12"), Rule(CutOff.OWN, 5, True)).last == date(2027, 1, 5)


@given(DAYS, st.sampled_from(PeriodKind), RULES)
def test_every_day_lies_in_exactly_one_period(day: date, frequency: PeriodKind, rule: Rule) -> None:
    period = periods.period_closing_on_or_after(day, frequency, rule)
    span = span_of(period, rule)
    assert day in span
    assert span_of(period.plus(1), rule).first == span.last + timedelta(days=1)
    assert AnyPeriod.parse(str(period)) == period


@pytest.mark.parametrize("text", ["2026-13", "2026Q5", "2026H0", "26-01", "2026-1", "2026W60", "x", "", "2026-11-31"])
def test_words_that_are_no_period_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        AnyPeriod.parse(text)


@pytest.mark.parametrize(
    ("text", "shape", "value"),
    [
        ("1.234,5", CENTS, "1234.5"),
        ("1.234", WHOLE, "1234"),
        ("1234", WHOLE, "1234"),
        ("1 234 567", WHOLE, "1234567"),
        ("1\u00a0234", WHOLE, "1234"),
        ("0", WHOLE, "0"),
        ("0,50", CENTS, "0.50"),
        (" 12 ", WHOLE, "12"),
    ],
)
def test_vietnamese_numbers_are_read(text: str, shape: Shape, value: str) -> None:
    assert numbers.parse(text, shape) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "shape", "fault"),
    [
        ("1,234.5", CENTS, Fault.AMBIGUOUS),
        ("1,234,567", CENTS, Fault.AMBIGUOUS),
        ("1.5", CENTS, Fault.DOT_DECIMAL),
        ("1.23", WHOLE, Fault.DOT_DECIMAL),
        ("1,234", WHOLE, Fault.NOT_WHOLE),
        ("1,234", CENTS, Fault.TOO_MANY_DECIMALS),
        ("12.34.567", WHOLE, Fault.GROUPS),
        ("không có", WHOLE, Fault.TEXT),
        ("12a", WHOLE, Fault.TEXT),
        ("１２", WHOLE, Fault.TEXT),
        ("1e5", WHOLE, Fault.TEXT),
        ("-", WHOLE, Fault.TEXT),
        ("NaN", WHOLE, Fault.TEXT),
        ("-5", WHOLE, Fault.TOO_SMALL),
        ("9" * 16, WHOLE, Fault.TOO_LARGE),
        ("9" * 500, WHOLE, Fault.TEXT),
        ("101", Shape(most=Decimal(100)), Fault.ABOVE),
    ],
)
def test_what_could_be_misread_is_refused_by_name(text: str, shape: Shape, fault: Fault) -> None:
    with pytest.raises(BadNumber) as refused:
        numbers.parse(text, shape)
    assert refused.value.fault == fault


def test_nothing_is_not_zero() -> None:
    assert numbers.parse("  ", WHOLE) is None and numbers.write(None) == "" and numbers.write(Decimal(0)) == "0"


@given(st.decimals(0, 10**14, places=4, allow_nan=False))
def test_a_written_number_reads_back_as_itself(value: Decimal) -> None:
    assert numbers.parse(numbers.write(value), Shape(decimals=4)) == value


@given(st.text(max_size=50))
def test_no_words_break_the_reader(text: str) -> None:
    try:
        found = numbers.parse(text, CENTS)
    except BadNumber:
        return
    assert found is None or found >= 0


@given(st.one_of(st.floats(), st.integers()))
def test_no_number_of_a_workbook_breaks_the_reader(number: float) -> None:
    with contextlib.suppress(BadNumber):
        assert numbers.from_float(number, Shape(decimals=4, least=None)).is_finite()


def value(text: str, **cells: str) -> Decimal | None:
    values = {Cell(f"{name}.x"): Decimal(number) for name, number in cells.items()}
    return formulas.value_of(formulas.parse_formula(text), values)


def test_formulas_count_exactly_and_divide_last() -> None:
    assert value("100*({a.x}+{b.x})/{c.x}", a="1", b="2", c="4") == 75
    assert value("lamtron({a.x}/3; 2)", a="1") == Decimal("0.33")
    assert value("-{a.x} - -2", a="5") == -3
    assert value("lonnhat({a.x}; 7; nhonhat(9; 8))", a="1") == 8


def test_an_empty_cell_and_a_division_by_zero_make_nothing_not_zero() -> None:
    assert value("{a.x}+{b.x}", a="1") is None
    assert value("{a.x}/{b.x}", a="1", b="0") is None
    assert value("{a.x}/{b.x}", a="0", b="0") is None
    assert value("tong({a.x}; {b.x})", a="1") == 1
    assert value("tong({a.x}; {b.x})") is None


def test_checks_say_yes_no_or_do_not_apply() -> None:
    check = formulas.parse_check("{a.x} <= {b.x} khi {b.x} > 0")
    values = lambda a, b: {Cell("a.x"): a, Cell("b.x"): b}  # noqa: E731
    assert formulas.passes(check, values(Decimal(1), Decimal(2))) is True
    assert formulas.passes(check, values(Decimal(3), Decimal(2))) is False
    assert formulas.passes(check, values(Decimal(3), Decimal(0))) is None
    assert formulas.passes(check, values(None, Decimal(2))) is None
    both = formulas.parse_check("co({a.x}) khi {b.x} > 0")
    assert formulas.passes(both, values(None, Decimal(2))) is False


@pytest.mark.parametrize(
    "text",
    [
        "", "{a}", "{a.x} +", "((1)", "1 2", "__import__('os')", "{a.x}.real", "exec(1)", "{a.x} = 1", "2**9", "{a.x",
        "1;2",
        "(" * 30 + "1" + ")" * 30, "-" * 50 + "1", "1+" * 300 + "1", "9" * 601,
    ],
)  # fmt: skip
def test_nothing_outside_the_grammar_is_read(text: str) -> None:
    with pytest.raises(formulas.Wrong):
        formulas.parse_formula(text)


@given(st.text(alphabet="{}ab.x+-*/()<>=; 12,khitongco", max_size=60))
def test_any_words_are_read_or_refused(text: str) -> None:
    for read in (formulas.parse_formula, formulas.parse_check):
        with contextlib.suppress(formulas.Wrong):
            read(text)


def test_cells_that_go_round_are_named() -> None:
    nodes = {"a.x": formulas.parse_formula("{b.x}+1"), "b.x": formulas.parse_formula("{a.x}")}
    with pytest.raises(formulas.Circle) as found:
        formulas.in_order(nodes)
    assert found.value.codes == ["a.x", "b.x", "a.x"]
