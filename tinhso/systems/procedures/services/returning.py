"""Giving the result: announced when early, at the desk, by post or online, and to whom (61/2018 art. 20)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.text.asked import fitting
from tinhso.systems.procedures import events, permissions
from tinhso.systems.procedures.models import Channel, DeliveryState, Dossier
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.services.acts import advance, keep, lock, needs_reason, trace, way_of


@transaction.atomic
def announce_result(
    *, actor: Actor, dossier_id: int, how: str, seen: int | None = None, at: datetime | None = None
) -> Dossier:
    """The desk tells the person that the result is there, before its date (61/2018 art. 20.4), and records how."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "announce", seen=seen)
    access.require(actor, permissions.RECEIVE, unit=dossier.desk)
    result = dossier.result
    result.announced_at, result.announced_how = at, fitting(needs_reason(how), 120)
    result.save(update_fields=["announced_at", "announced_how"])
    dossier.delivery_state = DeliveryState.ANNOUNCED
    keep(dossier, "delivery_state")
    trace(
        actor,
        dossier,
        act="procedures.result.announced",
        event=events.RESULT_ANNOUNCED,
        at=at,
        on_behalf_of=access.behalf_of(actor, permissions.RECEIVE, dossier.desk),
        details={"how": how.strip(), "early": dossier.due_at is not None and at < dossier.due_at},
    )
    return dossier


@transaction.atomic
def post_result(
    *, actor: Actor, dossier_id: int, post_code: str, seen: int | None = None, at: datetime | None = None
) -> Dossier:
    """The desk hands the result to the public post; it is returned when the person has it."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "return", seen=seen)
    access.require(actor, permissions.RECEIVE, unit=dossier.desk)
    result = dossier.result
    result.post_code = fitting(needs_reason(post_code), 40)
    result.save(update_fields=["post_code"])
    dossier.delivery_state = DeliveryState.POSTED
    keep(dossier, "delivery_state")
    trace(
        actor,
        dossier,
        act="procedures.result.posted",
        event=events.RESULT_POSTED,
        at=at,
        on_behalf_of=access.behalf_of(actor, permissions.RECEIVE, dossier.desk),
        details={"post_code": result.post_code},
    )
    return dossier


@transaction.atomic
def return_result(
    *,
    actor: Actor,
    dossier_id: int,
    collected_by: str,
    paper: str = "",
    way: str = Channel.DESK,
    seen: int | None = None,
    at: datetime | None = None,
) -> Dossier:
    """The desk gives the result and records to whom, shown which paper, or by which way (61/2018 art. 20)."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "return", seen=seen)
    access.require(actor, permissions.RECEIVE, unit=dossier.desk)
    result = dossier.result
    result.collected_at, result.collected_by = at, fitting(needs_reason(collected_by), 120)
    result.collected_paper, result.collected_way = fitting(paper, 200), way_of(way)
    result.save(update_fields=["collected_at", "collected_by", "collected_paper", "collected_way"])
    dossier.state, dossier.delivery_state = State.RETURNED, DeliveryState.DELIVERED
    keep(dossier, "state", "delivery_state")
    advance(actor, dossier, "return", at=at)
    trace(
        actor,
        dossier,
        act="procedures.result.returned",
        event=events.RESULT_RETURNED,
        at=at,
        on_behalf_of=access.behalf_of(actor, permissions.RECEIVE, dossier.desk),
        details={"way": way},
    )
    return dossier
