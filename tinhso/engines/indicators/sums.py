"""Sums kept beside facts: made where a period has very many, read where no fact below has changed since.

Fresh at once: a changed fact leaves a touch in its own transaction (a trigger), and whoever reads adds up anew what
stands above a touch. Writers wait for nobody; `fold` follows later and takes the touches away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, transaction

from tinhso.foundation.access.reach import Reach
from tinhso.foundation.orgs.models import Unit

# Below this many facts in one period of one measure they are added up as quickly as sums are found.
MANY = 500
# Fills made in one transaction, which keeps writers of facts waiting: a second or two.
AT_ONCE = 400


class Cell(NamedTuple):
    """A measure in one period of facts."""

    measure: str
    period_kind: str
    period_on: date


@transaction.atomic
def fold() -> int:
    """Makes the sums above every touched fact again and takes the touches away. Returns how many touches.

    A fact that changes meanwhile leaves its own touch, which stays for the next time.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('indicators.sums', 11))")
        cursor.execute(_FOLD)
        touched = cursor.fetchall()
        if not touched:
            return 0
        columns = [list(column) for column in zip(*set(touched), strict=True)]
        # Another statement, another snapshot: it sees every fact whose touch was just taken away.
        cursor.execute(_ABOVE, columns)
        above = cursor.fetchall()
        if above:
            given = [list(column) for column in zip(*above, strict=True)]
            cursor.execute(_FORGET_SOME, given)
            cursor.execute(_MAKE_SOME, given)
    return len(touched)


def fill(*, most: int | None = None) -> int:
    """Makes the sums of periods with many facts that have none yet. Returns how many measures and periods."""
    with connection.cursor() as cursor:
        cursor.execute(_WANTING, [MANY])
        wanting = [Cell(*row) for row in cursor.fetchall()][:most]
    for start in range(0, len(wanting), AT_ONCE):
        _fill(wanting[start : start + AT_ONCE])
    return len(wanting)


