"""Reading figures: by unit, by month, in total, against targets. Parts are put together first, divided last, always."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction

from django.utils import timezone

from tinhso.engines.indicators import amounts, catalogue, rules
from tinhso.engines.indicators.amounts import EVERYWHERE, Amount, ByUnit, Cells, Window, amounts_by_month
from tinhso.engines.indicators.matrix import Matrix, matrix
from tinhso.engines.indicators.models import Target
from tinhso.engines.indicators.periods import Period
from tinhso.engines.indicators.registry import Indicator, Measure, Recipe
from tinhso.engines.indicators.rules import State
from tinhso.foundation.orgs.models import Unit

__all__ = [
    "EVERYWHERE",
    "Amount",
    "Figure",
    "Matrix",
    "Shares",
    "SourcesShare",
    "Standing",
    "Window",
    "amounts_by_month",
    "amounts_by_unit",
    "figures_by_month",
    "figures_by_unit",
    "matrix",
    "series",
    "sources_share",
    "standing_of",
    "standings",
    "totals",
]


@dataclass(frozen=True)
class Shares:
    """Of the units that should stand behind a figure: counted from records, told by hand, from files, missing."""

    live: int
    manual: int
    imported: int
    missing: int

    @property
    def expected(self) -> int:
        return self.live + self.manual + self.imported + self.missing

    def percent(self, part: int) -> Fraction | None:
        """A part of the units in percent; None when no unit is expected."""
        return Fraction(part * 100, self.expected) if self.expected else None


@dataclass(frozen=True)
class Figure:
    """An indicator somewhere, some time. A part that is None was never reported; that is not zero."""

    numerator: Amount | None
    denominator: Amount | None
    is_ratio: bool = True
    # Set for formulas that are no plain ratio: every part by code, and how they are put together.
    recipe: Recipe | None = None
    parts: Mapping[str, Amount | None] = field(default_factory=dict)
    # Set where a reader is to see on what the figure stands (`totals`).
    shares: Shares | None = None

    @property
    def value(self) -> Fraction | None:
        """Percent for a ratio, the amount itself for a count; None when not reported or nothing to divide by."""
        if self.recipe:
            known = {code: Fraction(part.value) if part else None for code, part in self.parts.items()}
            return self.recipe.value(known)
        if not self.is_ratio:
            return Fraction(self.numerator.value) if self.numerator else None
        if self.numerator is None or self.denominator is None:
            return None
        return rules.percent(self.numerator.value, self.denominator.value)

    @property
    def is_reported(self) -> bool:
        if self.recipe:
            return self.value is not None
        return self.numerator is not None and (self.denominator is not None or not self.is_ratio)

    @property
    def amounts(self) -> list[Amount]:
        """The parts that were reported."""
        known = [*self.parts.values()] if self.recipe else [self.numerator, self.denominator]
        return [part for part in known if part]

    @property
    def counted_at(self) -> datetime | None:
        counted = [part.counted for part in self.amounts]
        return datetime.fromtimestamp(max(counted), timezone.get_default_timezone()) if counted else None

    @property
    def is_estimated(self) -> bool:
        return any(part.is_estimated for part in self.amounts)

    @property
    def is_told(self) -> bool:
        """Whether anything in it was told by hand or read from a file."""
        return any(part.manual or part.imported for part in self.amounts)

    @property
    def until(self) -> date | None:
        """For told figures: the end of the oldest period in it."""
        return min((part.until for part in self.amounts if part.until), default=None)


def amounts_by_unit(codes: Iterable[str], window: Window) -> Cells:
    """Per measure and unit: flows put together over the window, stocks as of its last month."""
    return amounts.amounts_by_unit(catalogue.measures(codes), window)


def figures_by_unit(indicator: Indicator, window: Window) -> dict[int, Figure]:
    """One figure per unit that reported anything."""
    cells = amounts_by_unit(indicator.parts, window)
    units = {unit_id for code in indicator.parts for unit_id in cells.get(code, {})}
    return {
        unit_id: _figure(indicator, {code: cells.get(code, {}).get(unit_id) for code in indicator.parts})
        for unit_id in units
    }


def figures_by_month(indicator: Indicator, window: Window, root: Unit) -> dict[Period, Figure]:
    """One figure per month of the window, for everything under `root`. Months never reported are not there."""
    return series([indicator], window, root)[indicator.code]


def series(indicators: Iterable[Indicator | str], window: Window, root: Unit) -> dict[str, dict[Period, Figure]]:
    """For each indicator or code, its figure per month of the window for everything under `root`."""
    wanted = as_indicators(indicators, window.last.last_day)
    codes = {code for item in wanted for code in item.parts}
    known = catalogue.measures(codes)
    found = amounts_by_month(codes, window)
    return {
        item.code: {
            period: _put_together(item, known, found[period], root.pk)
            for period in sorted(found)
            if any(found[period].get(code) for code in item.parts)
        }
        for item in wanted
    }


def as_indicators(wanted: Iterable[Indicator | str], day: date | None = None) -> list[Indicator]:
    """Indicators given or named by code; the code of a measure is that measure standing by itself."""
    listed = list(wanted)
    codes = [item for item in listed if isinstance(item, str)]
    if not codes:
        return [item for item in listed if isinstance(item, Indicator)]
    named = catalogue.indicators(codes, day)
    alone = catalogue.measures(code for code in codes if code not in named)
    for code in codes:
        if code not in named and code not in alone:
            raise catalogue.unknown(code)
    return [
        item if isinstance(item, Indicator) else named.get(item) or catalogue.as_indicator(alone[item])
        for item in listed
    ]


def totals(indicators: Iterable[Indicator], window: Window, root: Unit) -> dict[str, Figure]:
    """Each indicator's figure within the reach: parts put together first, divided last; with its shares."""
    wanted = list(indicators)
    known = catalogue.measures({code for item in wanted for code in item.parts})
    plain = {code: item for code, item in known.items() if item.adds_up and not item.is_told}
    if window.on or window.known_at:
        plain = {}
    others = {code: item for code, item in known.items() if code not in plain}
    added = amounts.added_by_database(plain, window) if plain else {}
    cells = amounts.amounts_by_unit(others, window) if others else {}
    mixed = _read_by_unit(wanted, plain, others, window)
    expected = _expected(known, window)
    found = {}
    for item in wanted:
        if any(code in others for code in item.parts):
            figure = _put_together(item, known, {**cells, **mixed}, root.pk)
        else:
            figure = _figure(item, {code: added.get(code) for code in item.parts})
        found[item.code] = replace(figure, shares=_shares(item, figure, expected))
    return found


