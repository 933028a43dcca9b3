"""The whole restatement in DuckDB gives the cells of the incremental path, digit for digit, on any tree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.engines.indicators import registry, selectors
from tinhso.engines.indicators.models import MONTH, Fact
from tinhso.engines.indicators.registry import FLOW, Measure
from tinhso.engines.indicators.restating import exporting, reconciling, whole
from tinhso.engines.indicators.rules import Period
from tinhso.engines.indicators.selectors import Window
from tinhso.engines.indicators.succession import SHARE_UNIT, part_of
from tinhso.foundation.orgs.models import Succession, Unit

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 8, 30, 15, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
# Three generations of units; the tree of the last one is asked.
DAYS = (date(2021, 1, 1), date(2023, 7, 1), date(2025, 7, 1))
ON = date(2026, 11, 22)
MONTHS = (Period(2022, 5), Period(2024, 2), Period(2026, 3))


@pytest.fixture(autouse=True)
def measures() -> Iterator[None]:
    before = dict(registry.MEASURES)
    registry.MEASURES.clear()
    for code, distinct in (("r.adds", None), ("r.more", None), ("r.distinct", "x")):
        registry.MEASURES[code] = Measure(
            code, code, "", FLOW, "unit", Unit.objects.all, date_path="valid_from", distinct_field=distinct
        )
    yield
    registry.MEASURES.clear()
    registry.MEASURES.update(before)


@st.composite
def trees(draw: Any) -> list[list[list[tuple[int, int | None]]]]:
    """Per generation but the last, per unit: who follows, with shares in millionths that make a million, or unknown."""
    sizes = [draw(st.integers(1, 4)) for _day in DAYS]
    found = []
    for here, then in pairwise(sizes):
        rows = []
        for _unit in range(here):
            heirs = draw(st.lists(st.integers(0, then - 1), min_size=0, max_size=3, unique=True))
            cuts = sorted(
                draw(st.sets(st.integers(1, 999_999), min_size=max(0, len(heirs) - 1), max_size=max(0, len(heirs) - 1)))
            )
            shares: list[int | None] = [b - a for a, b in zip([0, *cuts], [*cuts, 1_000_000], strict=True)][
                : len(heirs)
            ]
            if heirs and draw(st.integers(0, 9)) == 0:
                shares[0] = None
            rows.append(list(zip(heirs, shares, strict=True)))
        found.append(rows)
    return [*found, [[] for _unit in range(sizes[-1])]]


# Small ones take the quick way through a machine word; the largest are all that a fact can hold.
values = st.one_of(
    st.decimals(-1000, 1000, places=4),
    st.decimals(Decimal("-9999999999999999.9999"), Decimal("9999999999999999.9999"), places=4),
)
facts = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 3), st.sampled_from(["r.adds", "r.more", "r.distinct"]), values),
    min_size=1,
    max_size=14,
    unique_by=lambda fact: fact[:3],
)


def planted(tree: list[list[list[tuple[int, int | None]]]], given_facts: list[Any]) -> None:
    ends = [*DAYS[1:], None]
    units = [
        [
            Unit.objects.create(
                code=f"r{age}.{number}",
                name="x",
                short_name="x",
                kind="commune",
                valid_from=DAYS[age],
                valid_to=ends[age],
            )
            for number in range(len(rows))
        ]
        for age, rows in enumerate(tree)
    ]
    for age, rows in enumerate(tree):
        for number, heirs in enumerate(rows):
            for heir, share in heirs:
                Succession.objects.create(
                    predecessor=units[age][number], successor=units[age + 1][heir], effective_on=DAYS[age + 1],
                    share=None if share is None else Decimal(share).scaleb(-6),
                    share_basis="" if share is None else "population",
                )  # fmt: skip
    for age, number, code, value in given_facts:
        Fact.objects.update_or_create(
            measure=code, unit=units[age][number % len(units[age])], period_kind=MONTH, period_on=MONTHS[age].first_day,
            defaults={"value": value, "counted_at": AT + timedelta(seconds=number)},
        )  # fmt: skip


def incremental() -> dict[tuple[Any, ...], tuple[Any, ...]]:
    found = selectors.amounts_by_month(registry.MEASURES, Window(MONTHS[0], MONTHS[-1], on=ON))
    return {
        (code, period.first_day, unit_id): (amount.value, amount.cells, amount.counted, amount.is_estimated)
        for period, cells in found.items()
        for code, by_unit in cells.items()
        for unit_id, amount in by_unit.items()
    }


def restated(folder: Path) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    exported = exporting.export(folder)
    done = whole.restate(exported.path, on=ON)
    assert exported.rows == Fact.objects.count()
    rows = duckdb.sql(
        f"SELECT measure, period_on, unit_id, value, cells, counted, is_estimated FROM read_parquet('{done.path}')"
    ).fetchall()
    assert len(rows) == done.rows
    return {row[:3]: row[3:] for row in rows}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trees(), facts)
def test_cell_for_cell_what_the_incremental_path_gives(tmp_path: Path, tree: Any, given_facts: list[Any]) -> None:
    with transaction.atomic():
        planted(tree, given_facts)
        one, other = restated(tmp_path), incremental()
        assert one == other
        for code in registry.MEASURES:
            total = sum(fact.value for fact in Fact.objects.filter(measure=code))
            assert sum((row[0] for key, row in one.items() if key[0] == code), Decimal(0)) == total, "to the last digit"
        transaction.set_rollback(True)


@given(st.integers(-(10**20), 10**20), st.integers(0, SHARE_UNIT))
def test_a_part_is_the_exact_product_rounded_half_to_even(units: int, numerator: int) -> None:
    from fractions import Fraction

    assert part_of(units, numerator) == round(Fraction(units * numerator, SHARE_UNIT))


def test_nothing_exported_restates_to_nothing(tmp_path: Path) -> None:
    assert restated(tmp_path) == {}


def test_an_export_takes_the_measures_and_months_that_were_asked(tmp_path: Path) -> None:
    planted(
        [[[]], [[]], [[]]], [(0, 0, "r.adds", Decimal(1)), (2, 0, "r.adds", Decimal(2)), (2, 0, "r.more", Decimal(3))]
    )
    assert exporting.export(tmp_path, codes=["r.adds"]).rows == 2
    assert exporting.export(tmp_path, first=MONTHS[1], last=MONTHS[2]).rows == 2


def test_a_folder_that_cannot_be_written_is_a_fault_and_not_half_a_file(tmp_path: Path) -> None:
    planted([[[]], [[]], [[]]], [(0, 0, "r.adds", Decimal(1))])
    with pytest.raises(duckdb.Error):
        exporting.export(tmp_path / "not" / "there")


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trees(), facts)
def test_the_report_proves_that_nothing_was_made_or_lost(tmp_path: Path, tree: Any, given_facts: list[Any]) -> None:
    with transaction.atomic():
        planted(tree, given_facts)
        report = reconciling.reconciliation(on=ON)
        assert report.holds and len(report.lines) == Fact.objects.values("measure", "period_on").distinct().count()
        ended = Unit.objects.filter(code__startswith="r").exclude(code__startswith="r2").values_list("pk", flat=True)
        kept = {key[2] for key in restated(tmp_path) if key[2] in set(ended)}
        assert set(report.left) == kept, "who has no known heirs is told by name"
        transaction.set_rollback(True)


def grown() -> tuple[Unit, list[Unit]]:
    """A parent with own figures and two children, the elder of which passes on to the younger."""
    parent = Unit.objects.create(code="r.top", name="x", short_name="x", kind="province", valid_from=DAYS[0])
    elder = Unit.objects.create(
        code="r.a", name="x", short_name="x", kind="commune", valid_from=DAYS[0], valid_to=DAYS[2], parent=parent
    )
    younger = Unit.objects.create(
        code="r.b", name="x", short_name="x", kind="commune", valid_from=DAYS[2], parent=parent
    )
    Succession.objects.create(
        predecessor=elder, successor=younger, effective_on=DAYS[2], share=Decimal(1), share_basis="whole"
    )
    for unit, period, value in ((parent, MONTHS[0], 5), (elder, MONTHS[0], 7), (younger, MONTHS[2], 11)):
        Fact.objects.create(measure="r.adds", unit=unit, period_on=period.first_day, value=value, counted_at=AT)
    return parent, [elder, younger]


def test_a_parent_is_the_sum_of_its_children_and_its_own_in_each_tree() -> None:
    grown()
    report = reconciling.reconciliation(on=ON)
    assert report.holds and [line.before for line in report.lines] == [Decimal(12), Decimal(11)]
    assert report.left == [] and all(line.estimated == 0 for line in report.lines)


def test_a_figure_outside_the_life_of_its_unit_and_a_changed_file_are_found(tmp_path: Path) -> None:
    parent, (_elder, younger) = grown()
    Fact.objects.create(measure="r.adds", unit=younger, period_on=MONTHS[0].first_day, value=3, counted_at=AT)
    exported = exporting.export(tmp_path)
    done = whole.restate(exported.path, on=ON)
    found = reconciling.reconcile(exported.path, done.path, on=ON)
    assert [(fault.tree, fault.unit_id, fault.whole - fault.parts) for fault in found.faults] == [
        ("then", parent.pk, 3)
    ]
    assert not found.lost
    forged = tmp_path / "forged.parquet"
    duckdb.sql(f"COPY (SELECT * REPLACE (value + 1 AS value) FROM read_parquet('{done.path}')) TO '{forged}'")
    found = reconciling.reconcile(exported.path, forged, on=ON)
    assert len(found.lost) == 2 and not found.holds
