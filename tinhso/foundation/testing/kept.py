"""What nearly every test begins with is made once per test process through the services; each test gets its rows back.

Making eleven accounts and five procedures anew for each of thousands of tests was a third of their time.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True)
class Rows:
    """Rows of one table as PostgreSQL copies them out."""

    table: str
    columns: str
    lines: tuple[bytes, ...]


class Kept:
    """Rows, and the Python object that goes with them. `give()` writes the rows and answers a fresh copy of it."""

    def __init__(self, make: Callable[[Any], object], on: Kept | None = None) -> None:
        """Makes in a transaction that is taken back, from what `on` gives; the rows of `on` must stay as they are."""
        with transaction.atomic():
            self.made = pickle.dumps(make(on.give() if on else None))
            settle()
            self.rows: tuple[Rows, ...] = tuple(_without(_standing(), on.rows if on else ()))
            self.script = _script(self.rows)
            transaction.set_rollback(True)

    def give(self) -> Any:
        """Writes the rows, past the triggers that saw them already; the object, as if just made."""
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            if self.script:
                # Several statements in one go, which cannot be prepared.
                cursor.cursor.execute(self.script, prepare=False)
                return pickle.loads(self.made)
            cursor.execute("SET LOCAL session_replication_role = replica")
            for rows in self.rows:
                with cursor.copy(f'COPY "{rows.table}" ({rows.columns}) FROM STDIN') as into:
                    into.write(b"".join(rows.lines))
            cursor.execute("SET LOCAL session_replication_role = origin")
        return pickle.loads(self.made)


# A small world is one message to the server; what is larger is quicker copied in.
SMALL = 60_000
_ESCAPED = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def _script(found: tuple[Rows, ...]) -> str:
    """The rows of a small world as statements; "" where they are many."""
    if sum(len(line) for rows in found for line in rows.lines) > SMALL:
        return ""
    said = ["SET LOCAL session_replication_role = replica"]
    for rows in found:
        values = ", ".join(
            f"({', '.join(map(_literal, line.removesuffix(LINE_END).split(TAB)))})" for line in rows.lines
        )
        said.append(f'INSERT INTO "{rows.table}" ({rows.columns}) VALUES {values}')
    return "; ".join([*said, "SET LOCAL session_replication_role = origin"])


LINE_END, TAB, NULL = b"\n", b"\t", b"\\N"


def _literal(field: bytes) -> str:
    """A field as COPY writes it, as a literal of SQL."""
    if field == NULL:
        return "NULL"
    text = re.sub(rb"\\(.)", lambda found: _ESCAPED.get(found[1], found[1]), field, flags=re.DOTALL).decode()
    return "'" + text.replace("'", "''") + "'"


def settle() -> None:
    """Asks the deferred constraints of what was made so far.

    A world made once for many tests calls this at its end: rows that wait to be asked are asked again at the end of
    every test that is taken back.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _without(found: Iterator[Rows], before: tuple[Rows, ...]) -> Iterator[Rows]:
    stood = {rows.table: set(rows.lines) for rows in before}
    for rows in found:
        old = stood.pop(rows.table, set())
        if not old <= set(rows.lines):
            raise AssertionError(f"making changed rows of {rows.table} that stood before")
        new = tuple(line for line in rows.lines if line not in old)
        if new:
            yield Rows(rows.table, rows.columns, new)


def _standing() -> Iterator[Rows]:
    """Every row now in the tables, but for what migrations wrote."""
    with connection.cursor() as cursor:
        for table in tables_with_rows(cursor):
            cursor.execute(
                "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
                " WHERE table_schema = current_schema() AND table_name = %s AND is_generated = 'NEVER'",
                [table],
            )
            columns = cursor.fetchone()[0]
            with cursor.copy(f'COPY (SELECT {columns} FROM "{table}") TO STDOUT') as out:
                lines = b"".join(out).splitlines(keepends=True)
            yield Rows(table, columns, tuple(lines))


# Written by migrations and asked for after every emptying: kept.
_KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def tables_with_rows(cursor: CursorWrapper) -> list[str]:
    """The tables that hold a row, but for those that migrations fill."""
    names = [name for name in connection.introspection.table_names(cursor) if name not in _KEPT]
    cursor.execute(" UNION ALL ".join(f"(SELECT '{name}' FROM \"{name}\" LIMIT 1)" for name in names))
    return [row[0] for row in cursor.fetchall()]
