"""Measures a written table for personal data, over every row: nothing is sampled, one identity number is enough."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
from django.utils.translation import gettext as _

from tinhso.foundation.openness.columns import Column, Kind
from tinhso.foundation.openness.rules import personal, small_cells
from tinhso.foundation.openness.rules.personal import Finding
from tinhso.systems.opendata.errors import REASONS
from tinhso.systems.opendata.rules.query import quoted


def measure(
    connection: duckdb.DuckDBPyConnection,
    table: Path,
    columns: Sequence[Column],
    *,
    opened: Sequence[str] = (),
    counts: Sequence[str] = (),
    people: bool = False,
) -> list[Finding]:
    """Everything that speaks against publishing the table; columns in `opened` are lawfully public already."""
    closed = [column for column in columns if column.name not in opened and column.kind is not Kind.GEOMETRY]
    texts = [column for column in closed if column.kind is Kind.STRING]
    found = _patterns(connection, table, texts) + _long_numbers(connection, table, closed)
    found += [one for column in closed if column.kind is not Kind.STRING for one in personal.judge(column.name, 1, {})]
    found += _small_cells(connection, table, counts)
    if people:
        found += _small_groups(connection, table, [c.name for c in columns if c.name not in counts])
    return found


def _source(table: Path) -> str:
    return "read_parquet('" + str(table).replace("'", "''") + "')"


def _one(connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | None = None) -> tuple[Any, ...]:
    row = connection.execute(sql, parameters or []).fetchone()
    assert row is not None  # an aggregate always gives a row
    return row


def _patterns(connection: duckdb.DuckDBPyConnection, table: Path, texts: Sequence[Column]) -> list[Finding]:
    """Every pattern over every text cell. Cells of all columns pass one after another, so that a pattern is made ready
    once for the table and not for each column, or (as a parameter) for each cell."""
    if not texts:
        return []
    told = [pattern.replace("'", "''") for pattern in personal.PATTERNS.values()]
    met = ", ".join(f"count(*) FILTER (regexp_matches(cell, '{one}'))" for one in told)
    cells, places = ", ".join(quoted(column.name) for column in texts), ", ".join(map(str, range(len(texts))))
    rows = connection.execute(
        f"SELECT place, count(cell), {met} FROM (SELECT unnest([{cells}]) AS cell, unnest([{places}]) AS place "  # noqa: S608
        f"FROM {_source(table)}) GROUP BY place"
    ).fetchall()
    counted = {place: (filled, dict(zip(personal.PATTERNS, each, strict=True))) for place, filled, *each in rows}
    nothing: tuple[int, dict[str, int]] = (0, {})
    return [
        one for place, column in enumerate(texts) for one in personal.judge(column.name, *counted.get(place, nothing))
    ]


def _long_numbers(connection: duckdb.DuckDBPyConnection, table: Path, columns: Sequence[Column]) -> list[Finding]:
    """Identity numbers read as whole numbers lose their first nought: eleven digits, nearly all different."""
    found: list[Finding] = []
    for column in columns:
        if column.kind is not Kind.INTEGER:
            continue
        name = quoted(column.name)
        filled, met, different = _one(
            connection,
            f"SELECT count({name}), count(*) FILTER ({name} BETWEEN 1000000000 AND 96999999999 "  # noqa: S608
            f"AND length({name}::VARCHAR) IN (10, 11)), approx_count_distinct({name}) FROM {_source(table)}",
        )
        if filled and met / filled > 0.8 and different / filled > 0.8:
            found.append(Finding(column.name, "identity", met, filled))
    return found


def _small_cells(connection: duckdb.DuckDBPyConnection, table: Path, counts: Sequence[str]) -> list[Finding]:
    found: list[Finding] = []
    for column in counts:
        name = quoted(column)
        filled, met = _one(
            connection,
            f"SELECT count({name}), count(*) FILTER ({name} > 0 AND {name} < {small_cells.LEAST}) "  # noqa: S608
            f"FROM {_source(table)}",
        )
        if met:
            found.append(Finding(column, "small_cell", met, filled))
    return found


def _small_groups(connection: duckdb.DuckDBPyConnection, table: Path, names: Sequence[str]) -> list[Finding]:
    """k-anonymity over all columns that tell something of the person: every combination stands for at least k."""
    chosen = ", ".join(map(quoted, names))
    met, least = _one(
        connection,
        f"SELECT coalesce(sum(n) FILTER (n < {small_cells.SMALLEST_GROUP}), 0), coalesce(min(n), 0) "  # noqa: S608
        f"FROM (SELECT count(*) AS n FROM {_source(table)} GROUP BY {chosen})",
    )
    return [Finding("", "k_anonymity", int(met), int(least))] if met else []


def sentence(finding: Finding) -> str:
    """The finding as a sentence."""
    told = REASONS.get(finding.reason)
    if told is None:
        told_as = finding.column
        return _("tên cột “%(column)s” cho thấy đây là dữ liệu cá nhân.") % {"column": told_as}
    return str(told) % {"column": finding.column, "cells": finding.cells, "of": finding.of}
