"""`completeDataSetRegistrations`: a report submitted is a form completed; taken back, it is none."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tinhso.faces.api.dhis2.calls import Call
from tinhso.faces.api.dhis2.datasets import Form
from tinhso.faces.api.dhis2.importing import STRATEGIES, Summary
from tinhso.faces.api.dhis2.metadata import DEFAULT_OPTION_COMBO
from tinhso.faces.api.dhis2.reports import SENT, Report, form_of, one_report, reports
from tinhso.faces.api.dhis2.rules import periods
from tinhso.faces.api.dhis2.rules.faults import Fault
from tinhso.faces.api.dhis2.rules.periods import Span
from tinhso.faces.api.dhis2.values import stamp
from tinhso.faces.api.dhis2.words import message, sentence
from tinhso.faces.api.encoding import as_json, body_of
from tinhso.foundation.access.guard import Denied
from tinhso.foundation.text.errors import Refused
from tinhso.systems.reporting import permissions, services
from tinhso.systems.reporting.errors import NotReady
from tinhso.systems.reporting.rules.states import State
from tinhso.systems.reporting.services import acts

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 2_000


class Registration(msgspec.Struct):
    """One form completed for one unit and period."""

    dataSet: str = ""
    period: str | int = ""
    organisationUnit: str = ""
    completed: bool | str | None = True


class Registrations(msgspec.Struct):
    completeDataSetRegistrations: list[Registration] = []


def listed(call: Call) -> HttpResponseBase:
    """Reports sent (submitted, signed or approved), within the caller's reach."""
    wanted = call.listed("dataSet")
    forms = [form for form in call.forms if form.regime is not None and (form.uid in wanted or form.code in wanted)]
    if not forms:
        raise Fault("E7600", ",".join(wanted))
    rows = reports([form.regime for form in forms if form.regime], _units(call), _when(call))
    by_regime = {form.regime: form for form in forms}
    shown = [_shown(call, by_regime[row.duty.regime_id].uid, row) for row in rows if row.state in SENT]
    return as_json({"completeDataSetRegistrations": shown})


def _units(call: Call) -> set[int]:
    named = []
    for uid in call.listed("orgUnit"):
        node = call.forest.by_uid.get(uid)
        if node is None:
            raise Fault("E7612", uid)
        if node.pk not in call.seen:
            raise Fault("E2012", uid)
        named.append(node)
    if not named:
        raise Fault("E2006")
    if call.flag("children"):
        return {one.pk for node in named for one in call.forest.below[node.pk]} & call.seen
    return {node.pk for node in named}


def _when(call: Call) -> Q:
    spans = [periods.parse(text) for text in call.listed("period")]
    first, last = call.day("startDate"), call.day("endDate")
    if spans:
        return Q(period_on__in=[span.first for span in spans], period_kind__in=[span.kind for span in spans])
    if first and last:
        return Q(period_on__gte=first, period_on__lte=last)
    raise Fault("E2002")


def _shown(call: Call, form: str, row: Report) -> dict[str, Any]:
    newest = row.newest
    at = stamp(newest.submitted_at) if newest and newest.submitted_at else None
    return {
        "period": str(Span.of(row.duty.period_kind, row.duty.period_on)),
        "dataSet": form,
        "organisationUnit": call.forest.by_id[row.duty.unit_id].uid,
        "attributeOptionCombo": DEFAULT_OPTION_COMBO,
        "date": at,
        "storedBy": newest.submitted_by.username if newest and newest.submitted_by else None,
        "lastUpdated": at,
        "completed": True,
    }


def register(call: Call) -> HttpResponseBase:
    """Each registration submits its report to the leader, or takes it back (`completed: false`, the strategy DELETE).

    What is missing on the form is named and refused. `dryRun` tries all and keeps nothing."""
    try:
        rows = msgspec.json.decode(body_of(call.request, MOST_BYTES), type=Registrations).completeDataSetRegistrations
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return message(400, _("Không đọc được nội dung gửi lên: %(why)s") % {"why": str(error)[:200]})
    if len(rows) > MOST_ROWS:
        raise Fault("E2015", "completeDataSetRegistrations", MOST_ROWS)
    strategy = STRATEGIES.get(call.params.get("importStrategy", "CREATE_AND_UPDATE").upper())
    if strategy is None:
        return message(409, _("importStrategy không hợp lệ."))
    summary = Summary()
    # A trial is one transaction that is given up; in earnest each row stands or falls by itself.
    with transaction.atomic() if call.flag("dryRun") else nullcontext():
        for index, row in enumerate(rows):
            _one(call, row, strategy, summary, index)
        if call.flag("dryRun"):
            transaction.set_rollback(True)
    return _told(summary)