def _read_by_unit(
    wanted: list[Indicator], plain: dict[str, Measure], others: dict[str, Measure], window: Window
) -> Cells:
    """Counted parts that stand beside told ones: they too are needed by unit, to pair them."""
    beside = {code for item in wanted if any(code in others for code in item.parts) for code in item.parts}
    needed = {code: plain[code] for code in beside if code in plain}
    return amounts.amounts_by_unit(needed, window) if needed else {}


def _put_together(indicator: Indicator, known: dict[str, Measure], cells: Mapping[str, ByUnit], root_id: int) -> Figure:
    """The parts over units. Of told ratios only units that told both: half a pair would bend the rate."""
    parts: dict[str, ByUnit] = {code: cells.get(code, {}) for code in indicator.parts}
    pairs = [code for code in indicator.parts if known[code].adds_up]
    if indicator.is_ratio and len(pairs) == 2 and any(known[code].is_told for code in pairs):
        both = parts[pairs[0]].keys() & parts[pairs[1]].keys()
        parts = {code: {unit: amount for unit, amount in by.items() if unit in both} for code, by in parts.items()}
    return _figure(indicator, {code: amounts.over_units(known[code], by, root_id) for code, by in parts.items()})


def _figure(indicator: Indicator, parts: Mapping[str, Amount | None]) -> Figure:
    if indicator.recipe:
        return Figure(parts.get(indicator.numerator), None, False, indicator.recipe, parts)
    if indicator.denominator is None:
        return Figure(parts.get(indicator.numerator), None, is_ratio=False)
    return Figure(parts.get(indicator.numerator), parts.get(indicator.denominator))


