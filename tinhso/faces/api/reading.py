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

from tinhso.engines.indicators.matrix import matrix
from tinhso.engines.indicators.models import Fact
from tinhso.engines.indicators.periods import AnyPeriod, PeriodKind
from tinhso.faces.api.catalogue import Catalogue, Item
from tinhso.faces.api.dhis2.rules.periods import MONTH, Span, of
from tinhso.faces.api.forest import Forest, Node
from tinhso.foundation.access.reach import Reach
from tinhso.foundation.orgs.models import Unit


@dataclass(frozen=True)
class Question:
    """Which items, at which units (each with everything below it), in which periods, seen how far."""

    items: Sequence[Item]
    nodes: Sequence[Node]
    spans: Sequence[Span]
    reach: Reach


Key = tuple[str, int, Span]
# Item code, number of the place, number of the time.
Cell = tuple[str, int, int]


class CannotBeAdded(Exception):
    """An item that is not a plain sum has no figure for a group of units or periods put together by the asker."""


def values(question: Question, catalogue: Catalogue) -> dict[Key, Fraction]:
    """Every cell that has a figure, by item code, unit and period. A cell without one is not there: it is not zero."""
    found: dict[Key, Fraction] = {}
    stocks = [item for item in question.items if all(not part.is_flow for part in catalogue.parts(item))]
    others = [item for item in question.items if item not in stocks]
    for items, is_stock in ((others, False), (stocks, True)):
        if items:
            found |= _of_engine(items, question, is_stock=is_stock)
    return found


def _of_engine(items: list[Item], question: Question, *, is_stock: bool) -> dict[Key, Fraction]:
    units = [Unit(pk=node.pk, path=node.path) for node in question.nodes]
    periods = {span: _period(span, is_stock=is_stock) for span in question.spans}
    codes = [item.code for item in items]
    answer = matrix(codes, units, list(dict.fromkeys(periods.values())), reach=question.reach)
    found: dict[Key, Fraction] = {}
    for code in codes:
        for span, period in periods.items():
            for node in question.nodes:
                value = answer.value(code, node.pk, period)
                if value is not None:
                    found[(code, node.pk, span)] = value
    return found


def _period(span: Span, *, is_stock: bool) -> AnyPeriod:
    """The engine's period; of a stock in a period still running, the running month."""
    today = timezone.localdate()
    if is_stock and span.months and span.first <= today <= span.last:
        return AnyPeriod.of(PeriodKind.MONTH, today)
    return AnyPeriod(PeriodKind(span.kind), span.first)


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


def grouped(
    items: Sequence[Item],
    places: Sequence[Sequence[Node]],
    times: Sequence[Sequence[Span]],
    seen: frozenset[int],
    catalogue: Catalogue,
    forest: Forest,
) -> dict[Cell, Fraction]:
    """Figures of groups of units and of periods: a group is added up whole before anything is divided.

    CannotBeAdded for items that are no plain sum or ratio of sums: of those nobody can say what a group's figure is.
    """
    parts = {part.code: part for item in items for part in catalogue.parts(item)}
    _check(items, parts)
    amounts: dict[Cell, Decimal] = {}
    for is_flow in (True, False):
        codes = [part.code for part in parts.values() if part.is_flow is is_flow]
        if codes:
            given = _units(places, seen, forest) | _months(times, is_flow=is_flow)
            amounts |= _sums(given | {"codes": codes})
    found = {}
    for item in items:
        top = item.numerator or item.code
        for cell in {(place, time) for code, place, time in amounts if code == top}:
            value = _value(item, cell, amounts)
            if value is not None:
                found[(item.code, *cell)] = value
    return found


def _check(items: Sequence[Item], parts: dict[str, Item]) -> None:
    for item in items:
        if item.is_indicator and not item.numerator:
            raise CannotBeAdded(item.uid)
    for part in parts.values():
        if not part.adds_up or part.frequency != MONTH or part.over_time != ("sum" if part.is_flow else "last"):
            raise CannotBeAdded(part.uid)


def _sums(given: dict[str, list[Any]]) -> dict[Cell, Decimal]:
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, given)
        return {(code, place, time): value for code, place, time, value in cursor.fetchall()}


def _value(item: Item, cell: tuple[int, int], amounts: dict[Cell, Decimal]) -> Fraction | None:
    top = amounts.get((item.numerator or item.code, *cell))
    if not item.denominator or top is None:
        return None if top is None else Fraction(top)
    bottom = amounts.get((item.denominator, *cell))
    return Fraction(top) * 100 / Fraction(bottom) if bottom else None


def _units(places: Sequence[Sequence[Node]], seen: frozenset[int], forest: Forest) -> dict[str, list[Any]]:
    """Each place's units, each once, within what is seen."""
    numbers, units = [], []
    for number, nodes in enumerate(places):
        for pk in {one.pk for node in nodes for one in forest.below[node.pk]} & seen:
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
