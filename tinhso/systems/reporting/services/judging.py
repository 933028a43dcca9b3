"""A report held against its form: values, computed cells, what is missing, which checks fail, each in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from tinhso.engines.indicators.periods import AnyPeriod, PeriodKind
from tinhso.systems.reporting import live
from tinhso.systems.reporting.errors import CellFault
from tinhso.systems.reporting.models import CellValue, Duty, FormVersion, Submission
from tinhso.systems.reporting.rules import formulas
from tinhso.systems.reporting.rules.content import CellKind, Form
from tinhso.systems.reporting.rules.formulas import PREVIOUS, Cell
from tinhso.systems.reporting.rules.numbers import write
from tinhso.systems.reporting.rules.states import OPEN, State


@dataclass(frozen=True)
class Figure:
    """What a cell shows: its value, its words, where it comes from."""

    value: Decimal | None = None
    text: str = ""
    source: str = ""
    version: int = 0

    @property
    def shown(self) -> str:
        return write(self.value) if self.value is not None else self.text

    @property
    def is_empty(self) -> bool:
        return self.value is None and not self.text


EMPTY = Figure()
Figures = dict[str, Figure]


def figures_of(submission: Submission) -> Figures:
    """Every cell as it stands: typed ones as kept; live ones counted now while the report is open, else as frozen."""
    form = submission.duty.form.form
    rows = {row.code: row for row in submission.cells.all()}
    found = {code: _kept(row) for code, row in rows.items() if code in form.cells}
    if submission.state in OPEN:
        found |= live_figures(form, submission.duty)
        found |= computed(form, found)
    return found


def _kept(row: CellValue) -> Figure:
    if row.value is not None:
        return Figure(row.value, "", row.text, row.version)
    return Figure(None, row.text, "", row.version)


def live_figures(form: Form, duty: Duty) -> Figures:
    """Live cells, counted for the duty's unit over its days."""
    specs = form.of_kind(CellKind.LIVE)
    counted = live.count_all((spec.measure for spec in specs.values()), duty.unit, duty.span)
    return {code: Figure(counted[spec.measure].value, "", counted[spec.measure].source) for code, spec in specs.items()}


def computed(form: Form, figures: Figures) -> Figures:
    """Computed cells in the order in which they need one another."""
    nodes = {code: formulas.parse_formula(spec.formula) for code, spec in form.of_kind(CellKind.COMPUTED).items()}
    values = {Cell(code): figure.value for code, figure in figures.items()}
    found: Figures = {}
    for code in formulas.in_order(nodes):
        value = formulas.value_of(nodes[code], values)
        value = None if value is None else value.quantize(Decimal("0.0001")).normalize() + 0
        values[Cell(code)] = value
        found[code] = Figure(value)
    return found


@dataclass
class Verdict:
    """What stands in the way of submitting, and what needs an explanation."""

    missing: list[CellFault] = field(default_factory=list)
    errors: list[CellFault] = field(default_factory=list)
    warnings: list[CellFault] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        return not (self.missing or self.errors)


def judge(submission: Submission, figures: Figures | None = None) -> Verdict:
    """The verdict on what stands there now."""
    duty, form = submission.duty, submission.duty.form.form
    figures = figures_of(submission) if figures is None else figures
    verdict = Verdict()
    for code, spec in form.by_hand.items():
        if spec.is_required and figures.get(code, EMPTY).is_empty:
            verdict.missing.append(CellFault(code, _("Chưa có số liệu: %(cell)s.") % {"cell": form.names[code]}))
    checks = [(check, formulas.parse_check(check.must)) for check in form.checks]
    values = {Cell(code): figure.value for code, figure in figures.items()}
    values |= elsewhere({cell for _check, parsed in checks for cell in formulas.cells_of(parsed) if cell.source}, duty)
    for check, parsed in checks:
        if formulas.passes(parsed, values) is False:
            own = sorted(cell.code for cell in formulas.cells_of(parsed) if not cell.source)
            fault = CellFault(own[0] if own else "", check.sentence, check.key)
            (verdict.warnings if check.is_warning else verdict.errors).append(fault)
    return verdict


def elsewhere(cells: Iterable[Cell], duty: Duty) -> dict[Cell, Decimal | None]:
    """What checks read outside the report: the period before, or another regime of the same unit."""
    wanted = list(cells)
    found: dict[Cell, Decimal | None] = {}
    for source in {cell.source for cell in wanted}:
        codes = [cell.code for cell in wanted if cell.source == source]
        values = _before(duty, codes) if source == PREVIOUS else _of_regime(duty, source, codes)
        found |= {Cell(code, source): values.get(code) for code in codes}
    return found


def _before(duty: Duty, codes: list[str]) -> dict[str, Decimal | None]:
    rows = _sent(duty, regime_id=duty.regime_id, period_kind=duty.period_kind)
    return _values(rows.filter(duty__period_on=duty.period.plus(-1).first_day), codes)


def _sent(duty: Duty, **where: object):  # type: ignore[no-untyped-def]
    """Newest versions that a leader has let go: what is still being typed elsewhere is no figure yet."""
    wanted = {f"duty__{name}": value for name, value in where.items()}
    rows = Submission.objects.filter(duty__unit_id=duty.unit_id, **wanted)
    return rows.filter(state__in=(State.SIGNED, State.APPROVED)).order_by("duty__period_on", "number")


def _values(rows, codes: list[str]) -> dict[str, Decimal | None]:  # type: ignore[no-untyped-def]
    last = rows.last()
    return dict(last.cells.filter(code__in=codes).values_list("code", "value")) if last else {}


def _of_regime(duty: Duty, code: str, codes: list[str]) -> dict[str, Decimal | None]:
    """The same period of the other regime; when that one reports more often, the sum over all its periods within."""
    period = duty.period
    rows = _sent(duty, regime__code=code)
    same = rows.filter(duty__period_kind=duty.period_kind, duty__period_on=duty.period_on)
    if same.exists():
        return _values(same, codes)
    version = FormVersion.objects.filter(regime__code=code, state="published").order_by("-number").first()
    if version is None or not _is_finer(version.frequency, duty.period_kind):
        return {}
    parts = _parts(period, PeriodKind(version.frequency))
    newest = {
        row.duty.period_on: row for row in rows.filter(duty__period_kind=version.frequency).select_related("duty")
    }
    within = [newest[part.first_day] for part in parts if part.first_day in newest]
    if len(within) < len(parts):
        return {}
    return _summed(within, codes)


def _summed(within: list[Submission], codes: list[str]) -> dict[str, Decimal | None]:
    """Sums per cell; a cell that one period left empty has no sum."""
    found: dict[str, list[Decimal]] = {}
    for code, value in CellValue.objects.filter(submission__in=within, code__in=codes).values_list("code", "value"):
        if value is not None:
            found.setdefault(code, []).append(value)
    return {code: sum(values, Decimal(0)) for code, values in found.items() if len(values) == len(within)}


_FINENESS = [PeriodKind.DAY, PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR]


def _is_finer(one: str, other: str) -> bool:
    return _FINENESS.index(PeriodKind(one)) < _FINENESS.index(PeriodKind(other)) and one != PeriodKind.WEEK


def _parts(period: AnyPeriod, frequency: PeriodKind) -> list[AnyPeriod]:
    found = [AnyPeriod.of(frequency, period.first_day)]
    while found[-1].last_day < period.last_day:
        found.append(found[-1].plus(1))
    return found
