"""Facts out of PostgreSQL into one Parquet file: COPY on one side, DuckDB on the other, nothing kept in between."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
from django.db import connection

from tinhso.engines.indicators.models import Fact
from tinhso.engines.indicators.rules import Period

NAME = "facts.parquet"
COLUMNS = {
    "measure": "VARCHAR",
    "period_kind": "VARCHAR",
    "period_on": "DATE",
    "unit_id": "BIGINT",
    "value": "DECIMAL(20,4)",
    "counted": "DOUBLE",
}


_PLAIN = "header=false, auto_detect=false, parallel=false, delim=',', quote='\"', escape='\"'"


@dataclass(frozen=True)
class Exported:
    """What lies in the file: one snapshot of the facts."""

    path: Path
    rows: int
    seconds: float


def engine(folder: Path | None = None) -> duckdb.DuckDBPyConnection:
    """DuckDB without the network and without files that nobody named; big sorts spill into `folder`."""
    found = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    found.execute("SET preserve_insertion_order = false")
    if folder is not None:
        found.execute(f"SET temp_directory = {quoted(folder / 'spill')}")
    return found


def export(
    folder: Path, *, codes: Iterable[str] | None = None, first: Period | None = None, last: Period | None = None
) -> Exported:
    """Writes the facts (of some measures, of some months, or all) as `facts.parquet`. One statement, one snapshot."""
    began = time.monotonic()
    path = folder / NAME
    query, given = _query(codes, first, last)
    reading, writing = os.pipe()
    pump = _Pump(reading, path, folder)
    pump.start()
    try:
        with (
            os.fdopen(writing, "wb", buffering=1 << 20) as out,
            connection.cursor() as cursor,
            cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)", given) as copy,
        ):
            for row in copy:
                out.write(row)
    except BrokenPipeError:
        pass  # DuckDB stopped reading: its own fault is told below
    finally:
        pump.join()
    if pump.fault is not None:
        raise pump.fault
    return Exported(path, pump.rows, time.monotonic() - began)


def _query(codes: Iterable[str] | None, first: Period | None, last: Period | None) -> tuple[str, list[object]]:
    table = Fact._meta.db_table
    asked: list[str] = []
    given: list[object] = []
    for clause, value in (
        ("measure = ANY(%s)", sorted(codes) if codes is not None else None),
        ("period_on >= %s", first.first_day if first else None),
        ("period_on <= %s", last.first_day if last else None),
    ):
        if value is not None:
            asked.append(clause)
            given.append(value)
    where = f" WHERE {' AND '.join(asked)}" if asked else ""
    moment = "extract(epoch FROM counted_at)::float8"
    return (
        f"SELECT measure, period_kind, period_on, unit_id, value, {moment} FROM {table}{where}",  # noqa: S608 - our table
        given,
    )


class _Pump(threading.Thread):
    """Reads the pipe into Parquet beside the thread that fills it."""

    def __init__(self, reading: int, path: Path, folder: Path) -> None:
        super().__init__(name="facts-export")
        self.reading, self.path, self.folder = reading, path, folder
        self.rows = 0
        self.fault: Exception | None = None

    def run(self) -> None:
        columns = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
        source = f"read_csv('/dev/fd/{self.reading}', columns={{{columns}}}, {_PLAIN})"
        try:
            with engine(self.folder) as duck:
                copied = duck.execute(f"COPY (FROM {source}) TO {quoted(self.path)} (FORMAT parquet)").fetchone()
                self.rows = int(copied[0]) if copied else 0
        except duckdb.Error as fault:
            self.fault = fault
        finally:
            os.close(self.reading)  # whoever still writes is told so, instead of waiting for a reader for ever


def quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
