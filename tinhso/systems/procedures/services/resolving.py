"""The resolving officer's acts: take, ask for more, draft the result."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tinhso.engines.workflow import services as workflow
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.systems.procedures import events, permissions
from tinhso.systems.procedures.errors import HeldByAnother
from tinhso.systems.procedures.models import Dossier, Result, Supplement
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.services.acts import keep, lock, needs_reason, trace

Rows = list[dict[str, str]]


@transaction.atomic
def take_dossier(
    *, actor: Actor, dossier_id: int, seen: int | None = None, at: datetime | None = None
) -> Dossier:
    """An officer of the office takes the dossier on; a second officer is told who holds it."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "draft", seen=seen)
    access.require(actor, permissions.RESOLVE, unit=dossier.office)
    _hold(actor, dossier)
    workflow.assign(actor, case_id=dossier.case_id, account_id=actor.account_id)
    keep(dossier, "holder")
    trace(actor, dossier, act="procedures.dossier.taken", event="procedures.dossier_taken", at=at)
    return dossier


def _hold(actor: Actor, dossier: Dossier) -> None:
    if dossier.holder_id is not None and dossier.holder_id != actor.account_id:
        raise HeldByAnother(str(dossier.holder))
    dossier.holder_id = actor.account_id


@transaction.atomic
def ask_supplement(
    *, actor: Actor, dossier_id: int, items: str, reason: str, seen: int | None = None, at: datetime | None = None
) -> Dossier:
    """Asks the citizen for more, at the desk's check or while settling (form 02; 61/2018 arts 17.2 and 19.4)."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "ask_supplement", seen=seen)
    if dossier.state == State.SUBMITTED:
        access.require(actor, permissions.RECEIVE, unit=dossier.desk)
    else:
        access.require(actor, permissions.RESOLVE, unit=dossier.office)
    Supplement.objects.create(
        dossier=dossier, asked_at=at, asked_by_id=actor.account_id, items=needs_reason(items),
        reason=needs_reason(reason),
    )
    dossier.state, dossier.paused_at = State.SUPPLEMENT, at
    dossier.supplements += 1
    keep(dossier, "state", "paused_at", "supplements")
    workflow.move(actor, case_id=dossier.case_id, transition="ask_supplement", note=reason, at=at)
    trace(actor, dossier, act="procedures.supplement.asked", event=events.SUPPLEMENT_ASKED, at=at)
    return dossier


@transaction.atomic
def draft_result(
    *, actor: Actor, dossier_id: int, rows: Rows, conclusion: str, seen: int | None = None, at: datetime | None = None
) -> Dossier:
    """The officer drafts the result and sends it up for signature."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "draft", seen=seen)
    access.require(actor, permissions.RESOLVE, unit=dossier.office)
    _hold(actor, dossier)
    content = {"rows": rows, "conclusion": conclusion.strip()}
    Result.objects.update_or_create(
        dossier=dossier,
        defaults={
            "content": content, "drafted_by_id": actor.account_id, "drafted_at": at, "sent_back_reason": "",
        },
    )
    is_first = dossier.state == State.RESOLVING
    dossier.state = State.DRAFTED
    keep(dossier, "state", "holder")
    if is_first:
        workflow.move(actor, case_id=dossier.case_id, transition="draft", at=at)
    trace(
        actor, dossier, act="procedures.result.drafted", event=events.RESULT_DRAFTED, at=at,
        on_behalf_of=access.behalf_of(actor, permissions.RESOLVE, dossier.office), details={"content": content},
    )
    return dossier
