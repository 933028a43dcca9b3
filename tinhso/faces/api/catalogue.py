"""What there is to read: measures and indicators as the machine face describes them, from one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tinhso.engines.indicators.registry import FLOW, INDICATORS, MEASURES
from tinhso.faces.api.uids import uid_of

LIVE, MANUAL, IMPORTED = "live", "manual", "imported"


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
    # Where the values come from: counted live, reported by hand, imported.
    source: str = LIVE
    frequency: str = "month"
    unit_code: str = "count"
    unit_name: str = "lượt"
    over_units: str = "sum"
    over_time: str = "sum"
    # Indicators: codes of the measures that they need.
    numerator: str = ""
    denominator: str = ""
    targets: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def group(self) -> str:
        """The system that declared it: what stands before the first dot of its code."""
        return self.code.partition(".")[0]

    @property
    def is_percent(self) -> bool:
        return self.unit_code == "percent"

    @property
    def takes_entries(self) -> bool:
        return not self.is_indicator and self.source != LIVE

    @property
    def sdmx_id(self) -> str:
        return self.code.replace(".", "-")


class Catalogue:
    """Measures and indicators by code and by UID."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.items = sorted(items, key=lambda item: item.code)
        self.measures = {item.code: item for item in self.items if not item.is_indicator}
        self.indicators = {item.code: item for item in self.items if item.is_indicator}
        self.by_uid = {item.uid: item for item in self.items}
        self.by_sdmx_id = {(item.is_indicator, item.sdmx_id): item for item in self.items}

    def measure_by_uid(self, uid: str) -> Item | None:
        found = self.by_uid.get(uid)
        return found if found and not found.is_indicator else None

    def parts(self, item: Item) -> list[Item]:
        """The measures that an item is counted from."""
        if not item.is_indicator:
            return [item]
        return [self.measures[code] for code in (item.numerator, item.denominator) if code in self.measures]


def catalogue() -> Catalogue:
    """All of it as it stands."""
    return Catalogue([*_measures(), *_indicators()])


def _measures() -> Iterable[Item]:
    for measure in MEASURES.values():
        yield Item(
            code=measure.code,
            uid=uid_of("measure", measure.code),
            name=str(measure.name),
            sentence=str(measure.sentence),
            is_flow=measure.kind is FLOW,
            adds_up=measure.adds_up,
            over_time="sum" if measure.kind is FLOW else "last",
        )


def _indicators() -> Iterable[Item]:
    for indicator in INDICATORS.values():
        yield Item(
            code=indicator.code,
            uid=uid_of("indicator", indicator.code),
            name=str(indicator.name),
            sentence=str(indicator.note),
            is_indicator=True,
            unit_code="percent" if indicator.denominator else "count",
            unit_name="%" if indicator.denominator else "lượt",
            numerator=indicator.numerator,
            denominator=indicator.denominator or "",
            targets=indicator.targets,
        )
