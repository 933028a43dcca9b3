"""All facts of an export onto the tree of one day. Merges are summed, splits shared out, estimates marked; exact."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from tinhso.engines.indicators import catalogue
from tinhso.engines.indicators.restating.exporting import engine, quoted
from tinhso.engines.indicators.succession import SHARE_UNIT, Heir, heirs_on
from tinhso.foundation.orgs.models import Unit

FOLDER = "restated"
# Shares as they are kept, before any product of a chain: millionths, whose products fit a machine word.
MILLION = 10**6

# The part of a whole number of ten-thousandths: half to even, as `succession.split` does, for either sign. HUGEINT
# holds 38 digits: twenty of the value and thirteen of the share. Small values with plain shares take the quick way.
_MACROS = """
CREATE MACRO floored(p, d) AS p // d - (CASE WHEN p % d < 0 THEN 1 ELSE 0 END);
CREATE MACRO rounded(whole, rest, d) AS whole
    + (CASE WHEN 2 * rest > d OR (2 * rest = d AND whole % 2 <> 0) THEN 1 ELSE 0 END);
CREATE MACRO part_of(p, d) AS rounded(floored(p, d), p - floored(p, d) * d, d);
"""
_COLUMNS = "f.measure, f.period_kind, f.period_on"
# Where a figure goes whole and alone it is only renamed; only mergers and splits are added up.
_RENAMED = f"""
SELECT {_COLUMNS}, w.heir_id AS unit_id, f.value::DECIMAL(38,4) AS value, 1::BIGINT AS cells, f.counted,
       false AS is_estimated
FROM {{moving}} f JOIN alone w USING (unit_id)
"""  # noqa: S608 - our own names
_ADDED = f"""
SELECT measure, period_kind, period_on, unit_id, sum(value)::DECIMAL(38,4) AS value, count(*) AS cells,
       max(counted) AS counted, bool_or(is_estimated) AS is_estimated
