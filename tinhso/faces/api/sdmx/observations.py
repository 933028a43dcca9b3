"""Observations of a flow, in the order of series and time, read from the database a few thousand at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import chain, groupby, islice
from typing import NamedTuple, TypeVar

from django.db.models import Q, QuerySet
from django.utils import timezone

from tinhso.engines.indicators.models import Fact, FactVersion
from tinhso.faces.api import reading
from tinhso.faces.api.catalogue import Catalogue, Item
from tinhso.faces.api.dhis2.rules.periods import MONTH, Span, of
from tinhso.faces.api.forest import Forest
from tinhso.faces.api.sdmx.rules.faults import TOO_LARGE, Fault
from tinhso.faces.api.sdmx.rules.times import FREQUENCIES, KINDS, written
from tinhso.foundation.access.reach import Reach

CHUNK = 2_000
# Indicators are worked out for the whole answer at once, so theirs is bounded; facts stream without bound.
MOST_CELLS = 300_000
MONTHS_UNASKED = 12
REPLACE, DELETE = "Replace", "Delete"
T = TypeVar("T")


@dataclass(frozen=True)
class Query:
    """What is asked of a flow."""

    key: dict[str, frozenset[str]]
    seen: frozenset[int]
    reach: Reach
    first: date | None = None
    # The first day no longer wanted.
    end: date | None = None
    updated_after: datetime | None = None
    first_n: int = 0
    last_n: int = 0
    detail: str = "full"
    at_observation: str = "TIME_PERIOD"
    has_values: bool = field(default=True)
    has_history: bool = False


class Observation(NamedTuple):
    time: str
    # Empty in a data set that takes away.
    value: str
    updated: str


class Series(NamedTuple):
    """One series: its key in the order of dimensions, its unit of measure, its observations."""

    freq: str
    measure: str
    area: str
    unit: str
    observations: Iterable[Observation]


class DataSet(NamedTuple):
    """Series that were released together, or taken away together, and since (or until) when that holds."""

    series: Iterable[Series]
    action: str = REPLACE
    valid_from: str = ""
    valid_to: str = ""


def of_measures(query: Query, catalogue: Catalogue, forest: Forest) -> Iterator[Series]:
    """Facts as they stand, each at its own unit, within what is seen."""
    facts = Fact.objects.filter(asked(query, forest))
    if query.updated_after:
        facts = facts.filter(known_from__gt=query.updated_after)
    ordered = facts.order_by("unit_id", "period_kind", "period_on")
    measures = wanted_measures(query, catalogue)
    # Measure by measure: the database sorts and holds one at a time, however much there is of all.
    for code in sorted(measures):
        yield from _series_of(measures[code], ordered.filter(measure=code), query, forest)


def asked(query: Query, forest: Forest) -> Q:
    """The cells asked for, but for their measure: of facts, or of what facts said before."""
    units = [pk for pk in query.seen if _is_wanted(query, "REF_AREA", forest.by_id[pk].sdmx_id)]
    kinds = [kind for kind, letter in FREQUENCIES.items() if _is_wanted(query, "FREQ", letter)]
    found = Q(unit_id__in=units, period_kind__in=kinds)
    if query.first:
        found &= Q(period_on__gte=query.first)
    return found & Q(period_on__lt=query.end) if query.end else found


def wanted_measures(query: Query, catalogue: Catalogue) -> dict[str, Item]:
    """The measures that the key asks for, by code."""
    return _wanted(query, catalogue.measures.values())


def _series_of(item: Item, facts: QuerySet[Fact], query: Query, forest: Forest) -> Iterator[Series]:
    rows = facts.values_list("unit_id", "period_kind", "period_on", "value", "known_from").iterator(chunk_size=CHUNK)
    for (unit, kind), cells in groupby(rows, key=lambda row: row[:2]):
        observations = (
            Observation(written(kind, day), decimal_text(value), moment_text(known))
            for _u, _k, day, value, known in cells
        )
        area = forest.by_id[unit].sdmx_id
        yield Series(FREQUENCIES[kind], item.sdmx_id, area, item.unit_code, cut(observations, query))


def of_indicators(query: Query, catalogue: Catalogue, forest: Forest) -> Indicators:
    """Indicators of every unit with everything below it, month by month: parts added up first, divided last."""
    indicators = _wanted(query, catalogue.indicators.values())
    nodes = [forest.by_id[pk] for pk in query.seen if _is_wanted(query, "REF_AREA", forest.by_id[pk].sdmx_id)]
    nodes.sort(key=lambda node: (node.level, node.sort_key, node.pk))
    spans = _months(query) if _is_wanted(query, "FREQ", "M") else []
    question = reading.Question(list(indicators.values()), nodes, spans, query.reach)
    if len(question.items) * len(nodes) * len(spans) > MOST_CELLS:
        raise Fault(TOO_LARGE, f"{len(question.items)} × {len(nodes)} × {len(spans)}")
    return Indicators(query, catalogue, forest, question)


class Indicators:
    """The cells of an answer, worked out once; what stands, and what does no longer, are told from them."""

    def __init__(self, query: Query, catalogue: Catalogue, forest: Forest, question: reading.Question) -> None:
        self.query, self.forest, self.question = query, forest, question
        self.cells = reading.values(question, catalogue)
        # Without a moment everything is told, and nothing as gone.
        self.changed = _touched(query, catalogue, question.items) if query.updated_after else None

    def standing(self) -> Iterator[Series]:
        """Cells with a value; since a moment, those that a changed fact touches."""
        return self._series(is_gone=False)

    def gone(self) -> Iterator[Series]:
        """Cells without a value that a fact replaced or withdrawn since then touches."""
        return self._series(is_gone=True)

    def _series(self, *, is_gone: bool) -> Iterator[Series]:
        for item in self.question.items:
            for node in self.question.nodes:
                below = {one.pk for one in self.forest.below[node.pk]}
                found = [
                    Observation(written(span.kind, span.first), "" if value is None else _fraction(value), "")
                    for span in self.question.spans
                    if ((value := self.cells.get((item.code, node.pk, span))) is None) == is_gone
                    and self._is_told(item.code, span, below)
                ]
                if found:
                    yield Series("M", item.sdmx_id, node.sdmx_id, item.unit_code, cut(found, self.query))

    def _is_told(self, code: str, span: Span, below: set[int]) -> bool:
        return self.changed is None or not below.isdisjoint(self.changed.get((code, span.first), ()))


def _touched(query: Query, catalogue: Catalogue, items: Iterable[Item]) -> dict[tuple[str, date], set[int]]:
    """Units whose facts became known, were replaced or withdrawn since the asked moment, by indicator and month."""
    by_part: dict[str, list[str]] = {}
    for item in items:
        for part in catalogue.parts(item):
            by_part.setdefault(part.code, []).append(item.code)
    since, codes, cell = query.updated_after, list(by_part), ("measure", "period_on", "unit_id")
    now = Fact.objects.filter(measure__in=codes, known_from__gt=since).values_list(*cell)
    before = FactVersion.objects.filter(measure__in=codes, known_to__gt=since).values_list(*cell)
    found: dict[tuple[str, date], set[int]] = {}
    for code, day, unit in chain(now, before):
        for indicator in by_part[code]:
            found.setdefault((indicator, day), set()).add(unit)
    return found


def _months(query: Query) -> list[Span]:
    today = timezone.localdate()
    last = of(MONTH, min(query.end, today.replace(day=28)) if query.end else today)
    if query.end and last.first >= query.end:
        last = last.plus(-1)
    here = of(MONTH, query.first) if query.first else last.plus(1 - MONTHS_UNASKED)
    found: list[Span] = []
    while here.first <= last.first:
        found.append(here)
        here = here.plus(1)
    return found


def _wanted(query: Query, items: Iterable[Item]) -> dict[str, Item]:
    return {item.code: item for item in items if _is_wanted(query, "MEASURE", item.sdmx_id)}


def _is_wanted(query: Query, dimension: str, code: str) -> bool:
    return dimension not in query.key or code in query.key[dimension]


def cut(observations: Iterable[Observation], query: Query) -> Iterable[Observation]:
    """The first and last ones asked for of a series; none where only the keys are wanted."""
    if not query.has_values:
        return ()
    return ends_of(list(observations), query) if query.first_n or query.last_n else observations


def ends_of(found: list[T], query: Query) -> list[T]:
    """The first and the last so many, in their order, none twice."""
    return list(dict.fromkeys([*found[: query.first_n], *(found[-query.last_n :] if query.last_n else [])]))


def decimal_text(value: Decimal) -> str:
    """A figure as the standard writes it: plain digits, nothing after the last that counts."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _fraction(value: Fraction) -> str:
    return decimal_text(Decimal(value.numerator) / Decimal(value.denominator))


def moment_text(counted: datetime) -> str:
    """A moment as the standard writes it, in local time."""
    return timezone.localtime(counted).isoformat(timespec="milliseconds")


def peeked(found: Iterator[T]) -> Iterator[T] | None:
    """The same again, or None when there is nothing: what is not there is said before an answer begins."""
    first = list(islice(found, 1))
    return chain(first, found) if first else None


__all__ = ["KINDS", "DataSet", "Observation", "Query", "Series", "of_indicators", "of_measures", "peeked"]
