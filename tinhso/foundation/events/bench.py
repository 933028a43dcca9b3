"""How many events a second one worker delivers; the budget is 1,500 on two cores."""

from __future__ import annotations

import time

from django.db import connection, transaction
from django.utils import timezone

from tinhso.foundation.events import bus, dispatch
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.jobs.registry import BenchRow

EVENTS = 5_000
NAME = "bench.happened"


def bench_events() -> list[BenchRow]:
    """Writes events in a transaction that is undone at the end, so that a running site keeps nothing of it."""
    with transaction.atomic():
        rate = _measure()
        transaction.set_rollback(True)
    return [BenchRow("Sự kiện được phân phát (outbox)", rate, "sự kiện/giây", "≥ 1.500", rate >= 1500)]


def _measure() -> float:
    for handler in (_one, _many):
        name = f"{handler.__module__}.{handler.__qualname__}"
        if name not in bus.SUBSCRIPTIONS.get(NAME, []):
            bus.subscribe(NAME, _one) if handler is _one else bus.subscribe_batch(NAME, _many)
    # Other events of the site stay out of the measure: they are parked inside this undone transaction.
    DomainEvent.objects.filter(handled_at=None).update(handled_at=timezone.now())
    pending = bus.SUBSCRIPTIONS[NAME]
    DomainEvent.objects.bulk_create(
        DomainEvent(
            name=NAME,
            subject_type="bench",
            subject_id=str(n),
            occurred_on=timezone.localdate(),
            payload={"id": n},
            pending=pending,
        )
        for n in range(EVENTS)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE events_domainevent")
    began = time.perf_counter()
    handled = dispatch.deliver_all()
    return handled / (time.perf_counter() - began)


def _one(event: DomainEvent) -> None:
    """A light handler with one statement, like an index entry."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::bigint", [event.pk])


def _many(events: list[DomainEvent]) -> None:
    """A handler that coalesces: one statement for the whole batch."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM events_domainevent WHERE id = ANY(%s)", [[e.pk for e in events]])
