"""Datasette beside us: the same rows in its SQLite, with the same order as an index, asked the same questions.

Not one of our dependencies: measured where a `datasette` program is found (PATH or DATASETTE), NOT RUN elsewhere.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import duckdb

from tinhso.faces.data.bench_http import Caller, answering, asked
from tinhso.foundation.files import blobs
from tinhso.foundation.jobs.measured import free_port
from tinhso.foundation.jobs.registry import BenchRow
from tinhso.systems.opendata import bench as tables
from tinhso.systems.opendata.tables import workshop

ASKED = 80
_AT_ONCE = 50_000


def beside(sha256: str) -> list[BenchRow]:
    """Its figures for what we are asked; no budget of ours."""
    program = os.environ.get("DATASETTE") or shutil.which("datasette")
    if not program:
        return [BenchRow("Datasette beside us: NOT RUN, no datasette program here", 0, "", "–", True)]
    with workshop() as (connection, folder):
        file = folder / "do.db"
        _fill(file, connection, blobs.blob_path(sha256))
        port = free_port()
        limits = ["--setting", "sql_time_limit_ms", "60000", "--setting", "facet_time_limit_ms", "60000"]
        with answering([program, str(file), "--port", str(port), *limits], port, "/-/versions.json"):
            return _measured(port)


def _fill(file: Path, connection: duckdb.DuckDBPyConnection, table: Path) -> None:
    with sqlite3.connect(file) as made:
        made.execute("PRAGMA journal_mode = off")
        made.execute("PRAGMA synchronous = off")
        made.execute("CREATE TABLE t (ngay TEXT, don_vi INTEGER, loai TEXT, gia_tri REAL)")
        made.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", _rows(connection, table))
        made.execute("CREATE INDEX by_day ON t (ngay, don_vi)")


def _rows(connection: duckdb.DuckDBPyConnection, table: Path) -> Iterator[tuple[object, ...]]:
    cursor = connection.execute("SELECT ngay::VARCHAR, don_vi, loai, gia_tri FROM read_parquet(?)", [str(table)])
    while batch := cursor.fetchmany(_AT_ONCE):
        yield from batch


def _measured(port: int) -> list[BenchRow]:
    chance = random.Random(7)  # noqa: S311 -- questions of a bench
    took, seconds = asked(port, [_path(chance) for _number in range(ASKED)])
    grouped = "SELECT don_vi, loai, sum(gia_tri) FROM t GROUP BY 1, 2"
    begun = time.perf_counter()
    Caller(port).ask(f"/do.json?{urlencode({'sql': grouped, '_shape': 'array'})}")
    alone = (time.perf_counter() - begun) * 1000
    what = "10,000,000 rows: Datasette beside us"
    return [
        BenchRow(
            f"{what}, the same filter with an index, 8 connections, p99", took[int(0.99 * ASKED)], "ms", "–", True
        ),
        BenchRow(f"{what}, the same filter", ASKED / seconds, "/s", "–", True),
        BenchRow(f"{what}, the same group-by, alone", alone, "ms", "–", True),
    ]


def _path(chance: random.Random) -> str:
    first, last, unit = (one.values[0] for one in tables.question(chance).filters)
    given = {"ngay__gte": first, "ngay__lt": last, "don_vi": unit, "_size": 100, "_nocount": 1, "_nofacet": 1}
    return f"/do/t.json?{urlencode(given)}"