@transaction.atomic
def _fill(cells: Sequence[Cell]) -> None:
    given = [list(column) for column in zip(*cells, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('indicators.sums', 11))")
        # No fact is half written while the first sum is taken: from here on changes leave touches.
        cursor.execute("LOCK TABLE indicators_fact IN SHARE MODE")
        cursor.execute(_FORGET, given)
        cursor.execute(_MARK, given)
        cursor.execute(_MAKE, given)


class Ready(NamedTuple):
    """What may be read from sums: the measures, the asked units; and the pairs that changed since."""

    measures: set[str]
    units: set[int]
    stale: set[tuple[str, int]]


def ready(
    codes: Iterable[str],
    kinds: Sequence[str],
    days: Sequence[date],
    members: Sequence[int],
    asked: Sequence[int],
    units: Iterable[Unit],
    reach: Reach,
) -> Ready:
    """Measures whose every asked period has sums; units with others below, all of them within the reach."""
    whole = [unit for unit in units if any(unit.path.startswith(path) for path in reach.paths)]
    steps = set(zip(kinds, days, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_READY, [list(codes), [kind for kind, _day in steps], [day for _kind, day in steps], len(steps)])
        measures = {row[0] for row in cursor.fetchall()}
        if not measures:
            return Ready(set(), set(), set())
        cursor.execute("SELECT DISTINCT parent_id FROM orgs_unit WHERE parent_id = ANY(%s)", [[u.pk for u in whole]])
        above = {row[0] for row in cursor.fetchall()}
        cursor.execute(_STALE, [list(members), list(asked), sorted(measures), list(days)])
        return Ready(measures, above, {(row[0], row[1]) for row in cursor.fetchall()})


def rows(codes: Sequence[str], units: Iterable[int], given: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Sums as the matrix reads them: measure, asked period, units, totals, cells, moments."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, {**given, "codes": list(codes), "units": list(units)})
        return list(cursor.fetchall())


_CELLS = "unnest(%s::text[], %s::text[], %s::date[]) AS c(measure, period_kind, period_on)"
_WANTING = """
SELECT measure, period_kind, period_on FROM indicators_fact
GROUP BY 1, 2, 3 HAVING count(*) >= %s
EXCEPT SELECT measure, period_kind, period_on FROM indicators_factsumfill ORDER BY 1, 2, 3
"""
_FORGET = f"""
WITH c AS (SELECT * FROM {_CELLS}),
gone AS (DELETE FROM indicators_facttouch t USING c
         WHERE (t.measure, t.period_kind, t.period_on) = (c.measure, c.period_kind, c.period_on))
DELETE FROM indicators_factsum s USING c
WHERE (s.measure, s.period_kind, s.period_on) = (c.measure, c.period_kind, c.period_on)
"""  # noqa: S608 - our own tables
_MARK = f"INSERT INTO indicators_factsumfill (measure, period_kind, period_on) SELECT * FROM {_CELLS} ON CONFLICT DO NOTHING"  # noqa: S608, E501
# Every unit of a fact's path but the lowest; that one too when others stand below it.
_SUMMED = """
INSERT INTO indicators_factsum (measure, period_kind, period_on, unit_id, value, cells, counted_at)
SELECT f.measure, f.period_kind, f.period_on, p.above, sum(f.value), count(*), max(f.counted_at)
"""
_PATHS = """
SELECT u.id AS unit_id, a.part::bigint AS above
FROM orgs_unit u, unnest(string_to_array(rtrim(u.path, '.'), '.')) AS a(part)
WHERE a.part::bigint <> u.id OR EXISTS (SELECT 1 FROM orgs_unit b WHERE b.parent_id = u.id)
"""
_MAKE = f"""
WITH paths AS MATERIALIZED ({_PATHS})
{_SUMMED}
FROM {_CELLS} JOIN indicators_fact f USING (measure, period_kind, period_on)
JOIN paths p ON p.unit_id = f.unit_id GROUP BY 1, 2, 3, 4
"""
_FOLD = "DELETE FROM indicators_facttouch RETURNING measure, period_kind, period_on, unit_id"
_TOUCHED = "unnest(%s::text[], %s::text[], %s::date[], %s::bigint[]) AS c(measure, period_kind, period_on, unit_id)"
_ABOVE = f"""
SELECT DISTINCT c.measure, c.period_kind, c.period_on, a.part::bigint
FROM {_TOUCHED} JOIN indicators_factsumfill USING (measure, period_kind, period_on)
JOIN orgs_unit u ON u.id = c.unit_id, unnest(string_to_array(rtrim(u.path, '.'), '.')) AS a(part)
WHERE a.part::bigint <> u.id OR EXISTS (SELECT 1 FROM orgs_unit b WHERE b.parent_id = u.id)
"""  # noqa: S608 - our own tables
_FORGET_SOME = f"""
DELETE FROM indicators_factsum s USING {_TOUCHED}
WHERE (s.measure, s.period_kind, s.period_on, s.unit_id) = (c.measure, c.period_kind, c.period_on, c.unit_id)
"""  # noqa: S608 - our own tables
_MAKE_SOME = f"""
INSERT INTO indicators_factsum (measure, period_kind, period_on, unit_id, value, cells, counted_at)
SELECT c.measure, c.period_kind, c.period_on, c.unit_id, sum(f.value), count(*), max(f.counted_at)
FROM {_TOUCHED} JOIN orgs_unit above ON above.id = c.unit_id
JOIN orgs_unit u ON starts_with(u.path, above.path)
JOIN indicators_fact f ON (f.measure, f.period_kind, f.period_on, f.unit_id)
                        = (c.measure, c.period_kind, c.period_on, u.id)
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - our own tables
_READY = """
SELECT f.measure FROM indicators_factsumfill f
JOIN unnest(%s::text[]) AS asked(measure) USING (measure)
JOIN unnest(%s::text[], %s::date[]) AS step(kind, day) ON step.kind = f.period_kind AND step.day = f.period_on
GROUP BY 1 HAVING count(*) = %s
"""
_STALE = """
SELECT DISTINCT t.measure, m.asked FROM indicators_facttouch t
JOIN unnest(%s::bigint[], %s::bigint[]) AS m(unit, asked) ON m.unit = t.unit_id
WHERE t.measure = ANY(%s) AND t.period_on = ANY(%s)
"""
_READ = """
SELECT measure, place, array_agg(unit_id), array_agg(total), array_agg(cells), array_agg(at) FROM (
  SELECT s.measure, step.place, s.unit_id, sum(s.value) AS total, sum(s.cells)::int AS cells,
         extract(epoch FROM max(s.counted_at))::float8 AS at
  FROM indicators_factsum s
  JOIN unnest(%(kinds)s::text[], %(days)s::date[], %(places)s::int[]) AS step(kind, day, place)
    ON step.kind = s.period_kind AND step.day = s.period_on
  WHERE s.measure = ANY(%(codes)s) AND s.period_kind = ANY(%(kinds)s) AND s.period_on = ANY(%(days)s)
    AND s.unit_id = ANY(%(units)s)
  GROUP BY 1, 2, 3
) found GROUP BY 1, 2
"""
