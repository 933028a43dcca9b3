"""Recounting cells: after an event, at night, and when a measure is first filled."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from tinhso.engines.indicators import counting, keeping
from tinhso.engines.indicators.models import Fact, FigureAlert, MeasureFill
from tinhso.engines.indicators.registry import FLOW, MEASURES, Measure
from tinhso.engines.indicators.rules import Period, months
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.orgs.models import Unit


@dataclass(frozen=True)
class Recount:
    """What a recount found: the value before (None: no fact yet) and now."""

    before: Decimal | None
    now: Decimal
    is_written: bool = True

    @property
    def differs(self) -> bool:
        return self.before != self.now


@transaction.atomic
def recount_cell(*, measure: Measure, unit: Unit, period: Period) -> Recount:
    """Counts one cell again with its owner's query and replaces the fact. Safe to run twice and from many workers.

    A unit outside its life in the period gets no fact: its successor carries the figure (STYLE 4, rule 9).
    """
    _lock_cell(measure, unit, period)
    now = counting.count(measure, unit, period)
    if not lives_in(measure, unit, period):
        if now:
            _alert(measure, unit, period, FigureAlert.Reason.OUTSIDE_LIFE, None, now)
        return Recount(None, now, is_written=False)
    known = Fact.objects.cell(measure.code, unit.pk, period).first()
    if known is None and now == 0 and not _is_expected(measure, unit):
        return Recount(None, now, is_written=False)
    found = Recount(known.value if known else None, now)
    _write(known, Fact(measure=measure.code, unit=unit, period_on=period.first_day, value=now))
    if found.differs:
        _notify(measure, unit, period)
    return found


def _write(known: Fact | None, fact: Fact) -> None:
    """The fact as counted now; the value before it is kept, but only when it was another."""
    fact.counted_at = fact.known_from = timezone.now()
    if known is None:
        fact.save(force_insert=True)
    elif known.value == fact.value:
        Fact.objects.filter(pk=known.pk).update(counted_at=fact.counted_at)
    else:
        keeping.version_of(known, fact.known_from).save(force_insert=True)
        Fact.objects.filter(pk=known.pk).update(
            value=fact.value, counted_at=fact.counted_at, known_from=fact.known_from
        )


def _is_expected(measure: Measure, unit: Unit) -> bool:
    # A desk or an office named by an event is no place for a zero; its records, if any, are still counted.
    return not measure.unit_kinds or unit.kind in measure.unit_kinds


def _lock_cell(measure: Measure, unit: Unit, period: Period) -> None:
    # Taken before the count: of two workers on one cell the second counts after the first has committed, so the
    # older figure can never be written last. Held until the transaction ends; READ COMMITTED lets the count see all.
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {keeping.WRITING}, pg_advisory_xact_lock(hashtextextended(%s, 11))",
            [f"fact:{measure.code}:{unit.pk}:{period}"],
        )


def _notify(measure: Measure, unit: Unit, period: Period) -> None:
    # PostgreSQL delivers it when the transaction commits, never before.
    payload = {"measure": measure.code, "unit": unit.pk, "path": unit.path, "period": str(period)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [keeping.CHANNEL, json.dumps(payload)])


def _alert(
    measure: Measure, unit: Unit, period: Period, reason: FigureAlert.Reason, was: Decimal | None, now: Decimal
) -> None:
    cell = {"measure": measure.code, "unit": unit, "period_on": period.first_day, "reason": reason}
    latest = FigureAlert.objects.filter(**cell).order_by("-pk").first()
    # The same finding night after night is one alert, not thirty.
    if latest is None or (latest.was, latest.now) != (was, now):
        FigureAlert.objects.create(**cell, was=was, now=now, found_at=timezone.now())


def lives_in(measure: Measure, unit: Unit, period: Period) -> bool:
    """Whether the unit is in being: some day of the month for a flow, its last day for a stock."""
    if measure.kind is FLOW:
        return unit.valid_from < period.end and (unit.valid_to is None or unit.valid_to > period.first_day)
    return unit.is_valid_on(period.last_day)


def recount_touched_cells(measure: Measure, touched: Iterable[tuple[int, date]], *, today: date | None = None) -> int:
    """Recounts the cells of (unit, day) pairs, each once and in one order, so two workers cannot wait on each other.

    A flow touches the month of the day; a stock that month and every later one up to now. Returns how many cells.
    """
    wanted = sorted({cell for unit_id, day in touched for cell in _cells(measure, unit_id, day, today)})
    units = Unit.objects.in_bulk({unit_id for unit_id, _period in wanted})
    done = 0
    for unit_id, period in wanted:
        for unit in _counted_units(measure, units.get(unit_id)):
            recount_cell(measure=measure, unit=unit, period=period)
            done += 1
    return done


def _cells(measure: Measure, unit_id: int, day: date, today: date | None) -> list[tuple[int, Period]]:
    first = Period.of(day)
    if measure.kind is FLOW:
        return [(unit_id, first)]
    latest = Fact.objects.filter(measure=measure.code).order_by("-period_on").values_list("period_on", flat=True)
    current = Period.of(today or timezone.localdate())
    return [(unit_id, period) for period in months(first, max([current, first, *map(Period.of, latest[:1])]))]


def _counted_units(measure: Measure, unit: Unit | None) -> list[Unit]:
    """The units whose cells a record of `unit` belongs to: itself, or for distinct counts the ancestors counted."""
    if unit is None:
        return []
    if measure.adds_up:
        return [unit]
    return list(Unit.objects.filter(pk__in=unit.ancestor_ids, kind__in=measure.unit_kinds).order_by("pk"))


def expected_units(measure: Measure, period: Period) -> list[Unit]:
    """Units that should have a cell in the period, by the measure's kinds and the units' own dates."""
    found = Unit.objects.filter(kind__in=measure.unit_kinds, valid_from__lt=period.end).order_by("pk")
    if measure.unit_codes:
        found = found.filter(code__in=measure.unit_codes)
    return [unit for unit in found if lives_in(measure, unit, period)]


def fill_measure(*, measure: Measure, first: Period, last: Period) -> int:
    """Counts every cell from `first` to `last`, zero included, and moves the fill mark. Returns how many cells."""
    done = 0
    for period in months(first, last):
        for unit in _units_to_count(measure, period):
            recount_cell(measure=measure, unit=unit, period=period)
            done += 1
    _mark_filled(measure, first, last)
    return done


def fill_from_first_record(*, measure: Measure, today: date | None = None) -> int:
    """Fills a measure from its first record to the current month: first start, or a new measure."""
    last = Period.of(today or timezone.localdate())
    earliest = counting.earliest_day(measure)
    first = min(Period.of(earliest), last) if earliest else last.plus(-measure.open_months)
    return fill_measure(measure=measure, first=first, last=last)


def fill_all(*, today: date | None = None) -> int:
    """Fills every measure. Returns how many cells were counted."""
    return sum(fill_from_first_record(measure=measure, today=today) for measure in MEASURES.values())


def _units_to_count(measure: Measure, period: Period) -> list[Unit]:
    expected = {unit.pk: unit for unit in expected_units(measure, period)}
    known = Fact.objects.filter(measure=measure.code, period_on=period.first_day).exclude(unit_id__in=expected)
    for fact in known.select_related("unit"):
        expected[fact.unit_id] = fact.unit
    if measure.adds_up and measure.unit_path:
        ids = counting.records_within(measure, period).order_by().values_list(measure.unit_path, flat=True).distinct()
        expected.update(Unit.objects.in_bulk([unit_id for unit_id in ids if unit_id not in expected]))
    return [expected[key] for key in sorted(expected)]


def _mark_filled(measure: Measure, first: Period, last: Period) -> None:
    mark, is_new = MeasureFill.objects.get_or_create(
        measure=measure.code,
        defaults={"filled_from": first.first_day, "filled_to": last.first_day, "counted_at": timezone.now()},
    )
    if not is_new:
        mark.filled_from = min(mark.filled_from, first.first_day)
        mark.filled_to = max(mark.filled_to, last.first_day)
        mark.counted_at = timezone.now()
        mark.save(update_fields=["filled_from", "filled_to", "counted_at"])


def nightly_recount(*, today: date | None = None) -> list[FigureAlert]:
    """Recounts the open months of every measure; a live figure that differs is an alert: an event was lost.

    Records may be put right some days after they happened, so the months before the current one stay open
    (`open_months`). A cell whose events still wait in the outbox is late, not lost, and raises no alert.
    """
    last = Period.of(today or timezone.localdate())
    before = FigureAlert.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for measure in MEASURES.values():
        first = last.plus(-measure.open_months)
        for period in months(first, last):
            for unit in _units_to_count(measure, period):
                _recount_and_compare(measure, unit, period)
        _mark_filled(measure, first, last)
    return list(FigureAlert.objects.filter(pk__gt=before))


@transaction.atomic
def _recount_and_compare(measure: Measure, unit: Unit, period: Period) -> None:
    _lock_cell(measure, unit, period)
    found = recount_cell(measure=measure, unit=unit, period=period)
    # Asked after the count: whatever the count saw had its event committed with it.
    late = DomainEvent.objects.filter(name__in=measure.touched_by, handled_at=None, set_aside_at=None).exists()
    if found.is_written and found.before is not None and found.differs and not late:
        _alert(measure, unit, period, FigureAlert.Reason.DIFFERS, found.before, found.now)
