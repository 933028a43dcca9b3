"""Forms of the interface ("data sets"): what is reported together, by whom, how often."""

from __future__ import annotations

from dataclasses import dataclass, field

from tinhso.faces.api.dhis2.calls import Call
from tinhso.faces.api.dhis2.rules.periods import TYPES
from tinhso.faces.api.uids import uid_of


@dataclass(frozen=True)
class Form:
    """One form: the measures on it and the units that report it."""

    code: str
    name: str
    frequency: str
    measures: tuple[str, ...]
    units: frozenset[int] = field(repr=False)
    timely_days: int = 0
    needs_approval: bool = False

    @property
    def uid(self) -> str:
        return uid_of("form", self.code)

    @property
    def period_type(self) -> str:
        return TYPES[self.frequency]


NAMES = {
    "day": "ngày",
    "week": "tuần",
    "month": "tháng",
    "quarter": "quý",
    "half": "6 tháng",
    "year": "năm",
}


def forms(call: Call) -> list[Form]:
    """One form for each frequency at which measures are reported by hand."""
    found: list[Form] = []
    everybody = frozenset(call.forest.by_id)
    for frequency, name in NAMES.items():
        codes = [
            item.code for item in call.catalogue.measures.values() if item.takes_entries and item.frequency == frequency
        ]
        if codes:
            found.append(Form(f"nhap-{frequency}", f"Số liệu nhập theo {name}", frequency, tuple(codes), everybody))
    return found
