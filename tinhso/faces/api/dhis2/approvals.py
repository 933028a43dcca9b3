"""`dataApprovals`: where a report stands; the receiving agency approves it, or gives it back."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tinhso.faces.api.dhis2.calls import Call
from tinhso.faces.api.dhis2.completions import approval_states
from tinhso.faces.api.dhis2.reports import Report, form_of, one_report
from tinhso.faces.api.dhis2.rules import periods
from tinhso.faces.api.dhis2.rules.faults import Fault
from tinhso.faces.api.dhis2.values import stamp
from tinhso.faces.api.dhis2.words import message
from tinhso.faces.api.encoding import as_json
from tinhso.foundation.access import guard as access
from tinhso.systems.reporting import permissions, services
from tinhso.systems.reporting.rules.states import State


def status(call: Call) -> HttpResponseBase:
    """GET dataApprovals?ds=&pe=&ou=: the state, and what the caller may do now."""
    report = _report(call)
    if report is None:
        return as_json(_told("UNAPPROVABLE"))
    may = access.allowed(call.caller.actor, permissions.APPROVE, report.duty.regime.owner)
    is_waiting = report.state == State.SIGNED
    told = _told(approval_states()[report.state], may_approve=may and is_waiting, may_unapprove=may and is_waiting)
    newest = report.newest
    if newest and newest.approved_at:
        told["approvedAt"] = stamp(newest.approved_at)
    return as_json(told)


def _told(state: str, *, may_approve: bool = False, may_unapprove: bool = False) -> dict[str, object]:
    return {
        "mayApprove": may_approve,
        "mayUnapprove": may_unapprove,
        "mayAccept": False,
        "mayUnaccept": False,
        "mayReadData": True,
        "state": state,
    }


def _report(call: Call) -> Report | None:
    params = call.params
    name = params.get("ds") or params.get("wf") or ""
    form = form_of(call, name)
    if form is None:
        raise Fault("E7600", name)
    node = call.forest.by_uid.get(params.get("ou", ""))
    if node is None:
        raise Fault("E7612", params.get("ou", ""))
    if node.pk not in call.seen:
        raise Fault("E2012", node.uid)
    return one_report(form, node, periods.parse(params.get("pe", "")))


def approve(call: Call) -> HttpResponseBase:
    """POST: the receiving agency approves a report that the unit's leader has signed."""
    report = _report(call)
    if report is None or report.newest is None:
        return message(409, _("Chưa có báo cáo để duyệt."))
    services.approve(actor=call.caller.actor, submission_id=report.newest.pk)
    return message(200, _("Đã duyệt."))


def give_back(call: Call) -> HttpResponseBase:
    """DELETE: a signed report goes back to the unit; an approved one is corrected on the screens, with its history."""
    report = _report(call)
    if report is None or report.newest is None:
        return message(409, _("Chưa có báo cáo để trả lại."))
    reason = call.params.get("reason") or _("Trả lại qua giao diện DHIS2.")
    services.return_report(actor=call.caller.actor, submission_id=report.newest.pk, reason=reason[:1000])
    return message(200, _("Đã trả lại."))
