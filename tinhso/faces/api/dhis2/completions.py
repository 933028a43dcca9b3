"""`completeDataSetRegistrations`: a report submitted is a form completed."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db.models import Q
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tinhso.faces.api.dhis2.calls import Call
from tinhso.faces.api.dhis2.importing import Summary
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
from tinhso.systems.reporting import services
from tinhso.systems.reporting.errors import NotReady
from tinhso.systems.reporting.rules.states import State

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
    """Each registration submits its report to the leader; what is missing on the form is named and refused."""
    try:
        rows = msgspec.json.decode(body_of(call.request, MOST_BYTES), type=Registrations).completeDataSetRegistrations
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return message(400, _("Không đọc được nội dung gửi lên: %(why)s") % {"why": str(error)[:200]})
    if len(rows) > MOST_ROWS:
        raise Fault("E2015", "completeDataSetRegistrations", MOST_ROWS)
    summary = Summary()
    for index, row in enumerate(rows):
        try:
            _submit(call, row, summary)
        except Fault as fault:
            summary.refuse(index, fault.about[0] if fault.about else "", sentence(fault), fault.code)
        except NotReady as refusal:
            why = "; ".join(f"{fault.code}: {fault.sentence}" for fault in refusal.faults[:20])
            summary.refuse(index, row.organisationUnit, f"{refusal.sentence} {why}", "E7643")
        except Refused as refusal:
            code = "E7617" if isinstance(refusal, Denied) else "E7643"
            summary.refuse(index, row.organisationUnit, refusal.sentence, code)
    return _told(summary)


def _submit(call: Call, row: Registration, summary: Summary) -> None:
    form = form_of(call, row.dataSet)
    node = call.forest.by_uid.get(row.organisationUnit)
    if form is None:
        raise Fault("E7600", row.dataSet)
    if node is None:
        raise Fault("E7612", row.organisationUnit)
    span = periods.parse(str(row.period))
    report = one_report(form, node, span)
    if report is None:
        raise Fault("E7643", span, form.uid)
    if str(row.completed).lower() == "false":
        raise Fault("E7643", span, form.uid)
    if report.state in SENT:
        summary.updated += 1
        return
    actor = call.caller.actor
    newest = report.newest or services.begin(actor=actor, duty_id=report.duty.pk)
    services.submit(actor=actor, submission_id=newest.pk)
    summary.imported += 1


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
    text = _("Có xung đột; hãy xem tóm tắt.") if has_conflicts else _("Đã trình báo cáo.")
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
