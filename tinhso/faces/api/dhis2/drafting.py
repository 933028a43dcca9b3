"""Values of measures that stand on a reporting form go into the report's draft; locked and approved ones refuse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from tinhso.faces.api.dhis2.calls import Call
from tinhso.faces.api.dhis2.reports import Report, reports
from tinhso.faces.api.dhis2.rules.faults import Fault
from tinhso.faces.api.dhis2.rules.periods import Span
from tinhso.faces.api.dhis2.words import sentence
from tinhso.foundation.access.guard import Denied
from tinhso.foundation.text.errors import Refused
from tinhso.systems.reporting import services
from tinhso.systems.reporting.rules.states import State

if TYPE_CHECKING:
    from tinhso.faces.api.dhis2.importing import Good

WAY = "api"


@dataclass
class Drafted:
    """What became of the rows of one report: by row index, or why it was refused."""

    written: dict[int, str] = field(default_factory=dict)
    refused: dict[int, tuple[str, str]] = field(default_factory=dict)


def parted(call: Call, rows: list[Good]) -> tuple[list[tuple[Report, list[Good]]], list[Good]]:
    """Rows by the report that they belong to, and those that belong to none."""
    regimes: dict[str, set[int]] = {}
    for form in call.forms:
        if form.regime is not None:
            for code in form.measures:
                regimes.setdefault(code, set()).add(form.regime)
    mine = [row for row in rows if row.item.code in regimes]
    if not mine:
        return [], rows
    found = _reports({pk for row in mine for pk in regimes[row.item.code]}, mine)
    groups: dict[int, tuple[Report, list[Good]]] = {}
    rest = [row for row in rows if row.item.code not in regimes]
    for row in mine:
        report = found.get((row.item.code, row.node.pk, row.span))
        if report is None:
            rest.append(row)
        else:
            groups.setdefault(report.duty.pk, (report, []))[1].append(row)
    return list(groups.values()), sorted(rest, key=lambda row: row.index)


def _reports(regimes: Iterable[int], rows: list[Good]) -> dict[tuple[str, int, Span], Report]:
    when = Q(period_on__in={row.span.first for row in rows})
    found: dict[tuple[str, int, Span], Report] = {}
    for report in reports(regimes, {row.node.pk for row in rows}, when):
        span = Span.of(report.duty.period_kind, report.duty.period_on)
        for code in report.measures:
            found.setdefault((code, report.duty.unit_id, span), report)
    return found


def held_back(report: Report, row: Good) -> Fault | None:
    """Why the report takes no value; None when it is open and the cell is one that people fill in."""
    if row.item.code not in report.cells:
        return Fault("E7610", row.item.uid)
    if report.is_open:
        return None
    if report.state == State.APPROVED:
        return Fault("E7642", row.node.uid, row.span)
    return Fault("E7643", row.span, report.duty.regime.code)


def standing(report: Report) -> dict[str, bool]:
    """Measures whose cell in the draft already holds something."""
    if report.newest is None:
        return {}
    cells = {cell.code: cell for cell in report.newest.cells.all()}
    return {code: cell in cells and cells[cell].value is not None for code, cell in report.cells.items()}


def draft(call: Call, report: Report, rows: list[Good], *, is_dry_run: bool) -> Drafted:
    """Writes the rows into the draft, beginning it when nobody has; a dry run takes everything back."""
    result = Drafted()
    try:
        with transaction.atomic():
            _write(call, report, rows, result)
            if is_dry_run:
                transaction.set_rollback(True)
    except Refused as refusal:
        code = "E7617" if isinstance(refusal, Denied) else "E7643"
        result = Drafted(refused={row.index: (refusal.sentence, code) for row in rows})
    return result


def _write(call: Call, report: Report, rows: list[Good], result: Drafted) -> None:
    actor = call.caller.actor
    submission = services.begin(actor=actor, duty_id=report.duty.pk)
    versions = dict(submission.cells.values_list("code", "version"))
    by_cell = {report.cells[row.item.code]: row for row in rows}
    given = {cell: services.Given(_text(row.value), versions.get(cell, 0)) for cell, row in by_cell.items()}
    saved = services.save_cells(actor=actor, submission_id=submission.pk, given=given, way=WAY)
    for cell, row in by_cell.items():
        if cell in saved.faults:
            result.refused[row.index] = (saved.faults[cell], "E7619")
        elif cell in saved.conflicts:
            result.refused[row.index] = (sentence(Fault("E7643", row.span, report.duty.regime.code)), "E7643")
        else:
            result.written[row.index] = cell


def _text(value: Decimal | None) -> str:
    """As an officer would type it: forms read Vietnamese numbers."""
    return "" if value is None else f"{value:f}".replace(".", ",")
