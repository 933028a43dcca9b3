"""Forms of the interface ("data sets"): reporting regimes, and what is told by hand outside any regime."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.faces.api.catalogue import Catalogue, Item
from tinhso.faces.api.dhis2.rules.periods import TYPES
from tinhso.faces.api.forest import Forest
from tinhso.faces.api.uids import uid_of
from tinhso.systems.reporting.models import Duty, FormVersion
from tinhso.systems.reporting.models.regimes import VersionState


@dataclass(frozen=True)
class Form:
    """One form: the measures on it and the units that report it. `regime` is None outside the regimes."""

    code: str
    name: str
    frequency: str
    measures: tuple[str, ...]
    units: frozenset[int] = field(repr=False)
    regime: int | None = None
    timely_days: int = 0
    needs_approval: bool = False

    @property
    def uid(self) -> str:
        return uid_of("form", self.code)

    @property
    def period_type(self) -> str:
        return TYPES[self.frequency]


def read_forms(catalogue: Catalogue, forest: Forest) -> list[Form]:
    """The regimes in force whose cells name measures, then one form for each frequency of what is left. Two queries."""
    regimes = list(_regimes(catalogue))
    taken = {code for form in regimes for code in form.measures}
    left = [item for item in catalogue.measures.values() if item.takes_entries and item.code not in taken]
    return [*regimes, *_by_frequency(left, forest)]


def _regimes(catalogue: Catalogue) -> Iterable[Form]:
    today = timezone.localdate()
    versions = FormVersion.objects.filter(
        state=VersionState.PUBLISHED, valid_from__lte=today, regime__ended_on=None
    ).select_related("regime")
    reporters: dict[int, set[int]] = {}
    for regime, unit in Duty.objects.filter(lapsed_at=None).order_by().values_list("regime_id", "unit_id").distinct():
        reporters.setdefault(regime, set()).add(unit)
    for version in versions.order_by("regime_id", "-valid_from", "-number").distinct("regime_id"):
        named = dict.fromkeys(spec.measure for spec in version.form.cells.values() if spec.measure)
        codes = tuple(code for code in named if code in catalogue.measures)
        if codes:
            yield Form(
                code=version.regime.code,
                name=str(version.regime.name),
                frequency=version.frequency,
                measures=codes,
                units=frozenset(reporters.get(version.regime_id, ())),
                regime=version.regime_id,
                timely_days=version.due_days,
                needs_approval=version.needs_province,
            )


def _by_frequency(items: list[Item], forest: Forest) -> Iterable[Form]:
    names = {
        "day": _("Số liệu nhập theo ngày"),
        "week": _("Số liệu nhập theo tuần"),
        "month": _("Số liệu nhập theo tháng"),
        "quarter": _("Số liệu nhập theo quý"),
        "half": _("Số liệu nhập theo sáu tháng"),
        "year": _("Số liệu nhập theo năm"),
    }
    for frequency, name in names.items():
        mine = [item for item in items if item.frequency == frequency]
        if not mine:
            continue
        kinds = {kind for item in mine for kind in item.unit_kinds}
        # A measure without kinds is told by any unit.
        anybody = any(not item.unit_kinds for item in mine)
        units = frozenset(node.pk for node in forest.nodes if anybody or node.kind in kinds)
        yield Form(f"nhap-{frequency}", name, frequency, tuple(item.code for item in mine), units)
