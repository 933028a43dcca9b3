"""Timers: a step or an opinion about to be due, or late. The engine finds and keeps each; systems say what happens.

A system registers in `ready()`: `timers.on_alarm("procedures", fn)`; `fn(alarm)` runs in the alarm's own transaction,
once for each alarm. What leaves the house (messages) goes through notices and jobs.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from tinhso.engines.workflow.models import Alarm, Case, CaseState, Opinion, OpinionState, Token, TokenState

Hook = Callable[[Alarm], None]
HOOKS: dict[str, Hook] = {}
log = logging.getLogger(__name__)

# How a system stands to the legal term of a case: DONE, nothing is owed any more; STILL, the clock waits for somebody.
DONE, STILL = "done", "still"
STANDINGS: dict[str, Callable[[Case], str]] = {}

# At most so many of each kind in one round; the next round is minutes away.
ROUND = 500
# One whose hook failed is tried again after this, so that it never stands in the way of the others.
AGAIN = timedelta(hours=1)

# What hooks looked up in this round: hundreds of alarms name the same few offices and their heads.
_round_of_thread = threading.local()
Found = TypeVar("Found")

LEGAL = (Alarm.Kind.LEGAL_SOON, Alarm.Kind.LEGAL_DUE)
OPEN_CASE = Q(paused_at=None, state__in=[CaseState.RUNNING, CaseState.WAITING])
OPEN_TOKEN = Q(state=TokenState.OPEN, case__paused_at=None)


def on_alarm(name: str, hook: Hook) -> None:
    """Declares what a system does when a timer speaks; a name declared twice is a programming error."""
    if name in HOOKS:
        raise RuntimeError(f"alarm hook {name} is declared twice")
    HOOKS[name] = hook


def on_legal_term(name: str, standing: Callable[[Case], str]) -> None:
    """Declares how a system answers whether a case's legal term still runs ("" when it does); once a name."""
    if name in STANDINGS:
        raise RuntimeError(f"legal standing {name} is declared twice")
    STANDINGS[name] = standing


def remembered(key: Hashable, ask: Callable[[], Found]) -> Found:
    """What `ask` answers, asked once in a round of the timers; outside of a round, each time."""
    known: dict[Hashable, Found] | None = getattr(_round_of_thread, "known", None)
    if known is None:
        return ask()
    if key not in known:
        known[key] = ask()
    return known[key]


def ring(*, now: datetime | None = None) -> dict[str, int]:
    """Speaks every timer that is due, once each, and answers how many of each kind."""
    _round_of_thread.known = {}
    try:
        return _ring(now or timezone.now())
    finally:
        del _round_of_thread.known


def _ring(now: datetime) -> dict[str, int]:
    Kind = Alarm.Kind
    waiting = Q(state=OpinionState.ASKED)
    late = Q(state__in=[OpinionState.ASKED, OpinionState.UNANSWERED])
    return {
        kind: done
        for kind, done in (
            (Kind.STEP_SOON, _round(Case, "remind_at", Kind.STEP_SOON, OPEN_CASE, now)),
            (Kind.STEP_LATE, _round(Case, "escalate_at", Kind.STEP_LATE, OPEN_CASE, now)),
            (Kind.LEGAL_SOON, _round(Case, "legal_remind_at", Kind.LEGAL_SOON, OPEN_CASE, now)),
            (Kind.LEGAL_DUE, _round(Case, "legal_alarm_at", Kind.LEGAL_DUE, OPEN_CASE, now)),
            (f"branch_{Kind.STEP_SOON}", _round(Token, "remind_at", Kind.STEP_SOON, OPEN_TOKEN, now)),
            (f"branch_{Kind.STEP_LATE}", _round(Token, "escalate_at", Kind.STEP_LATE, OPEN_TOKEN, now)),
            (Kind.OPINION_SOON, _round(Opinion, "remind_at", Kind.OPINION_SOON, waiting, now)),
            (Kind.OPINION_LATE, _round(Opinion, "escalate_at", Kind.OPINION_LATE, late, now)),
        )
        if done
    }


def _round(model: type[models.Model], column: str, kind: Alarm.Kind, where: Q, now: datetime) -> int:
    due = model._default_manager.filter(where, **{f"{column}__lte": now}).order_by(column, "pk")
    return sum(_one(model, pk, column, kind, where, now) for pk in due.values_list("pk", flat=True)[:ROUND])


def _one(model: type[models.Model], pk: int, column: str, kind: Alarm.Kind, where: Q, now: datetime) -> bool:
    try:
        with transaction.atomic():
            return _speak(model, pk, column, kind, where, now)
    except Exception:
        # Whatever a hook does wrong, the other alarms are rung; this one comes again.
        log.exception("alarm %s of %s %s", kind, model.__name__, pk)
        model._default_manager.filter(pk=pk).update(**{column: now + AGAIN})
        return False


def _speak(model: type[models.Model], pk: int, column: str, kind: Alarm.Kind, where: Q, now: datetime) -> bool:
    # Claimed by the update: of two workers, or of a worker and an officer who moves on, one finds the row changed.
    claimed = model._default_manager.filter(where, pk=pk, **{f"{column}__lte": now}).update(**{column: None})
    if not claimed:
        return False
    row = model._default_manager.get(pk=pk)
    if kind in LEGAL and isinstance(row, Case) and (said := _standing(row)):
        if said == STILL:
            # The new due time that follows the wait brings its own timers; unless it is the same, this one counts.
            model._default_manager.filter(pk=pk).update(**{column: now + AGAIN})
        return False
    alarm = _alarm(row, kind, now)
    if alarm is None:
        return False
    for hook in HOOKS.values():
        hook(alarm)
    return True


def _standing(case: Case) -> str:
    return next((said for ask in STANDINGS.values() if (said := ask(case))), "")


def _alarm(row: models.Model, kind: Alarm.Kind, now: datetime) -> Alarm | None:
    """The kept alarm; None when the same one spoke before, or its time is not told."""
    facts: dict[str, object] = {"kind": kind}
    if isinstance(row, Opinion):
        facts |= {"case_id": row.case_id, "opinion": row, "unit_id": row.unit_id, "entered_at": row.asked_at}
        facts |= {"due_at": row.due_at, "step": row.step, "holder_id": row.holder_id}
        if kind == Alarm.Kind.OPINION_LATE:
            Opinion.objects.filter(pk=row.pk).update(late_reported_at=now)
    elif isinstance(row, Case) and kind in LEGAL:
        facts |= {"case": row, "unit_id": row.holder_unit_id, "holder_id": row.holder_id, "step": row.step}
        facts |= {"entered_at": row.clock_started_at, "due_at": row.due_at}
    elif isinstance(row, (Case, Token)) and row.step_due_at is not None:
        facts |= {"case": row} if isinstance(row, Case) else {"case_id": row.case_id, "token": row}
        facts |= {"unit_id": row.holder_unit_id, "holder_id": row.holder_id, "step": row.step}
        facts |= {"entered_at": row.entered_at, "due_at": row.step_due_at}
    else:
        return None
    alarm = Alarm(**facts, rang_at=now)
    same = Alarm.objects.filter(
        case_id=alarm.case_id,
        token=alarm.token,
        opinion=alarm.opinion,
        kind=kind,
        entered_at=alarm.entered_at,
        due_at=alarm.due_at,
    )
    if same.exists():
        return None
    alarm.save(force_insert=True)
    return alarm
