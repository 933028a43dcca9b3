"""The one-stop desk's acts: receive, refuse, hand over, record a walk-in, give the result."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Person
from tinhso.systems.procedures import clock, events, permissions
from tinhso.systems.procedures.models import Channel, DeliveryState, Dossier, ProcedureVersion
from tinhso.systems.procedures.routing import route
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.services.acts import advance, keep, lock, needs_reason, trace
from tinhso.systems.procedures.services.filing import open_dossier


@transaction.atomic
def receive_dossier(*, actor: Actor, dossier_id: int, seen: int | None = None, at: datetime | None = None) -> Dossier:
    """The desk accepts a filed dossier: the legal clock starts and form 01 has its date (61/2018 art. 17)."""
    dossier = lock(dossier_id, "receive", seen=seen)
    access.require(actor, permissions.RECEIVE, unit=dossier.desk)
    _receive(actor, dossier, at or timezone.now())
    return dossier


def _receive(actor: Actor, dossier: Dossier, at: datetime) -> None:
    dossier.state, dossier.received_at, dossier.received_unit = State.RECEIVED, at, dossier.unit
    dossier.due_at = dossier.promised_at = clock.due_at(dossier.version, dossier.office, at, dossier.case_code)
    keep(dossier, "state", "received_at", "received_unit", "due_at", "promised_at")
    advance(actor, dossier, "receive", at=at, due_at=dossier.due_at)
    trace(
        actor,
        dossier,
        act="procedures.dossier.received",
        event=events.DOSSIER_RECEIVED,
        at=at,
        on_behalf_of=access.behalf_of(actor, permissions.RECEIVE, dossier.desk),
        details={"due_at": dossier.due_at},
    )


@transaction.atomic
def refuse_dossier(
    *, actor: Actor, dossier_id: int, reason: str, seen: int | None = None, at: datetime | None = None
) -> Dossier:
    """The desk does not accept the dossier and says why (form 03)."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "refuse", seen=seen)
    access.require(actor, permissions.RECEIVE, unit=dossier.desk)
    dossier.state, dossier.ended_reason, dossier.finished_at = State.REFUSED, needs_reason(reason), at
    keep(dossier, "state", "ended_reason", "finished_at")
    advance(actor, dossier, "refuse", note=reason, at=at)
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
def hand_over(*, actor: Actor, dossier_id: int, seen: int | None = None, at: datetime | None = None) -> Dossier:
    """The desk passes the dossier to the office that settles it (61/2018 art. 18)."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "hand_over", seen=seen)
    access.require(actor, permissions.RECEIVE, unit=dossier.desk)
    dossier.state, dossier.handed_over_at = State.RESOLVING, at
    keep(dossier, "state", "handed_over_at")
    advance(actor, dossier, "hand_over", at=at)
    trace(
        actor,
        dossier,
        act="procedures.dossier.handed_over",
        event=events.DOSSIER_HANDED_OVER,
        at=at,
        on_behalf_of=access.behalf_of(actor, permissions.RECEIVE, dossier.desk),
    )
    return dossier


@transaction.atomic
def record_walk_in(
    *,
    actor: Actor,
    version: ProcedureVersion,
    desk: Unit,
    person: Person,
    data: dict[str, Any],
    channel: str = Channel.DESK,
    case_code: str = "",
    at: datetime | None = None,
) -> Dossier:
    """The desk records a dossier brought in person or by post; it is received at once (61/2018 art. 17.1)."""
    at = at or timezone.now()
    access.require(actor, permissions.RECEIVE, unit=desk)
    commune = desk.area
    if commune is None:
        raise Unit.DoesNotExist
    way = route(commune, version.duty, timezone.localdate(at))
    dossier = open_dossier(
        actor, version=version, person=person, way=way, channel=channel, at=at, data=data, case_code=case_code
    )
    trace(actor, dossier, act="procedures.dossier.submitted", event=events.DOSSIER_SUBMITTED, at=at)
    _receive(actor, dossier, at)
    return dossier


@transaction.atomic
def return_result(
    *, actor: Actor, dossier_id: int, collected_by: str, seen: int | None = None, at: datetime | None = None
) -> Dossier:
    """The desk gives the result to the person who came for it and records who that was (61/2018 art. 20)."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "return", seen=seen)
    access.require(actor, permissions.RECEIVE, unit=dossier.desk)
    result = dossier.result
    result.collected_at, result.collected_by = at, needs_reason(collected_by)
    result.save(update_fields=["collected_at", "collected_by"])
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
    )
    return dossier
