"""The measures: restatement and its proof, one correction, one cell, matrices, records behind a cell, push."""

from __future__ import annotations

import gc
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from django.db.models import QuerySet

from tinhso.engines.indicators import counting, registry, selectors, services
from tinhso.engines.indicators.keeping import CHANNEL
from tinhso.engines.indicators.models import Fact
from tinhso.engines.indicators.registry import FLOW, Measure
from tinhso.engines.indicators.restating import exporting, reconciling, whole
from tinhso.engines.indicators.rules import Period
from tinhso.engines.indicators.selectors import Window
from tinhso.faces.cli.indicators_bench.stage import LAST, Areas, Size
from tinhso.faces.cli.words import _
from tinhso.foundation.events import bus
from tinhso.foundation.events.dispatch import deliver_all
from tinhso.foundation.jobs.registry import BenchRow
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.orgs.selectors import communes, province

READS = 30
TOUCHED = "bench.indicators_corrected"
# The day on whose tree everything is restated.
ON = LAST.last_day


def everything(size: Size, areas: Areas, url: str) -> Iterator[BenchRow]:
    """All rows, in the order in which they are printed."""
    with invented(size):
        yield from restatement(size)
        yield from corrections(areas, url)
        # As a web process does once it is loaded: what lives for ever is not looked through at each collection.
        gc.collect()
        gc.freeze()
        yield from reads(size, areas)


@contextmanager
def invented(size: Size) -> Iterator[None]:
    """The bench's measures, for its time. The first counts the facts of the last as its records."""
    known = dict(registry.MEASURES), dict(registry.INDICATORS), dict(bus.SUBSCRIPTIONS), dict(bus.BATCH_HANDLERS)
    registry.MEASURES.clear()
    registry.INDICATORS.clear()

    def records() -> QuerySet[Fact]:
        return Fact.objects.filter(measure=size.codes[-1])

    try:
        for number, code in enumerate(size.codes):
            registry.register_measure(
                Measure(
                    code, code, "", FLOW, "unit", records, date_path="period_on", sum_field="value",
                    touched_by=(TOUCHED,) if number == 0 else (),
                )
            )  # fmt: skip
        yield
    finally:
        for shelf, before in zip(
            (registry.MEASURES, registry.INDICATORS, bus.SUBSCRIPTIONS, bus.BATCH_HANDLERS), known, strict=True
        ):
            shelf.clear()  # type: ignore[attr-defined]
            shelf.update(before)  # type: ignore[attr-defined]


def restatement(size: Size) -> Iterator[BenchRow]:
    """Out of PostgreSQL, onto the tree of today, and the proof; some cells also by the incremental path."""
    with tempfile.TemporaryDirectory(prefix="tinhso-bench-") as folder:
        exported = exporting.export(Path(folder))
        yield row(_("Xuất %(rows)s số liệu ra Parquet") % {"rows": f"{exported.rows:,}"}, exported.seconds, None, "s")
        done = whole.restate(exported.path, on=ON)
        yield row(_("Quy đổi tất cả sang cây đơn vị hiện nay (DuckDB)"), done.seconds, 15, "s")
        report = reconciling.reconcile(exported.path, done.path, on=ON)
        yield row(
            _("Đối chiếu %(lines)s dòng: số mất, thêm hoặc cộng lệch") % {"lines": f"{len(report.lines):,}"},
            len(report.lost) + report.fault_count, 0, f"({report.seconds:.0f} s)",
        )  # fmt: skip
        wrong = _unlike_incremental(size, done.path)
        yield row(_("Ô khác với đường tính dần trong PostgreSQL (7 phép đếm, 2 tháng)"), wrong, 0, "")


def _unlike_incremental(size: Size, restated: Path) -> int:
    codes, months = size.codes[:7], (size.first, LAST)
    wrong = 0
    for month in months:
        found = selectors.amounts_by_month(codes, Window(month, month, on=ON))
        here = {
            (code, unit): (amount.value, amount.cells, amount.is_estimated)
            for code, by_unit in found.get(month, {}).items()
            for unit, amount in by_unit.items()
        }
        rows = duckdb.execute(
            "SELECT measure, unit_id, value, cells, is_estimated FROM read_parquet(?) "
            "WHERE period_on = ? AND list_contains(?, measure)",
            [str(restated), month.first_day, codes],
        ).fetchall()
        there = {(measure, unit): (value, cells, estimated) for measure, unit, value, cells, estimated in rows}
        wrong += sum(here.get(key) != there.get(key) for key in here.keys() | there.keys())
    return wrong


