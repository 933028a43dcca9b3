"""Tables as sorted Parquet, read and written by DuckDB inside bounds of memory, time and rows.

Reading goes through one connection per process that may open nothing but the file store and whose settings are locked;
SQL comes only from `rules/query.py`. Answers are kept as rows by (table, question), so an equal question costs nothing.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import orjson

from tinhso.foundation.files import blobs
from tinhso.foundation.openness.columns import Column
from tinhso.foundation.openness.registry import Row
from tinhso.systems.opendata.errors import TooHeavy
from tinhso.systems.opendata.rules.query import ROW, TYPES, Compiled, Query, compile_count, compile_query, quoted

MEMORY = "768MB"
SECONDS = 10.0
KEPT_BYTES = 64 * 1024 * 1024
ROWS_IN_GROUP = 61_440
VIETNAM = timezone(timedelta(hours=7))

_lock = threading.Lock()
_reader: tuple[int, str, duckdb.DuckDBPyConnection] | None = None


def _connection() -> duckdb.DuckDBPyConnection:
    """This process's reader; a forked child opens its own."""
    global _reader
    folder = str(blobs.folder("blobs"))
    with _lock:
        if _reader is None or _reader[:2] != (os.getpid(), folder):
            made = duckdb.connect()
            for setting in (
                f"SET memory_limit = '{MEMORY}'",
                "SET threads = 2",
                "SET parquet_metadata_cache = true",
                "SET autoinstall_known_extensions = false",
                "SET autoload_known_extensions = false",
                f"SET allowed_directories = ['{_literal(folder)}/']",
                "SET enable_external_access = false",
                "SET lock_configuration = true",
            ):
                made.execute(setting)
            _reader = (os.getpid(), folder, made)
        return _reader[2]


def _literal(text: str) -> str:
    return text.replace("'", "''")


def over(sha256: str, sql: str) -> str:
    """The compiled question over the table of this content; `t` is its rows with their number."""
    path = _literal(str(blobs.blob_path(sha256)))
    if quoted(ROW) not in sql:
        # Numbering ten million rows takes longer than adding them up.
        return f"WITH t AS (SELECT * FROM read_parquet('{path}')) {sql}"  # noqa: S608
    return (
        f"WITH t AS (SELECT file_row_number + 1 AS {quoted(ROW)}, * EXCLUDE (file_row_number) "  # noqa: S608
        f"FROM read_parquet('{path}', file_row_number = true)) {sql}"
    )


def run(sha256: str, compiled: Compiled, *, seconds: float = SECONDS) -> list[tuple[Any, ...]]:
    """The rows of a compiled question; TooHeavy when it passes its time or memory."""
    cursor = _connection().cursor()
    timer = threading.Timer(seconds, cursor.interrupt)
    timer.start()
    try:
        return cursor.execute(over(sha256, compiled.sql), compiled.parameters).fetchall()
    except (duckdb.InterruptException, duckdb.OutOfMemoryException):
        raise TooHeavy from None
    finally:
        timer.cancel()
        cursor.close()


@dataclass(frozen=True)
class Answer:
    """What a question gave: names of the columns, rows, how many in all (None when not asked)."""

    names: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    total: int | None = None


class _Kept:
    """Answers as bytes, the least used going first."""

    def __init__(self, most: int) -> None:
        self.most, self.size, self.lock = most, 0, threading.Lock()
        self.shelf: OrderedDict[tuple[str, ...], bytes] = OrderedDict()

    def get(self, key: tuple[str, ...]) -> bytes | None:
        with self.lock:
            found = self.shelf.get(key)
            if found is not None:
                self.shelf.move_to_end(key)
            return found

    def put(self, key: tuple[str, ...], answer: bytes) -> None:
        if len(answer) > self.most // 16:
            return
        with self.lock:
            self.size += len(answer) - len(self.shelf.pop(key, b""))
            self.shelf[key] = answer
            while self.size > self.most:
                _key, gone = self.shelf.popitem(last=False)
                self.size -= len(gone)


KEPT = _Kept(KEPT_BYTES)


def ask(sha256: str, columns: Sequence[Column], query: Query, *, count: bool = False) -> Answer:
    """The answer to a question of the closed grammar over one table."""
    compiled = compile_query(query, columns)
    rows = run(sha256, compiled)
    total = run(sha256, compile_count(query, columns))[0][0] if count else None
    return Answer(compiled.names, rows, total)


def ask_bytes(sha256: str, columns: Sequence[Column], query: Query, *, count: bool = False) -> bytes:
    """The answer as JSON {columns, rows, total}, kept by the table's content and the question."""
    key = (sha256, query.key(), "count" if count else "")
    kept = KEPT.get(key)
    if kept is None:
        answer = ask(sha256, columns, query, count=count)
        kept = orjson.dumps(
            {"columns": answer.names, "rows": answer.rows, "total": answer.total},
            default=str,
            option=orjson.OPT_SERIALIZE_NUMPY,
        )
        KEPT.put(key, kept)
    return kept


@contextmanager
def workshop() -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A writer's own connection and folder; both gone at the end."""
    with TemporaryDirectory(dir=blobs.folder("incoming")) as folder:
        connection = duckdb.connect(
            config={"memory_limit": "1GB", "threads": 2, "temp_directory": folder, "autoload_known_extensions": False}
        )
        try:
            yield connection, Path(folder)
        finally:
            connection.close()


def write_lines(path: Path, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    """Rows as lines of JSON, one object each; the number written."""
    names = [column.name for column in columns]
    written = 0
    with path.open("wb", buffering=1 << 20) as target:
        for row in rows:
            target.write(
                orjson.dumps(
                    dict(zip(names, map(_plain, row), strict=True)), default=str, option=orjson.OPT_APPEND_NEWLINE
                )
            )
            written += 1
    return written


def _plain(value: Any) -> Any:
    """Instants are told as clocks in Vietnam show them, without a zone."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(VIETNAM).replace(tzinfo=None)
    return value


def from_lines(
    connection: duckdb.DuckDBPyConnection, path: Path, columns: Sequence[Column], sorted_by: Sequence[str], target: Path
) -> int:
    """Lines of JSON as sorted Parquet; the number of rows."""
    types = ", ".join(f"{quoted(column.name)}: '{TYPES[column.kind]}'" for column in columns)
    source = f"read_json('{_literal(str(path))}', format = 'newline_delimited', columns = {{{types}}})"
    if not path.stat().st_size:
        made = ", ".join(f"CAST(NULL AS {TYPES[column.kind]}) AS {quoted(column.name)}" for column in columns)
        source = f"(SELECT {made} WHERE FALSE)"
    return to_parquet(connection, source, sorted_by, target)


def to_parquet(connection: duckdb.DuckDBPyConnection, source: str, sorted_by: Sequence[str], target: Path) -> int:
    """A relation of the workshop as sorted Parquet: narrow ranges of the sort then touch few row groups."""
    ordered = " ORDER BY " + ", ".join(f"{quoted(name)} NULLS LAST" for name in sorted_by) if sorted_by else ""
    made = connection.execute(
        f"COPY (SELECT * FROM {source}{ordered}) TO '{_literal(str(target))}' "  # noqa: S608
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_IN_GROUP})"
    ).fetchone()
    return int(made[0]) if made else 0
