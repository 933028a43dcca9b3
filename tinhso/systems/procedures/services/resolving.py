"""The resolving officer's acts: take, ask for more, draft the result."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tinhso.engines.workflow import services as workflow
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.people.models import Account
from tinhso.systems.procedures import events, permissions
from tinhso.systems.procedures.models import Dossier, Result, Supplement
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.services.acts import account_id_of, advance, case_id_of, keep, lock, needs_reason, trace

Rows = list[dict[str, str]]


@transaction.atomic
def take_dossier(*, actor: Actor, dossier_id: int, seen: int | None = None, at: datetime | None = None) -> Dossier:
    """An officer of the office takes the dossier on; a second officer is told who holds it."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "draft", seen=seen)
    access.require(actor, permissions.RESOLVE, unit=dossier.office)
    _take(actor, dossier, at)
    keep(dossier)
    trace(actor, dossier, act="procedures.dossier.taken", event=events.DOSSIER_TAKEN, at=at)
    return dossier


def _take(actor: Actor, dossier: Dossier, at: datetime) -> None:
    """Names the actor as the one who settles; AlreadyMoved when a colleague holds the dossier."""
    if dossier.case is None or dossier.case.holder_id != actor.account_id:
        account = Account.objects.get(pk=account_id_of(actor))
        workflow.assign(actor=actor, case_id=case_id_of(dossier), account=account, at=at)


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
        dossier=dossier,
        asked_at=at,
        asked_by_id=actor.account_id,
        items=needs_reason(items),
        reason=needs_reason(reason),
    )
    dossier.state, dossier.paused_at = State.SUPPLEMENT, at
    dossier.supplements += 1
    keep(dossier, "state", "paused_at", "supplements")
    advance(actor, dossier, "ask_supplement", note=reason, at=at)
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
    content = {"rows": rows, "conclusion": conclusion.strip()}
    Result.objects.update_or_create(
        dossier=dossier,
        defaults={
            "content": content,
            "drafted_by_id": actor.account_id,
            "drafted_at": at,
            "sent_back_reason": "",
        },
    )
    if dossier.state == State.RESOLVING:
        _take(actor, dossier, at)
        dossier.state = State.DRAFTED
        keep(dossier, "state")
        advance(actor, dossier, "draft", at=at)
    else:
        keep(dossier)
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