def corrections(areas: Areas, url: str) -> Iterator[BenchRow]:
    """One record put right: its cell counted again, the province's figure, the message at the push process."""
    root = province()
    if root is None:
        return
    measure = next(iter(registry.MEASURES.values()))
    units = Unit.objects.in_bulk(areas.after[: READS * 2])
    period = LAST
    cells = [units[pk] for pk in areas.after[: READS * 2] if pk in units]
    counted = timed(lambda n: services.recount_cell(measure=measure, unit=cells[n % len(cells)], period=period), READS)
    yield row(_("Đếm lại một ô, p95"), p95(counted), 20, "ms")
    yield row(
        _("Một chỗ sửa hiện ở cấp tỉnh, chậm nhất trong 10 lần"), max(_visible(measure, root, cells, period)), 1, "s"
    )
    yield row(
        _("Từ việc làm đến tin ở tiến trình đẩy, chậm nhất trong 10 lần"),
        max(_told(measure, cells, period, url)),
        2,
        "s",
    )


def _correct(unit: Unit, period: Period) -> None:
    """A record changes: the value of the last measure's fact, which the first measure counts."""
    code = list(registry.MEASURES)[-1]
    cell = Fact.objects.cell(code, unit.pk, period)
    fact = cell.get()
    cell.update(value=fact.value + 1)
    bus.publish(TOUCHED, subject=unit, unit=unit, occurred_on=period.first_day)


def _visible(measure: Measure, root: Unit, cells: list[Unit], period: Period) -> list[float]:
    found = []
    for unit in cells[:10]:
        deliver_all()
        before = _of_province(measure, root, period)
        began = time.perf_counter()
        _correct(unit, period)
        deliver_all()
        after = _of_province(measure, root, period)
        found.append(time.perf_counter() - began)
        if after != before + 1:
            raise AssertionError(f"a correction of 1 made {after - before}")
    return found


def _of_province(measure: Measure, root: Unit, period: Period) -> Decimal:
    found = selectors.matrix([measure.code], [root], [period])
    value = found.value(measure.code, root, found.periods[0])
    return Decimal(value.numerator) / value.denominator if value is not None else Decimal(0)


def _told(measure: Measure, cells: list[Unit], period: Period, url: str) -> list[float]:
    found = []
    with psycopg.connect(url, autocommit=True) as ear:
        ear.execute(f"LISTEN {CHANNEL}")
        for unit in cells[:10]:
            began = time.perf_counter()
            _correct(unit, period)
            deliver_all()
            for notice in ear.notifies(timeout=5):
                told = json.loads(notice.payload)
                if told["unit"] == unit.pk and told["measure"] == measure.code:
                    break
            else:
                raise AssertionError("nothing was told")
            found.append(time.perf_counter() - began)
    return found


def reads(size: Size, areas: Areas) -> Iterator[BenchRow]:
    """What pages, the pivot and the open interfaces ask."""
    root = province()
    if root is None:
        return
    units = list(communes(ON))
    codes, months = size.codes, [LAST.plus(-step) for step in range(17)]
    one = timed(lambda n: selectors.matrix(codes, units, [LAST.plus(-(n % 12))]), READS)
    what = {"indicators": len(codes), "units": len(units)}
    yield row(_("%(indicators)d chỉ số × %(units)d xã, một tháng, p95") % what, p95(one), 200, "ms", half(one))
    seven = timed(lambda n: selectors.matrix(codes[n % 7 :][:7], [root], months), READS)
    yield row(_("7 chỉ số × 17 kỳ của tỉnh, p95"), p95(seven), 200, "ms", half(seven))
    measure = next(iter(registry.MEASURES.values()))
    living = Unit.objects.in_bulk(areas.after[:READS])
    cells = list(living.values())
    opened = timed(lambda n: _records(measure, cells[n % len(cells)], root), READS)
    yield row(_("Từ số của tỉnh xuống xã, tháng, rồi các bản ghi, p95"), p95(opened), 150, "ms", half(opened))


def _records(measure: Measure, unit: Unit, root: Unit) -> list[Any]:
    """One click each: the commune's cells of a month by area, the area's thirteen months, the records of one cell."""
    commune = Unit.objects.get(pk=unit.parent_id or 0)
    below = list(Unit.objects.filter(parent=commune, kind=UnitKind.OTHER))
    selectors.matrix([measure.code], below, [LAST])
    selectors.matrix([measure.code], [unit], [LAST.plus(-step) for step in range(13)])
    return list(counting.records_of(measure, unit, LAST)[:50])


def row(what: str, measured: float, budget: float | None, unit: str, note: str = "") -> BenchRow:
    said = f"{what}{note}"
    if budget is None:
        return BenchRow(said, measured, unit, "–", True)
    return BenchRow(said, measured, unit, f"≤ {budget:g}" if budget else "= 0", measured <= budget)


def timed(what: Callable[[int], object], times: int) -> list[float]:
    """Milliseconds of each call, sorted; the first call, which warms, is not counted."""
    what(0)
    found = []
    for number in range(times):
        began = time.perf_counter()
        what(number + 1)
        found.append((time.perf_counter() - began) * 1000)
    return sorted(found)


def p95(times: list[float]) -> float:
    return times[min(len(times) - 1, int(len(times) * 0.95))]


def half(times: list[float]) -> str:
    return f" (p50 {statistics.median(times):.0f})"
