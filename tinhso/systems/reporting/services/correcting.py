"""Corrections: the unit asks and the receiver decides, or the receiver asks. Agreed: a new version, the old stands."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.systems.reporting import errors, events, permissions
from tinhso.systems.reporting.models import CellChange, CellValue, CorrectionRequest, Submission
from tinhso.systems.reporting.services import acts
from tinhso.systems.reporting.services.filling import shown

Side, Asked = CorrectionRequest.Side, CorrectionRequest.State


@transaction.atomic
def ask_correction(*, actor: Actor, submission_id: int, reason: str, at: datetime | None = None) -> CorrectionRequest:
    """The reporting unit asks to correct an approved report."""
    submission = _approved(submission_id)
    acts.require_for(actor, permissions.FILL, submission.duty.holder)
    return _ask(actor, submission, Side.UNIT, reason, at or timezone.now())


@transaction.atomic
def demand_correction(*, actor: Actor, submission_id: int, reason: str, at: datetime | None = None) -> Submission:
    """The receiving agency asks for a correction: the new version is open at once."""
    at = at or timezone.now()
    submission = _approved(submission_id)
    access.require(actor, permissions.APPROVE, unit=submission.duty.regime.owner)
    request = _ask(actor, submission, Side.RECEIVER, reason, at)
    return _agree(actor, request, submission, "", at)


@transaction.atomic
def decide_correction(
    *, actor: Actor, request_id: int, is_agreed: bool, note: str = "", at: datetime | None = None
) -> CorrectionRequest:
    """The receiving agency answers a unit's wish; a refusal says why."""
    at = at or timezone.now()
    request = CorrectionRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    submission = _approved(request.submission_id)
    access.require(actor, permissions.APPROVE, unit=submission.duty.regime.owner)
    if request.state != Asked.ASKED:
        raise errors.WrongOrder(request.get_state_display())
    if is_agreed:
        _agree(actor, request, submission, note, at)
        return request
    request.state, request.decision = Asked.REFUSED, acts.needs_reason(note)
    request.decided_at, request.decided_by_id = at, actor.account_id
    request.save()
    acts.trace(
        actor,
        submission,
        step="refused",
        act="reporting.correction.refused",
        event=events.RETURNED,
        at=at,
        note=request.decision,
    )
    return request


def _approved(submission_id: int) -> Submission:
    submission = acts.lock(submission_id, "ask_correction")
    if Submission.objects.filter(corrects=submission).exists():
        raise errors.NotDue(_("Phiên bản này đã có bản đính chính. Hãy mở phiên bản mới nhất."))
    return submission


def _ask(actor: Actor, submission: Submission, side: str, reason: str, at: datetime) -> CorrectionRequest:
    if submission.correction_requests.filter(state=Asked.ASKED).exists():
        raise errors.NotDue(_("Đã có một yêu cầu đính chính đang chờ trả lời."))
    request = CorrectionRequest.objects.create(
        submission=submission,
        side=side,
        reason=acts.needs_reason(reason),
        asked_at=at,
        asked_by_id=actor.account_id,
    )
    acts.trace(
        actor,
        submission,
        step="asked" if side == Side.UNIT else "demanded",
        act="reporting.correction.asked",
        event=events.CORRECTION_BEGUN,
        at=at,
        note=request.reason,
    )
    return request


def _agree(actor: Actor, request: CorrectionRequest, submission: Submission, note: str, at: datetime) -> Submission:
    request.state, request.decision = Asked.AGREED, note
    request.decided_at, request.decided_by_id = at, actor.account_id
    request.save()
    if request.side == Side.UNIT:
        acts.trace(
            actor,
            submission,
            step="agreed",
            act="reporting.correction.agreed",
            event=events.CORRECTION_BEGUN,
            at=at,
            note=note,
        )
    return _open_version(actor, submission, request.reason, at)


def _open_version(actor: Actor, old: Submission, reason: str, at: datetime) -> Submission:
    """The next version begins as a copy of what was typed; its live figures are counted anew."""
    new = Submission.objects.create(
        duty=old.duty, number=old.number + 1, corrects=old, reason=reason, is_simulated=old.is_simulated
    )
    by_hand = old.duty.form.form.by_hand
    kept = [cell for cell in old.cells.all() if cell.code in by_hand]
    CellValue.objects.bulk_create(
        CellValue(
            submission=new,
            code=cell.code,
            value=cell.value,
            text=cell.text,
            version=1,
            changed_at=at,
            changed_by_id=cell.changed_by_id,
            changed_label=cell.changed_label,
        )
        for cell in kept
    )
    CellChange.objects.bulk_create(
        CellChange(
            submission=new,
            code=cell.code,
            version=1,
            after=shown(cell.value, cell.text),
            at=at,
            account_id=actor.account_id,
            label=actor.label[:200],
            way="copy",
        )
        for cell in kept
    )
    acts.trace(
        actor,
        new,
        step="correction",
        act="reporting.correction.begun",
        event=events.CORRECTION_BEGUN,
        at=at,
        note=reason,
    )
    return new


__all__ = ["ask_correction", "decide_correction", "demand_correction"]
