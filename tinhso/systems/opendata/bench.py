"""Ten million rows filtered and grouped, a million-row CSV made queryable (`tinhso bench opendata`).

No answer is asked twice, so nothing is measured of the shelf of kept answers. Rows are made up and gone at the end.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta

from tinhso.foundation.files import blobs
from tinhso.foundation.jobs.registry import BenchRow
from tinhso.foundation.openness.columns import Column, Kind
from tinhso.systems.opendata import intake, measuring, tables, working
from tinhso.systems.opendata.rules.query import Aggregate, Filter, Op, Query, Sum

ROWS = 10_000_000
UPLOADED = 1_000_000
ASKED = 400
COLUMNS = (
    Column("ngay", Kind.DATE),
    Column("don_vi", Kind.INTEGER),
    Column("loai"),
    Column("gia_tri", Kind.NUMBER),
)
MADE = """(SELECT DATE '2020-01-01' + CAST(range // 5000 AS INTEGER) AS ngay,
CAST(hash(range) % 69 AS BIGINT) AS don_vi,
'loại ' || hash(range, 1) % 12 AS loai, CAST(hash(range, 2) % 100000 AS DOUBLE) / 10 AS gia_tri FROM range({rows}))"""


@contextmanager
def table() -> Iterator[str]:
    """The content of a table of ten million rows with its working copy; gone when the block ends."""
    with tables.workshop() as (connection, folder):
        target = folder / "bench.parquet"
        tables.to_parquet(connection, MADE.format(rows=ROWS), ("ngay", "don_vi"), target)
        with target.open("rb") as stream, blobs.receive(stream, 1 << 40) as arrival:
            blobs.keep(arrival)
    try:
        working.ready(arrival.sha256)
        yield arrival.sha256
    finally:
        blobs.blob_path(arrival.sha256).unlink(missing_ok=True)
        working.path_of(arrival.sha256).unlink(missing_ok=True)


def question(chance: random.Random) -> Query:
    """Three days of one unit: some two hundred rows of ten million."""
    day = date(2020, 1, 1) + timedelta(days=chance.randrange(1990))
    return Query(
        filters=(
            Filter("ngay", Op.AT_LEAST, (day.isoformat(),)),
            Filter("ngay", Op.LESS, ((day + timedelta(days=3)).isoformat(),)),
            Filter("don_vi", Op.EQUAL, (chance.randrange(69),)),
        ),
        limit=100,
    )


def filters(sha256: str) -> list[BenchRow]:
    """Three days of one unit, eight at once, asked of the engine itself."""
    chance = random.Random(6)  # noqa: S311 -- questions of a bench
    questions = [question(chance) for _number in range(ASKED)]

    def ask(query: Query) -> float:
        begun = time.perf_counter()
        tables.ask_bytes(sha256, COLUMNS, query)
        return (time.perf_counter() - begun) * 1000

    tables.ask(sha256, COLUMNS, questions[0])
    begun = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        took = sorted(pool.map(ask, questions))
    rate = ASKED / (time.perf_counter() - begun)
    slowest = took[int(0.99 * ASKED)]
    return [
        BenchRow("10,000,000 rows: ad-hoc filter, 8 at once, p99", slowest, "ms", "≤ 50", slowest <= 50),
        BenchRow("10,000,000 rows: ad-hoc filter, 8 at once", rate, "/s", "≥ 400", rate >= 400),
    ]


def groups(sha256: str) -> BenchRow:
    """A sum by two columns, nothing else running."""
    query = Query(groups=("don_vi", "loai"), aggregates=(Aggregate(Sum.SUM, "gia_tri"),), limit=1000)
    took = []
    for _number in range(3):
        begun = time.perf_counter()
        tables.ask(sha256, COLUMNS, query)
        took.append((time.perf_counter() - begun) * 1000)
    return BenchRow("10,000,000 rows: group by two columns, alone", min(took), "ms", "≤ 100", min(took) <= 100)


def upload() -> BenchRow:
    """A CSV of a million rows until its table can be asked."""
    with tables.workshop() as (connection, folder):
        given, target = folder / "given.csv", folder / "upload.parquet"
        connection.execute(f"COPY {MADE.format(rows=UPLOADED)} TO '{given}' (FORMAT csv, HEADER)")
        begun = time.perf_counter()
        columns, _rows, _faults = intake.from_csv(connection, folder, given, target)
        measuring.measure(connection, target, columns)
        took = time.perf_counter() - begun
    return BenchRow("1,000,000-row CSV read, measured, queryable", took, "s", "≤ 10", took <= 10)
