"""All facts of an export onto the tree of one day. Merges are summed, splits shared out, estimates marked; exact."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from tinhso.engines.indicators import catalogue
from tinhso.engines.indicators.restating.exporting import engine, quoted
from tinhso.engines.indicators.succession import SHARE_UNIT, Heir, heirs_on
from tinhso.foundation.orgs.models import Unit

NAME = "restated.parquet"

# The part of a whole number of ten-thousandths: half to even, as `succession.split` does, for either sign. HUGEINT
# holds 38 digits: twenty of the value and thirteen of the share.
_MACROS = f"""
CREATE MACRO floored(v, n) AS (v * n) // {SHARE_UNIT}::HUGEINT
    - (CASE WHEN (v * n) % {SHARE_UNIT}::HUGEINT < 0 THEN 1 ELSE 0 END);
CREATE MACRO rest_of(v, n) AS v * n - floored(v, n) * {SHARE_UNIT}::HUGEINT;
CREATE MACRO part_of(v, n) AS floored(v, n) + (CASE
    WHEN 2 * rest_of(v, n) > {SHARE_UNIT}::HUGEINT THEN 1
    WHEN 2 * rest_of(v, n) = {SHARE_UNIT}::HUGEINT AND floored(v, n) % 2 <> 0 THEN 1
    ELSE 0 END);
"""
# Where a figure goes whole and alone it is only renamed; only mergers and splits are added up.
_RESTATE = """
COPY (
    WITH facts AS (FROM read_parquet({facts})),
    stay AS (
        SELECT f.* FROM facts f JOIN still USING (measure)
    ),
    moving AS (
        SELECT f.* FROM facts f ANTI JOIN still USING (measure)
    ),
    renamed AS (
        SELECT f.measure, f.period_kind, f.period_on, w.heir_id AS unit_id, f.value::DECIMAL(38,4) AS value,
               1::BIGINT AS cells, f.counted, false AS is_estimated
        FROM moving f JOIN alone w USING (unit_id)
    ),
    pieces AS (
        SELECT f.measure, f.period_kind, f.period_on, w.heir_id AS unit_id, f.value::DECIMAL(38,4) AS value, f.counted,
               false AS is_estimated
        FROM moving f JOIN merged w USING (unit_id)
        UNION ALL
        SELECT measure, period_kind, period_on, unnest(heirs) AS unit_id,
               unnest(list_append(parts, units - coalesce(list_sum(parts), 0)))::DECIMAL(34,0) * 0.0001::DECIMAL(4,4),
               counted, true
        FROM (
            SELECT f.measure, f.period_kind, f.period_on, f.counted, w.heirs, (f.value * 10000)::HUGEINT AS units,
                   list_transform(w.shares[:-2], lambda n: part_of((f.value * 10000)::HUGEINT, n)) AS parts
            FROM moving f JOIN shared w USING (unit_id)
        )
    )
    FROM renamed
    UNION ALL
    SELECT measure, period_kind, period_on, unit_id, sum(value)::DECIMAL(38,4), count(*), max(counted),
           bool_or(is_estimated)
    FROM pieces GROUP BY ALL
    UNION ALL
    SELECT measure, period_kind, period_on, unit_id, value::DECIMAL(38,4), 1, counted, false FROM stay
) TO {into} (FORMAT parquet, COMPRESSION lz4_raw)
"""


@dataclass(frozen=True)
class Restated:
    """The restated facts on disk: measure, period, unit, value, cells, when counted, whether estimated."""

    path: Path
    rows: int
    seconds: float


def restate(facts: Path, *, on: date) -> Restated:
    """Restates an export onto the tree of `on`, beside it. Measures that do not add up stay where they were counted."""
    began = time.monotonic()
    with engine(facts.parent) as duck:
        ids, codes = _distinct(duck, facts, "unit_id"), _distinct(duck, facts, "measure")
        heirs = heirs_on(Unit.objects.filter(pk__in=ids).select_related("area"), on)
        still = [code for code, measure in catalogue.measures(codes).items() if not measure.adds_up]
        return carry_out(duck, facts, heirs, still, began)


def _distinct(duck: duckdb.DuckDBPyConnection, facts: Path, column: str) -> list[Any]:
    return [row[0] for row in duck.execute(f"SELECT DISTINCT {column} FROM {quoted(facts)}").fetchall()]  # noqa: S608


def carry_out(
    duck: duckdb.DuckDBPyConnection,
    facts: Path,
    heirs: Mapping[int, list[Heir]],
    still: Iterable[str],
    began: float,
) -> Restated:
    """The restatement itself, given who follows whom."""
    into = facts.parent / NAME
    duck.execute(_MACROS)
    _lay_ways(duck, heirs, list(still))
    written = duck.execute(_RESTATE.format(facts=quoted(facts), into=quoted(into))).fetchone()
    return Restated(into, int(written[0]) if written else 0, time.monotonic() - began)


def _lay_ways(duck: duckdb.DuckDBPyConnection, heirs: Mapping[int, list[Heir]], still: list[str]) -> None:
    """Three kinds of way: whole and alone (renamed), whole and merged with others (added), shared out (split)."""
    sources: dict[int, int] = {}
    for found in heirs.values():
        for heir in found:
            sources[heir.unit_id] = sources.get(heir.unit_id, 0) + 1
    whole = [(unit_id, found[0].unit_id) for unit_id, found in heirs.items() if not found[0].is_estimated]
    shared = [
        (unit_id, [heir.unit_id for heir in found], [heir.numerator for heir in found])
        for unit_id, found in heirs.items()
        if found[0].is_estimated
    ]
    duck.execute("CREATE TEMP TABLE still (measure VARCHAR)")
    duck.execute("CREATE TEMP TABLE alone (unit_id BIGINT, heir_id BIGINT)")
    duck.execute("CREATE TEMP TABLE merged (unit_id BIGINT, heir_id BIGINT)")
    duck.execute("CREATE TEMP TABLE shared (unit_id BIGINT, heirs BIGINT[], shares HUGEINT[])")
    duck.execute("INSERT INTO still SELECT unnest(?::VARCHAR[])", [still])
    for name, rows in (
        ("alone", [row for row in whole if sources[row[1]] == 1]),
        ("merged", [row for row in whole if sources[row[1]] > 1]),
    ):
        duck.execute(
            f"INSERT INTO {name} SELECT unnest(?::BIGINT[]), unnest(?::BIGINT[])",
            [[row[0] for row in rows], [row[1] for row in rows]],
        )
    if shared:
        duck.executemany("INSERT INTO shared VALUES (?, ?, ?)", shared)
