"""Reading facts: cells by unit and month, as known now or at a moment, on the tree of then or of another day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, FloatField, Func, Max, Q, QuerySet, Sum

from tinhso.engines.indicators import catalogue
from tinhso.engines.indicators.models import MONTH, Fact, FactVersion
from tinhso.engines.indicators.periods import AnyPeriod, Period, PeriodKind
from tinhso.engines.indicators.registry import FLOW, Measure
from tinhso.engines.indicators.succession import Heir, heirs_on, split
from tinhso.foundation.access.reach import Reach
from tinhso.foundation.orgs.models import Unit

EVERYWHERE = Reach(paths=("",))
# A told stock stands until it is told again, but no longer than this; its figure says of which month it is.
MONTHS_A_TOLD_STOCK_STANDS = 12


class Amount(NamedTuple):
    """A sum of facts: how many cells it stands on, the latest count among them, whether a split was estimated."""

    value: Decimal
    cells: int
    # Seconds since the epoch: thousands of cells are read at once, and few are ever shown as a moment.
    counted: float
    is_estimated: bool = False
    # Of the cells, how many were told by hand and read from files; the others were counted from records.
    manual: int = 0
    imported: int = 0
    # How many units stand behind it; and the end of the oldest period in it, when it is told.
    units: int = 1
    until: date | None = None

    def plus(self, other: Amount) -> Amount:
        """Both added, as cells of one unit or of several; `units` is set by whoever adds units."""
        return Amount(
            self.value + other.value,
            self.cells + other.cells,
            max(self.counted, other.counted),
            self.is_estimated or other.is_estimated,
            self.manual + other.manual,
            self.imported + other.imported,
            max(self.units, other.units),
            min(filter(None, (self.until, other.until)), default=None),
        )


@dataclass(frozen=True)
class Window:
    """Which figures are asked: months, how far the reader sees, whose tree (`on` None: as it was), known when."""

    first: Period
    last: Period
    reach: Reach = EVERYWHERE
    # A day restates old units onto the tree of that day; None leaves each fact with the unit of its own period.
    on: date | None = None
    # What we knew at that moment; None: what we know now.
    known_at: datetime | None = None

    def month(self, period: Period) -> Window:
        return replace(self, first=period, last=period)

    def within(self, reach: Reach) -> Window:
        return replace(self, reach=reach)


ByUnit = dict[int, Amount]
Cells = dict[str, ByUnit]


def amounts_by_month(codes: Iterable[str], window: Window) -> dict[Period, Cells]:
    """Per month, measure and unit, within the reach. A told quarter stands in its last month."""
    known = catalogue.measures(codes)
    return months_of(known, _within(known, window.first, window.last), window)


def amounts_by_unit(known: dict[str, Measure], window: Window) -> Cells:
    """Per measure and unit: flows put together over the window, stocks as of its last month."""
    months = months_of(known, _facts(known, window), window)
    if len(months) == 1:
        return next(iter(months.values()))
    listed: dict[str, dict[int, list[Amount]]] = defaultdict(lambda: defaultdict(list))
    for period in sorted(months):
        for code, by_unit in months[period].items():
            for unit_id, amount in by_unit.items():
                listed[code][unit_id].append(amount)
    return {
        code: {unit_id: over_time(known[code], amounts) for unit_id, amounts in by_unit.items()}
        for code, by_unit in listed.items()
    }


def over_time(measure: Measure, amounts: list[Amount]) -> Amount:
    """Amounts of one unit, oldest first, as one: added, or the last, the largest, the smallest, the mean."""
    how = measure.over_time or ("sum" if measure.kind is FLOW else "last")
    return amounts[-1] if how == "last" else _one(how, amounts)._replace(until=amounts[-1].until)


def over_units(measure: Measure, by_unit: ByUnit, root_id: int) -> Amount | None:
    """Amounts of several units as one; of what does not go together only the root's own."""
    if measure.distinct_field or measure.over_units == "own":
        return by_unit.get(root_id)
    if not by_unit:
        return None
    return _one(measure.over_units, list(by_unit.values()))._replace(units=len(by_unit))


def _one(how: str, amounts: list[Amount]) -> Amount:
    if len(amounts) == 1:
        return amounts[0]
    whole = reduce(Amount.plus, amounts)
    match how:
        case "max":
            return whole._replace(value=max(amount.value for amount in amounts))
        case "min":
            return whole._replace(value=min(amount.value for amount in amounts))
        case "avg":
            return whole._replace(value=whole.value / len(amounts))
    return whole


def _within(known: dict[str, Measure], first: Period, last: Period) -> Q:
    month = Q(period_kind=MONTH, period_on__gte=first.first_day, period_on__lte=last.first_day)
    others = [code for code, measure in known.items() if measure.frequency != MONTH]
    if not others:
        return month & Q(measure__in=list(known))
    # A longer period that began earlier may end within; which of them do is decided when they are read.
    spans = Q(period_on__gte=first.plus(-11).first_day, period_on__lte=last.last_day) & ~Q(period_kind=MONTH)
    return (month & Q(measure__in=list(known))) | (spans & Q(measure__in=others))


def _facts(known: dict[str, Measure], window: Window) -> Q:
    """The facts of the window: of flows every month, of stocks the last; of told stocks the newest that stands."""
    flows = {code: item for code, item in known.items() if _is_flow(item)}
    stocks = {code: item for code, item in known.items() if code not in flows}
    told = {code: item for code, item in stocks.items() if item.is_told}
    counted = [code for code in stocks if code not in told]
    found = Q(measure__in=counted, period_kind=MONTH, period_on=window.last.first_day)
    if flows:
        found |= _within(flows, window.first, window.last)
    if told:
        found |= _within(told, window.last.plus(1 - MONTHS_A_TOLD_STOCK_STANDS), window.last)
    return found


