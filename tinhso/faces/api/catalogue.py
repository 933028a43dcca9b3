"""What there is to read: measures and indicators as the machine face describes them, from one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tinhso.engines.indicators import catalogue as engine
from tinhso.engines.indicators.models import IndicatorDefinition, MeasureDefinition, UnitOfMeasure
from tinhso.engines.indicators.registry import FLOW, INDICATORS, MEASURES, Indicator, Measure
from tinhso.faces.api.uids import uid_of

LIVE = "live"
PERCENT = "percent"


@dataclass(frozen=True)
class Item:
    """A measure or an indicator."""

    code: str
    uid: str
    name: str
    sentence: str
    is_indicator: bool = False
    is_flow: bool = True
    adds_up: bool = True
    # Where the values come from: counted live, told by hand, imported.
    source: str = LIVE
    frequency: str = "month"
    unit_code: str = "item"
    unit_name: str = ""
    over_units: str = "sum"
    over_time: str = "sum"
    # Kinds and codes of the units that tell it; empty: any.
    unit_kinds: tuple[str, ...] = ()
    unit_codes: tuple[str, ...] = ()
    # Indicators: the measures that they need; both parts of a plain ratio, and the formula of every other.
    parts: tuple[str, ...] = ()
    numerator: str = ""
    denominator: str = ""
    formula: str = ""
    targets: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def group(self) -> str:
        """The system that declared it: what stands before the first dot of its code."""
        return self.code.partition(".")[0]

    @property
    def is_percent(self) -> bool:
        return self.unit_code == PERCENT

    @property
    def takes_entries(self) -> bool:
        return not self.is_indicator and self.source != LIVE

    @property
    def sdmx_id(self) -> str:
        """The standard allows no dot in a code."""
        return self.code.replace(".", "-")


class Catalogue:
    """Measures and indicators by code and by UID."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.items = sorted(items, key=lambda item: item.code)
        self.measures = {item.code: item for item in self.items if not item.is_indicator}
        self.indicators = {item.code: item for item in self.items if item.is_indicator}
        self.by_uid = {item.uid: item for item in self.items}

    def measure_by_uid(self, uid: str) -> Item | None:
        found = self.by_uid.get(uid)
        return found if found and not found.is_indicator else None

    def parts(self, item: Item) -> list[Item]:
        """The measures that an item is counted from."""
        if not item.is_indicator:
            return [item]
        return [self.measures[code] for code in item.parts if code in self.measures]


def catalogue() -> Catalogue:
    """All of it as it stands: what systems declare first, then what is defined as data. Four queries."""
    names = {code: str(name) for code, name in UnitOfMeasure.objects.values_list("code", "name")}
    told = [
        row for row in MeasureDefinition.objects.told().select_related("unit_of_measure") if row.code not in MEASURES
    ]
    rows = {row.code: row for row in IndicatorDefinition.objects.newest() if row.code not in INDICATORS}
    made = engine.indicators(rows)
    return Catalogue(
        [
            *(_measure(item, names) for item in MEASURES.values()),
            *(_measure(engine.told(row), names, row) for row in told),
            *(_indicator(item, names) for item in INDICATORS.values()),
            *(_indicator(made[code], names, row) for code, row in rows.items()),
        ]
    )


def _measure(measure: Measure, names: dict[str, str], row: MeasureDefinition | None = None) -> Item:
    return Item(
        code=measure.code,
        uid=uid_of("measure", measure.code),
        name=str(measure.name),
        sentence=str(measure.sentence),
        is_flow=measure.kind is FLOW,
        adds_up=measure.adds_up,
        source=measure.source_kind,
        frequency=measure.frequency,
        unit_code=measure.unit_of_measure,
        unit_name=names.get(measure.unit_of_measure, measure.unit_of_measure),
        over_units=measure.over_units if measure.distinct_field is None else "own",
        over_time=measure.over_time or ("sum" if measure.kind is FLOW else "last"),
        unit_kinds=tuple(measure.unit_kinds),
        unit_codes=measure.unit_codes,
        valid_from=row.valid_from if row else None,
        valid_to=row.valid_to if row else None,
    )


def _indicator(indicator: Indicator, names: dict[str, str], row: IndicatorDefinition | None = None) -> Item:
    unit = indicator.unit_of_measure or (PERCENT if indicator.denominator else "item")
    return Item(
        code=indicator.code,
        uid=uid_of("indicator", indicator.code),
        name=str(indicator.name),
        sentence=str(indicator.note),
        is_indicator=True,
        source=row.source_kind if row else LIVE,
        unit_code=unit,
        unit_name=names.get(unit, "%" if unit == PERCENT else unit),
        parts=indicator.parts,
        numerator="" if indicator.recipe else indicator.numerator,
        denominator="" if indicator.recipe else indicator.denominator or "",
        formula=row.formula if row else engine.formula_of(indicator),
        targets=indicator.targets,
        valid_from=row.valid_from if row else None,
        valid_to=row.valid_to if row else None,
    )
