"""Events set aside after too many failures: given back, or closed. Who may is asked by oversight.services."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from tinhso.foundation.events import bus
from tinhso.foundation.events.models import DomainEvent


def waiting() -> QuerySet[DomainEvent]:
    """Events set aside and still open, newest first."""
    return DomainEvent.objects.filter(handled_at=None).exclude(set_aside_at=None).order_by("-id")


def give_back(event: DomainEvent) -> None:
    """To the worker again, with all its tries; the handlers that went well are not called again."""
    event.set_aside_at, event.next_attempt_at, event.attempts = None, None, 0
    event.save(update_fields=["set_aside_at", "next_attempt_at", "attempts"])
    bus.wake_after_commit()


def close(event: DomainEvent) -> None:
    """Counts as handled from now on; the error and the handlers never run stay written on it."""
    event.handled_at = timezone.now()
    event.save(update_fields=["handled_at"])
