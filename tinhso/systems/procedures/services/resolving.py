"""The office's acts: take, assign, move along its own steps, give back to the desk, draft the result, take it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tinhso.engines.workflow import services as workflow
from tinhso.engines.workflow.models import Case
from tinhso.engines.workflow.selectors import process_of
from tinhso.engines.workflow.shape import Transition
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.database import kept
from tinhso.foundation.people.models import Account
from tinhso.systems.procedures import events, permissions
from tinhso.systems.procedures.errors import NoSuchStep, NotYours
from tinhso.systems.procedures.models import Dossier, Result
from tinhso.systems.procedures.process import OWN_ACTS
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.services.acts import (
    account_id_of,
    advance,
    case_id_of,
    keep,
    lock,
    needs_reason,
    require_at,
    trace,
)
from tinhso.systems.procedures.stand_ins import stood_in_for

Rows = list[dict[str, str]]


@transaction.atomic
def take_dossier(*, actor: Actor, dossier_id: int, seen: int | None = None, at: datetime | None = None) -> Dossier:
    """An officer of the office takes the dossier on; a second officer is told who holds it."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "draft", seen=seen)
    access.require(actor, permissions.RESOLVE, unit=dossier.office)
    keep(dossier, *_take(actor, dossier, at))
    trace(actor, dossier, act="procedures.dossier.taken", event=events.DOSSIER_TAKEN, at=at)
    return dossier


def _take(actor: Actor, dossier: Dossier, at: datetime) -> tuple[str, ...]:
    """Names the actor as the one who settles; AlreadyMoved when a colleague holds the dossier.

    Who stands in for an absent holder acts in their place, and the holder stays; one who has left the office holds
    nothing any more. Gives the columns to keep: who takes the dossier has it, so the hand-over is over.
    """
    holder = holder_of(dossier)
    if holder is None or holder not in stood_in_for(actor):
        account = Account.objects.get(pk=account_id_of(actor))
        has_left = holder is not None and not access.allowed(
            Actor.of(Account.objects.get(pk=holder)), permissions.RESOLVE, dossier.office
        )
        workflow.assign(
            actor=actor,
            case_id=case_id_of(dossier),
            account=account,
            at=at,
            authorised=has_left,
            known=(dossier.unit, dossier.desk, dossier.office),
        )
    if dossier.accepted_at is not None:
        return ()
    dossier.accepted_at = at
    dossier.hand_overs.filter(received_at=None, sent_back_at=None).update(received_at=at)
    return ("accepted_at",)


@transaction.atomic
def assign_dossier(
    *,
    actor: Actor,
    dossier_id: int,
    account: Account,
    reason: str = "",
    seen: int | None = None,
    at: datetime | None = None,
) -> Dossier:
    """The head names who settles (61/2018 art. 19.1); another name later needs its reason. The clock goes on."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "assign", seen=seen)
    place = require_at(actor, permissions.ASSIGN, dossier.office, dossier.unit)
    before = holder_of(dossier)
    if before is not None and before != account.pk:
        needs_reason(reason)
    workflow.assign(actor=actor, case_id=case_id_of(dossier), account=account, note=reason, at=at, authorised=True)
    keep(dossier)
    trace(
        actor,
        dossier,
        act="procedures.dossier.assigned",
        event=events.DOSSIER_ASSIGNED,
        at=at,
        on_behalf_of=access.behalf_of(actor, permissions.ASSIGN, place),
        details={"account": account.pk, "before": before, "reason": reason.strip()},
        account_id=account.pk,
    )
    return dossier


def holder_of(dossier: Dossier) -> int | None:
    """The account that holds the dossier's case now."""
    return Case.objects.filter(pk=case_id_of(dossier)).values_list("holder_id", flat=True).first()


@transaction.atomic
def forward_dossier(
    *,
    actor: Actor,
    dossier_id: int,
    transition: str,
    note: str = "",
    seen: int | None = None,
    at: datetime | None = None,
) -> Dossier:
    """Takes a step of the procedure's own process that changes nothing of the dossier's state (B3 to B4).

    The engine checks the step's permission. NoSuchStep for a way that belongs to another act or is not there.
    """
    at = at or timezone.now()
    dossier = lock(dossier_id, "forward", seen=seen)
    way = ways_of(dossier).get(transition)
    if way is None or transition in OWN_ACTS:
        raise NoSuchStep
    keep(dossier)
    advance(actor, dossier, transition, note=note, at=at)
    trace(
        actor,
        dossier,
        act="procedures.dossier.forwarded",
        event=events.DOSSIER_FORWARDED,
        at=at,
        details={"transition": transition, "title": way.title},
    )
    return dossier


