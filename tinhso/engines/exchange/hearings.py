"""How the hearing of events stands: who sees which rooms and subscriptions, and what is still owed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from tinhso.engines.exchange import permissions, selectors
from tinhso.engines.exchange.guarding import allowed_at
from tinhso.engines.exchange.models import Delivery, DeliveryState, Publication, Room, RoomPass, Subscription
from tinhso.foundation.access import guard as access


@dataclass(frozen=True)
class Standing:
    """Deliveries of one subscription by state; since when the oldest waits."""

    waiting: int = 0
    delivered: int = 0
    dead: int = 0
    expired: int = 0
    oldest: datetime | None = None


def rooms() -> QuerySet[Room]:
    """Every open room, with how many kinds of events it has: a catalogue, as that of services."""
    living = Q(event_types__retired_at=None, event_types__isnull=False)
    rows = Room.objects.filter(subsystem__removed_at=None, subsystem__member__removed_at=None)
    return (
        rows.select_related("subsystem__member__unit")
        .annotate(kinds=Count("event_types", filter=living))
        .order_by("title")
    )


def owns(actor: access.Actor, room: Room) -> bool:
    """Whether the room is of a unit whose exchange the actor reads."""
    return allowed_at(actor, permissions.VIEW, room.subsystem.member.unit)


def own_hearings(actor: access.Actor) -> QuerySet[Subscription]:
    """Subscriptions of the systems of the actor's units, the living first."""
    rows = Subscription.objects.filter(subscriber__in=selectors.subsystems(actor))
    return rows.select_related("event_type__room", "subscriber__member__unit").order_by("-cancelled_at", "-pk")


def hearings_in(room: Room, actor: access.Actor) -> QuerySet[Subscription]:
    """The living subscriptions of a room: all for who owns it, one's own for others."""
    rows = Subscription.objects.living().filter(event_type__room=room)
    if not owns(actor, room):
        rows = rows.filter(subscriber__in=selectors.subsystems(actor))
    return rows.select_related("event_type", "subscriber__member").order_by("event_type__code", "pk")


def recent(room: Room, actor: access.Actor, most: int = 20) -> QuerySet[Publication] | None:
    """The last events without their content; None for who neither owns the room nor holds a pass in it."""
    holds = RoomPass.objects.filter(room=room, ended_at=None, subsystem__in=selectors.subsystems(actor))
    if not (owns(actor, room) or holds.exists()):
        return None
    rows = Publication.objects.filter(event_type__room=room).defer("data")
    return rows.select_related("event_type", "publisher__member").order_by("-pk")[:most]


def standing_of(subscriptions: Iterable[Subscription]) -> dict[int, Standing]:
    """By subscription; one question for all. What is past its time counts as expired, marked so already or not."""
    ids = [one.pk for one in subscriptions]
    late = Q(state=DeliveryState.WAITING, expires_at__lte=timezone.now())
    waits = Q(state=DeliveryState.WAITING) & ~late
    rows = Delivery.objects.filter(subscription__in=ids).values("subscription_id").order_by()
    counted = rows.annotate(
        waiting=Count("pk", filter=waits),
        delivered=Count("pk", filter=Q(state=DeliveryState.DELIVERED)),
        dead=Count("pk", filter=Q(state=DeliveryState.DEAD)),
        expired=Count("pk", filter=Q(state=DeliveryState.EXPIRED) | late),
        oldest=Min("publication__published_at", filter=waits),
    )
    found = {
        row["subscription_id"]: Standing(row["waiting"], row["delivered"], row["dead"], row["expired"], row["oldest"])
        for row in counted
    }
    return {pk: found.get(pk, Standing()) for pk in ids}


def troubles(subscription: Subscription, most: int = 50) -> QuerySet[Delivery]:
    """What did not arrive, or not yet after a try, the newest first."""
    rows = Delivery.objects.filter(subscription=subscription).exclude(error="", state=DeliveryState.WAITING)
    return (
        rows.exclude(state__in=(DeliveryState.DELIVERED, DeliveryState.STOPPED))
        .select_related("publication")
        .order_by("-publication_id")[:most]
    )
