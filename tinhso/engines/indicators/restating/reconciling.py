"""The proof: nothing made or lost by restating, and in each tree a parent is the sum of its children.

Asked of the files themselves, every measure and period, exact in Decimal.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from tinhso.engines.indicators import catalogue
from tinhso.engines.indicators.restating.exporting import engine, export, quoted
from tinhso.engines.indicators.restating.whole import distinct, restate
from tinhso.engines.indicators.rules import Period
from tinhso.foundation.orgs.models import Unit

# Of faults, how many are told by name; all are counted.
MOST_TOLD = 50


@dataclass(frozen=True)
class Line:
    """One measure and period: added up before and after, of it estimated, and left with units that have ended."""

    measure: str
    period_kind: str
    period_on: date
    before: Decimal
    after: Decimal
    estimated: Decimal
    left_behind: Decimal

    @property
    def is_kept(self) -> bool:
        return self.before == self.after


@dataclass(frozen=True)
class Fault:
    """A unit whose figure is not the sum of what lies below it, in the tree of then or in the asked one."""

    tree: str
    measure: str
    period_on: date
    unit_id: int
    whole: Decimal
    parts: Decimal


@dataclass(frozen=True)
class Report:
    """What was found. `left`: ended units that kept their figures, for nobody knows the shares of their heirs."""

    on: date
    lines: list[Line]
    faults: list[Fault]
    fault_count: int
    left: list[int]
    seconds: float

    @property
    def lost(self) -> list[Line]:
        return [line for line in self.lines if not line.is_kept]

    @property
    def holds(self) -> bool:
        return not self.lost and not self.fault_count


_LINES = """
WITH one AS (SELECT measure, period_kind, period_on, sum(value)::DECIMAL(38,4) AS whole FROM read_parquet({before})
             GROUP BY ALL),
two AS (SELECT r.measure, r.period_kind, r.period_on, sum(r.value)::DECIMAL(38,4) AS whole,
               (sum(r.value) FILTER (r.is_estimated))::DECIMAL(38,4) AS estimated,
               (sum(r.value) FILTER (u.valid_to <= DATE '{on}'))::DECIMAL(38,4) AS left_behind
        FROM read_parquet({after}) r JOIN units u ON u.id = r.unit_id GROUP BY ALL)
SELECT measure, period_kind, period_on, coalesce(one.whole, 0), coalesce(two.whole, 0), coalesce(estimated, 0),
       coalesce(left_behind, 0)
FROM one FULL JOIN two USING (measure, period_kind, period_on) ORDER BY ALL
"""
# By path: the sum of a unit and all below it, straight from the facts. By children: what lives directly below, and own.
_FAULTS = """
WITH facts AS (SELECT f.* FROM read_parquet({file}) f ANTI JOIN still USING (measure)),
by_path AS (SELECT f.measure, f.period_kind, f.period_on, a.ancestor_id AS unit_id, sum(f.value) AS whole
            FROM facts f JOIN ancestors a USING (unit_id) GROUP BY ALL),
own AS (SELECT f.measure, f.period_kind, f.period_on, f.unit_id, f.value AS whole FROM facts f
        SEMI JOIN ancestors a ON a.ancestor_id = f.unit_id),
leaves AS (SELECT f.measure, f.period_kind, f.period_on, f.unit_id, f.value AS whole FROM facts f
           ANTI JOIN ancestors a ON a.ancestor_id = f.unit_id),
below AS (SELECT s.measure, s.period_kind, s.period_on, u.parent_id AS unit_id, sum(s.whole) AS whole
          FROM (FROM by_path UNION ALL FROM leaves) s JOIN units u ON u.id = s.unit_id
          WHERE u.parent_id IS NOT NULL AND {lives} GROUP BY ALL)
SELECT b.measure, b.period_on, b.unit_id, b.whole::DECIMAL(38,4),
       (coalesce(c.whole, 0) + coalesce(o.whole, 0))::DECIMAL(38,4) AS parts
