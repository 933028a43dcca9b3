"""Indicators × units × periods at once: what the pivot and the open interfaces read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from tinhso.engines.indicators import amounts, catalogue, rules, sums
from tinhso.engines.indicators.amounts import Amount
from tinhso.engines.indicators.periods import AnyPeriod, Period, PeriodKind
from tinhso.engines.indicators.registry import Indicator, Measure
from tinhso.foundation.access.reach import Reach
from tinhso.foundation.orgs.models import Unit

# More days than this in one asked period are never read one by one.
MOST_STEPS = 5000


class Place(NamedTuple):
    """One column of the matrix: a unit, with everything below it, and a period by its place in the list."""

    unit_id: int
    period: int


@dataclass
class _Column:
    """One measure in one period: by unit the sum and how many cells it stands on; the latest count of all."""

    totals: dict[int, tuple[Decimal, int]]
    at: float


@dataclass
class Matrix:
    """The answer: `value(code, unit, period)`; None where nothing was reported."""

    indicators: dict[str, Indicator]
    units: list[Unit]
    periods: list[AnyPeriod]
    cells: dict[str, dict[Place, Amount]] = field(default_factory=dict)
    # Counted measures as the database gave them, by measure and period: tens of thousands of cells, few ever looked at.
    columns: dict[tuple[str, int], _Column] = field(default_factory=dict)
    # Told ratios: both parts over the units that told both; half a pair would bend the rate.
    pairs: dict[str, dict[Place, tuple[Amount, Amount]]] = field(default_factory=dict)
    _places: dict[AnyPeriod, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._places = {period: place for place, period in enumerate(self.periods)}

    def amount(self, measure: str, unit: Unit | int, period: AnyPeriod) -> Amount | None:
        """What was added up of one measure."""
        unit_id, place = unit if isinstance(unit, int) else unit.pk, self._places[period]
        column = self.columns.get((measure, place))
        if column is None:
            return self.cells.get(measure, {}).get(Place(unit_id, place))
        found = column.totals.get(unit_id)
        return None if found is None else Amount(found[0], found[1], column.at)

    def value(self, code: str, unit: Unit | int, period: AnyPeriod) -> Fraction | None:
        """The exact value of an indicator or a measure: parts added up first, divided last."""
        item = self.indicators[code]
        if code in self.pairs:
            unit_id = unit if isinstance(unit, int) else unit.pk
            pair = self.pairs[code].get(Place(unit_id, self._places[period]))
            return rules.percent(pair[0].value, pair[1].value) if pair else None
        if item.recipe:
            parts = {part: self.amount(part, unit, period) for part in item.parts}
            return item.recipe.value({part: Fraction(found.value) if found else None for part, found in parts.items()})
        above = self._total(item.numerator, unit, period)
        if item.denominator is None:
            return None if above is None else Fraction(above)
        below = self._total(item.denominator, unit, period)
        return None if above is None or below is None else rules.percent(above, below)

    def _total(self, measure: str, unit: Unit | int, period: AnyPeriod) -> Decimal | None:
        column = self.columns.get((measure, self._places[period]))
        if column is None:
            amount = self.amount(measure, unit, period)
            return amount.value if amount else None
        found = column.totals.get(unit if isinstance(unit, int) else unit.pk)
        return found[0] if found else None


def matrix(
    codes: Iterable[str | Indicator],
    units: Sequence[Unit],
    periods: Sequence[AnyPeriod | Period],
    *,
    reach: Reach = amounts.EVERYWHERE,
    known_at: datetime | None = None,
) -> Matrix:
    """Figures of indicators or measures for units (each with all below it) and periods of any length.

    Units outside `reach` have no cells. A period longer than the measure's own is put together from those within it;
    a shorter one has no cell: nothing is shared out.
    """
    from tinhso.engines.indicators.selectors import as_indicators

    listed = [period if isinstance(period, AnyPeriod) else AnyPeriod.of_month(period) for period in periods]
    day = max((period.last_day for period in listed), default=None)
    wanted = {item.code: item for item in as_indicators(codes, day)}
    answer = Matrix(wanted, list(units), listed)
    known = catalogue.measures({part for item in wanted.values() for part in item.parts})
    members = _members(answer.units, reach)
    ratios = [item for item in wanted.values() if item.is_ratio and any(known[part].is_told for part in item.parts)]
    beside = {part for item in ratios for part in item.parts}
    plain = {code: item for code, item in known.items() if _is_plain(item) and known_at is None and code not in beside}
    others = {code: item for code, item in known.items() if code not in plain}
    if plain and members.asked:
        _add_in_database(answer, plain, members, reach)
    if others and members.asked:
        told = _listed(answer, others, members, known_at)
        for code, places in told.items():
            column = answer.cells.setdefault(code, {})
            column.update({place: amount for place in places if (amount := _whole(known[code], places, place))})
        for item in ratios:
            answer.pairs[item.code] = _paired(item, known, told)
    return answer


def _is_plain(measure: Measure) -> bool:
    """Counted, added over units; over time added or the last."""
    return measure.adds_up and not measure.is_told


class _Members(NamedTuple):
    """Pairs: a unit that has facts, and the asked unit under which it counts."""

    members: list[int]
    asked: list[int]


def _members(units: list[Unit], reach: Reach) -> _Members:
    if not units:
        return _Members([], [])
    paths = [unit.path for unit in units]
    seen, given = reach.sql("u.id")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT u.id, asked.id FROM unnest(%s::bigint[], %s::text[]) AS asked(id, path) "  # noqa: S608
            f"JOIN orgs_unit u ON starts_with(u.path, asked.path) WHERE {seen}",
            [[unit.pk for unit in units], paths, *given],
        )
        pairs = cursor.fetchall()
    return _Members([pair[0] for pair in pairs], [pair[1] for pair in pairs])


class _Steps(NamedTuple):
    """Triples: a fact's kind and first day, and the asked period in which it counts."""

    kinds: list[str]
    days: list[date]
    places: list[int]

    @property
    def is_one_each(self) -> bool:
        """Whether every asked period is read from one period of facts."""
        return len(set(self.places)) == len(self.places)