FROM (
    SELECT {_COLUMNS}, w.heir_id AS unit_id, f.value::DECIMAL(38,4) AS value, f.counted, false AS is_estimated
    FROM {{moving}} f JOIN merged w USING (unit_id)
    UNION ALL
    SELECT measure, period_kind, period_on, unnest(heirs),
           unnest(list_append(parts, units - coalesce(list_sum(parts), 0)))::DECIMAL(34,0) * 0.0001::DECIMAL(4,4),
           counted, true
    FROM (
        SELECT {_COLUMNS}, f.counted, w.heirs, (f.value * 10000)::HUGEINT AS units,
               CASE WHEN w.millionths IS NOT NULL AND abs(f.value) < 100000000
               THEN list_transform(w.millionths[:-2],
                                   lambda n: part_of((f.value * 10000)::BIGINT * n, {MILLION}::BIGINT)::HUGEINT)
               ELSE list_transform(w.shares[:-2],
                                   lambda n: part_of((f.value * 10000)::HUGEINT * n, {SHARE_UNIT}::HUGEINT))
               END AS parts
        FROM {{moving}} f JOIN shared w USING (unit_id)
    )
) GROUP BY ALL
"""  # noqa: S608 - our own names
_STAYING = f"""
SELECT {_COLUMNS}, f.unit_id, f.value::DECIMAL(38,4) AS value, 1::BIGINT AS cells, f.counted, false AS is_estimated
FROM {{facts}} f SEMI JOIN still USING (measure)
"""  # noqa: S608 - our own names


@dataclass(frozen=True)
class Restated:
    """The restated facts on disk: measure, period, unit, value, cells, when counted, whether estimated."""

    # A pattern: several files, each cell in one of them.
    path: Path
    rows: int
    seconds: float


def restate(facts: Path, *, on: date) -> Restated:
    """Restates an export onto the tree of `on`, beside it. Measures that do not add up stay where they were counted."""
    began = time.monotonic()
    with engine(facts.parent) as duck:
        ids, codes = distinct(duck, facts, "unit_id"), distinct(duck, facts, "measure")
        heirs = heirs_on(Unit.objects.filter(pk__in=ids).select_related("area"), on)
        still = [code for code, measure in catalogue.measures(codes).items() if not measure.adds_up]
        return carry_out(duck, facts, heirs, still, began)


def distinct(duck: duckdb.DuckDBPyConnection, facts: Path, column: str) -> list[Any]:
    return [row[0] for row in duck.execute(f"SELECT DISTINCT {column} FROM {quoted(facts)}").fetchall()]  # noqa: S608


def carry_out(
    duck: duckdb.DuckDBPyConnection,
    facts: Path,
    heirs: Mapping[int, list[Heir]],
    still: Iterable[str],
    began: float,
) -> Restated:
    """The restatement itself, given who follows whom."""
    into = facts.parent / FOLDER
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    still = list(still)
    duck.execute(_MACROS)
    _lay_ways(duck, heirs, _lives(duck, facts), still)
    source = f"read_parquet({quoted(facts)})"
    given = {"facts": source, "moving": f"(FROM {source} ANTI JOIN still USING (measure))" if still else source}
    rows = 0
    for name, query in (("renamed", _RENAMED), ("added", _ADDED), ("staying", _STAYING if still else "")):
        if query:
            file = quoted(into / f"{name}.parquet")
            written = duck.execute(f"COPY ({query.format(**given)}) TO {file} (FORMAT parquet)").fetchone()
            rows += int(written[0]) if written else 0
    return Restated(into / "*.parquet", rows, time.monotonic() - began)


Life = tuple[date, date]


def _lives(duck: duckdb.DuckDBPyConnection, facts: Path) -> dict[int, Life]:
    """From which period to which each unit has facts."""
    asked = f"SELECT unit_id, min(period_on), max(period_on) FROM {quoted(facts)} GROUP BY unit_id"  # noqa: S608
    return {unit_id: (first, last) for unit_id, first, last in duck.execute(asked).fetchall()}


def _crowded(heirs: Mapping[int, list[Heir]], lives: Mapping[int, Life]) -> set[int]:
    """Heirs to whom two sources bring facts of one time, a unit's own included: theirs must be added up."""
    sources: dict[int, list[Life]] = {}
    for unit_id, found in heirs.items():
        for heir in found:
            sources.setdefault(heir.unit_id, []).append(lives[unit_id])
    return {
        heir
        for heir, spans in sources.items()
        if any(later[0] <= sooner[1] for sooner, later in pairwise(sorted(spans)))
    }


def _lay_ways(
    duck: duckdb.DuckDBPyConnection, heirs: Mapping[int, list[Heir]], lives: Mapping[int, Life], still: list[str]
) -> None:
    """Three kinds of way: whole and alone (renamed), whole and merged with others (added), shared out (split)."""
    crowded = _crowded(heirs, lives)
    whole = [(unit_id, found[0].unit_id) for unit_id, found in heirs.items() if not found[0].is_estimated]
    shared = [
        (unit_id, [heir.unit_id for heir in found], [heir.numerator for heir in found], _millionths(found))
        for unit_id, found in heirs.items()
        if found[0].is_estimated
    ]
    # What is shared out is added up too: an heir of a split needs all its sources in one place.
    partly = {heir for _unit, found, _shares, _plain in shared for heir in found}
    together = crowded | partly
    duck.execute("CREATE TEMP TABLE still AS SELECT unnest(?::VARCHAR[]) AS measure", [still])
    for name, rows in (
        ("alone", [row for row in whole if row[1] not in together]),
        ("merged", [row for row in whole if row[1] in together]),
    ):
        duck.execute(
            f"CREATE TEMP TABLE {name} AS SELECT unnest(?::BIGINT[]) AS unit_id, unnest(?::BIGINT[]) AS heir_id",
            [[row[0] for row in rows], [row[1] for row in rows]],
        )
    duck.execute("CREATE TEMP TABLE shared (unit_id BIGINT, heirs BIGINT[], shares HUGEINT[], millionths BIGINT[])")
    if shared:
        duck.executemany("INSERT INTO shared VALUES (?, ?, ?, ?)", shared)


def _millionths(heirs: list[Heir]) -> list[int] | None:
    step = SHARE_UNIT // MILLION
    if any(heir.numerator % step for heir in heirs):
        return None
    return [heir.numerator // step for heir in heirs]
