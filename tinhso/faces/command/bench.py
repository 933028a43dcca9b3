"""How fast figures are, on rows generated for the purpose and rolled back: nothing stays in the database."""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import psycopg
from django.db import connection, transaction
from django.utils import timezone

from tinhso.engines.indicators import keeping, selectors, services
from tinhso.engines.indicators.models import MONTH, Fact
from tinhso.engines.indicators.registry import INDICATORS, MEASURES, Indicator, Measure
from tinhso.engines.indicators.rules import Period
from tinhso.faces.command.bench_push import browsers
from tinhso.foundation.jobs.registry import BenchRow
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.systems.procedures.measures import ONLINE_OF_THE_LIST
from tinhso.systems.procedures.models import Dossier

DOSSIERS = 200_000
INDICATOR_COUNT = 300
READS = 40


def figures() -> list[BenchRow]:
    """Recount of one cell among 200,000 dossiers; change to notification; 300 indicators × units × month; browsers."""
    return [*_recount_one_cell(), *_change_to_wall(), *_read_all(), *browsers()]


@contextmanager
def _rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _timed(what: Callable[[], object], times: int) -> list[float]:
    found = []
    for _ in range(times):
        started = time.perf_counter()
        what()
        found.append((time.perf_counter() - started) * 1000)
    return sorted(found)


def _p95(sorted_times: list[float]) -> float:
    return sorted_times[min(len(sorted_times) - 1, int(len(sorted_times) * 0.95))]


def _recount_one_cell() -> list[BenchRow]:
    sample = Dossier.objects.exclude(received_at=None).order_by("pk").first()
    if sample is None:
        return [
            BenchRow("recount of one cell: NOT RUN, no dossier to copy (play the demo first)", 0, "ms", "≤ 20", False)
        ]
    with _rolled_back():
        _copy_dossiers(sample)
        unit = sample.unit
        period = Period.of(timezone.localdate(sample.received_at))
        times = _timed(lambda: services.recount_cell(measure=ONLINE_OF_THE_LIST, unit=unit, period=period), 40)
    half, slow = statistics.median(times), _p95(times)
    return [
        BenchRow(f"recount of one cell at {DOSSIERS:,} dossiers, p95 (p50 {half:.1f})", slow, "ms", "≤ 20", slow <= 20)
    ]


def _copy_dossiers(sample: Dossier) -> None:
    """Copies one received dossier over all committees and 24 months, by the database itself."""
    units = list(Unit.objects.filter(kind=UnitKind.COMMUNE_COMMITTEE, valid_to=None).values_list("pk", flat=True))
    replaced = {
        "code": "'BENCH-' || n",
        "unit_id": "(%(units)s::bigint[])[1 + n %% %(count)s]",
        "received_unit_id": "(%(units)s::bigint[])[1 + n %% %(count)s]",
        "received_at": "received_at - (n / %(count)s %% 720) * interval '1 day'",
        "handed_over_at": "received_at",
        "channel": "CASE WHEN n %% 5 = 0 THEN 'desk' ELSE 'online' END",
    }
    names = [f"{field.column}" for field in Dossier._meta.concrete_fields]
    columns = [name for name in names if name not in ("id", "case_id", "draft_id")]
    chosen = ", ".join(replaced.get(column, column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Dossier._meta.db_table} ({', '.join(columns)}) "  # noqa: S608 - names come from the model
            f"SELECT {chosen} FROM {Dossier._meta.db_table}, generate_series(1, %(rows)s) AS n WHERE id = %(id)s",
            {"units": units, "count": len(units), "rows": DOSSIERS, "id": sample.pk},
        )
        cursor.execute(f"ANALYZE {Dossier._meta.db_table}")


def _change_to_wall() -> list[BenchRow]:
    """From the recount's commit to the message in the hands of a listener, as the push process receives it."""
    fact = Fact.objects.select_related("unit").order_by("-value").first()
    if fact is None or fact.measure not in MEASURES:
        return [BenchRow("change → message: NOT RUN, nothing was counted yet", 0, "s", "≤ 2", False)]
    measure, times = MEASURES[fact.measure], []
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as ear:
        ear.execute(f"LISTEN {keeping.CHANNEL}")
        for _ in range(10):
            times.append(_one_change(ear, measure, fact))
    slow = max(times)
    return [BenchRow("a cell that changed → message at the push process, worst of 10", slow, "s", "≤ 2", slow <= 2)]


def _one_change(ear: psycopg.Connection[object], measure: Measure, fact: Fact) -> float:
    # The figure is set wrong first, so that the recount has something to put right and to tell.
    Fact.objects.filter(pk=fact.pk).update(value=fact.value + 1)
    started = time.perf_counter()
    services.recount_cell(measure=measure, unit=fact.unit, period=fact.period)
    for notice in ear.notifies(timeout=5):
        told = json.loads(notice.payload)
        if told["unit"] == fact.unit_id and told["measure"] == measure.code:
            break
    return time.perf_counter() - started


def _read_all() -> list[BenchRow]:
    units = list(Unit.objects.filter(kind=UnitKind.COMMUNE_COMMITTEE, valid_to=None))
    root = Unit.objects.filter(parent=None, valid_to=None).first()
    if root is None or not units:
        return [BenchRow("all indicators × units: NOT RUN, no province is loaded", 0, "ms", "≤ 200", False)]
    period = Period(2026, 10)
    with _rolled_back(), _invented(INDICATOR_COUNT) as invented:
        Fact.objects.bulk_create(_cells(units, period, invented), batch_size=5000)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {Fact._meta.db_table}")
        window = selectors.Window(period, period)
        # As the web process does once it is loaded: what lives for ever is not looked through at each collection.
        gc.collect()
        gc.freeze()
        by_unit = _timed(
            lambda: selectors.amounts_by_unit([code for one in invented for code in one.parts], window), READS
        )
        whole = _timed(lambda: selectors.totals(list(INDICATORS.values()), window, root), READS)
    cells = len(units) * INDICATOR_COUNT
    return [
        BenchRow(f"{INDICATOR_COUNT} indicators × {len(units)} units × one month ({cells:,} cells), p95",
                 _p95(by_unit), "ms", "≤ 200", _p95(by_unit) <= 200),
        BenchRow("the same, added up for the province, p95", _p95(whole), "ms", "≤ 200", _p95(whole) <= 200),
    ]  # fmt: skip


@contextmanager
def _invented(count: int) -> Iterator[list[Indicator]]:
    """So many counts registered for the time of the bench."""
    known = dict(MEASURES), dict(INDICATORS)
    made = []
    try:
        for number in range(count):
            code = f"bench.m{number}"
            MEASURES[code] = Measure(
                code, code, "", ONLINE_OF_THE_LIST.kind, "unit", Dossier.objects.all, date_path="x"
            )
            made.append(Indicator(f"bench.i{number}", code, code, None))
            INDICATORS[made[-1].code] = made[-1]
        yield made
    finally:
        MEASURES.clear()
        MEASURES.update(known[0])
        INDICATORS.clear()
        INDICATORS.update(known[1])


def _cells(units: list[Unit], period: Period, indicators: list[Indicator]) -> Iterator[Fact]:
    now = timezone.now()
    first: date = period.first_day
    for indicator in indicators:
        for unit in units:
            yield Fact(
                measure=indicator.numerator,
                unit=unit,
                period_kind=MONTH,
                period_on=first,
                value=unit.pk,
                counted_at=now,
            )
