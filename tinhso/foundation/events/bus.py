"""Publishing and subscribing. `bus.publish(...)` writes a row in the act's own transaction; the worker delivers it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import connection, models, transaction
from django.utils import timezone

from tinhso.foundation.database import kept
from tinhso.foundation.events.models import DomainEvent

if TYPE_CHECKING:
    from tinhso.foundation.orgs.models import Unit

Handler = Callable[[DomainEvent], None]
BatchHandler = Callable[[list[DomainEvent]], None]
# By dotted name, both forms: a handler of one event, and one that takes many at once.
HANDLERS: dict[str, Handler] = {}
BATCH_HANDLERS: dict[str, BatchHandler] = {}
SUBSCRIPTIONS: dict[str, list[str]] = {}
# PostgreSQL channel that wakes sleeping workers; carries nothing, the rows are the message.
CHANNEL = "tinhso_events"


def subscribe(event_name: str, handler: Handler) -> None:
    """Registers `handler` (called at least once, so it must end the same when run twice) for events by name."""
    HANDLERS[_add(event_name, handler)] = handler


def subscribe_batch(event_name: str, handler: BatchHandler) -> None:
    """Like `subscribe`, for a handler that takes a list of events: many events of one cell cost one recount.

    When the list fails it is called again with one event at a time, so one bad event cannot spoil the others.
    """
    BATCH_HANDLERS[_add(event_name, handler)] = handler


def _add(event_name: str, handler: Handler | BatchHandler) -> str:
    name = f"{handler.__module__}.{handler.__qualname__}"
    if name in SUBSCRIPTIONS.get(event_name, []):
        raise RuntimeError(f"{name} is subscribed to {event_name} twice")
    SUBSCRIPTIONS.setdefault(event_name, []).append(name)
    return name


def publish(
    name: str, *, subject: models.Model, unit: Unit | None = None, occurred_on: date, **payload: Any
) -> DomainEvent:
    """Writes the event beside the rows it speaks of. The payload holds ids and dates, never amounts.

    An event that nobody subscribes to is kept as a record and needs no worker.
    """
    pending = list(SUBSCRIPTIONS.get(name, []))
    event = DomainEvent(
        name=name,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        unit_id=unit.pk if unit else None,
        occurred_on=occurred_on,
        payload=payload,
        pending=pending,
        handled_at=None if pending else timezone.now(),
    )
    kept.insert(event)
    if pending:
        wake_after_commit()
    return event


def wake_after_commit() -> None:
    """Rings for the workers when the running transaction commits."""
    # Once per transaction is enough; a wake lost with a rolled-back savepoint is made good by the worker's poll.
    if not any(hook[1] is wake_workers for hook in connection.run_on_commit[-16:]):
        transaction.on_commit(wake_workers, robust=True)


def wake_workers() -> None:
    """Tells sleeping workers to look now. Sent after the commit, in its own instant: a NOTIFY inside the act
    would make every commit of the house queue behind one lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