def _expected(known: dict[str, Measure], window: Window) -> dict[str, int]:
    """For each measure, how many units within the reach should stand behind it at the window's end. One query."""
    kinds = {str(kind) for measure in known.values() for kind in measure.unit_kinds}
    if not kinds:
        return {}
    day = window.on or window.last.last_day
    living = Unit.objects.as_of(day).filter(window.reach.where(), kind__in=kinds).order_by()
    rows = list(living.values_list("kind", "code"))
    by_kind = Counter(kind for kind, _code in rows)
    return {
        code: sum(kind in item.unit_kinds and unit in item.unit_codes for kind, unit in rows)
        if item.unit_codes
        else sum(by_kind[str(kind)] for kind in item.unit_kinds)
        for code, item in known.items()
    }


def _shares(indicator: Indicator, figure: Figure, expected: dict[str, int]) -> Shares:
    parts = figure.amounts
    whole = len(parts) == len(indicator.parts) or (figure.recipe and parts)
    reported = min((part.units for part in parts), default=0) if whole else 0
    # A unit told by hand in any part is told by hand.
    manual = min(max((part.manual for part in parts), default=0), reported)
    imported = min(max((part.imported for part in parts), default=0), reported - manual)
    wanted = max((expected.get(code, 0) for code in indicator.parts), default=0)
    return Shares(reported - manual - imported, manual, imported, max(wanted - reported, 0))


@dataclass(frozen=True)
class Standing:
    """Where one target stands on a day."""

    target: Target
    indicator: Indicator | None
    figure: Figure | None
    state: State
    expected: Fraction | None = None


def standing_of(target: Target, figure: Figure | None, day: date, indicator: Indicator | None = None) -> Standing:
    """The target's state by its own operator, never by a rounded figure."""
    indicator = indicator or catalogue.indicator_for(target.code, day)
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
    """All target rows in the Resolution's order, each with its figure for `root`. A bounded number of queries."""
    targets = list(Target.objects.all())
    answers = catalogue.answers(day)
    wanted = {item.code: item for target in targets if (item := answers.get(target.code))}
    figures = totals(wanted.values(), window, root)
    found = []
    for target in targets:
        indicator = answers.get(target.code)
        if indicator is None:
            ended = target.level_ended_on and day > target.level_ended_on
            found.append(Standing(target, None, None, State.LEVEL_ENDED if ended else State.NO_SOURCE))
        else:
            found.append(standing_of(target, figures[indicator.code], day, indicator))
    return found


@dataclass(frozen=True)
class SourcesShare:
    """Of all target rows: whose figure is counted live, told by hand, read from files, missing; or level ended."""

    live: int = 0
    manual: int = 0
    imported: int = 0
    missing: int = 0
    ended: int = 0

    @property
    def total(self) -> int:
        return self.live + self.manual + self.imported + self.missing + self.ended


def sources_share(listed: Iterable[Standing]) -> SourcesShare:
    """How the targets are fed. A target counts as live only when nothing in its figure was told."""
    return SourcesShare(**Counter(_fed_by(standing) for standing in listed))


def _fed_by(standing: Standing) -> str:
    if standing.state is State.LEVEL_ENDED:
        return "ended"
    figure = standing.figure
    if figure is None or figure.value is None:
        return "missing"
    if any(part.manual for part in figure.amounts):
        return "manual"
    return "imported" if figure.is_told else "live"
