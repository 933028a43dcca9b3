"""The leader of the unit signs and sends, or gives back; the receiving agency approves, or returns."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.signing.models import SigningCertificate
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.files import services as files
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account
from tinhso.systems.reporting import events, papers, permissions
from tinhso.systems.reporting.models import Duty, SigningWay, Submission
from tinhso.systems.reporting.rules.states import State
from tinhso.systems.reporting.services import acts, entering


@transaction.atomic
def send_back(
    *, actor: Actor, submission_id: int, reason: str, seen: int | None = None, at: datetime | None = None
) -> Submission:
    """The unit's leader gives the report back to whoever fills it in, with the reason."""
    at = at or timezone.now()
    submission = acts.lock(submission_id, "send_back", seen=seen)
    access.require(actor, permissions.SIGN, unit=submission.duty.holder)
    submission.state = State.RETURNED
    acts.keep(submission, "state")
    acts.trace(
        actor,
        submission,
        step="sent_back",
        act="reporting.report.sent_back",
        event=events.SENT_BACK,
        at=at,
        note=acts.needs_reason(reason),
    )
    return submission


@transaction.atomic
def sign(
    *,
    actor: Actor,
    submission_id: int,
    pin: str = "",
    seen: int | None = None,
    at: datetime | None = None,
    level: str = "B-T",
) -> Submission:
    """The unit's leader approves and sends up: signed PDF and the unit's seal, or a confirmation, as the regime asks.

    Everything or nothing: when the key does not open, the report stays where it was.
    """
    at = at or timezone.now()
    submission = acts.lock(submission_id, "sign", seen=seen)
    duty = submission.duty
    access.require(actor, permissions.SIGN, unit=duty.holder)
    is_signature = duty.form.signing == SigningWay.SIGNATURE
    if is_signature:
        _sign_paper(actor, submission, pin, at, level)
    submission.state, submission.signed_at, submission.signed_by_id = State.SIGNED, at, actor.account_id
    acts.keep(submission, "state", "signed_at", "signed_by", "file")
    if duty.sent_at is None:
        Duty.objects.filter(pk=duty.pk).update(sent_at=at)
        duty.sent_at = at
    step = "signed" if is_signature else "confirmed"
    acts.trace(actor, submission, step=step, act=f"reporting.report.{step}", event=events.SIGNED, at=at)
    if not duty.form.needs_province:
        _approve(Actor.system(is_simulated=actor.is_simulated), submission, at)
    return submission


def _sign_paper(actor: Actor, submission: Submission, pin: str, at: datetime, level: str) -> None:
    from tinhso.engines.signing import services as signing

    duty = submission.duty
    signer = Account.objects.get(pk=actor.account_id or 0)
    reason = _("Ký báo cáo %(regime)s") % {"regime": duty.regime.code}
    document = papers.report_pdf(submission, signer, at)
    place = str(duty.holder)
    signed = signing.sign_pdf(
        actor, pdf=document, account=signer, pin=pin or None, at=at, reason=reason, location=place, level=level
    )
    if has_seal(duty.holder):
        signed = signing.seal_pdf(
            actor,
            pdf=signed,
            unit=duty.holder,
            signer_name=signer.full_name,
            at=at,
            reason=reason,
            location=place,
            level=level,
        )
    name = f"{duty.regime.code}-{duty.period}-{duty.unit.code}-{submission.number}.pdf"
    submission.file = files.store_bytes(actor, content=signed, name=name, purpose="reporting.report")


def has_seal(unit: Unit) -> bool:
    """Whether a seal of the unit is in force now."""
    seals = SigningCertificate.objects.filter(unit=unit, kind=SigningCertificate.Kind.SEAL, revoked_at=None)
    return seals.exists()


@transaction.atomic
def approve(*, actor: Actor, submission_id: int, seen: int | None = None, at: datetime | None = None) -> Submission:
    """The receiving agency approves: the figures become facts, the report stands for good."""
    at = at or timezone.now()
    submission = acts.lock(submission_id, "approve", seen=seen)
    access.require(actor, permissions.APPROVE, unit=submission.duty.regime.owner)
    _approve(actor, submission, at)
    return submission


def _approve(actor: Actor, submission: Submission, at: datetime) -> None:
    submission.state, submission.approved_at, submission.approved_by_id = State.APPROVED, at, actor.account_id
    acts.keep(submission, "state", "approved_at", "approved_by")
    if submission.duty.approved_at is None:
        Duty.objects.filter(pk=submission.duty_id).update(approved_at=at)
    acts.trace(actor, submission, step="approved", act="reporting.report.approved", event=events.APPROVED, at=at)
    entering.enter(submission)
    entering.queue_package(submission, at)


@transaction.atomic
def return_report(
    *, actor: Actor, submission_id: int, reason: str, seen: int | None = None, at: datetime | None = None
) -> Submission:
    """The receiving agency returns a report to be mended; its signed paper stays in the store, its course is kept."""
    at = at or timezone.now()
    submission = acts.lock(submission_id, "return", seen=seen)
    access.require(actor, permissions.APPROVE, unit=submission.duty.regime.owner)
    submission.state = State.RETURNED
    acts.keep(submission, "state")
    acts.trace(
        actor,
        submission,
        step="returned",
        act="reporting.report.returned",
        event=events.RETURNED,
        at=at,
        note=acts.needs_reason(reason),
    )
    return submission
