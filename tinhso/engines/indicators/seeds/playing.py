"""Played values for the told sources, through the services and marked simulated: some units late, some never told."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators import entries
from tinhso.engines.indicators.entries import Row
from tinhso.engines.indicators.models import IndicatorDefinition, MeasureDefinition, Target
from tinhso.engines.indicators.periods import AnyPeriod, PeriodKind
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.orgs.models import Unit, UnitKind

# How far back the play goes, in periods of each length.
PERIODS = {PeriodKind.MONTH: 6, PeriodKind.QUARTER: 3, PeriodKind.HALF: 2, PeriodKind.YEAR: 2}
# One cell in so many is left out, and one unit in so many tells nothing of a measure at all.
MISSING_CELL, SILENT_UNIT = 14, 23
# Levels that ended are told for their last year, up to the day they ended.
LAST_DAY_OF_DISTRICTS = date(2025, 6, 30)
# Usual size of a whole at one commune, and how many times larger at the province.
SIZES = {"person": 42, "agency": 4, "residential_area": 28, "enterprise": 60, "million_vnd": 900, "item": 24}
PROVINCE_SIZE = 6


def play_entries(actor: Actor, progress: Progress, seed: int) -> None:
    """Tells every measure that people tell, period by period."""
    measures = list(MeasureDefinition.objects.told().select_related("unit_of_measure", "part_of"))
    progress.start(str(_("Số liệu nhập tay")), len(measures))
    goals = _goals()
    # Wholes first: a part is drawn from what its whole was told to be.
    told: dict[tuple[str, int, AnyPeriod], Decimal] = {}
    for measure in sorted(measures, key=lambda one: (one.part_of_id is not None, one.code)):
        rows = list(_rows(measure, goals.get(measure.code, 80.0), told, random.Random(f"{seed}:{measure.code}")))  # noqa: S311
        entries.enter_many(actor, rows=rows)
        progress.advance()


def _goals() -> dict[str, float]:
    """For each numerator, the mildest of the targets it answers: play stays around it."""
    targets = {target.code: target for target in Target.objects.exclude(value=None)}
    found: dict[str, float] = {}
    for row in IndicatorDefinition.objects.newest():
        for code in row.targets:
            if code in targets and row.formula.startswith("100*{"):
                numerator = row.formula[5:].partition("}")[0]
                found[numerator] = min(found.get(numerator, 100.0), float(targets[code].value or 80))
    return found


def _rows(
    measure: MeasureDefinition, goal: float, told: dict[tuple[str, int, AnyPeriod], Decimal], draw: random.Random
) -> Iterator[Row]:
    source = _("Báo cáo định kỳ của đơn vị (số mô phỏng)")
    for unit in _units(measure):
        if measure.kind == "stock" and len(measure.unit_kinds) == 1 and draw.randrange(SILENT_UNIT) == 0:
            continue
        reached, size = goal * draw.uniform(0.78, 1.12), draw.uniform(0.6, 1.5)
        periods = _periods(measure, unit)
        for step, period in enumerate(periods):
            if draw.randrange(MISSING_CELL) == 0:
                continue
            later = len(periods) - 1 - step
            value = _value(measure, unit, period, min(reached * 0.96**later, 100.0), size, told)
            if value is not None:
                told[measure.code, unit.pk, period] = value
                yield Row(measure.code, unit, period, value, source)


def _units(measure: MeasureDefinition) -> list[Unit]:
    day = LAST_DAY_OF_DISTRICTS if UnitKind.DISTRICT in measure.unit_kinds else timezone.localdate()
    found = Unit.objects.as_of(day).filter(kind__in=measure.unit_kinds).order_by("pk")
    return list(found.filter(code__in=measure.unit_codes) if measure.unit_codes else found)


def _periods(measure: MeasureDefinition, unit: Unit) -> list[AnyPeriod]:
    """The last whole periods, oldest first, as far as the unit and the measure were in being."""
    kind = PeriodKind(measure.frequency)
    last = min(timezone.localdate(), LAST_DAY_OF_DISTRICTS) if unit.kind == UnitKind.DISTRICT else timezone.localdate()
    newest = AnyPeriod.of(kind, last)
    if newest.last_day > last:
        newest = newest.plus(-1)
    found = [newest.plus(-back) for back in reversed(range(PERIODS.get(kind, 4)))]
    return [period for period in found if unit.is_valid_on(period.last_day) and unit.valid_from <= period.last_day]


def _value(
    measure: MeasureDefinition,
    unit: Unit,
    period: AnyPeriod,
    percent: float,
    size: float,
    told: dict[tuple[str, int, AnyPeriod], Decimal],
) -> Decimal | None:
    if measure.part_of:
        whole = told.get((measure.part_of.code, unit.pk, period))
        return None if whole is None else Decimal(round(float(whole) * percent / 100))
    match measure.unit_of_measure.dimension:
        case "yes_no":
            return Decimal(1)
        case "rank":
            return Decimal(24 - period.first_day.year % 5)
    usual = SIZES.get(measure.unit_of_measure.code, 20) * size
    if unit.kind not in (UnitKind.COMMUNE_COMMITTEE, UnitKind.COMMUNE):
        usual *= PROVINCE_SIZE
    return Decimal(max(1, round(usual)))
