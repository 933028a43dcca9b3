"""Form 04: the office proposes an apology with a new date, the head sends it, once, in good time."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from tinhso.engines.workflow import services as workflow
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.numbering.services import next_number
from tinhso.systems.procedures import clock, events, permissions, rules
from tinhso.systems.procedures.errors import AlreadyProposed, AlreadyReappointed, TooLateToApologise, WrongNewDate
from tinhso.systems.procedures.models import Apology, Dossier
from tinhso.systems.procedures.printing.sets import Form
from tinhso.systems.procedures.services.acts import case_id_of, keep, lock, needs_reason, trace
from tinhso.systems.procedures.services.forms import issue_form

# The symbol of the letter: phiếu xin lỗi, of the committee that sends it.
SYMBOL = "PXL-UBND"


@transaction.atomic
def propose_apology(
    *,
    actor: Actor,
    dossier_id: int,
    reason: str,
    new_due_on: date,
    seen: int | None = None,
    at: datetime | None = None,
) -> Apology:
    """The office asks its head for an apology and a new date.

    AlreadyProposed while one waits; AlreadyReappointed once one was sent; WrongNewDate for a day off or an earlier one.
    """
    at = at or timezone.now()
    dossier = lock(dossier_id, "apologise", seen=seen)
    access.require(actor, permissions.RESOLVE, unit=dossier.office)
    apology = _proposed(actor, dossier, reason, new_due_on, at)
    keep(dossier)
    trace(
        actor,
        dossier,
        act="procedures.apology.proposed",
        event=events.APOLOGY_PROPOSED,
        at=at,
        on_behalf_of=access.behalf_of(actor, permissions.RESOLVE, dossier.office),
        details={"new_due_at": apology.new_due_at},
    )
    return apology


def _proposed(actor: Actor, dossier: Dossier, reason: str, new_due_on: date, at: datetime) -> Apology:
    standing = dossier.apologies.filter(declined_at=None).first()
    if standing is not None:
        raise AlreadyProposed if standing.sent_at is None else AlreadyReappointed
    new_due_at = clock.appointment_on(dossier.office, new_due_on)
    if dossier.due_at is None or new_due_at is None or new_due_at <= max(dossier.due_at, at):
        raise WrongNewDate
    return Apology.objects.create(
        dossier=dossier,
        reason=needs_reason(reason),
        old_due_at=dossier.due_at,
        new_due_at=new_due_at,
        proposed_at=at,
        proposed_by_id=actor.account_id,
    )


@transaction.atomic
def decline_apology(*, actor: Actor, apology_id: int, reason: str, at: datetime | None = None) -> Apology:
    """The head does not agree: the date stands, and the office must keep it."""
    at = at or timezone.now()
    dossier, apology = _waiting(apology_id)
    access.require(actor, permissions.APOLOGISE, unit=dossier.unit)
    apology.declined_at, apology.declined_reason = at, needs_reason(reason)
    apology.save(update_fields=["declined_at", "declined_reason"])
    keep(dossier)
    trace(actor, dossier, act="procedures.apology.declined", event=events.APOLOGY_DECLINED, at=at)
    return apology


@transaction.atomic
def send_apology(*, actor: Actor, apology_id: int, accept_late: bool = False, at: datetime | None = None) -> Apology:
    """The head sends the letter: numbered, the date renewed, the citizen told. Once per dossier (61/2018 art. 19.9).

    TooLateToApologise from the day of the limit on, unless `accept_late`: then it goes out recorded as late.
    """
    at = at or timezone.now()
    dossier, apology = _waiting(apology_id)
    access.require(actor, permissions.APOLOGISE, unit=dossier.unit)
    due_on = timezone.localdate(apology.old_due_at)
    is_late = not rules.apology_in_time(timezone.localdate(at), due_on)
    if is_late and not accept_late:
        raise TooLateToApologise(f"{due_on:%d/%m/%Y}")
    if apology.new_due_at <= at:
        raise WrongNewDate
    apology.sent_at, apology.sent_by_id, apology.is_late = at, actor.account_id, is_late
    apology.number = next_number(kind="apology", unit_id=dossier.unit_id, period=str(timezone.localdate(at).year))
    apology.number_text = f"{apology.number:02d}/{SYMBOL}"
    apology.save(update_fields=["sent_at", "sent_by", "is_late", "number", "number_text"])
    dossier.due_at = apology.new_due_at
    keep(dossier, "due_at")
    issue_form(actor, dossier, Form.APOLOGY, at=at)
    workflow.reappoint(actor=actor, case_id=case_id_of(dossier), due_at=apology.new_due_at, note=apology.reason, at=at)
    trace(
        actor,
        dossier,
        act="procedures.apology.sent",
        event=events.APOLOGY_SENT,
        at=at,
        on_behalf_of=access.behalf_of(actor, permissions.APOLOGISE, dossier.unit),
        details={"number": apology.number_text, "new_due_at": apology.new_due_at, "is_late": is_late},
    )
    return apology


def _waiting(apology_id: int) -> tuple[Dossier, Apology]:
    """The dossier, locked, and its proposal that nobody has answered yet."""
    known = Apology.objects.only("dossier_id").get(pk=apology_id)
    dossier = lock(known.dossier_id, "apologise")
    apology = Apology.objects.select_for_update().get(pk=apology_id)
    if apology.sent_at is not None or apology.declined_at is not None:
        raise AlreadyReappointed
    return dossier, apology
