"""The outbox's way to the portal: claim, send outside any transaction, record. In order per dossier, nothing twice.

- A message is claimed only when no earlier one of its dossier is still open, so a dossier's messages go one by one.
- Claimed rows are marked and committed before anything is sent. A process killed between sending and recording leaves
  the mark; after the lease another sends the same frozen body under the same key, and the portal answers it again.
- No answer: tried again with growing pauses. Refused: a few tries. Then set aside; the dossier's later ones wait.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.systems.procedures.models import Dossier, SyncState
from tinhso.systems.procedures.national import client, rules, shapes
from tinhso.systems.procedures.national.client import PortalRefused, Unanswered
from tinhso.systems.procedures.national.composing import compose
from tinhso.systems.procedures.national.models import Incoming, Outgoing, SendState, TakeState
from tinhso.systems.procedures.national.shapes import Code, Service
from tinhso.systems.procedures.services.states import record_sync

logger = logging.getLogger(__name__)

BATCH = 16
THREADS = 4
SHAPE_OF = {Service.SYNC: "dossier", Service.PROGRESS: "progress"}
# The earliest open message of each dossier, due now. A message in another sender's hands or set aside is open too,
# so it holds back the later ones; the rows are locked for the instant of the claim only.
CLAIM = """
SELECT m.id FROM procedures_national_outgoing m
WHERE m.state IN ('waiting', 'sending') AND m.next_attempt_at <= %(now)s
  AND NOT EXISTS (SELECT 1 FROM procedures_national_outgoing p WHERE p.dossier_id = m.dossier_id AND p.id < m.id
                  AND p.state IN ('waiting', 'sending', 'set_aside'))
ORDER BY m.next_attempt_at, m.id LIMIT %(limit)s FOR UPDATE OF m SKIP LOCKED
"""


@dataclass(frozen=True)
class Outcome:
    """What became of one try."""

    answer: dict[str, Any] | None = None
    error_code: str = ""
    error: str = ""
    is_refused: bool = False
    was_reached: bool = True

    @property
    def is_taken(self) -> bool:
        return self.answer is not None


@dataclass(frozen=True)
class Round:
    """One round of sending: how many were tried and taken, and whether the portal answered at all."""

    tried: int = 0
    taken: int = 0
    is_silent: bool = False


def send_round(limit: int = BATCH, now: datetime | None = None) -> Round:
    """Sends what is due, at most `limit` messages of as many dossiers. The first alone: a silent portal costs one."""
    now = now or timezone.now()
    claimed = _claim(1, now)
    if not claimed:
        return Round()
    first = _exchange(claimed[0], _is_known(claimed[0]))
    _record(claimed[0], first, now)
    if first.answer is None and not first.is_refused:
        return Round(1, 0, is_silent=True)
    more = _claim(limit - 1, now) if limit > 1 else []
    outcomes = _send_many(more)
    for message, outcome in zip(more, outcomes, strict=True):
        _record(message, outcome, now)
    taken = sum(one.is_taken for one in (first, *outcomes))
    return Round(1 + len(more), taken, any(not one.is_taken and not one.is_refused for one in outcomes))


@transaction.atomic
def _claim(limit: int, now: datetime) -> list[Outgoing]:
    """Marks the due ones as being sent and freezes what they say; committed before the first byte goes out."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "limit": limit})
        ids = [row[0] for row in cursor.fetchall()]
    claimed = list(Outgoing.objects.filter(pk__in=ids).order_by("pk"))
    return [one for one in claimed if _begin(one, now)]


def _begin(message: Outgoing, now: datetime) -> bool:
    """Marks one; a dossier that cannot be put in the portal's words is set aside and keeps no other waiting."""
    message.state, message.attempts = SendState.SENDING, message.attempts + 1
    message.next_attempt_at = now + rules.LEASE
    if message.body is None:
        try:
            with transaction.atomic():
                message.body = compose(message)
        except Exception as fault:
            logger.exception("message %s cannot be composed", message.pk)
            message.state, message.next_attempt_at = SendState.SET_ASIDE, None
            message.error = f"{type(fault).__name__}: {fault}"[:500]
    message.save(update_fields=["state", "attempts", "next_attempt_at", "body", "error"])
    return message.state == SendState.SENDING


