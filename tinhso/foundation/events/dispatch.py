"""Delivering events: claim a batch, run its handlers, settle it, all in one transaction.

What is promised:
- At least once. The claim, the handlers' rows and the mark "handled" commit together; a killed worker leaves the
  events as they were. A handler therefore writes only to this database (outside calls happen in jobs).
- Not twice in the normal case: rows are claimed with SKIP LOCKED and stay locked until they are settled.
- A handler that fails harms nobody: its rows are undone to a savepoint, the other handlers of the event and the other
  events go ahead, the failed pair is tried again with growing pauses and at last set aside with its error.
- Order: first deliveries of the events of one subject follow their ids, also with several workers. A retry comes
  when it comes, so a handler reads the present state and never relies on the event before.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from tinhso.foundation.events import bus
from tinhso.foundation.events.models import DomainEvent

logger = logging.getLogger(__name__)

BATCH = 250
# Pauses after the first, second… failure; after the last the event is set aside.
PAUSES = (timedelta(seconds=2), timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=5))
MAX_ATTEMPTS = len(PAUSES) + 1
# A statement that hangs counts as a failure of its handler instead of stopping the whole house.
STATEMENT_LIMIT = "30s"


class UnknownHandler(Exception):
    """The event is owed to a handler that this version of the program does not have."""


def deliver_batch(limit: int = BATCH) -> int:
    """Delivers up to `limit` due events and returns how many it dealt with; 0 means nothing is due now."""
    try:
        with transaction.atomic():
            _bound_statements()
            events = _in_order(_claim(limit))
            if events:
                _settle(events, _run_all(events))
            return len(events)
    except DatabaseError:
        # Something that one handler wrote was refused only at the commit (a deferred foreign key) and took the batch
        # with it. Now each event and handler gets a transaction of its own, which finds the guilty pair.
        if not connection.is_usable():
            raise
        return _deliver_one_by_one(limit)


def deliver_all(limit: int = BATCH) -> int:
    """Delivers until nothing is due (tests, loaders, simulation); returns how many events were dealt with."""
    total = 0
    while done := deliver_batch(limit):
        total += done
    return total


def waiting() -> int:
    """How many events still wait for a handler, those between two tries included."""
    return DomainEvent.objects.filter(handled_at=None, set_aside_at=None).count()


def _bound_statements() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT_LIMIT}'")


def _claim(limit: int, **only: Any) -> list[DomainEvent]:
    due = Q(next_attempt_at=None) | Q(next_attempt_at__lte=timezone.now())
    unhandled = DomainEvent.objects.filter(due, handled_at=None, set_aside_at=None, **only).order_by("id")
    # SKIP LOCKED: two workers side by side never hold the same event.
    return list(unhandled.select_for_update(skip_locked=True)[:limit])


def _in_order(events: list[DomainEvent]) -> list[DomainEvent]:
    """Leaves for later the events whose subject has an earlier one in another worker's hands."""
    if not events:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id FROM events_domainevent e WHERE e.id = ANY(%(ids)s) AND EXISTS ("
            " SELECT 1 FROM events_domainevent p WHERE p.subject_type = e.subject_type"
            " AND p.subject_id = e.subject_id AND p.id < e.id AND p.handled_at IS NULL AND p.set_aside_at IS NULL"
            " AND p.attempts = 0 AND p.id <> ALL(%(ids)s))",
            {"ids": [event.pk for event in events]},
        )
        early = {row[0] for row in cursor.fetchall()}
    return [event for event in events if event.pk not in early]


Failures = dict[int, dict[str, str]]


def _run_all(events: list[DomainEvent]) -> Failures:
    """Runs every owed handler; returns the errors by event id and handler name."""
    owed: dict[str, list[DomainEvent]] = {}
    for event in events:
        for name in event.pending:
            owed.setdefault(name, []).append(event)
    failures: Failures = {}
    for name, its_events in owed.items():
        for event, error in _run(name, its_events):
            failures.setdefault(event.pk, {})[name] = error
    return failures


def _run(name: str, events: list[DomainEvent]) -> Iterator[tuple[DomainEvent, str]]:
    """All events in one savepoint, which is fast; when that fails, each in its own, which finds the guilty one."""
    if _attempt(name, events) is None:
        return
    for event in events:
        error = _attempt(name, [event])
        if error is not None:
            yield event, error


def _attempt(name: str, events: list[DomainEvent]) -> str | None:
    """Runs one handler inside a savepoint; the error's text, or None when it went well."""
    try:
        with transaction.atomic():
            _call(name, events)
    except Exception as error:
        if not connection.is_usable():
            raise
        logger.warning("handler %s failed: %s", name, error)
        return _describe(error)
    return None


def _deliver_one_by_one(limit: int) -> int:
    """As deliver_batch, with a commit for each event and handler: slow, and nobody spoils another's commit."""
    with transaction.atomic():
        ids = [event.pk for event in _in_order(_claim(limit))]
    for pk in ids:
        errors: dict[str, str] = {}
        for name in list(DomainEvent.objects.values_list("pending", flat=True).get(pk=pk)):
            error = _deliver_pair(pk, name)
            if error is not None:
                errors[name] = error
        with transaction.atomic():
            # A handler passed over because another worker held the event just then is neither done nor failed.
            events = [event for event in _claim(1, pk=pk) if set(event.pending) <= set(errors)]
            _settle(events, {pk: errors} if errors else {})
    return len(ids)


def _deliver_pair(pk: int, name: str) -> str | None:
    """One handler of one event, committed; the error's text, or None."""
    try:
        with transaction.atomic():
            _bound_statements()
            for event in _claim(1, pk=pk):
                if (error := _attempt(name, [event])) is not None:
                    return error
                event.pending.remove(name)
                event.save(update_fields=["pending"])
    except DatabaseError as error:
        if not connection.is_usable():
            raise
        return _describe(error)
    return None


def _call(name: str, events: list[DomainEvent]) -> None:
    if name in bus.BATCH_HANDLERS:
        bus.BATCH_HANDLERS[name](events)
    elif name in bus.HANDLERS:
        for event in events:
            bus.HANDLERS[name](event)
    else:
        raise UnknownHandler(name)


def _describe(error: Exception) -> str:
    """Type, message and the last lines of the trace; without null bytes, which the database does not take."""
    trace = "".join(traceback.format_exception(error)[-4:])
    return trace.replace("\x00", "")[-2000:]


def _settle(events: list[DomainEvent], failures: Failures) -> None:
    now = timezone.now()
    done = [event.pk for event in events if event.pk not in failures]
    DomainEvent.objects.filter(pk__in=done).update(pending=[], handled_at=now, next_attempt_at=None)
    for event in events:
        if event.pk in failures:
            _postpone(event, failures[event.pk], now)


def _postpone(event: DomainEvent, errors: dict[str, str], now: datetime) -> None:
    event.pending = [name for name in event.pending if name in errors]
    event.attempts += 1
    event.error = "\n".join(f"{name}: {error}" for name, error in errors.items())
    if event.attempts >= MAX_ATTEMPTS:
        event.set_aside_at, event.next_attempt_at = now, None
        logger.error("event %s (%s) is set aside: %s", event.pk, event.name, event.error)
    else:
        event.next_attempt_at = now + PAUSES[event.attempts - 1]
    event.save(update_fields=["pending", "attempts", "error", "set_aside_at", "next_attempt_at"])
