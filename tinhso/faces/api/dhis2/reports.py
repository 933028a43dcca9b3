"""Reports behind the interface's forms: the duty of a unit and period, and where its newest version stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from tinhso.faces.api.dhis2.calls import Call
from tinhso.faces.api.dhis2.datasets import Form
from tinhso.faces.api.dhis2.rules.periods import Span
from tinhso.faces.api.forest import Node
from tinhso.systems.reporting.models import Duty, Submission
from tinhso.systems.reporting.rules.states import OPEN, State

LOCKED = (State.SUBMITTED, State.SIGNED)
SENT = (State.SUBMITTED, State.SIGNED, State.APPROVED)


@dataclass(frozen=True)
class Report:
    """A duty with the newest version of its report, if anybody began."""

    duty: Duty
    newest: Submission | None

    @property
    def state(self) -> str:
        return str(self.newest.state) if self.newest else ""

    @property
    def is_open(self) -> bool:
        return self.newest is None or self.newest.state in OPEN

    @property
    def measures(self) -> set[str]:
        """Every measure on the form, those counted and computed too."""
        return {spec.measure for spec in self.duty.form.form.cells.values() if spec.measure}

    @property
    def cells(self) -> dict[str, str]:
        """Code of the typed cell of each measure."""
        specs = self.duty.form.form.cells.values()
        return {spec.measure: spec.code for spec in specs if spec.measure and spec.is_filled_by_hand}


def reports(regimes: Iterable[int], units: Iterable[int], when: Q) -> list[Report]:
    """The reports of regimes at units that meet `when`. Two queries."""
    duties = Duty.objects.filter(lapsed_at=None, regime_id__in=list(regimes), unit_id__in=list(units)).filter(when)
    listed = list(duties.select_related("regime", "regime__owner", "form", "unit", "holder").order_by("pk"))
    newest: dict[int, Submission] = {}
    for row in Submission.objects.filter(duty__in=listed).select_related("submitted_by").order_by("duty_id", "number"):
        newest[row.duty_id] = row
    return [Report(duty, newest.get(duty.pk)) for duty in listed]


def one_report(form: Form, node: Node, span: Span) -> Report | None:
    """The report of a form for a unit and a period."""
    if form.regime is None:
        return None
    found = reports([form.regime], [node.pk], Q(period_kind=span.kind, period_on=span.first))
    return found[0] if found else None


def form_of(call: Call, name: str) -> Form | None:
    """A form by UID or code."""
    return next((form for form in call.forms if name in (form.uid, form.code)), None)
