"""What is told at once: the figures as they stand, what was withdrawn since, or every release there has been.

SDMX REST, data queries: `updatedAfter` tells what was added, revised and deleted; `includeHistory` gives one or two
data sets per release, the second for what it took away, with `validFromDate` and `validToDate`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from tinhso.engines.indicators.models import Fact, FactVersion
from tinhso.faces.api.catalogue import Catalogue
from tinhso.faces.api.forest import Forest
from tinhso.faces.api.sdmx import observations, structures
from tinhso.faces.api.sdmx.observations import DELETE, REPLACE, DataSet, Observation, Query, Series, peeked
from tinhso.faces.api.sdmx.rules.faults import NOT_IMPLEMENTED, TOO_LARGE, Fault
from tinhso.faces.api.sdmx.rules.times import FREQUENCIES, written

# A history is put in order before it is told, so it is bounded; live counters may have changed at any moment.
MOST_VALUES = 50_000
MOST_RELEASES = 2_000
_CELL = ("measure", "unit_id", "period_kind", "period_on")


def of_flow(ident: str, query: Query, catalogue: Catalogue, forest: Forest) -> Iterator[DataSet]:
    """The data sets of an answer, one after the other; each is read when it is told. Fault where a flow cannot."""
    if query.has_history:
        if ident != structures.MEASURES:
            # An indicator is worked out from its measures at the moment of asking: theirs is the history.
            raise Fault(NOT_IMPLEMENTED, f"includeHistory: {ident}")
        yield from _history(query, catalogue, forest)
        return
    if ident == structures.INDICATORS:
        cells = observations.of_indicators(query, catalogue, forest)
        standing, gone = cells.standing(), cells.gone()
    else:
        standing = observations.of_measures(query, catalogue, forest)
        gone = _withdrawn(query, catalogue, forest)
    if found := peeked(standing):
        yield DataSet(found)
    if query.updated_after and (found := peeked(gone)):
        yield DataSet(found, DELETE)


# Measure, unit, kind and first day of the period: as _CELL names them.
Cell = tuple[str, int, str, date]


class _Told(NamedTuple):
    """One value, or its end (None), of one cell."""

    at: datetime
    cell: Cell
    value: Decimal | None


def _withdrawn(query: Query, catalogue: Catalogue, forest: Forest) -> Iterator[Series]:
    """Cells that had a value at the asked moment and have none now."""
    still = Fact.objects.filter(**{name: OuterRef(name) for name in _CELL})
    since = query.updated_after
    rows = (
        FactVersion.objects.filter(observations.asked(query, forest), measure__in=_codes(query, catalogue))
        .filter(~Exists(still), known_from__lte=since, known_to__gt=since)
        .order_by(*_CELL)
        .values_list(*_CELL)
        .distinct()
    )
    told = (_Told(since, cell, None) for cell in rows.iterator(chunk_size=observations.CHUNK) if since)
    yield from _as_series(told, query, catalogue, forest)


def _codes(query: Query, catalogue: Catalogue) -> list[str]:
    return list(observations.wanted_measures(query, catalogue))


def _history(query: Query, catalogue: Catalogue, forest: Forest) -> Iterator[DataSet]:
    """Every release in the order of time: what it said (holds from), what it took away (held until)."""
    told = _told(query, catalogue, forest)
    if len({one.at for one in told}) > MOST_RELEASES:
        raise Fault(TOO_LARGE, f"includeHistory: > {MOST_RELEASES}")
    told.sort(key=lambda one: (one.at, one.value is None, one.cell))
    for (at, is_end), cells in groupby(told, key=lambda one: (one.at, one.value is None)):
        series = list(_as_series(cells, query, catalogue, forest))
        moment = observations.moment_text(at)
        yield DataSet(series, DELETE, valid_to=moment) if is_end else DataSet(series, REPLACE, valid_from=moment)


def _told(query: Query, catalogue: Catalogue, forest: Forest) -> list[_Told]:
    """All values that the cells ever had, and the ends of those that nothing followed."""
    cells, codes = observations.asked(query, forest), _codes(query, catalogue)
    now = Fact.objects.filter(cells, measure__in=codes).values_list(*_CELL, "value", "known_from")
    before = FactVersion.objects.filter(cells, measure__in=codes).values_list(*_CELL, "value", "known_from", "known_to")
    standing, replaced = list(now[: MOST_VALUES + 1]), list(before[: MOST_VALUES + 1])
    if len(standing) + len(replaced) > MOST_VALUES:
        raise Fault(TOO_LARGE, f"includeHistory: > {MOST_VALUES}")
    # What was replaced at the very moment it became known was never told to anybody.
    values = [(row[:4], row[4], row[5]) for row in (*standing, *(row for row in replaced if row[5] < row[6]))]
    begun = {(cell, at) for cell, _value, at in values}
    ends = {(row[:4], row[6]) for row in replaced if row[5] < row[6]} - begun
    told = [_Told(at, cell, value) for cell, value, at in values] + [_Told(at, cell, None) for cell, at in ends]
    since, periods = query.updated_after, _periods_of_series(told, query)
    return [
        one
        for one in told
        if (since is None or one.at > since) and one.cell[3] in periods.get(one.cell[:3], {one.cell[3]})
    ]


def _periods_of_series(told: list[_Told], query: Query) -> dict[tuple[str, int, str], set[date]]:
    """The first and last periods of each series, where so many are asked for: each with all its releases."""
    if not (query.first_n or query.last_n):
        return {}
    found: dict[tuple[str, int, str], set[date]] = {}
    for one in told:
        found.setdefault(one.cell[:3], set()).add(one.cell[3])
    return {series: set(observations.ends_of(sorted(days), query)) for series, days in found.items()}


def _as_series(told: Iterable[_Told], query: Query, catalogue: Catalogue, forest: Forest) -> Iterator[Series]:
    """Cells in the order of their series as series."""
    for (code, unit, kind), cells in groupby(told, key=lambda one: one.cell[:3]):
        item = catalogue.measures[code]
        found = [
            Observation(
                written(kind, one.cell[3]),
                "" if one.value is None else observations.decimal_text(one.value),
                "" if one.value is None else observations.moment_text(one.at),
            )
            for one in cells
        ]
        area = forest.by_id[unit].sdmx_id
        yield Series(FREQUENCIES[kind], item.sdmx_id, area, item.unit_code, found if query.has_values else ())