def _one(call: Call, row: Registration, strategy: str, summary: Summary, index: int) -> None:
    try:
        # A row that is refused half-way leaves nothing behind, and stops no other.
        with transaction.atomic():
            _register(call, row, strategy, summary)
    except Fault as fault:
        summary.refuse(index, fault.about[0] if fault.about else "", sentence(fault), fault.code)
    except NotReady as refusal:
        why = "; ".join(f"{fault.code}: {fault.sentence}" for fault in refusal.faults[:20])
        summary.refuse(index, row.organisationUnit, f"{refusal.sentence} {why}", "E7643")
    except Refused as refusal:
        code = "E7617" if isinstance(refusal, Denied) else "E7643"
        summary.refuse(index, row.organisationUnit, refusal.sentence, code)


def _register(call: Call, row: Registration, strategy: str, summary: Summary) -> None:
    span = periods.parse(str(row.period))
    report = _report(call, row.dataSet, row.organisationUnit, span)
    if strategy == "DELETE":
        # Nothing there to delete: the row is left out, as the interface counts it.
        if _take_back(call, report, span):
            summary.deleted += 1
        else:
            summary.ignored += 1
    elif str(row.completed).lower() == "false":
        _take_back(call, report, span)
        summary.updated += 1
    elif report.state in SENT:
        summary.updated += 1
    else:
        _submit(call, report)
        summary.imported += 1


def _report(call: Call, data_set: str, unit: str, span: Span) -> Report:
    form = _named(call, data_set)
    node = call.forest.by_uid.get(unit)
    if node is None:
        raise Fault("E7612", unit)
    report = one_report(form, node, span)
    if report is None:
        raise Fault("E7643", span, form.uid)
    return report


def _submit(call: Call, report: Report) -> None:
    actor = call.caller.actor
    newest = report.newest or services.begin(actor=actor, duty_id=report.duty.pk)
    services.submit(actor=actor, submission_id=newest.pk)


def _take_back(call: Call, report: Report, span: Span) -> bool:
    """Whether there was something to take back; an approved report stands, and says so.

    A caller from elsewhere is refused whatever the state: it does not learn where another unit's report stands."""
    acts.require_for(call.caller.actor, permissions.FILL, report.duty.holder)
    if report.newest is None or report.is_open:
        return False
    if report.state == State.APPROVED:
        raise Fault("E7642", call.forest.by_id[report.duty.unit_id].uid, span)
    services.take_back(
        actor=call.caller.actor, submission_id=report.newest.pk, reason=_("Rút lại qua giao diện DHIS2.")
    )
    return True


def remove(call: Call) -> HttpResponseBase:
    """DELETE with `ds` (several), `pe`, `ou`, `multiOu` (the units just below too): taken back, all or nothing.

    As the interface has it: 204 without a body, also where nothing was registered; 409 in words for all else."""
    span = periods.parse(call.params.get("pe", ""))
    forms = [_named(call, name) for name in call.listed("ds")]
    node = call.forest.by_uid.get(call.params.get("ou", ""))
    if not forms:
        raise Fault("E7600", "")
    if node is None:
        raise Fault("E7612", call.params.get("ou", ""))
    below = call.forest.children.get(node.pk, []) if call.flag("multiOu") else []
    found = [one_report(form, one, span) for form in forms for one in (node, *below)]
    with transaction.atomic():
        for report in found:
            if report is not None:
                _take_back(call, report, span)
    return HttpResponse(status=204)


def _named(call: Call, name: str) -> Form:
    form = form_of(call, name)
    if form is None:
        raise Fault("E7600", name)
    return form


def _told(summary: Summary) -> HttpResponseBase:
    has_conflicts = bool(summary.conflicts)
    response = {
        "responseType": "ImportSummary",
        "status": "WARNING" if has_conflicts else "SUCCESS",
        "importCount": {
            "imported": summary.imported,
            "updated": summary.updated,
            "ignored": summary.ignored,
            "deleted": summary.deleted,
        },
        "conflicts": list(summary.conflicts.values()),
    }
    text = _("Có xung đột; hãy xem tóm tắt.") if has_conflicts else _("Đã xử lý xong.")
    mark = "WARNING" if has_conflicts else "OK"
    return message(409 if has_conflicts else 200, text, mark=mark, response=response)


def approval_states() -> dict[str, str]:
    """Where a report stands, in the interface's words."""
    return {
        "": "UNAPPROVED_WAITING",
        State.DRAFT: "UNAPPROVED_WAITING",
        State.RETURNED: "UNAPPROVED_WAITING",
        State.SUBMITTED: "UNAPPROVED_READY",
        State.SIGNED: "UNAPPROVED_READY",
        State.APPROVED: "APPROVED_HERE",
    }
