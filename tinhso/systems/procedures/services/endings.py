"""Ends without a result: refused (form 03), withdrawn by the citizen, stopped at their request (form 05)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.text.asked import fitting
from tinhso.systems.procedures import events, permissions, rules
from tinhso.systems.procedures.errors import NotAlone, PastTheTerm
from tinhso.systems.procedures.models import Channel, Dossier, Ending
from tinhso.systems.procedures.printing.sets import Form
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.services.acts import advance, finish, keep, lock, needs_reason, trace, way_of
from tinhso.systems.procedures.services.forms import issue_form

ENDED_AS = {
    Ending.Kind.REFUSED: State.REFUSED,
    Ending.Kind.WITHDRAWN: State.WITHDRAWN,
    Ending.Kind.STOPPED: State.STOPPED,
}


@transaction.atomic
def refuse_dossier(
    *,
    actor: Actor,
    dossier_id: int,
    reason: str,
    guidance: str = "",
    seen: int | None = None,
    at: datetime | None = None,
) -> Dossier:
    """The desk does not accept the dossier and says why (form 03; 61/2018 art. 17.1.b)."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "refuse", seen=seen)
    access.require(actor, permissions.RECEIVE, unit=dossier.desk)
    _end(actor, dossier, Ending.Kind.REFUSED, at, reason=reason, guidance=guidance)
    advance(actor, dossier, "refuse", note=reason, at=at)
    issue_form(actor, dossier, Form.REFUSAL, at=at)
    trace(
        actor,
        dossier,
        act="procedures.dossier.refused",
        event=events.DOSSIER_REFUSED,
        at=at,
        on_behalf_of=access.behalf_of(actor, permissions.RECEIVE, dossier.desk),
    )
    return dossier


@transaction.atomic
def refuse_settling(
    *,
    actor: Actor,
    dossier_id: int,
    reason: str,
    guidance: str = "",
    seen: int | None = None,
    at: datetime | None = None,
) -> Dossier:
    """The office finds the dossier not eligible and says why, within the settling time (form 03; 61/2018 art. 19.8).

    PastTheTerm when the time has run out and no new date was promised. After a promised date is missed as well the
    refusal stands, and its lateness is on record: nobody may be left without an answer.
    """
    at = at or timezone.now()
    dossier = lock(dossier_id, "refuse_settling", seen=seen)
    access.require(actor, permissions.RESOLVE, unit=dossier.office)
    is_late = dossier.due_at is not None and at > dossier.due_at
    if is_late and not dossier.apologies.filter(sent_at__isnull=False).exists():
        raise PastTheTerm
    _end(actor, dossier, Ending.Kind.REFUSED, at, reason=reason, guidance=guidance, is_late=is_late)
    advance(actor, dossier, "refuse_settling", note=reason, at=at)
    issue_form(actor, dossier, Form.REFUSAL, at=at)
    trace(
        actor,
        dossier,
        act="procedures.dossier.refused_settling",
        event=events.DOSSIER_REFUSED,
        at=at,
        on_behalf_of=access.behalf_of(actor, permissions.RESOLVE, dossier.office),
        details={"is_late": is_late},
    )
    return dossier


@transaction.atomic
def withdraw_dossier(*, actor: Actor, dossier_id: int, reason: str, at: datetime | None = None) -> Dossier:
    """The citizen asks to stop online (118/2025 art. 21.2); AlreadyDecided once there is a decision."""
    access.require(actor, permissions.FILE)
    at = at or timezone.now()
    if not Dossier.objects.belonging_to(actor).filter(pk=dossier_id).exists():
        # Who files together is told why; anybody else learns nothing.
        Dossier.objects.readable_by(actor).get(pk=dossier_id)
        raise NotAlone
    dossier = lock(dossier_id, "withdraw")
    _end(actor, dossier, Ending.Kind.WITHDRAWN, at, reason=reason, asked_by=actor.label, asked_way=Channel.ONLINE)
    advance(actor, dossier, "withdraw", note=reason, at=at)
    issue_form(actor, dossier, Form.STOP, at=at)
    trace(actor, dossier, act="procedures.dossier.withdrawn", event=events.DOSSIER_WITHDRAWN, at=at)
    return dossier


@transaction.atomic
def stop_dossier(
    *,
    actor: Actor,
    dossier_id: int,
    reason: str,
    asked_by: str,
    asked_way: str = Channel.DESK,
    seen: int | None = None,
    at: datetime | None = None,
) -> Dossier:
    """The desk stops the dossier for the person who asked at the counter or by post (form 05; Circular 03/2025 art. 7).

    Wherever the dossier stands: only a decision shuts it out (AlreadyDecided). Money and stage go on record.
    """
    at = at or timezone.now()
    dossier = lock(dossier_id, "stop", seen=seen)
    access.require(actor, permissions.RECEIVE, unit=dossier.desk)
    _end(
        actor,
        dossier,
        Ending.Kind.STOPPED,
        at,
        reason=reason,
        asked_by=fitting(needs_reason(asked_by), 120),
        asked_way=way_of(asked_way),
    )
    advance(actor, dossier, "stop", note=reason, at=at, authorised=True)
    issue_form(actor, dossier, Form.STOP, at=at)
    trace(
        actor,
        dossier,
        act="procedures.dossier.stopped",
        event=events.DOSSIER_STOPPED,
        at=at,
        on_behalf_of=access.behalf_of(actor, permissions.RECEIVE, dossier.desk),
        details={"asked_by": asked_by, "asked_way": asked_way, "fee_state": dossier.fee_state},
    )
    return dossier


def _end(
    actor: Actor,
    dossier: Dossier,
    kind: Ending.Kind,
    at: datetime,
    *,
    reason: str,
    guidance: str = "",
    asked_by: str = "",
    asked_way: str = "",
    is_late: bool = False,
) -> None:
    """The rows of an end: what kind, at which stage, why, and what stood then."""
    Ending.objects.create(
        dossier=dossier,
        kind=kind,
        stage=rules.Stage.SETTLEMENT if dossier.received_at else rules.Stage.RECEPTION,
        reason=needs_reason(reason),
        guidance=guidance.strip(),
        asked_by=asked_by,
        asked_way=asked_way,
        state_before=dossier.state,
        fee_state_before=dossier.fee_state,
        is_late=is_late,
        at=at,
        by_id=actor.account_id,
    )
    dossier.state, dossier.ended_reason, dossier.paused_at = ENDED_AS[kind], reason.strip(), None
    keep(dossier, "state", "ended_reason", "paused_at", *finish(dossier, at))
