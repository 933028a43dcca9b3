"""Reading figures: by unit, by month, in total, on the tree of then or of another day. Divided last, always."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Max, Q, Sum

from tinhso.engines.indicators import rules
from tinhso.engines.indicators.models import MONTH, Fact, FactQuerySet, Target
from tinhso.engines.indicators.registry import FLOW, MEASURES, Indicator, indicator_for
from tinhso.engines.indicators.rules import Period, State
from tinhso.engines.indicators.succession import heirs_on, split
from tinhso.foundation.orgs.models import Unit


@dataclass(frozen=True)
class Amount:
    """A sum of facts: how many cells it stands on, the latest count among them, whether a split was estimated."""

    value: Decimal
    cells: int
    counted_at: datetime
    is_estimated: bool = False

    def __add__(self, other: Amount) -> Amount:
        return Amount(
            self.value + other.value,
            self.cells + other.cells,
            max(self.counted_at, other.counted_at),
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
        counted = [part.counted_at for part in (self.numerator, self.denominator) if part]
        return max(counted, default=None)

    @property
    def is_estimated(self) -> bool:
        return any(part.is_estimated for part in (self.numerator, self.denominator) if part)


@dataclass(frozen=True)
class Window:
    """Which figures are asked: months, which rows the reader may see, and whose tree (`on` None: as it was)."""

    first: Period
    last: Period
    # Over Fact rows: the reader's scope and the place in the tree.
    units: Q = field(default_factory=Q)
    # A day restates old units onto the tree of that day; None leaves each fact with the unit of its own period.
    on: date | None = None

    def month(self, period: Period) -> Window:
        return replace(self, first=period, last=period)


Cells = dict[str, dict[int, Amount]]


def amounts_by_unit(codes: Iterable[str], window: Window) -> Cells:
    """Per measure and unit: flows added over the window, stocks as of its last month. One query."""
    rows = (
        _facts(codes, window)
        .order_by()
        .values_list("measure", "unit_id")
        .annotate(total=Sum("value"), cells=Count("id"), at=Max("counted_at"))
    )
    found: Cells = defaultdict(dict)
    for measure, unit_id, total, cells, at in rows:
        found[measure][unit_id] = Amount(total, cells, at)
    return _restated(found, window.on) if window.on else found


def _facts(codes: Iterable[str], window: Window) -> FactQuerySet:
    wanted = [MEASURES[code] for code in codes]
    flows = Q(measure__in=[item.code for item in wanted if item.kind is FLOW]) & Q(
        period_on__gte=window.first.first_day
    )
    stocks = Q(measure__in=[item.code for item in wanted if item.kind is not FLOW]) & Q(period_on=window.last.first_day)
    facts = Fact.objects.filter(flows | stocks, period_kind=MONTH, period_on__lte=window.last.first_day)
    return facts.filter(window.units)


def _restated(cells: Cells, on: date) -> Cells:
    ids = {unit_id for by_unit in cells.values() for unit_id in by_unit}
    heirs = heirs_on(Unit.objects.filter(pk__in=ids).select_related("area"), on)
    moved: Cells = defaultdict(dict)
    for measure, by_unit in cells.items():
        if not MEASURES[measure].adds_up:
            moved[measure] = dict(by_unit)
            continue
        for unit_id, amount in by_unit.items():
            for heir, part in split(amount.value, heirs[unit_id]):
                piece = replace(amount, value=part, is_estimated=amount.is_estimated or heir.is_estimated)
                known = moved[measure].get(heir.unit_id)
                moved[measure][heir.unit_id] = known + piece if known else piece
    return moved


def figures_by_unit(indicator: Indicator, window: Window) -> dict[int, Figure]:
    """One figure per unit that reported anything."""
    cells = amounts_by_unit(indicator.parts, window)
    units = {unit_id for code in indicator.parts for unit_id in cells.get(code, {})}
    return {unit_id: _figure(indicator, {code: by.get(unit_id) for code, by in cells.items()}) for unit_id in units}


def figures_by_month(indicator: Indicator, window: Window, root: Unit) -> dict[Period, Figure]:
    """One figure per month of the window, for everything under `root`. Months never reported are not there."""
    rows = (
        Fact.objects.filter(window.units, _countable(indicator.parts, root), period_kind=MONTH)
        .within(window.first, window.last)
        .order_by()
        .values_list("period_on", "measure")
        .annotate(total=Sum("value"), cells=Count("id"), at=Max("counted_at"))
    )
    found: dict[Period, dict[str, Amount]] = defaultdict(dict)
    for day, measure, total, cells, at in rows:
        found[Period.of(day)][measure] = Amount(total, cells, at)
    return {period: _figure(indicator, parts) for period, parts in sorted(found.items())}


def _countable(codes: Iterable[str], root: Unit) -> Q:
    """Facts that may be added for `root`: all below it, but of distinct counts only the root's own."""
    adding = [code for code in codes if MEASURES[code].adds_up]
    others = [code for code in codes if not MEASURES[code].adds_up]
    return Q(measure__in=adding, unit__path__startswith=root.path) | Q(measure__in=others, unit=root)


def totals(indicators: Iterable[Indicator], window: Window, root: Unit) -> dict[str, Figure]:
    """Each indicator's figure for everything under `root`: parts added up first, divided last. One query."""
    wanted = list(indicators)
    codes = {code for indicator in wanted for code in indicator.parts}
    rows = (
        _facts(codes, window)
        .filter(_countable(codes, root))
        .order_by()
        .values_list("measure")
        .annotate(total=Sum("value"), cells=Count("id"), at=Max("counted_at"))
    )
    parts = {measure: Amount(total, cells, at) for measure, total, cells, at in rows}
    return {indicator.code: _figure(indicator, parts) for indicator in wanted}


def _figure(indicator: Indicator, parts: dict[str, Amount] | dict[str, Amount | None]) -> Figure:
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
