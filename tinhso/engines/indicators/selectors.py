"""Reading figures: by unit, by month, in total, on the tree of then or of another day. Divided last, always."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, FloatField, Func, Max, Q, Sum
from django.utils import timezone

from tinhso.engines.indicators import rules
from tinhso.engines.indicators.models import MONTH, Fact, FactQuerySet, Target
from tinhso.engines.indicators.registry import FLOW, MEASURES, Indicator, indicator_for
from tinhso.engines.indicators.rules import Period, State
from tinhso.engines.indicators.succession import Heir, heirs_on, split
from tinhso.foundation.access.reach import Reach
from tinhso.foundation.orgs.models import Unit

EVERYWHERE = Reach(paths=("",))


class Amount(NamedTuple):
    """A sum of facts: how many cells it stands on, the latest count among them, whether a split was estimated."""

    value: Decimal
    cells: int
    # Seconds since the epoch: thousands of cells are read at once, and few are ever shown as a moment.
    counted: float
    is_estimated: bool = False

    def plus(self, other: Amount) -> Amount:
        return Amount(
            self.value + other.value,
            self.cells + other.cells,
            max(self.counted, other.counted),
            self.is_estimated or other.is_estimated,
        )


@dataclass(frozen=True)
class Figure:
    """An indicator somewhere, some time. A part that is None was never reported; that is not zero."""

    numerator: Amount | None
    denominator: Amount | None
    is_ratio: bool = True

    @property
    def value(self) -> Fraction | None:
        """Percent for a ratio, the amount itself for a count; None when not reported or nothing to divide by."""
        if not self.is_ratio:
            return Fraction(self.numerator.value) if self.numerator else None
        if self.numerator is None or self.denominator is None:
            return None
        return rules.percent(self.numerator.value, self.denominator.value)

    @property
    def is_reported(self) -> bool:
        return self.numerator is not None and (self.denominator is not None or not self.is_ratio)

    @property
    def counted_at(self) -> datetime | None:
        counted = [part.counted for part in (self.numerator, self.denominator) if part]
        return datetime.fromtimestamp(max(counted), timezone.get_default_timezone()) if counted else None

    @property
    def is_estimated(self) -> bool:
        return any(part.is_estimated for part in (self.numerator, self.denominator) if part)


@dataclass(frozen=True)
class Window:
    """Which figures are asked: months, how far the reader sees, and whose tree (`on` None: as it was)."""

    first: Period
    last: Period
    reach: Reach = EVERYWHERE
    # A day restates old units onto the tree of that day; None leaves each fact with the unit of its own period.
    on: date | None = None

    def month(self, period: Period) -> Window:
        return replace(self, first=period, last=period)

    def within(self, reach: Reach) -> Window:
        return replace(self, reach=reach)


ByUnit = dict[int, Amount]
Cells = dict[str, ByUnit]


def amounts_by_month(codes: Iterable[str], window: Window) -> dict[Period, Cells]:
    """Per month, measure and unit, within the reach. One query, and the succession when another tree is asked."""
    facts = Fact.objects.filter(measure__in=list(codes), period_kind=MONTH).within(window.first, window.last)
    return _amounts(facts, window)


def amounts_by_unit(codes: Iterable[str], window: Window) -> Cells:
    """Per measure and unit: flows added over the window, stocks as of its last month."""
    months = list(_amounts(_facts(codes, window), window).values())
    if len(months) == 1:
        return months[0]
    found: Cells = defaultdict(dict)
    for cells in months:
        for measure, by_unit in cells.items():
            for unit_id, amount in by_unit.items():
                found[measure][unit_id] = _plus(found[measure].get(unit_id), amount)
    return found


def _facts(codes: Iterable[str], window: Window) -> FactQuerySet:
    """The facts of the window: of flows every month, of stocks the last."""
    wanted = [MEASURES[code] for code in codes]
    flows = Q(measure__in=[item.code for item in wanted if item.kind is FLOW], period_on__gte=window.first.first_day)
    stocks = Q(measure__in=[item.code for item in wanted if item.kind is not FLOW], period_on=window.last.first_day)
    return Fact.objects.filter(flows | stocks, period_kind=MONTH, period_on__lte=window.last.first_day)


def _plus(known: Amount | None, more: Amount) -> Amount:
    return known.plus(more) if known else more


def _amounts(facts: FactQuerySet, window: Window) -> dict[Period, Cells]:
    if window.on is None:
        facts = facts.filter(window.reach.where("unit"))
    found: dict[Period, Cells] = defaultdict(lambda: defaultdict(dict))
    # One row per measure and month with its cells as arrays: reading them one by one costs three times as much.
    rows = facts.order_by().values_list("period_on", "measure")
    gathered = rows.annotate(
        units=ArrayAgg("unit_id"), values=ArrayAgg("value"), times=ArrayAgg(_seconds("counted_at"))
    )
    for day, measure, units, values, moments in gathered:
        cells = zip(units, values, moments, strict=True)
        found[Period.of(day)][measure] = {unit: Amount(value, 1, at) for unit, value, at in cells}
    return _restated(found, window.on, window.reach) if window.on else found


def _seconds(instant: str) -> Func:
    return Func(F(instant), template="EXTRACT(EPOCH FROM %(expressions)s)::float8", output_field=FloatField())


def _restated(months: dict[Period, Cells], on: date, reach: Reach) -> dict[Period, Cells]:
    ids = {unit_id for cells in months.values() for by_unit in cells.values() for unit_id in by_unit}
    heirs = heirs_on(Unit.objects.filter(pk__in=ids).select_related("area"), on)
    targets = {heir.unit_id for found in heirs.values() for heir in found}
    seen = set(Unit.objects.filter(pk__in=targets).filter(reach.where()).values_list("pk", flat=True))
    moved: dict[Period, Cells] = defaultdict(lambda: defaultdict(dict))
    for period, cells in months.items():
        for measure, by_unit in cells.items():
            # Counts of distinct things cannot be shared out; they stay where they were counted.
            split_up = heirs if MEASURES[measure].adds_up else {unit_id: [Heir(unit_id)] for unit_id in by_unit}
            _move(by_unit, split_up, moved[period][measure], seen)
    return moved


def _move(by_unit: ByUnit, heirs: dict[int, list[Heir]], into: ByUnit, seen: set[int]) -> None:
    for unit_id, amount in by_unit.items():
        for heir, part in split(amount.value, heirs[unit_id]):
            if heir.unit_id in seen:
                piece = amount._replace(value=part, is_estimated=amount.is_estimated or heir.is_estimated)
                into[heir.unit_id] = _plus(into.get(heir.unit_id), piece)


def figures_by_unit(indicator: Indicator, window: Window) -> dict[int, Figure]:
    """One figure per unit that reported anything."""
    cells = amounts_by_unit(indicator.parts, window)
    units = {unit_id for code in indicator.parts for unit_id in cells.get(code, {})}
    return {unit_id: _figure(indicator, {code: by.get(unit_id) for code, by in cells.items()}) for unit_id in units}


def figures_by_month(indicator: Indicator, window: Window, root: Unit) -> dict[Period, Figure]:
    """One figure per month of the window, for everything under `root`. Months never reported are not there."""
    found = amounts_by_month(indicator.parts, window)
    return {period: _figure(indicator, _added(found[period], root)) for period in sorted(found)}


def totals(indicators: Iterable[Indicator], window: Window, root: Unit) -> dict[str, Figure]:
    """Each indicator's figure within the reach: parts added up first, divided last."""
    wanted = list(indicators)
    codes = {code for indicator in wanted for code in indicator.parts}
    parts = _added(amounts_by_unit(codes, window), root) if window.on else _added_by_database(codes, window, root)
    return {indicator.code: _figure(indicator, parts) for indicator in wanted}


