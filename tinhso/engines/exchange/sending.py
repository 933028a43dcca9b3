"""Pushing events to subscribers: signed, at least once, later and later, until it is taken, expires or is set aside."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from tinhso.engines.exchange import signatures
from tinhso.engines.exchange.models import Delivery, DeliveryState, Publication, Subscription
from tinhso.foundation.outside.addresses import Gate
from tinhso.foundation.outside.asking import Limits, ask
from tinhso.foundation.people.secrets_at_rest import unseal
from tinhso.foundation.text.errors import Refused

BATCH = 20
PATIENCE = 8.0
MOST_ATTEMPTS = 8
REST = 2.0
# While one process sends, the others leave the row alone for so long.
LEASE = timedelta(seconds=60)


@dataclass(frozen=True)
class Job:
    """One delivery, taken for sending."""

    pk: int
    attempts: int
    url: str
    secrets: tuple[str, ...]
    event: dict[str, Any]


def gate() -> Gate:
    """Systems of agencies stand in the State's inner networks; this machine is reached in a demo only."""
    return Gate(inner_networks=True, this_machine=settings.DEMO, named=settings.EXCHANGE_MAY_REACH)


def cloud_event(one: Publication) -> dict[str, Any]:
    """The event as CloudEvents 1.0 writes it."""
    return {
        "specversion": "1.0",
        "id": str(one.uid),
        "source": f"urn:x-road:{one.publisher.identifier}",
        "type": one.event_type.code,
        "time": one.published_at.isoformat(),
        "datacontenttype": "application/json",
        "sequence": str(one.pk),
        "data": one.data,
    }


def send_round() -> int:
    """Sends what is due once; returns how many were tried."""
    jobs = _taken()
    for job in jobs:
        _settle(job, _send(job))
    return len(jobs)


@transaction.atomic
def _taken() -> list[Job]:
    """Due deliveries, leased: two senders never hold the same one (SKIP LOCKED)."""
    now = timezone.now()
    rows = Delivery.objects.waiting().filter(subscription__way="PUSH", next_attempt_at__lte=now)
    late = list(rows.filter(expires_at__lte=now).select_for_update(skip_locked=True)[:500])
    Delivery.objects.filter(pk__in=[one.pk for one in late]).update(state=DeliveryState.EXPIRED, ended_at=now)
    earlier = Delivery.objects.waiting().filter(
        subscription=OuterRef("subscription"), publication__lt=OuterRef("publication")
    )
    due = (
        rows.filter(Q(subscription__is_fifo=False) | ~Exists(earlier), subscription__in=Subscription.objects.living())
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("subscription", "publication__event_type", "publication__publisher__member")
        .order_by("publication_id")[:BATCH]
    )
    jobs = []
    for one in due:
        jobs.append(
            Job(
                one.pk,
                one.attempts + 1,
                one.subscription.url,
                _secrets(one.subscription),
                cloud_event(one.publication),
            )
        )
        Delivery.objects.filter(pk=one.pk).update(attempts=one.attempts + 1, next_attempt_at=now + LEASE)
    return jobs


def _secrets(one: Subscription) -> tuple[str, ...]:
    """The secret in force, and the one before it while that still signs."""
    former = one.sealed_former if one.is_changing() else ""
    return tuple(unseal(sealed) for sealed in (one.sealed_secret, former) if sealed)


def _send(job: Job) -> str:
    """ "" when the subscriber took it, else why not."""
    body = json.dumps(job.event, ensure_ascii=False).encode()
    headers = signatures.signed(job.secrets, job.event["id"], int(time.time()), body)
    headers |= {"Content-Type": "application/cloudevents+json; charset=utf-8"}
    try:
        # A subscriber answers itself: nobody is led elsewhere with a signed body, and what it says is not read.
        limits = Limits(most=0, silence=PATIENCE, seconds=PATIENCE)
        answer = ask(job.url, gate=gate(), method="POST", body=body, headers=headers, limits=limits)
    except Refused as trouble:
        return trouble.sentence[:300]
    return "" if 200 <= answer.status < 300 else f"HTTP {answer.status}"


def _settle(job: Job, error: str) -> None:
    now = timezone.now()
    mine = Delivery.objects.waiting().filter(pk=job.pk)
    if not error:
        mine.update(state=DeliveryState.DELIVERED, ended_at=now, error="")
    elif job.attempts >= MOST_ATTEMPTS:
        mine.update(state=DeliveryState.DEAD, ended_at=now, error=error)
    else:
        mine.update(next_attempt_at=now + timedelta(seconds=min(2**job.attempts, 900)), error=error)


def keep_sending(stop: threading.Event) -> None:
    """The worker's loop."""
    while not stop.is_set():
        if send_round() == 0:
            connection.close()
            stop.wait(REST)
