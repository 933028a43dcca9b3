"""The one-stop desk's acts: receive, hand over, record a walk-in, send to the right place, and take back in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tinhso.engines.workflow import services as workflow
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Person
from tinhso.systems.procedures import clock, events, permissions
from tinhso.systems.procedures.errors import SameOffice, TakenOn
from tinhso.systems.procedures.models import Channel, Dossier, ProcedureVersion
from tinhso.systems.procedures.routing import way_of
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.services.acts import (
    advance,
    case_id_of,
    counting_day,
    keep,
    lock,
    needs_reason,
    trace,
)
from tinhso.systems.procedures.services.filing import open_dossier
from tinhso.systems.procedures.services.resolving import holder_of, to_desk


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
    commune: Unit | None = None,
    case_code: str = "",
    at: datetime | None = None,
) -> Dossier:
    """The desk records a dossier brought in person or by post; it is received at once (61/2018 art. 17.1).

    Any one-stop desk of the province takes it, whichever commune is competent (`commune`; the desk's own unless
    said): that desk receives and gives the result, the competent agency's office settles. The province's own desk
    names the commune of a commune's procedure; a department's procedure needs none.
    """
    at = at or timezone.now()
    access.require(actor, permissions.RECEIVE, unit=desk)
    competent = commune or desk.area
    if competent is None:
        raise Unit.DoesNotExist
    dossier = open_dossier(
        actor,
        version=version,
        person=person,
        way=replace(way_of(version, competent, timezone.localdate(at)), desk=desk),
        channel=channel,
        at=at,
        data=data,
        case_code=case_code,
        helped_at=desk,
    )
    trace(actor, dossier, act="procedures.dossier.submitted", event=events.DOSSIER_SUBMITTED, at=at)
    _receive(actor, dossier, at)
    return dossier


@transaction.atomic
def undo_receive(
    *, actor: Actor, dossier_id: int, reason: str, seen: int | None = None, at: datetime | None = None
) -> Dossier:
    """Takes a reception back before the dossier is handed over: a mistake. The answer clock goes on as it ran.

    The code stays with the dossier, whatever happens to it: one dossier, one code.
    """
    at = at or timezone.now()
    dossier = lock(dossier_id, "undo_receive", seen=seen)
    access.require(actor, permissions.RECEIVE, unit=dossier.desk)
    counted_on = counting_day(dossier, at)
    dossier.state, dossier.received_at, dossier.due_at, dossier.promised_at = State.SUBMITTED, None, None, None
    keep(dossier, "state", "received_at", "due_at", "promised_at")
    advance(actor, dossier, "undo_receive", note=needs_reason(reason), at=at)
    trace(
        actor,
        dossier,
        act="procedures.dossier.receive_undone",
        event=events.RECEIVE_UNDONE,
        at=at,
        counted_on=counted_on,
        on_behalf_of=access.behalf_of(actor, permissions.RECEIVE, dossier.desk),
        details={"reason": reason.strip()},
    )
    return dossier


@transaction.atomic
def undo_hand_over(
    *, actor: Actor, dossier_id: int, reason: str, seen: int | None = None, at: datetime | None = None
) -> Dossier:
    """The desk takes a hand-over back while nobody at the office has taken it; TakenOn otherwise."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "undo_hand_over", seen=seen)
    access.require(actor, permissions.RECEIVE, unit=dossier.desk)
    if dossier.accepted_at is not None or holder_of(dossier) is not None:
        raise TakenOn(str(dossier.office))
    to_desk(dossier, needs_reason(reason), at)
    advance(actor, dossier, "undo_hand_over", note=reason, at=at, authorised=True)
    trace(
        actor,
        dossier,
        act="procedures.dossier.hand_over_undone",
        event=events.HAND_OVER_UNDONE,
        at=at,
        on_behalf_of=access.behalf_of(actor, permissions.RECEIVE, dossier.desk),
        details={"reason": reason.strip()},
    )
    return dossier


@transaction.atomic
def reroute_dossier(
    *,
    actor: Actor,
    dossier_id: int,
    commune: Unit,
    reason: str,
    seen: int | None = None,
    at: datetime | None = None,
) -> Dossier:
    """Sends the dossier to the agency of `commune`, which is the competent one. No clock is restarted, the code stays.

    Before reception the desk changes as well; after it, the desk that received stays and gives the result.
    """
    at = at or timezone.now()
    dossier = lock(dossier_id, "reroute", seen=seen)
    place = dossier.office if dossier.state == State.RESOLVING else dossier.desk
    right = permissions.RESOLVE if dossier.state == State.RESOLVING else permissions.RECEIVE
    access.require(actor, right, unit=place)
    way = way_of(dossier.version, commune, timezone.localdate(at))
    if way.office.pk == dossier.office_id:
        raise SameOffice
    if dossier.received_at is not None:
        way = replace(way, desk=dossier.desk)
    moved = {"desk": way.desk, "office": way.office, "unit": way.unit}
    before = {name: getattr(dossier, name) for name in moved}
    for name, unit in moved.items():
        setattr(dossier, name, unit)
    dossier.accepted_at = None
    dossier.hand_overs.filter(received_at=None, sent_back_at=None).update(
        sent_back_at=at, sent_back_reason=needs_reason(reason)
    )
    keep(dossier, *moved, "accepted_at")
    for name, old in before.items():
        if old.pk != moved[name].pk:
            workflow.rehome(actor=actor, case_id=case_id_of(dossier), old=old, new=moved[name], at=at)
    trace(
        actor,
        dossier,
        act="procedures.dossier.rerouted",
        event=events.DOSSIER_REROUTED,
        at=at,
        on_behalf_of=access.behalf_of(actor, right, place),
        details={"from": before["unit"].pk, "to": way.unit.pk, "reason": needs_reason(reason)},
    )
    return dossier
