"""Kept sums never tell anything but what adding up the facts themselves would tell, before and after they follow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tinhso.engines.indicators import registry, sums
from tinhso.engines.indicators.matrix import Place, matrix
from tinhso.engines.indicators.models import Fact, FactSum, FactSumFill, FactTouch
from tinhso.engines.indicators.registry import FLOW, Measure
from tinhso.engines.indicators.rules import Period
from tinhso.foundation.access.reach import Reach
from tinhso.foundation.orgs.models import Unit

pytestmark = pytest.mark.django_db

CODES = ["s.one", "s.two"]
MONTHS = [Period(2026, 9), Period(2026, 10)]


@pytest.fixture
def units(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Unit]]:
    """A province, two communes with own facts, three areas each; every cell told once."""
    before = dict(registry.MEASURES)
    registry.MEASURES.clear()
    for code in CODES:
        registry.MEASURES[code] = Measure(code, code, "", FLOW, "unit", Unit.objects.all, date_path="valid_from")
    monkeypatch.setattr(sums, "MANY", 1)
    top = unit("s", None)
    communes = [unit(f"s.{name}", top) for name in "ab"]
    areas = [unit(f"{above.code}.{number}", above) for above in communes for number in range(3)]
    for place, code in enumerate(CODES):
        for month in MONTHS:
            for number, one in enumerate([*communes, *areas]):
                put(code, one, month, Decimal(number * 10 + place + 1) / 4)
    yield [top, *communes, *areas]
    registry.MEASURES.clear()
    registry.MEASURES.update(before)


def unit(code: str, parent: Unit | None) -> Unit:
    return Unit.objects.create(
        code=code, name=code, short_name=code, kind="other", valid_from=date(2020, 1, 1), parent=parent
    )


def put(code: str, one: Unit, month: Period, value: Decimal) -> Fact:
    return Fact.objects.create(
        measure=code, unit=one, period_on=month.first_day, value=value, counted_at=timezone.now()
    )


def read(units: list[Unit], **more: Any) -> dict[Any, Any]:
    found = matrix(CODES, units, MONTHS, **more)
    told: dict[Any, Any] = {}
    for code in CODES:
        for one in units:
            for place, period in enumerate(found.periods):
                if amount := found.amount(code, one, period):
                    told.setdefault(code, {})[Place(one.pk, place)] = (amount.value, amount.cells)
    return told


def added_up(units: list[Unit], **more: Any) -> dict[Any, Any]:
    """The same without any sums."""
    kept = list(FactSumFill.objects.values("measure", "period_kind", "period_on"))
    FactSumFill.objects.all().delete()
    found = read(units, **more)
    FactSumFill.objects.bulk_create(FactSumFill(**row) for row in kept)
    return found


def test_sums_tell_what_the_facts_add_up_to_for_every_unit(units: list[Unit]) -> None:
    plain = added_up(units)
    assert sums.fill() == 4 and sums.fill() == 0
    assert FactSum.objects.values("unit").distinct().count() == 3, "the units with others below them"
    assert read(units) == plain == added_up(units)
    FactSum.objects.filter(unit=units[0]).update(value=-1)
    assert read(units) != plain, "they are really read"


@pytest.mark.parametrize("how", ["update", "insert", "delete", "bulk"])
def test_a_changed_fact_shows_at_once_and_the_sums_follow(units: list[Unit], how: str) -> None:
    sums.fill()
    change(how, units)
    plain = added_up(units)
    assert FactTouch.objects.exists() and read(units) == plain
    assert sums.fold() > 0 and not FactTouch.objects.exists() and sums.fold() == 0
    assert read(units) == plain
    kept = FactSum.objects.get(measure="s.one", period_on=MONTHS[0].first_day, unit=units[0])
    below = Fact.objects.filter(measure="s.one", period_on=MONTHS[0].first_day).values_list("value", flat=True)
    assert (kept.value, kept.cells) == (sum(below), len(below))


def change(how: str, units: list[Unit]) -> None:
    cell = Fact.objects.filter(measure="s.one", unit=units[3], period_on=MONTHS[0].first_day)
    if how == "update":
        cell.update(value=999)
    elif how == "insert":
        put("s.one", units[0], MONTHS[0], Decimal("0.5"))
    elif how == "delete":
        cell.delete()
    else:
        columns = "measure, period_kind, period_on, unit_id, value, counted_at, known_from, source"
        with connection.cursor() as cursor, cursor.copy(f"COPY indicators_fact ({columns}) FROM STDIN") as copy:
            now = timezone.now()
            copy.write_row(("s.one", "month", MONTHS[0].first_day, units[0].pk, 7, now, now, "live"))


def test_a_new_unit_or_another_place_in_the_tree_drops_every_sum(units: list[Unit]) -> None:
    sums.fill()
    newcomer = unit("s.b.9", units[2])
    assert not FactSumFill.objects.exists()
    put("s.one", newcomer, MONTHS[0], Decimal(3))
    sums.fill()
    assert read([*units, newcomer]) == added_up([*units, newcomer])
    newcomer.parent = units[1]
    newcomer.save()
    assert not FactSumFill.objects.exists() and read(units) == added_up(units)


def test_a_reader_who_sees_only_a_part_is_told_only_that_part(units: list[Unit]) -> None:
    sums.fill()
    partly = Reach(paths=(units[1].path,), units=(units[6].pk,))
    assert read(units, reach=partly) == added_up(units, reach=partly)
    whole = read(units)["s.one"]
    assert read(units, reach=partly)["s.one"] != whole


def test_a_period_without_many_facts_keeps_no_sums(units: list[Unit], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sums, "MANY", 9)
    assert sums.fill() == 0
    Fact.objects.filter(measure="s.one").update(value=5)
    assert not FactTouch.objects.exists(), "nobody reads sums of it, so nobody is told"
