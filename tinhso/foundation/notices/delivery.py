"""Sending what waits in the outbox: claimed by lease, tried with growing pauses, set aside when hopeless."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tinhso.foundation.notices.adapters import Undeliverable, adapter_for
from tinhso.foundation.notices.models import Notice, NoticeQuerySet

logger = logging.getLogger(__name__)
State = Notice.State
# Pause after the first, second … failure; after the last the notice is set aside with its error.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
LEASE = timedelta(minutes=5)


def deliver_due(limit: int = 200) -> int:
    """Sends what is due, one by one, and says how many went out. May run twice at once, and after a crash."""
    sent = 0
    for _turn in range(limit):
        notice = _claim()
        if notice is None:
            break
        sent += _try(notice)
    return sent


@transaction.atomic
def _claim() -> Notice | None:
    """Takes the oldest due notice for five minutes. A worker that dies lets it fall back by itself."""
    now = timezone.now()
    waiting = Notice.objects.filter(state__in=[State.QUEUED, State.SENDING])
    due = waiting.filter(Q(next_attempt_at=None) | Q(next_attempt_at__lte=now))
    # Two workers at once: the second skips the row that the first has locked, and its lease keeps it away later.
    notice = due.order_by("id").select_for_update(skip_locked=True).first()
    if notice is None:
        return None
    notice.state, notice.next_attempt_at = State.SENDING, now + LEASE
    notice.attempts += 1
    notice.save(update_fields=["state", "next_attempt_at", "attempts"])
    return notice


def _try(notice: Notice) -> bool:
    """Outside any transaction: a slow gateway holds no lock."""
    try:
        if notice.attempts > len(PAUSES) + 1:
            raise Undeliverable(notice.error or "worker died")
        adapter_for(notice.channel)(notice)
    except Undeliverable as fault:
        _finish(notice, State.SET_ASIDE, str(fault))
    except Exception as fault:  # whatever a gateway does, the queue goes on
        logger.warning("notice %s by %s: %s", notice.pk, notice.channel, type(fault).__name__)
        _fail(notice, f"{type(fault).__name__}: {fault}")
    else:
        _finish(notice, State.SENT, "")
        return True
    return False


def _fail(notice: Notice, error: str) -> None:
    if notice.attempts > len(PAUSES):
        _finish(notice, State.SET_ASIDE, error)
        return
    again = timezone.now() + PAUSES[notice.attempts - 1]
    _mine(notice).update(state=State.QUEUED, next_attempt_at=again, error=error[:300])


def _finish(notice: Notice, state: str, error: str) -> None:
    at = timezone.now() if state == State.SENT else None
    _mine(notice).update(state=state, next_attempt_at=None, error=error[:300], sent_at=at)


def _mine(notice: Notice) -> NoticeQuerySet:
    """The row as I claimed it: if my lease ran out and another took it, its word stands."""
    return Notice.objects.filter(pk=notice.pk, state=State.SENDING, attempts=notice.attempts)
