"""Paper dossiers change hands on a list that both sides sign; what is not there goes back to the desk with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.orgs.models import Unit
from tinhso.systems.procedures import clock, events, permissions
from tinhso.systems.procedures.errors import NothingChosen
from tinhso.systems.procedures.models import Channel, Dossier, HandOverItem, HandOverList
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.services.acts import keep, lock, trace
from tinhso.systems.procedures.services.resolving import return_to_desk


def to_be_listed(desk: Unit, office: Unit) -> QuerySet[Dossier]:
    """Paper dossiers the desk has passed to the office, on no list yet and not yet taken there."""
    return (
        Dossier.objects.filter(desk=desk, office=office, state=State.RESOLVING, accepted_at=None)
        .exclude(channel=Channel.ONLINE)
        .exclude(Exists(HandOverItem.objects.filter(dossier=OuterRef("pk"), received_at=None, sent_back_at=None)))
        .order_by("handed_over_at", "id")
    )


@transaction.atomic
def make_hand_over_list(*, actor: Actor, desk: Unit, office: Unit, at: datetime | None = None) -> HandOverList:
    """Lists what the desk has passed to the office on paper, ready to print and sign; NothingChosen when there is none.

    The desk's row is the queue: two officers at once make two lists, no dossier on both.
    """
    at = at or timezone.now()
    access.require(actor, permissions.RECEIVE, unit=desk)
    Unit.objects.select_for_update(no_key=True).get(pk=desk.pk)
    day = timezone.localdate(at)
    waiting = list(to_be_listed(desk, office))
    if not waiting:
        raise NothingChosen
    number = HandOverList.objects.filter(desk=desk, office=office, on=day).count() + 1
    made = HandOverList.objects.create(
        desk=desk, office=office, on=day, number=number, made_at=at, made_by_id=actor.account_id
    )
    HandOverItem.objects.bulk_create(
        HandOverItem(list=made, dossier=one, due_at=clock.hand_over_due_at(desk, one.received_at or at))
        for one in waiting
    )
    audit.record(
        actor,
        "procedures.hand_over_list.made",
        made,
        unit_id=desk.pk,
        on_behalf_of_id=access.behalf_of(actor, permissions.RECEIVE, desk),
        office=office.pk,
        dossiers=len(waiting),
    )
    return made


@transaction.atomic
def receive_hand_over_list(
    *, actor: Actor, list_id: int, missing: Mapping[int, str] | None = None, at: datetime | None = None
) -> HandOverList:
    """The office signs for the list. What is named in `missing` (dossier id: reason) was not there and goes back."""
    at = at or timezone.now()
    made = HandOverList.objects.select_for_update(of=("self",)).select_related("office").get(pk=list_id)
    access.require(actor, permissions.RESOLVE, unit=made.office)
    if made.received_at is not None:
        return made
    missing = missing or {}
    for item in made.items.filter(received_at=None, sent_back_at=None).order_by("dossier_id"):
        if item.dossier_id in missing:
            return_to_desk(actor=actor, dossier_id=item.dossier_id, reason=missing[item.dossier_id], at=at)
        else:
            accept_dossier(actor=actor, dossier_id=item.dossier_id, at=at)
    made.received_at, made.received_by_id = at, actor.account_id
    made.save(update_fields=["received_at", "received_by"])
    audit.record(
        actor,
        "procedures.hand_over_list.received",
        made,
        unit_id=made.office_id,
        on_behalf_of_id=access.behalf_of(actor, permissions.RESOLVE, made.office),
        missing=sorted(missing),
    )
    return made


@transaction.atomic
def accept_dossier(*, actor: Actor, dossier_id: int, seen: int | None = None, at: datetime | None = None) -> Dossier:
    """The office confirms it has the dossier; from then on the desk cannot take it back."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "accept", seen=seen)
    access.require(actor, permissions.RESOLVE, unit=dossier.office)
    if dossier.accepted_at is not None:
        return dossier
    dossier.accepted_at = at
    dossier.hand_overs.filter(received_at=None, sent_back_at=None).update(received_at=at)
    keep(dossier, "accepted_at")
    trace(
        actor,
        dossier,
        act="procedures.dossier.accepted",
        event=events.DOSSIER_ACCEPTED,
        at=at,
        on_behalf_of=access.behalf_of(actor, permissions.RESOLVE, dossier.office),
    )
    return dossier