def _steps(periods: list[AnyPeriod], kinds: Iterable[str]) -> _Steps:
    found = _Steps([], [], [])
    for place, period in enumerate(periods):
        for kind in sorted(set(kinds)):
            step = AnyPeriod.of(kind, period.first_day)
            while step.first_day < period.end and len(found.days) < MOST_STEPS:
                if period.holds(step):
                    found.kinds.append(kind)
                    found.days.append(step.first_day)
                    found.places.append(place)
                step = step.plus(1)
    return found


# Cells as arrays per measure and period: tens of thousands of rows read one by one would cost three times as much.
_ADD = """
SELECT measure, place, array_agg(asked), array_agg(total), array_agg(cells), max(at) FROM (
  SELECT f.measure, step.place, member.asked, sum(f.value) AS total, count(*)::int AS cells,
         extract(epoch FROM max(f.counted_at))::float8 AS at
  FROM {source} f
  JOIN unnest(%(kinds)s::text[], %(days)s::date[], %(places)s::int[]) AS step(kind, day, place)
    ON step.kind = f.period_kind AND step.day = f.period_on
  JOIN unnest(%(members)s::bigint[], %(asked)s::bigint[]) AS member(unit, asked) ON member.unit = f.unit_id
  WHERE f.measure = ANY(%(codes)s) AND f.period_kind = ANY(%(kinds)s) AND f.period_on = ANY(%(days)s)
  GROUP BY 1, 2, 3
) summed GROUP BY 1, 2
"""


def _add_in_database(answer: Matrix, known: dict[str, Measure], members: _Members, reach: Reach) -> None:
    flows = [code for code, item in known.items() if item.kind == "flow"]
    stocks = [code for code in known if code not in set(flows)]
    steps = _steps(answer.periods, {item.frequency for item in known.values()})
    # Of a stock only the last month of each asked period counts.
    ends = [AnyPeriod.of(PeriodKind.MONTH, period.last_day) for period in answer.periods]
    last = _Steps(["month"] * len(ends), [end.first_day for end in ends], list(range(len(ends))))
    if flows and stocks and steps.is_one_each and steps == last:
        _add(answer, flows + stocks, steps, members, reach)
        return
    for codes, span in ((flows, steps), (stocks, last)):
        if codes and span.days:
            _add(answer, codes, span, members, reach)


def _add(answer: Matrix, codes: list[str], steps: _Steps, members: _Members, reach: Reach) -> None:
    """From kept sums where they stand and nothing below has changed since; from the facts themselves elsewhere."""
    given: dict[str, Any] = {**steps._asdict(), **members._asdict()}
    ready = sums.ready(codes, steps.kinds, steps.days, *members, answer.units, reach)
    quick = [code for code in codes if code in ready.measures]
    if quick and ready.units:
        found = sums.rows(quick, ready.units, given)
        _keep(answer, found, ready.stale)
    slow = [code for code in codes if code not in ready.measures]
    if slow:
        _keep(answer, _added(slow, given))
    for codes_left, units_left in _left(quick, members, ready):
        pairs = [pair for pair in zip(*members, strict=True) if pair[1] in units_left]
        part = {"members": [pair[0] for pair in pairs], "asked": [pair[1] for pair in pairs]}
        _keep(answer, _added(codes_left, given | part))


