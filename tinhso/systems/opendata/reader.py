"""This process's reader of tables: one DuckDB that may open nothing but the store, with its connections kept open.

Settings are locked once made; SQL comes only from `rules/query.py`. A question that passes its time is interrupted.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from tinhso.foundation.files import blobs
from tinhso.systems.opendata import working
from tinhso.systems.opendata.errors import TooHeavy
from tinhso.systems.opendata.rules.query import ROW, Compiled, quoted

MEMORY = "768MB"
SECONDS = 10.0
# Working copies held open at a time; the least asked is let go.
MOST_ATTACHED = 64
_TICK = 0.25
PATIENCE = 0.02


def literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def over(sha256: str, compiled: Compiled) -> str:
    """The compiled question over the Parquet of this content: its rows with their number where that is asked for."""
    source = literal(blobs.blob_path(sha256))
    if not compiled.has_row:
        # Numbering ten million rows takes longer than adding them up.
        return compiled.over(f"read_parquet({source})")
    return compiled.over(
        f"(SELECT file_row_number + 1 AS {quoted(ROW)}, * EXCLUDE (file_row_number) "  # noqa: S608
        f"FROM read_parquet({source}, file_row_number = true))"
    )


class Overdue:
    """Interrupts questions that pass their time: one thread for all, asleep while nothing is asked."""

    def __init__(self) -> None:
        self.running: dict[int, tuple[float, duckdb.DuckDBPyConnection]] = {}
        self.lock, self.is_asked, self.is_over = threading.Lock(), threading.Event(), False
        self.thread = threading.Thread(target=self._look, daemon=True, name="opendata-overdue")
        self.thread.start()

    @contextmanager
    def within(self, seconds: float, cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Whatever the cursor does inside is interrupted once the time is over."""
        with self.lock:
            self.running[id(cursor)] = (time.monotonic() + seconds, cursor)
        self.is_asked.set()
        try:
            yield
        finally:
            with self.lock:
                self.running.pop(id(cursor), None)

    def _look(self) -> None:
        while self.is_asked.wait() and not self.is_over:
            self.is_asked.clear()
            while self.running and not self.is_over:
                time.sleep(_TICK)
                self._interrupt(time.monotonic())

    def _interrupt(self, now: float) -> None:
        with self.lock:  # so that none is interrupted that has just ended and serves another question
            for due, cursor in self.running.values():
                if due < now:
                    cursor.interrupt()

    def stop(self) -> None:
        """Ends the thread."""
        self.is_over = True
        self.is_asked.set()
        self.thread.join(2 * _TICK)


class Reader:
    """One DuckDB with its connections and the working copies it holds open."""

    def __init__(self, store: Path, copies: Path) -> None:
        self.pid, self.store = os.getpid(), store
        self.root = duckdb.connect()
        for setting in (
            f"SET memory_limit = '{MEMORY}'",
            "SET threads = 2",
            "SET parquet_metadata_cache = true",
            # Fetching the other columns in a second pass costs more than it saves on a page of rows.
            "SET disabled_optimizers = 'late_materialization'",
            "SET autoinstall_known_extensions = false",
            "SET autoload_known_extensions = false",
            f"SET allowed_directories = [{literal(store / '_')[:-2]}', {literal(copies / '_')[:-2]}']",
            "SET enable_external_access = false",
            "SET lock_configuration = true",
        ):
            self.root.execute(setting)
        self.idle: list[duckdb.DuckDBPyConnection] = []
        self.attached: OrderedDict[str, str] = OrderedDict()
        self.lock, self.overdue = threading.Lock(), Overdue()
        self.turns = threading.BoundedSemaphore(os.cpu_count() or 2)

    def run(self, sha256: str, compiled: Compiled, seconds: float = SECONDS) -> list[tuple[Any, ...]]:
        """The rows of a compiled question; TooHeavy when it passes its time or memory."""
        relation = self._relation(sha256)
        # Named where it is asked, not beforehand: planning such a sentence takes a third less.
        sql = compiled.over(relation) if relation else over(sha256, compiled)
        return self._run(sql, compiled.parameters, seconds)

    def run_both(self, old: str, new: str, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a sentence over two tables, `o` and `n`, within the same bounds."""
        pairs = (("o", self._source(old)), ("n", self._source(new)))
        told = ", ".join(f"{name} AS (SELECT * FROM {source})" for name, source in pairs)  # noqa: S608
        return self._run(f"WITH {told} {sql}", [], SECONDS)

    def _source(self, sha256: str) -> str:
        return self._relation(sha256) or f"read_parquet({literal(blobs.blob_path(sha256))})"

    def _run(self, sql: str, parameters: list[Any], seconds: float) -> list[tuple[Any, ...]]:
        try:
            cursor = self.idle.pop()
        except IndexError:
            cursor = self.root.cursor()
        try:
            with self._turn(), self.overdue.within(seconds, cursor):
                rows = cursor.execute(sql, parameters).fetchall()
        except (duckdb.InterruptException, duckdb.OutOfMemoryException):
            cursor.close()
            raise TooHeavy from None
        self.idle.append(cursor)
        return rows

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Short questions, one after another for each core, end sooner than all of them at once; one that finds long
        questions before it waits no longer than a moment."""
        has_turn = self.turns.acquire(timeout=PATIENCE)
        try:
            yield
        finally:
            if has_turn:
                self.turns.release()

    def _relation(self, sha256: str) -> str:
        """The rows of the working copy, opened when they were not; "" for a table that has none."""
        with self.lock:
            if sha256 in self.attached:
                self.attached.move_to_end(sha256)
                return self.attached[sha256]
            copy = working.ready(sha256)
            self.attached[sha256] = self._attach(copy, f"copy_{sha256}") if copy else ""
            while len(self.attached) > MOST_ATTACHED:
                _sha, gone = self.attached.popitem(last=False)
                if gone:
                    self.root.execute(f"DETACH {gone.partition('.')[0]}")
            return self.attached[sha256]

    def _attach(self, copy: Path, name: str) -> str:
        self.root.execute(f"ATTACH {literal(copy)} AS {name} (READ_ONLY)")
        return f"{name}.rows"

    def close(self) -> None:
        """Lets go of everything, so that the process ends quietly."""
        self.overdue.stop()
        for cursor in self.idle:
            cursor.close()
        self.root.close()


_making = threading.Lock()
_reader: Reader | None = None


def reader() -> Reader:
    """This process's reader; a forked child opens its own."""
    global _reader
    store = blobs.folder("blobs")
    with _making:
        if _reader is None or _reader.pid != os.getpid() or _reader.store != store:
            _reader = Reader(store, working.folder())
        return _reader


@atexit.register
def _close() -> None:
    global _reader
    if _reader is not None and _reader.pid == os.getpid():
        _reader.close()
    _reader = None
