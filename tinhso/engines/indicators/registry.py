"""What systems declare: measures (what may be counted) and indicators (formulas over them). Registered in ready().

The engine never learns a system's name: it holds the system's own query and counts with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.db import models

from tinhso.engines.indicators.formulas import Formula, Value
from tinhso.foundation.events import bus
from tinhso.foundation.events.models import DomainEvent

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tinhso.foundation.access.guard import Actor

Records = models.QuerySet[Any]


class Kind(StrEnum):
    """A flow happened within the period; a stock is true at its end."""

    FLOW = "flow"
    STOCK = "stock"


FLOW, STOCK = Kind.FLOW, Kind.STOCK


@dataclass(frozen=True)
class RecordLine:
    """One record behind a figure, as a reader without special rights may see it (names masked by the system)."""

    code: str
    title: str
    person: str
    on: date | None
    state: str
    is_simulated: bool
    url: str = ""


@dataclass(frozen=True)
class Dimension:
    """A way to split what is counted: by a look-up from the record. `words` turns a key into what a reader reads."""

    code: str
    name: _StrPromise | str
    path: str
    words: Callable[[Any], str] = str


@dataclass(frozen=True)
class Measure:
    """Something that may be counted. The figure is the count (or sum) of `records`; the drill-down is its rows."""

    code: str
    name: _StrPromise | str
    # The definition in one sentence, fit for "Số này từ đâu?".
    sentence: _StrPromise | str
    kind: Kind
    # Look-up from a record to its unit, e.g. "unit" or "area__unit". Empty: the records belong to no unit but to the
    # whole province, and count once, at the one unit of `unit_kinds`.
    unit_path: str
    # FLOW: records() gives every qualifying record, the engine keeps those whose date_path lies in the month.
    # STOCK: records(day=...) gives the records true at the end of that day.
    records: Callable[..., Records]
    # Names of events after which a cell may differ.
    touched_by: tuple[str, ...] = ()
    sum_field: str | None = None
    # FLOW: look-up to the date or instant that decides the month.
    date_path: str = ""
    # Kinds of unit that are expected to have a cell each period (zero is a fact); empty: only units with records.
    unit_kinds: tuple[str, ...] = ()
    # Cells that an event touches, when they are not simply its unit and day: (unit id, day) pairs.
    cells: Callable[[DomainEvent], Iterable[tuple[int, date]]] | None = None
    # A count of distinct things that crosses units: its own measure, counted over everything below the unit and
    # never added up (STYLE 4, rule 2).
    distinct_field: str | None = None
    # Months before the current one that the night's recount still goes over.
    open_months: int = 2
    # Look-up to the mark of demo records, so that a figure made of them can say so.
    simulated_field: str = ""
    # Drill-down: the records a reader may open, and one record as a line.
    visible_to: Callable[[Actor, Records], Records] | None = None
    describe: Callable[[Any], RecordLine] | None = None
    # How its records may be split: only a measure of records that are counted one by one.
    dimensions: tuple[Dimension, ...] = ()
    # Code of its unit of measure (`UnitOfMeasure`).
    unit_of_measure: str = "item"
    # Told measures only (`catalogue`): how cells of several units make one, how often it is told, and by how.
    over_units: str = "sum"
    over_time: str = ""
    frequency: str = "month"
    source_kind: str = "live"
    unit_codes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind is FLOW and not self.date_path:
            raise RuntimeError(f"measure {self.code} is a flow and needs date_path")
        if self.distinct_field and self.sum_field:
            raise RuntimeError(f"measure {self.code} cannot both sum and count distinct things")

    @property
    def adds_up(self) -> bool:
        """False for counts of distinct things, which communes may share, and for ranks, scores and yes-or-no."""
        return self.distinct_field is None and self.over_units == "sum"

    @property
    def is_told(self) -> bool:
        """True when people or files tell it; False when records are counted."""
        return self.source_kind != "live"


@dataclass(frozen=True)
class Recipe:
    """A formula with those of the indicators it names, in the order of computing; its own comes last."""

    steps: tuple[tuple[str, Formula], ...]
    measures: tuple[str, ...]

    def value(self, amounts: Mapping[str, Fraction | None]) -> Value:
        """Computed over added-up facts, divided last."""
        known: dict[str, Value] = dict(amounts)
        for code, formula in self.steps:
            known[code] = formula.value(known)
        return known[self.steps[-1][0]]


@dataclass(frozen=True)
class Indicator:
    """A formula over facts for one or more targets. Parts are added up first; the division comes last."""

    code: str
    name: _StrPromise | str
    numerator: str
    # None: the indicator is the numerator itself (a count).
    denominator: str | None
    # Codes of the Resolution's targets that this indicator answers.
    targets: tuple[str, ...] = ()
    # What a reader must know to use the figure rightly.
    note: _StrPromise | str = ""
    # Set for every formula that is not a plain ratio or a single measure; `numerator` is then its first measure.
    recipe: Recipe | None = None
    # Code of its unit of measure; empty: percent for a ratio, that of the numerator for a count.
    unit_of_measure: str = ""

    @property
    def is_ratio(self) -> bool:
        return self.denominator is not None

    @property
    def parts(self) -> tuple[str, ...]:
        """Codes of the measures it needs."""
        if self.recipe:
            return self.recipe.measures
        return (self.numerator,) if self.denominator is None else (self.numerator, self.denominator)


MEASURES: dict[str, Measure] = {}
INDICATORS: dict[str, Indicator] = {}


def register_measure(measure: Measure) -> None:
    """Declares a measure and wakes the engine on its events; a code declared twice is a programming error."""
    from tinhso.engines.indicators import handlers

    if measure.code in MEASURES:
        raise RuntimeError(f"measure {measure.code} is declared twice")
    MEASURES[measure.code] = measure
    for event_name in measure.touched_by:
        if handlers.HANDLER_NAME not in bus.SUBSCRIPTIONS.get(event_name, []):
            bus.subscribe_batch(event_name, handlers.recount_touched)


def register_indicator(indicator: Indicator) -> None:
    """Declares an indicator over measures already declared; one indicator per target."""
    if indicator.code in INDICATORS:
        raise RuntimeError(f"indicator {indicator.code} is declared twice")
    missing = [code for code in indicator.parts if code not in MEASURES]
    if missing:
        raise RuntimeError(f"indicator {indicator.code} needs measures {missing}, which nobody declared")
    taken = [code for code in indicator.targets if indicator_for(code)]
    if taken:
        raise RuntimeError(f"targets {taken} already have an indicator")
    INDICATORS[indicator.code] = indicator


def indicator_for(target_code: str) -> Indicator | None:
    """The declared indicator that answers a target; told ones are in `catalogue.indicator_for`."""
    return next((item for item in INDICATORS.values() if target_code in item.targets), None)