def _is_flow(measure: Measure) -> bool:
    """Whether its months are put together; of the others the last one counts."""
    return measure.over_time != "last" and (measure.kind is FLOW or bool(measure.over_time))


class _Rows(NamedTuple):
    """The cells of one measure and period, as columns."""

    kind: str
    day: date
    measure: str
    units: list[int]
    values: list[Decimal]
    times: list[float]
    # Empty when only counted measures are read.
    sources: list[str] = []


def _read(where: Q, window: Window, *, has_told: bool) -> Iterator[_Rows]:
    if window.on is None:
        where &= window.reach.where("unit")
    if window.known_at is None:
        yield from _columns(Fact.objects.filter(where), "counted_at", has_told)
        return
    # Both halves are disjoint: a cell's value either still stands or was replaced after the moment.
    yield from _columns(Fact.objects.filter(where, known_from__lte=window.known_at), "known_from", has_told)
    yield from _columns(FactVersion.objects.known_at(window.known_at).filter(where), "known_from", has_told)


def _columns(facts: QuerySet[Any], moment: str, has_told: bool) -> Iterator[_Rows]:
    # One row per measure and period with its cells as arrays: reading them one by one costs three times as much.
    rows = facts.order_by().values_list("period_kind", "period_on", "measure")
    gathered = rows.annotate(units=ArrayAgg("unit_id"), values=ArrayAgg("value"), times=ArrayAgg(seconds(moment)))
    for row in gathered.annotate(how=ArrayAgg("source")) if has_told else gathered:
        yield _Rows(*row)


def months_of(known: dict[str, Measure], where: Q, window: Window) -> dict[Period, Cells]:
    """The cells by month, restated when another tree is asked."""
    found: dict[Period, Cells] = defaultdict(lambda: defaultdict(dict))
    for rows in _read(where, window, has_told=any(item.is_told for item in known.values())):
        month, until = _month_of(rows)
        # A told stock may stand from before the window; every other cell belongs to a month within it.
        first = window.first if _is_flow(known[rows.measure]) else window.last.plus(1 - MONTHS_A_TOLD_STOCK_STANDS)
        if not min(first, window.first) <= month <= window.last:
            continue
        found[month][rows.measure].update(_cells(rows, until if known[rows.measure].is_told else None))
    return _restated(known, found, window.on, window.reach) if window.on else found


def _month_of(rows: _Rows) -> tuple[Period, date]:
    period = AnyPeriod(PeriodKind(rows.kind), rows.day)
    return period.last_month, period.last_day


def _cells(rows: _Rows, until: date | None) -> ByUnit:
    if until is None:
        counted = zip(rows.units, rows.values, rows.times, strict=True)
        return {unit: Amount(value, 1, at) for unit, value, at in counted}
    cells = zip(rows.units, rows.values, rows.times, rows.sources, strict=True)
    return {
        unit: Amount(value, 1, at, manual=int(how == "manual"), imported=int(how == "imported"), until=until)
        for unit, value, at, how in cells
    }


def seconds(instant: str) -> Func:
    """An instant as seconds since the epoch."""
    return Func(F(instant), template="EXTRACT(EPOCH FROM %(expressions)s)::float8", output_field=FloatField())


def _restated(known: dict[str, Measure], months: dict[Period, Cells], on: date, reach: Reach) -> dict[Period, Cells]:
    ids = {unit_id for cells in months.values() for by_unit in cells.values() for unit_id in by_unit}
    heirs = heirs_on(Unit.objects.filter(pk__in=ids).select_related("area"), on)
    targets = ids | {heir.unit_id for found in heirs.values() for heir in found}
    seen = set(Unit.objects.filter(pk__in=targets).filter(reach.where()).values_list("pk", flat=True))
    moved: dict[Period, Cells] = defaultdict(lambda: defaultdict(dict))
    for period, cells in months.items():
        for measure, by_unit in cells.items():
            # Counts of distinct things, ranks and scores cannot be shared out; they stay where they were.
            split_up = heirs if known[measure].adds_up else {unit_id: [Heir(unit_id)] for unit_id in by_unit}
            _move(by_unit, split_up, moved[period][measure], seen)
    return moved


def _move(by_unit: ByUnit, heirs: dict[int, list[Heir]], into: ByUnit, seen: set[int]) -> None:
    for unit_id, amount in by_unit.items():
        for heir, part in split(amount.value, heirs[unit_id]):
            if heir.unit_id in seen:
                piece = amount._replace(value=part, is_estimated=amount.is_estimated or heir.is_estimated)
                before = into.get(heir.unit_id)
                into[heir.unit_id] = before.plus(piece) if before else piece


def added_by_database(known: dict[str, Measure], window: Window) -> dict[str, Amount]:
    """Counted measures that add up, summed where they lie: within the reach, now, on the tree as it was."""
    rows = Fact.objects.filter(_facts(known, window)).filter(window.reach.where("unit"))
    summed = (
        rows.order_by()
        .values_list("measure")
        .annotate(
            total=Sum("value"), cells=Count("id"), at=Max(seconds("counted_at")), units=Count("unit", distinct=True)
        )
    )
    return {measure: Amount(total, cells, at, units=units) for measure, total, cells, at, units in summed}
