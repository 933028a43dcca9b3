"""Making told values facts, with the history of what was known; and the locks under which that is safe."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import connection

from tinhso.engines.indicators.models import Entry, Fact, FactVersion, MeasureFill
from tinhso.engines.indicators.periods import AnyPeriod, PeriodKind
from tinhso.engines.indicators.telling import Cell

# The push process listens here (config/asgi.py).
CHANNEL = "tinhso_figures"
# Whoever writes facts holds this shared until the commit; whoever freezes a report takes it alone. So what stood
# at the moment of freezing is exactly what is known then: no fact dated before it commits after it.
FREEZING = "SELECT pg_advisory_xact_lock(hashtextextended('indicators.freezing', 11))"
WRITING = "pg_advisory_xact_lock_shared(hashtextextended('indicators.freezing', 11))"


def lock_measures(codes: Iterable[str]) -> None:
    """Told values of one measure are written by one transaction at a time, in one order for all."""
    ordered = "SELECT unnest(%s::text[]) AS code ORDER BY 1"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {WRITING}")
        cursor.execute(
            f"SELECT pg_advisory_xact_lock(hashtextextended('told:' || code, 11)) FROM ({ordered}) listed",  # noqa: S608
            [sorted(codes)],
        )


def standing_entries(cells: list[Cell]) -> dict[Cell, Entry]:
    """The newest entry of each cell, withdrawn ones included. One query."""
    if not cells:
        return {}
    wanted = set(cells)
    found = Entry.objects.filter(
        measure_id__in={cell.measure for cell in cells},
        unit_id__in={cell.unit_id for cell in cells},
        period_on__in={cell.period.first_day for cell in cells},
        replaced_by=None,
    )
    known = {_cell(entry): entry for entry in found}
    return {cell: entry for cell, entry in known.items() if cell in wanted}


def _cell(row: Entry | Fact) -> Cell:
    measure = row.measure_id if isinstance(row, Entry) else row.measure
    return Cell(measure, row.unit_id, AnyPeriod(PeriodKind(row.period_kind), row.period_on))


def keep_facts(entries: list[Entry], now: datetime) -> None:
    """Each entry's value becomes its cell's fact; what stood before becomes a version; a withdrawn cell is empty."""
    known = _facts({_cell(entry) for entry in entries})
    changed = [entry for entry in entries if _differs(known.get(_cell(entry)), entry)]
    FactVersion.objects.bulk_create(
        [version_of(known[_cell(entry)], now) for entry in changed if _cell(entry) in known], batch_size=1000
    )
    gone = [known[_cell(entry)].pk for entry in changed if entry.value is None and _cell(entry) in known]
    Fact.objects.filter(pk__in=gone).delete()
    Fact.objects.bulk_create(
        [_fact(entry, entry.value, now) for entry in changed if entry.value is not None],
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["measure", "period_kind", "period_on", "unit"],
        update_fields=["value", "counted_at", "known_from", "source"],
    )
    _mark(entries, now)


def _facts(cells: set[Cell]) -> dict[Cell, Fact]:
    found = Fact.objects.filter(
        measure__in={cell.measure for cell in cells},
        unit_id__in={cell.unit_id for cell in cells},
        period_on__in={cell.period.first_day for cell in cells},
    )
    return {cell: fact for fact in found if (cell := _cell(fact)) in cells}


def _differs(fact: Fact | None, entry: Entry) -> bool:
    return (fact.value if fact else None) != entry.value or bool(fact and fact.source != entry.source_kind)


def _fact(entry: Entry, value: Decimal, now: datetime) -> Fact:
    return Fact(
        measure=entry.measure_id,
        unit_id=entry.unit_id,
        period_kind=entry.period_kind,
        period_on=entry.period_on,
        value=value,
        counted_at=now,
        known_from=now,
        source=entry.source_kind,
    )


def version_of(fact: Fact, now: datetime) -> FactVersion:
    """What the fact said until `now`."""
    return FactVersion(
        measure=fact.measure,
        unit_id=fact.unit_id,
        period_kind=fact.period_kind,
        period_on=fact.period_on,
        value=fact.value,
        source=fact.source,
        known_from=min(fact.known_from, now),
        known_to=now,
    )


def _mark(entries: list[Entry], now: datetime) -> None:
    spans: dict[str, list[Entry]] = {}
    for entry in entries:
        spans.setdefault(entry.measure_id, []).append(entry)
    known = {mark.measure: mark for mark in MeasureFill.objects.filter(measure__in=spans)}
    for code, told in spans.items():
        days = [entry.period_on for entry in told]
        if mark := known.get(code):
            days += [mark.filled_from, mark.filled_to]
        MeasureFill.objects.update_or_create(
            measure=code, defaults={"filled_from": min(days), "filled_to": max(days), "counted_at": now}
        )


def notify(entries: list[Entry], paths: dict[int, str], *, most: int) -> None:
    """Tells listeners which cells changed, delivered at the commit; of a large import one per unit."""
    shown = entries if len(entries) <= most else list({entry.unit_id: entry for entry in entries}.values())
    told = [_message(entry, paths[entry.unit_id]) for entry in shown]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, told) FROM unnest(%s::text[]) AS told", [CHANNEL, told])


def _message(entry: Entry, path: str) -> str:
    return json.dumps({"measure": entry.measure_id, "unit": entry.unit_id, "path": path, "period": str(entry.period)})