def _send_many(messages: list[Outgoing]) -> list[Outcome]:
    """Several dossiers at once: only the waiting for the portal is done side by side, the database stays here."""
    if not messages:
        return []
    known = [_is_known(one) for one in messages]
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(_exchange, messages, known))


def _is_known(message: Outgoing) -> bool:
    """The portal has the dossier already: it took a message of it, or the dossier came from there."""
    taken = Outgoing.objects.filter(dossier_id=message.dossier_id, service=Service.SYNC, state=SendState.SENT)
    arrived = Incoming.objects.filter(dossier_id=message.dossier_id, state=TakeState.ACCEPTED, service=Service.SYNC)
    return taken.exists() or arrived.exists()


def _exchange(message: Outgoing, is_known: bool) -> Outcome:
    """One try, with no database behind it."""
    wrong = shapes.faults(SHAPE_OF[Service(message.service)], message.body)
    if wrong:
        return Outcome(error_code=Code.SHAPE, error="; ".join(wrong), is_refused=True)
    try:
        return Outcome(answer=_ask(message, is_known))
    except PortalRefused as refused:
        return Outcome(error_code=refused.error_code[:8], error=str(refused), is_refused=True)
    except Unanswered as silent:
        return Outcome(error=str(silent), was_reached=silent.was_reached)


def _ask(message: Outgoing, is_known: bool) -> dict[str, Any]:
    """Sends it. What the portal knows already is an update, what it does not know yet is new: it has the last word."""
    key, data = str(message.key), [message.body]
    if message.service == Service.PROGRESS:
        try:
            return client.call(Service.PROGRESS, key=key, data=data)
        except PortalRefused as refused:
            # The very line is there: an earlier try of ours arrived at a portal that keeps no keys.
            if refused.error_code == Code.KNOWN and message.is_unsure:
                return {"error_code": Code.KNOWN, "message": str(refused)}
            raise
    try:
        return client.call(Service.SYNC, key=key, isUpdating=is_known, data=data)
    except PortalRefused as refused:
        if refused.error_code != (Code.NO_DOSSIER if is_known else Code.KNOWN):
            raise
        return client.call(Service.SYNC, key=key, isUpdating=not is_known, data=data)


@transaction.atomic
def _record(message: Outgoing, outcome: Outcome, now: datetime) -> None:
    """Keeps what became of a try. The dossier's lock first, as every act takes it: no two wait for each other."""
    Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=message.dossier_id)
    row = Outgoing.objects.select_for_update().get(pk=message.pk)
    if row.state != SendState.SENDING or row.attempts != message.attempts:
        return  # The lease ran out and another sender has it, or an operator decided meanwhile.
    if outcome.is_taken:
        _taken(row, outcome, now)
    else:
        _not_taken(row, outcome, now)


def _taken(row: Outgoing, outcome: Outcome, now: datetime) -> None:
    row.state, row.sent_at, row.answer = SendState.SENT, now, outcome.answer
    row.error = row.error_code = ""
    row.next_attempt_at, row.is_unsure = None, False
    row.save()
    if not Outgoing.objects.open().filter(dossier_id=row.dossier_id).exists():
        _mark(row, SyncState.SENT, now)


def _not_taken(row: Outgoing, outcome: Outcome, now: datetime) -> None:
    row.error_code, row.error = outcome.error_code, outcome.error
    if outcome.is_refused:
        row.refusals += 1
        row.is_unsure = False
    elif outcome.was_reached:
        row.is_unsure = True
    tried = row.refusals if outcome.is_refused else row.attempts - row.refusals
    if rules.is_given_up(tried, refused=outcome.is_refused):
        row.state, row.next_attempt_at = SendState.SET_ASIDE, None
    else:
        pause = rules.REFUSED_PAUSE if outcome.is_refused else rules.pause_after(tried)
        row.state, row.next_attempt_at = SendState.WAITING, now + pause
    row.save()
    if row.state == SendState.SET_ASIDE:
        _mark(row, SyncState.FAILED, now)


def _mark(row: Outgoing, sync_state: str, now: datetime) -> None:
    record_sync(actor=SENDER, dossier_id=row.dossier_id, sync_state=sync_state, at=now)


SENDER = Actor.system("Cổng quốc gia")
