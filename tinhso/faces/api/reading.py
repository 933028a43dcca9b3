"""Figures of many items, units and periods at once, within a reach: facts added up first, divided last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import connection
from django.utils import timezone

from tinhso.engines.indicators.models import Fact
from tinhso.faces.api.catalogue import Catalogue, Item
from tinhso.faces.api.dhis2.rules.periods import MONTH, Span, of
from tinhso.faces.api.forest import Forest, Node


@dataclass(frozen=True)
class Question:
    """Which items, at which units (each with everything below it), in which periods, seen how far."""

    items: Sequence[Item]
    nodes: Sequence[Node]
    spans: Sequence[Span]
    seen: frozenset[int]


Key = tuple[str, int, Span]
# Item code, number of the place, number of the time.
Cell = tuple[str, int, int]

# Places and their units, times and their months are joined by the database: two small tables beside the facts.
_SUMS = f"""
SELECT fact.measure, place.number, span.number, sum(fact.value)
FROM {Fact._meta.db_table} fact
JOIN unnest(%(places)s::int[], %(units)s::bigint[]) AS place(number, unit) ON place.unit = fact.unit_id
JOIN unnest(%(numbers)s::int[], %(kinds)s::text[], %(days)s::date[]) AS span(number, kind, day)
  ON span.day = fact.period_on AND span.kind = fact.period_kind
WHERE fact.measure = ANY(%(codes)s)
GROUP BY 1, 2, 3
"""  # noqa: S608 - our own table


def values(question: Question, catalogue: Catalogue, forest: Forest) -> dict[Key, Fraction]:
    """Every cell that has a figure, by item code, unit and period. A cell without one is not there: it is not zero."""
    places = [[node] for node in question.nodes]
    times = [[span] for span in question.spans]
    cells = grouped(question.items, places, times, question.seen, catalogue, forest)
    return {
        (code, question.nodes[place].pk, question.spans[time]): value for (code, place, time), value in cells.items()
    }


def grouped(
    items: Sequence[Item],
    places: Sequence[Sequence[Node]],
    times: Sequence[Sequence[Span]],
    seen: frozenset[int],
    catalogue: Catalogue,
    forest: Forest,
) -> dict[Cell, Fraction]:
    """The same for groups of units and of periods: a group is added up whole before anything is divided."""
    parts = {part.code: part for item in items for part in catalogue.parts(item)}
    amounts: dict[Cell, Decimal] = {}
    kinds: dict[tuple[bool, bool], list[str]] = {}
    for part in parts.values():
        kinds.setdefault((part.is_flow, part.adds_up), []).append(part.code)
    for (is_flow, adds_up), codes in kinds.items():
        given = _units(places, seen, forest, adds_up=adds_up) | _months(times, is_flow=is_flow)
        amounts |= _sums(given | {"codes": codes})
    found = {}
    for item in items:
        for cell in {(place, time) for code, place, time in amounts if code in (item.code, item.numerator)}:
            value = _value(item, cell, amounts)
            if value is not None:
                found[(item.code, *cell)] = value
    return found


def _sums(given: dict[str, list[Any]]) -> dict[Cell, Decimal]:
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, given)
        return {(code, place, time): value for code, place, time, value in cursor.fetchall()}


def _value(item: Item, cell: tuple[int, int], amounts: dict[Cell, Decimal]) -> Fraction | None:
    if not item.is_indicator:
        amount = amounts.get((item.code, *cell))
        return None if amount is None else Fraction(amount)
    top = amounts.get((item.numerator, *cell))
    if not item.denominator or top is None:
        return None if top is None else Fraction(top)
    bottom = amounts.get((item.denominator, *cell))
    return Fraction(top) * 100 / Fraction(bottom) if bottom else None


def _units(
    places: Sequence[Sequence[Node]], seen: frozenset[int], forest: Forest, *, adds_up: bool
) -> dict[str, list[Any]]:
    """Each place's units, each once, within what is seen; counts of distinct things stand only at the unit itself."""
    numbers, units = [], []
    for number, nodes in enumerate(places):
        below = {one.pk for node in nodes for one in (forest.below[node.pk] if adds_up else [node])}
        for pk in below & seen:
            numbers.append(number)
            units.append(pk)
    return {"places": numbers, "units": units}


def _months(times: Sequence[Sequence[Span]], *, is_flow: bool) -> dict[str, list[Any]]:
    numbers, kinds, days = [], [], []
    for number, spans in enumerate(times):
        cells = {cell for span in spans for cell in _cells(span, is_flow=is_flow)}
        # Of a stock over several periods only the last one's state counts.
        for kind, day in cells if is_flow else [max(cells, key=lambda cell: cell[1])]:
            numbers.append(number)
            kinds.append(kind)
            days.append(day)
    return {"numbers": numbers, "kinds": kinds, "days": days}


def _cells(span: Span, *, is_flow: bool) -> list[tuple[str, date]]:
    """The facts' own periods within a span: of flows every month, of stocks the last month that has begun."""
    if not span.months:
        return [(span.kind, span.first)]
    if is_flow:
        return [(MONTH, month) for month in span.months]
    current = of(MONTH, timezone.localdate()).first
    begun = [month for month in span.months if month <= current] or [span.months[0]]
    return [(MONTH, begun[-1])]
