"""Publishing and subscribing. `bus.publish(...)` writes a row in the act's own transaction; the worker delivers it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models

from tinhso.foundation.events.models import DomainEvent

if TYPE_CHECKING:
    from tinhso.foundation.orgs.models import Unit

Handler = Callable[[DomainEvent], None]
HANDLERS: dict[str, Handler] = {}
SUBSCRIPTIONS: dict[str, list[str]] = {}


def subscribe(event_name: str, handler: Handler) -> None:
    """Registers `handler` (called at least once, so it must end the same when run twice) for events by name."""
    name = f"{handler.__module__}.{handler.__qualname__}"
    if name in SUBSCRIPTIONS.get(event_name, []):
        raise RuntimeError(f"{name} is subscribed to {event_name} twice")
    HANDLERS[name] = handler
    SUBSCRIPTIONS.setdefault(event_name, []).append(name)


def publish(
    name: str, *, subject: models.Model, unit: Unit | None = None, occurred_on: date, **payload: Any
) -> DomainEvent:
    """Writes the event beside the rows it speaks of. The payload holds ids and dates, never amounts."""
    return DomainEvent.objects.create(
        name=name,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        unit_id=unit.pk if unit else None,
        occurred_on=occurred_on,
        payload=payload,
        pending=list(SUBSCRIPTIONS.get(name, [])),
    )
