"""Tables as sorted Parquet, asked and written by DuckDB inside bounds of memory, time and rows.

Questions go through this process's reader (`reader.py`), of large tables over their working copy (`working.py`).
Answers are kept as bytes by (table, question), so an equal question costs nothing.
"""

from __future__ import annotations

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
from tinhso.systems.opendata.reader import Reader, literal, reader
from tinhso.systems.opendata.rules.query import TYPES, Query, compile_count, compile_query, quoted

KEPT_BYTES = 64 * 1024 * 1024
ROWS_IN_GROUP = 122_880
VIETNAM = timezone(timedelta(hours=7))


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
    compiled, read = compile_query(query, columns), reader()
    rows = read.run(sha256, compiled)
    return Answer(compiled.names, rows, _total(read, sha256, columns, query, len(rows)) if count else None)


def _total(read: Reader, sha256: str, columns: Sequence[Column], query: Query, shown: int) -> int:
    """How many rows the question meets: known when its first page is its last, counted otherwise."""
    if shown < query.limit and not query.offset and not query.after:
        return shown
    return int(read.run(sha256, compile_count(query, columns))[0][0])


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
            config={"memory_limit": "512MB", "threads": 2, "temp_directory": folder, "autoload_known_extensions": False}
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
    source = f"read_json({literal(path)}, format = 'newline_delimited', columns = {{{types}}})"
    if not path.stat().st_size:
        made = ", ".join(f"CAST(NULL AS {TYPES[column.kind]}) AS {quoted(column.name)}" for column in columns)
        source = f"(SELECT {made} WHERE FALSE)"
    return to_parquet(connection, source, sorted_by, target)


def to_parquet(connection: duckdb.DuckDBPyConnection, source: str, sorted_by: Sequence[str], target: Path) -> int:
    """A relation of the workshop as sorted Parquet: narrow ranges of the sort then touch few row groups."""
    ordered = " ORDER BY " + ", ".join(f"{quoted(name)} NULLS LAST" for name in sorted_by) if sorted_by else ""
    made = connection.execute(
        f"COPY (SELECT * FROM {source}{ordered}) TO {literal(target)} "  # noqa: S608
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_IN_GROUP})"
    ).fetchone()
    return int(made[0]) if made else 0
