"""What two versions of a table differ in, row by row: by key where the dataset has one, else by whole rows.

Counts are exact; rows are shown up to a bound. Runs within the reader's bounds of time and memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tinhso.foundation.openness.columns import Column
from tinhso.systems.opendata.models import DatasetVersion
from tinhso.systems.opendata.reader import Reader, reader
from tinhso.systems.opendata.rules.query import TYPES, quoted
from tinhso.systems.opendata.selectors import columns_of

MOST_SHOWN = 100
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Changed:
    """One row that stayed under its key with another content: (column, before, after) of the cells that differ."""

    key: Row
    cells: list[tuple[Column, Any, Any]]


@dataclass(frozen=True)
class Differences:
    """What the newer version has that the older had not, and the other way round."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]
    added: int
    removed: int
    changed: int
    added_rows: list[Row]
    removed_rows: list[Row]
    changed_rows: list[Changed]
    new_columns: tuple[Column, ...] = ()
    gone_columns: tuple[Column, ...] = ()

    @property
    def is_none(self) -> bool:
        return not (self.added or self.removed or self.changed or self.new_columns or self.gone_columns)


def compare(old: DatasetVersion, new: DatasetVersion, key: Sequence[str]) -> Differences:
    """The differences over the columns both versions have. A key that stands twice in either is none. Raises TooHeavy
    when the tables are too large to be compared while somebody waits."""
    before, after = columns_of(old.columns), columns_of(new.columns)
    kinds = {column.name: column.kind for column in before}
    columns = tuple(column for column in after if kinds.get(column.name) is column.kind)
    names = {column.name for column in columns}
    tables = _Tables(reader(), old.table.sha256, new.table.sha256, columns)
    by_key = bool(key) and set(key) <= names and tables.is_key(key)
    made = tables.by_key(tuple(key)) if by_key else tables.by_row()
    return Differences(
        columns,
        tuple(key) if by_key else (),
        *made,
        new_columns=tuple(column for column in after if column.name not in names),
        gone_columns=tuple(column for column in before if column.name not in names),
    )


Made = tuple[int, int, int, list[Row], list[Row], list[Changed]]


@dataclass(frozen=True)
class _Tables:
    """Two tables with their common columns, `o` and `n` in every sentence."""

    read: Reader
    old: str
    new: str
    columns: tuple[Column, ...]

    def ask(self, sql: str) -> list[Row]:
        return self.read.run_both(self.old, self.new, sql)

    def cells(self, table: str) -> str:
        return ", ".join(_cell(column, table) for column in self.columns)

    def is_key(self, key: Sequence[str]) -> bool:
        """Whether the key stands once for each row, in both."""
        named = ", ".join(map(quoted, key))
        parts = [f"SELECT 1 FROM {table} GROUP BY {named} HAVING count(*) > 1" for table in ("o", "n")]  # noqa: S608
        return not self.ask(f"({' UNION ALL '.join(parts)}) LIMIT 1")

    def by_row(self) -> Made:
        """Whole rows that are in one and not in the other, as often as they stand there."""
        if not self.columns:
            return 0, 0, 0, [], [], []
        pairs = [
            f"(SELECT {self.cells(a)} FROM {a} EXCEPT ALL SELECT {self.cells(b)} FROM {b})"  # noqa: S608
            for a, b in ("no", "on")
        ]
        counts = ", ".join(f"(SELECT count(*) FROM {one})" for one in pairs)  # noqa: S608
        (added, removed), *_rest = self.ask(f"SELECT {counts}")
        came, went = (self.ask(f"SELECT * FROM {one} ORDER BY ALL LIMIT {MOST_SHOWN}") for one in pairs)  # noqa: S608
        return added, removed, 0, came, went, []

    def by_key(self, key: tuple[str, ...]) -> Made:
        """Rows under keys that came or went, and rows that stayed under their key with other cells."""
        same = " AND ".join(
            f"{_cell(column, 'n')} IS NOT DISTINCT FROM {_cell(column, 'o')}"
            for column in self.columns
            if column.name in key
        )
        others = [column for column in self.columns if column.name not in key]
        differ = " OR ".join(map(_differs, others)) or "FALSE"
        ordered = f"ORDER BY {', '.join(f'{{0}}.{quoted(name)}' for name in key)} LIMIT {MOST_SHOWN}"
        came, went = f"n ANTI JOIN o ON {same}", f"o ANTI JOIN n ON {same}"
        (added, removed, changed), *_rest = self.ask(
            f"SELECT (SELECT count(*) FROM {came}), (SELECT count(*) FROM {went}), "  # noqa: S608
            f"(SELECT count(*) FROM n JOIN o ON {same} WHERE {differ})"
        )
        stayed = self.ask(
            f"SELECT {self.cells('n')}, {self.cells('o')} FROM n JOIN o ON {same} WHERE {differ} {ordered.format('n')}"  # noqa: S608
        )
        return (
            added, removed, changed,
            self.ask(f"SELECT {self.cells('n')} FROM {came} {ordered.format('n')}"),  # noqa: S608
            self.ask(f"SELECT {self.cells('o')} FROM {went} {ordered.format('o')}"),  # noqa: S608
            [self._changed(row, key) for row in stayed],
        )  # fmt: skip

    def _changed(self, row: Row, key: tuple[str, ...]) -> Changed:
        after, before = row[: len(self.columns)], row[len(self.columns) :]
        told = [(column, b, a) for column, b, a in zip(self.columns, before, after, strict=True) if b != a]
        place = [column.name for column in self.columns]
        return Changed(tuple(after[place.index(name)] for name in key), told)


def _cell(column: Column, table: str) -> str:
    # Working copies keep texts of few values as numbers of their own lists: compared as texts.
    return f"CAST({table}.{quoted(column.name)} AS {TYPES[column.kind]})"


def _differs(column: Column) -> str:
    return f"{_cell(column, 'n')} IS DISTINCT FROM {_cell(column, 'o')}"
