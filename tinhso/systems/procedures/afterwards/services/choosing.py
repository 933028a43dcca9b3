"""How the result is to reach the person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.rules import normalise
from tinhso.systems.procedures.afterwards import events, permissions
from tinhso.systems.procedures.afterwards.errors import AddressNeeded, ChoiceClosed
from tinhso.systems.procedures.afterwards.models import DeliveryChoice, DeliveryWay
from tinhso.systems.procedures.models import DeliveryState, Dossier
from tinhso.systems.procedures.rules import State

CLOSED = (State.REFUSED, State.WITHDRAWN, State.STOPPED)


@transaction.atomic
def choose_delivery(
    *,
    actor: Actor,
    dossier_id: int,
    way: str,
    recipient: str = "",
    phone: str = "",
    address: str = "",
    at: datetime | None = None,
) -> DeliveryChoice:
    """Download, post to an address, or at the desk; may be changed until the result is on its way."""
    access.require(actor, permissions.OWN)
    at = at or timezone.now()
    own = Dossier.objects.belonging_to(actor).values("pk")
    # The dossier's lock: an officer posting it at this moment goes first or second, never with half an address.
    dossier = Dossier.objects.select_for_update(of=("self",)).select_related("unit").get(pk=dossier_id, pk__in=own)
    if dossier.state in CLOSED or dossier.delivery_state in (DeliveryState.POSTED, DeliveryState.DELIVERED):
        raise ChoiceClosed
    chosen = DeliveryWay(way)
    is_post = chosen == DeliveryWay.POST
    named, number, place = (
        fitting(normalise(recipient), 120),
        fitting(normalise(phone), 15),
        fitting(normalise(address), 300),
    )
    if is_post and not (named and number and place):
        raise AddressNeeded
    kept, _made = DeliveryChoice.objects.update_or_create(
        dossier=dossier,
        defaults={
            "way": chosen,
            "recipient": named if is_post else "",
            "phone": number if is_post else "",
            "address": place if is_post else "",
            "chosen_at": at,
        },
    )
    audit.record(actor, "afterwards.delivery.chosen", dossier, unit_id=dossier.unit_id, way=str(chosen))
    bus.publish(events.DELIVERY_CHOSEN, subject=dossier, unit=dossier.unit, occurred_on=timezone.localdate(at))
    return kept


@transaction.atomic
def note_download(*, actor: Actor, dossier_id: int, at: datetime | None = None) -> None:
    """The first time the result was downloaded by its own people; evidence that it reached them."""
    at = at or timezone.now()
    if not Dossier.objects.belonging_to(actor).filter(pk=dossier_id).exists():
        return
    DeliveryChoice.objects.get_or_create(dossier_id=dossier_id, defaults={"way": DeliveryWay.DOWNLOAD, "chosen_at": at})
    first = DeliveryChoice.objects.filter(dossier_id=dossier_id, downloaded_at=None).update(downloaded_at=at)
    if first:
        audit.record(actor, "afterwards.result.downloaded", Dossier.objects.get(pk=dossier_id))