def ways_of(dossier: Dossier) -> Mapping[str, Transition]:
    """The ways out of the step where the dossier's process stands."""
    case = Case.objects.select_related("definition").get(pk=case_id_of(dossier))
    return process_of(case.definition).steps[case.step].transitions


@transaction.atomic
def return_to_desk(
    *, actor: Actor, dossier_id: int, reason: str, seen: int | None = None, at: datetime | None = None
) -> Dossier:
    """The office gives the dossier back to the desk with the reason: papers missing, the wrong office. No new clock."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "return_to_desk", seen=seen)
    access.require(actor, permissions.RESOLVE, unit=dossier.office)
    to_desk(dossier, needs_reason(reason), at)
    advance(actor, dossier, "return_to_desk", note=reason, at=at)
    trace(
        actor,
        dossier,
        act="procedures.dossier.returned_to_desk",
        event=events.DOSSIER_RETURNED_TO_DESK,
        at=at,
        on_behalf_of=access.behalf_of(actor, permissions.RESOLVE, dossier.office),
        details={"reason": reason.strip()},
    )
    return dossier


def to_desk(dossier: Dossier, reason: str, at: datetime) -> None:
    """The rows of a dossier that is the desk's again; the list it stood on, if any, says why it left."""
    dossier.hand_overs.filter(received_at=None, sent_back_at=None).update(sent_back_at=at, sent_back_reason=reason)
    dossier.state, dossier.handed_over_at, dossier.accepted_at = State.RECEIVED, None, None
    keep(dossier, "state", "handed_over_at", "accepted_at")


@transaction.atomic
def undo_draft(
    *, actor: Actor, dossier_id: int, reason: str, seen: int | None = None, at: datetime | None = None
) -> Dossier:
    """Who drafted the result takes it back to mend it, before the leader has signed or sent it back."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "undo_draft", seen=seen)
    access.require(actor, permissions.RESOLVE, unit=dossier.office)
    if dossier.result.drafted_by_id not in stood_in_for(actor):
        raise NotYours
    dossier.state = State.RESOLVING
    keep(dossier, "state")
    advance(actor, dossier, "undo_draft", note=needs_reason(reason), at=at, authorised=True)
    trace(
        actor,
        dossier,
        act="procedures.result.draft_undone",
        event=events.DRAFT_UNDONE,
        at=at,
        on_behalf_of=access.behalf_of(actor, permissions.RESOLVE, dossier.office),
        details={"reason": reason.strip()},
    )
    return dossier


@transaction.atomic
def draft_result(
    *, actor: Actor, dossier_id: int, rows: Rows, conclusion: str, seen: int | None = None, at: datetime | None = None
) -> Dossier:
    """The officer drafts the result and sends it up for signature."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "draft", seen=seen)
    access.require(actor, permissions.RESOLVE, unit=dossier.office)
    content = {"rows": rows, "conclusion": conclusion.strip()}
    drafted = {"content": content, "drafted_by_id": actor.account_id, "drafted_at": at, "sent_back_reason": ""}
    # The dossier is locked: nobody else writes its result meanwhile.
    if not Result.objects.filter(dossier=dossier).update(**drafted):
        kept.insert(Result(dossier=dossier, **drafted))
    if dossier.state == State.RESOLVING:
        taken = _take(actor, dossier, at)
        dossier.state = State.DRAFTED
        keep(dossier, "state", *taken)
        advance(actor, dossier, "draft", at=at)
    else:
        keep(dossier)
        if "draft" in ways_of(dossier):
            # Sent back by who looked the draft over, the dossier still being drafted: it goes up again.
            advance(actor, dossier, "draft", at=at)
    trace(
        actor,
        dossier,
        act="procedures.result.drafted",
        event=events.RESULT_DRAFTED,
        at=at,
        on_behalf_of=access.behalf_of(actor, permissions.RESOLVE, dossier.office),
        details={"content": content},
    )
    return dossier