def _left(quick: list[str], members: _Members, ready: sums.Ready) -> Iterator[tuple[list[str], set[int]]]:
    """What sums do not tell: units with nothing below them, and whatever stands above a changed fact."""
    lowest = set(members.asked) - ready.units
    if quick and lowest:
        yield quick, lowest
    changed: dict[str, set[int]] = defaultdict(set)
    for code, unit_id in ready.stale:
        if unit_id in ready.units:
            changed[code].add(unit_id)
    for code, units in changed.items():
        yield [code], units


def _added(codes: list[str], given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_ADD.format(source="indicators_fact"), given | {"codes": codes})
        return list(cursor.fetchall())


def _keep(answer: Matrix, rows: list[tuple[Any, ...]], but: Container[tuple[str, int]] = ()) -> None:
    for measure, place, asked, totals, cells, at in rows:
        column = answer.columns.setdefault((measure, place), _Column({}, 0.0))
        gathered = zip(asked, zip(totals, cells, strict=True), strict=True)
        column.totals.update(pair for pair in gathered if not but or (measure, pair[0]) not in but)
        column.at = max(column.at, max(at) if isinstance(at, list) else at)


_CELLS = """
SELECT f.measure, step.place, member.asked, f.unit_id, step.kind, f.period_on, f.value,
       extract(epoch FROM f.{moment})::float8, f.source
FROM {source} f
JOIN unnest(%(kinds)s::text[], %(days)s::date[], %(places)s::int[]) AS step(kind, day, place)
  ON step.kind = f.period_kind AND step.day = f.period_on
JOIN unnest(%(members)s::bigint[], %(asked)s::bigint[]) AS member(unit, asked) ON member.unit = f.unit_id
WHERE f.measure = ANY(%(codes)s) AND f.period_kind = ANY(%(kinds)s) {known}
ORDER BY f.period_on
"""
_KNOWN = "AND f.known_from <= %(moment)s"
_KNOWN_THEN = "AND f.known_from <= %(moment)s AND f.known_to > %(moment)s"

# Measure → place → unit → its one amount there.
Listed = dict[str, dict[Place, amounts.ByUnit]]


def _listed(answer: Matrix, known: dict[str, Measure], members: _Members, known_at: datetime | None) -> Listed:
    steps = _steps(answer.periods, {item.frequency for item in known.values()})
    given: dict[str, Any] = {**steps._asdict(), **members._asdict(), "codes": list(known), "moment": known_at}
    sources = [("indicators_fact", "counted_at", "")]
    if known_at:
        sources = [("indicators_fact", "known_from", _KNOWN), ("indicators_factversion", "known_from", _KNOWN_THEN)]
    found: dict[str, dict[Place, dict[int, list[Amount]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for source, moment, clause in sources:
        words = _CELLS.format(source=source, moment=moment, known=clause)
        for measure, place, unit_id, amount in _gathered(words, given):
            found[measure][place][unit_id].append(amount)
    return {
        code: {
            place: {unit_id: _in_order(known[code], cells) for unit_id, cells in by_unit.items()}
            for place, by_unit in places.items()
        }
        for code, places in found.items()
    }


def _gathered(words: str, given: dict[str, Any]) -> Iterator[tuple[str, Place, int, Amount]]:
    with connection.cursor() as cursor:
        cursor.execute(words, given)
        for measure, place, asked, unit_id, kind, day, value, at, how in cursor.fetchall():
            until = _end_of(kind, day)
            amount = Amount(value, 1, at, False, int(how == "manual"), int(how == "imported"), 1, until)
            yield measure, Place(asked, place), unit_id, amount


@lru_cache(maxsize=4096)
def _end_of(kind: str, day: date) -> date:
    return AnyPeriod(PeriodKind(kind), day).last_day


def _in_order(measure: Measure, cells: list[Amount]) -> Amount:
    # What stands and what was replaced arrive one after the other: put back in order of time.
    return amounts.over_time(measure, sorted(cells, key=lambda amount: amount.until or date.min))


def _whole(measure: Measure, places: dict[Place, amounts.ByUnit], place: Place) -> Amount | None:
    return amounts.over_units(measure, places[place], place.unit_id)


def _paired(item: Indicator, known: dict[str, Measure], listed: Listed) -> dict[Place, tuple[Amount, Amount]]:
    above, below = item.parts
    found = {}
    for place, by_unit in listed.get(above, {}).items():
        others = listed.get(below, {}).get(place, {})
        both = by_unit.keys() & others.keys()
        parts = [
            amounts.over_units(known[code], {unit: cells[unit] for unit in both}, place.unit_id)
            for code, cells in ((above, by_unit), (below, others))
        ]
        if parts[0] and parts[1]:
            found[place] = (parts[0], parts[1])
    return found
