"""The states beside the business state: money, delivery, national sync. Each has its own owner.

Called inside the acts of those owners (a payment is posted, a parcel is handed to the post, a message is answered), in
their transaction and under their permission: no permission of its own, and nothing here touches the clock.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.systems.procedures import events
from tinhso.systems.procedures.models import DeliveryState, Dossier, FeeState, SyncState
from tinhso.systems.procedures.services.acts import lock, trace


@transaction.atomic
def set_fee_state(*, actor: Actor, dossier_id: int, fee_state: str, at: datetime | None = None) -> Dossier:
    """Ghi tình trạng tài chính. The same state again changes nothing, so that a payment told twice is told once."""
    dossier = lock(dossier_id, "view")
    if dossier.fee_state == FeeState(fee_state):
        return dossier
    before, dossier.fee_state = dossier.fee_state, FeeState(fee_state)
    dossier.save(update_fields=["fee_state"])
    trace(
        actor,
        dossier,
        act="procedures.dossier.fee_state_changed",
        event=events.FEE_STATE_CHANGED,
        at=at or timezone.now(),
        details={"before": before, "after": fee_state},
    )
    return dossier


@transaction.atomic
def set_delivery_state(*, actor: Actor, dossier_id: int, delivery_state: str, at: datetime | None = None) -> Dossier:
    """Ghi tình trạng giao kết quả: only results are delivered (the database refuses others)."""
    dossier = lock(dossier_id, "view")
    if dossier.delivery_state == DeliveryState(delivery_state):
        return dossier
    before, dossier.delivery_state = dossier.delivery_state, DeliveryState(delivery_state)
    dossier.save(update_fields=["delivery_state"])
    trace(
        actor,
        dossier,
        act="procedures.dossier.delivery_state_changed",
        event=events.DELIVERY_STATE_CHANGED,
        at=at or timezone.now(),
        details={"before": before, "after": delivery_state},
    )
    return dossier


@transaction.atomic
def record_sync(*, actor: Actor, dossier_id: int, sync_state: str, at: datetime | None = None) -> Dossier:
    """What the national portal has. No audit row of its own: the adapter keeps every message it sent.

    `synced_at` is the last time the portal had everything; it stays while something new waits or has failed.
    """
    dossier = lock(dossier_id, "view")
    dossier.sync_state = SyncState(sync_state)
    if dossier.sync_state == SyncState.SENT:
        dossier.synced_at = at or timezone.now()
    dossier.save(update_fields=["sync_state", "synced_at"])
    return dossier


def mark_unsynced(dossier: Dossier) -> None:
    """Something new waits for the national portal. Called beside an act, under its lock: one narrow write."""
    if dossier.sync_state == SyncState.PENDING:
        return
    dossier.sync_state = SyncState.PENDING
    Dossier.objects.filter(pk=dossier.pk).update(sync_state=SyncState.PENDING)
