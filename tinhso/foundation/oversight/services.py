"""Acts of those who watch over the house."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.audit import verify
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.events import set_aside
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.oversight import permissions, selectors
from tinhso.foundation.oversight.errors import NotSetAside, ReasonMissing
from tinhso.foundation.oversight.models import AuditCheck
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.rules import normalise

logger = logging.getLogger(__name__)

# A check that has not ended after this long is counted as lost with its worker.
LOST_AFTER = timedelta(hours=2)


@transaction.atomic
def retry_set_aside(actor: Actor, *, event_id: int) -> DomainEvent:
    """Gives a set-aside event back to the worker with all its tries. Only the handlers still owed run."""
    access.require(actor, permissions.EVENTS_MANAGE)
    event = _locked(actor, event_id)
    set_aside.give_back(event)
    audit.record(actor, "oversight.event.retried", event, event=event.name, handlers=event.pending)
    return event


@transaction.atomic
def retry_all_set_aside(actor: Actor) -> int:
    """Gives all set-aside events back, after a fault is mended; returns how many."""
    access.require(actor, permissions.EVENTS_MANAGE)
    # SKIP LOCKED: what a colleague is deciding on right now stays theirs.
    mine = selectors.visible_events(actor).values("pk")
    events = list(set_aside.waiting().filter(pk__in=mine).select_for_update(skip_locked=True))
    for event in events:
        set_aside.give_back(event)
        audit.record(actor, "oversight.event.retried", event, event=event.name, handlers=event.pending)
    return len(events)


@transaction.atomic
def close_set_aside(actor: Actor, *, event_id: int, reason: str) -> DomainEvent:
    """Closes a set-aside event without handling it. Its error stays readable; the reason goes to the log."""
    access.require(actor, permissions.EVENTS_MANAGE)
    reason = fitting(normalise(reason), 500)
    if not reason:
        raise ReasonMissing(_("Hãy ghi lý do không xử lý sự kiện này. Sự kiện vẫn còn nguyên."))
    event = _locked(actor, event_id)
    set_aside.close(event)
    audit.record(actor, "oversight.event.closed", event, event=event.name, handlers=event.pending, reason=reason)
    return event


def _locked(actor: Actor, event_id: int) -> DomainEvent:
    if not selectors.visible_events(actor).filter(pk=event_id).exists():
        raise access.Denied(_("Sự kiện này không thuộc đơn vị bạn phụ trách."))
    # The lock decides between two administrators pressing at once: the second finds the event gone.
    event = set_aside.waiting().select_for_update().filter(pk=event_id).first()
    if event is None:
        raise NotSetAside(_("Sự kiện này không còn bị gác lại: có thể đã có người xử lý. Hãy tải lại danh sách."))
    return event


def require_whole_log(actor: Actor) -> None:
    """Raises Denied unless the actor reads the whole log: a chain runs through the rows of all units."""
    access.require(actor, permissions.AUDIT_READ)
    if not selectors.sees_all(actor, permissions.AUDIT_READ):
        raise access.Denied(_("Chỉ người đọc được toàn bộ nhật ký của tỉnh mới kiểm tra được chuỗi."))


@transaction.atomic
def ask_check(actor: Actor) -> AuditCheck:
    """Asks for a verification of the whole log; the worker does it. One that is under way is joined, not doubled."""
    from tinhso.foundation.oversight.jobs import verify_log

    require_whole_log(actor)
    since = timezone.now() - LOST_AFTER
    running = AuditCheck.objects.filter(finished_at=None, asked_at__gte=since).first()
    if running is not None:
        return running
    check = AuditCheck.objects.create(asked_by_id=actor.account_id, asked_by_label=actor.label, asked_at=timezone.now())
    audit.record(actor, "oversight.log.check_asked", check)
    verify_log.defer(check_id=check.pk)
    return check


@transaction.atomic
def note_export(actor: Actor, *, asked: str) -> None:
    """Writes down that a part of the log left the house: who took it, narrowed how."""
    access.require(actor, permissions.AUDIT_READ)
    audit.record(actor, "oversight.log.exported", AuditRow(), asked=asked[:500])


def run_check(check_id: int) -> AuditCheck:
    """Verifies and writes the outcome down. Run again it simply verifies again."""
    check = AuditCheck.objects.get(pk=check_id)
    if check.is_over:
        return check
    AuditCheck.objects.filter(pk=check_id).update(state=AuditCheck.State.RUNNING)
    try:
        report = verify.verify_fully()
    except Exception:
        logger.exception("the audit log could not be verified")
        _finish(check, AuditCheck.State.FAILED, None)
        raise
    return _finish(check, AuditCheck.State.SOUND if report.is_sound else AuditCheck.State.BROKEN, report)


@transaction.atomic
def _finish(check: AuditCheck, state: AuditCheck.State, report: verify.Report | None) -> AuditCheck:
    check.state, check.finished_at = state, timezone.now()
    if report is not None:
        check.rows, check.heads = report.rows, report.heads
        check.problems = [problem.as_data() for problem in report.problems]
    check.save()
    audit.record(
        Actor.system(), "oversight.log.checked", check, state=state, rows=check.rows, found=len(check.problems)
    )
    return check
