"""Writing the audit log. Use as `audit.record(actor, "orgs.unit.dissolved", unit, reason=…)` inside the act."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, Protocol

from django.db import connection, models
from django.utils import timezone

from tinhso.foundation.audit.models import AuditRow

# Streams let writers run beside each other: a chain is a queue, and one chain for all would be one queue for all.
STREAMS = 16


class Acting(Protocol):
    """What the log needs to know of an actor."""

    @property
    def account_id(self) -> int | None: ...

    @property
    def label(self) -> str: ...


def record(
    actor: Acting,
    act: str,
    subject: models.Model,
    *,
    unit_id: int | None = None,
    on_behalf_of_id: int | None = None,
    **details: Any,
) -> AuditRow:
    """Appends one row for `act` on `subject` to its stream, chained to the row before. Call inside the act."""
    object_type = subject._meta.label_lower
    object_id = str(subject.pk)
    stream = stream_of(object_type, object_id)
    sequence, previous = _lock_tail(stream)
    row = AuditRow(
        stream=stream,
        sequence=sequence,
        at=timezone.now(),
        act=act,
        actor_id=actor.account_id,
        actor_label=actor.label,
        on_behalf_of_id=on_behalf_of_id,
        object_type=object_type,
        object_id=object_id,
        unit_id=unit_id,
        details=json.loads(json.dumps(details, default=str, ensure_ascii=False)),
        previous_hash=previous,
    )
    row.row_hash = digest(row)
    row.save(force_insert=True)
    return row


def stream_of(object_type: str, object_id: str) -> str:
    """The stream of a record: all rows of one record stay in one chain."""
    return f"s{hashlib.blake2b(f'{object_type}:{object_id}'.encode(), digest_size=2).digest()[0] % STREAMS:02d}"


def _lock_tail(stream: str) -> tuple[int, bytes]:
    with connection.cursor() as cursor:
        # Held to the end of the transaction: two writers of one stream cannot take the same sequence.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"audit:{stream}"])
    tail = AuditRow.objects.filter(stream=stream).order_by("-sequence").values_list("sequence", "row_hash").first()
    return (tail[0] + 1, bytes(tail[1])) if tail else (1, bytes(32))


def digest(row: AuditRow) -> bytes:
    """SHA-256 over the previous hash and the canonical JSON of the row's own fields."""
    return hashlib.sha256(bytes(row.previous_hash) + canonical(row)).digest()


def canonical(row: AuditRow) -> bytes:
    fields = [
        row.stream,
        row.sequence,
        _instant(row.at),
        row.act,
        row.actor_id,
        row.actor_label,
        row.on_behalf_of_id,
        row.object_type,
        row.object_id,
        row.unit_id,
        row.details,
    ]
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _instant(at: datetime) -> str:
    return at.astimezone(timezone.get_default_timezone()).isoformat(timespec="microseconds")