def _added_by_database(codes: set[str], window: Window, root: Unit) -> dict[str, Amount | None]:
    adding = [code for code in codes if MEASURES[code].adds_up]
    mine = Q(measure__in=adding) | Q(measure__in=codes.difference(adding), unit=root)
    rows = _facts(codes, window).filter(window.reach.where("unit"), mine).order_by().values_list("measure")
    summed = rows.annotate(total=Sum("value"), cells=Count("id"), at=Max(_seconds("counted_at")))
    return {measure: Amount(total, cells, at) for measure, total, cells, at in summed}


def _added(cells: Cells, root: Unit) -> dict[str, Amount | None]:
    """The sum of each measure; of distinct counts only the root's own, for communes may share them."""
    found: dict[str, Amount | None] = {}
    for measure, by_unit in cells.items():
        if not MEASURES[measure].adds_up:
            found[measure] = by_unit.get(root.pk)
        elif by_unit:
            found[measure] = reduce(Amount.plus, by_unit.values())
    return found


def _figure(indicator: Indicator, parts: dict[str, Amount | None]) -> Figure:
    if indicator.denominator is None:
        return Figure(parts.get(indicator.numerator), None, is_ratio=False)
    return Figure(parts.get(indicator.numerator), parts.get(indicator.denominator))


@dataclass(frozen=True)
class Standing:
    """Where one target stands on a day."""

    target: Target
    indicator: Indicator | None
    figure: Figure | None
    state: State
    expected: Fraction | None = None


def standing_of(target: Target, figure: Figure | None, day: date) -> Standing:
    """The target's state by its own operator, never by a rounded figure."""
    indicator = indicator_for(target.code)
    if target.level_ended_on and day > target.level_ended_on:
        return Standing(target, indicator, figure, State.LEVEL_ENDED)
    if indicator is None:
        return Standing(target, None, None, State.NO_SOURCE)
    if figure is None or figure.value is None:
        return Standing(target, indicator, figure, State.NO_DATA)
    if target.value is None:
        return Standing(target, indicator, figure, State.NO_THRESHOLD)
    goal = Fraction(target.value)
    start = Fraction(target.start_value) if target.start_value is not None else None
    expected = rules.expected_on(day, target=goal, due=date(target.year, 12, 31), start=start, start_on=target.start_on)
    state = rules.state_of(figure.value, target.operator, goal, expected)
    return Standing(target, indicator, figure, state, expected)


def standings(window: Window, root: Unit, day: date) -> list[Standing]:
    """All target rows in the Resolution's order, each with its figure for `root`. Two queries."""
    targets = list(Target.objects.all())
    wanted = {item.code: item for target in targets if (item := indicator_for(target.code))}
    figures = totals(wanted.values(), window, root)
    found = []
    for target in targets:
        indicator = indicator_for(target.code)
        found.append(standing_of(target, figures[indicator.code] if indicator else None, day))
    return found
