"""What an operator does about messages: send again, skip with a reason, tell a dossier anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.systems.procedures.models import Dossier, SyncState
from tinhso.systems.procedures.national import events, hearing, permissions
from tinhso.systems.procedures.national.errors import NotSetAside, SwitchedOff
from tinhso.systems.procedures.national.models import Outgoing, SendState
from tinhso.systems.procedures.services.acts import needs_reason
from tinhso.systems.procedures.services.states import record_sync

MOST_AT_ONCE = 500


@transaction.atomic
def resend_message(*, actor: Actor, message_id: int, at: datetime | None = None) -> Outgoing:
    """Gives a message that was set aside back to the sender, under the same key.

    What the portal surely did not take is composed anew, so that mended data goes out; what it may have taken goes
    again as it was.
    """
    at = at or timezone.now()
    row = _set_aside(actor, message_id)
    row.state, row.attempts, row.refusals, row.next_attempt_at = SendState.WAITING, 0, 0, at
    if not row.is_unsure:
        row.body = None
    row.save()
    _trace(actor, row, "national.message.resent", events.MESSAGE_RESENT, at)
    record_sync(actor=actor, dossier_id=row.dossier_id, sync_state=SyncState.PENDING)
    return row


@transaction.atomic
def resend_all(*, actor: Actor, at: datetime | None = None) -> int:
    """Gives every message that was set aside back, after the cause is mended; how many."""
    access.require(actor, permissions.OPERATE)
    found = Outgoing.objects.filter(access.scope(actor, permissions.OPERATE, "dossier__unit"))
    ids = list(found.filter(state=SendState.SET_ASIDE).order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    for pk in ids:
        resend_message(actor=actor, message_id=pk, at=at)
    return len(ids)


@transaction.atomic
def skip_message(*, actor: Actor, message_id: int, reason: str, at: datetime | None = None) -> Outgoing:
    """Leaves a message that was set aside unsent, with the reason; the later ones of its dossier go on."""
    row = _set_aside(actor, message_id)
    row.state, row.skipped_reason = SendState.SKIPPED, needs_reason(reason)
    row.save(update_fields=["state", "skipped_reason"])
    _trace(actor, row, "national.message.skipped", events.MESSAGE_SKIPPED, at or timezone.now(), reason=reason.strip())
    if Outgoing.objects.open().filter(dossier_id=row.dossier_id).exists():
        record_sync(actor=actor, dossier_id=row.dossier_id, sync_state=SyncState.PENDING)
    return row


@transaction.atomic
def resync_dossier(*, actor: Actor, dossier_id: int, at: datetime | None = None) -> Outgoing:
    """Tells the portal the whole dossier as it stands now."""
    at = at or timezone.now()
    dossier = _locked(dossier_id)
    access.require(actor, permissions.OPERATE, unit=dossier.unit)
    if not hearing.is_told(dossier):
        raise SwitchedOff
    row = hearing.sync_row(dossier, at)
    row.save()
    _trace(actor, row, "national.dossier.resynced", events.DOSSIER_RESYNCED, at)
    record_sync(actor=actor, dossier_id=dossier.pk, sync_state=SyncState.PENDING)
    return row


def _locked(dossier_id: int) -> Dossier:
    found = Dossier.objects.select_related("unit", "desk", "office")
    return found.select_for_update(of=("self",), no_key=True).get(pk=dossier_id)


def _set_aside(actor: Actor, message_id: int) -> Outgoing:
    """The message, locked behind its dossier, when it waits for a person."""
    dossier = _locked(Outgoing.objects.values_list("dossier_id", flat=True).get(pk=message_id))
    access.require(actor, permissions.OPERATE, unit=dossier.unit)
    row = Outgoing.objects.select_for_update().get(pk=message_id)
    if row.state != SendState.SET_ASIDE:
        raise NotSetAside
    return row


def _trace(actor: Actor, row: Outgoing, act: str, event: str, at: datetime, **details: Any) -> None:
    unit = row.dossier.unit
    audit.record(actor, act, row, unit_id=unit.pk, code=row.dossier.code, service=row.service, **details)
    bus.publish(event, subject=row, unit=unit, occurred_on=timezone.localdate(at), dossier_id=row.dossier_id)
