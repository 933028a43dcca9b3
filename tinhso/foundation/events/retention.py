"""Handled events are forgotten after a time: they are a means of work, no official record (the audit log is)."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from tinhso.foundation.events.models import DomainEvent

SLICE = 5_000


def forget_handled(*, keep_days: int | None = None) -> int:
    """Removes events handled longer ago than EVENTS_KEEP_DAYS, in slices; returns how many.

    Events still owed to a handler and events set aside stay, however old.
    """
    days = settings.EVENTS_KEEP_DAYS if keep_days is None else keep_days
    old = DomainEvent.objects.filter(handled_at__lt=timezone.now() - timedelta(days=days)).order_by("id")
    total = 0
    while ids := list(old.values_list("id", flat=True)[:SLICE]):
        total += DomainEvent.objects.filter(pk__in=ids).delete()[0]
    return total