FROM by_path b
LEFT JOIN below c USING (measure, period_kind, period_on, unit_id)
LEFT JOIN own o USING (measure, period_kind, period_on, unit_id)
WHERE b.whole <> coalesce(c.whole, 0) + coalesce(o.whole, 0)
ORDER BY ALL
"""
_LIVED_THEN = """u.valid_from < s.period_on + (CASE s.period_kind WHEN 'day' THEN INTERVAL 1 DAY
    WHEN 'week' THEN INTERVAL 7 DAY WHEN 'quarter' THEN INTERVAL 3 MONTH WHEN 'half' THEN INTERVAL 6 MONTH
    WHEN 'year' THEN INTERVAL 12 MONTH ELSE INTERVAL 1 MONTH END)
    AND (u.valid_to IS NULL OR u.valid_to > s.period_on)"""
# A unit that ended without known heirs keeps its figures: told in `left`, it still stands in its parent's sum.
_STANDS = "TRUE"


def reconcile(before: Path, after: Path, *, on: date) -> Report:
    """Compares an export with its restatement onto the tree of `on`."""
    began = time.monotonic()
    with engine(before.parent) as duck:
        _lay_units(duck, [*distinct(duck, before, "unit_id"), *distinct(duck, after, "unit_id")])
        still = [c for c, item in catalogue.measures(distinct(duck, before, "measure")).items() if not item.adds_up]
        duck.execute("CREATE TEMP TABLE still AS SELECT unnest(?::VARCHAR[]) AS measure", [still])
        files = {"before": quoted(before), "after": quoted(after), "on": on.isoformat()}
        lines = [Line(*row) for row in duck.execute(_LINES.format(**files)).fetchall()]
        faults = [
            Fault(tree, *row)
            for tree, file, lives in (("then", before, _LIVED_THEN), ("asked", after, _STANDS))
            for row in duck.execute(_FAULTS.format(file=quoted(file), lives=lives)).fetchall()
        ]
        ended = (
            f"SELECT DISTINCT unit_id FROM read_parquet({quoted(after)}) JOIN units ON id = unit_id WHERE valid_to <= ?"  # noqa: S608
        )
        left = sorted(row[0] for row in duck.execute(ended, [on]).fetchall())
    return Report(on, lines, faults[:MOST_TOLD], len(faults), left, time.monotonic() - began)


def reconciliation(
    *, on: date, codes: Iterable[str] | None = None, first: Period | None = None, last: Period | None = None
) -> Report:
    """The whole way for a page or a command: export, restate, compare; nothing is left on disk."""
    with tempfile.TemporaryDirectory(prefix="tinhso-restate-") as folder:
        exported = export(Path(folder), codes=codes, first=first, last=last)
        return reconcile(exported.path, restate(exported.path, on=on).path, on=on)


def _lay_units(duck: duckdb.DuckDBPyConnection, ids: list[int]) -> None:
    """The units that carry facts and everything above them, with their lives; and who stands above whom."""
    carrying = list(Unit.objects.filter(pk__in=set(ids)).values_list("pk", "path"))
    above = {int(part) for _pk, path in carrying for part in path.split(".") if part}
    rows = list(Unit.objects.filter(pk__in=above).values_list("pk", "parent_id", "valid_from", "valid_to"))
    pairs = [(pk, int(part)) for pk, path in carrying for part in path.split(".") if part and int(part) != pk]
    pairs += [(pk, pk) for pk in {parent for _pk, parent in pairs}]
    _fill(duck, "units", "id BIGINT, parent_id BIGINT, valid_from DATE, valid_to DATE", rows)
    _fill(duck, "ancestors", "unit_id BIGINT, ancestor_id BIGINT", pairs)


def _fill(duck: duckdb.DuckDBPyConnection, name: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    duck.execute(f"CREATE TEMP TABLE {name} ({columns})")
    kinds = [part.split()[1] for part in columns.split(", ")]
    lists = ", ".join(f"unnest(?::{kind}[])" for kind in kinds)
    duck.execute(f"INSERT INTO {name} SELECT {lists}", [[row[place] for row in rows] for place in range(len(kinds))])
