"""Complaints and proposals with their clocks: send, refuse, send back, pass on, ask, reply, answer, publish, judge."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.calendar.rules import Term
from tinhso.foundation.calendar.services import calendar_for
from tinhso.foundation.events import bus
from tinhso.foundation.notices.services import notify
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.rules import normalise, normalise_lines
from tinhso.systems.procedures.afterwards import events, permissions, rules
from tinhso.systems.procedures.afterwards.errors import (
    AskedBefore,
    FeedbackIncomplete,
    FeedbackMoved,
    SaySomething,
    TooLate,
)
from tinhso.systems.procedures.afterwards.models import Feedback, FeedbackKind, FeedbackStep, Verdict
from tinhso.systems.procedures.afterwards.rules import FeedbackState
from tinhso.systems.procedures.models import Dossier

LONGEST = 6000


def due(unit: Unit, start: datetime, days: int) -> datetime:
    """So many working days of the agency; the day of the event is not counted."""
    return calendar_for(unit).due_at(timezone.localtime(start), Term(days, "working_day"))


def _set_clocks(feedback: Feedback, at: datetime) -> None:
    feedback.clock_from = at
    feedback.refuse_due_at = due(feedback.unit, at, rules.REFUSE_DAYS)
    feedback.ask_due_at = due(feedback.unit, at, rules.ASK_DAYS)
    feedback.answer_due_at = due(feedback.unit, at, rules.ANSWER_DAYS)


@transaction.atomic
def send_feedback(
    *,
    actor: Actor,
    kind: str,
    unit: Unit,
    body: str,
    sender_name: str,
    address: str,
    phone: str,
    dossier_code: str = "",
    again: Feedback | None = None,
    at: datetime | None = None,
) -> Feedback:
    """Receives it and starts the clocks. A dossier is tied only by the code that its owner knows.

    `again`: the sender was not content with an answer and raises it once more.
    """
    access.require(actor, permissions.COMPLAIN)
    at = at or timezone.now()
    text, name, place, number = normalise_lines(body), normalise(sender_name), normalise(address), normalise(phone)
    if not (text and name and place and number) or len(text) > LONGEST:
        raise FeedbackIncomplete
    dossier = Dossier.objects.select_related("desk").filter(code=dossier_code.strip().upper()).first()
    feedback = Feedback(
        kind=FeedbackKind(kind),
        dossier=dossier,
        unit=dossier.desk if dossier else unit,
        account_id=actor.account_id,
        sender_name=fitting(name, 120),
        address=place[:300],
        phone=number[:15],
        body=text,
        sent_at=at,
        re_raised=again,
        is_simulated=actor.is_simulated,
    )
    _set_clocks(feedback, at)
    feedback.save()
    _step(actor, feedback, "sent", at, text)
    audit.record(actor, "afterwards.feedback.sent", feedback, unit_id=feedback.unit_id, kind=kind, code=feedback.code)
    bus.publish(events.FEEDBACK_SENT, subject=feedback, unit=feedback.unit, occurred_on=timezone.localdate(at))
    return feedback


def _step(actor: Actor, feedback: Feedback, act: str, at: datetime, words: str, is_late: bool = False) -> None:
    FeedbackStep.objects.create(
        feedback=feedback,
        act=act,
        at=at,
        by_id=actor.account_id,
        by_name=actor.label[:120] if act not in ("sent", "reply", "judge") else feedback.sender_name,
        unit=feedback.unit,
        words=words,
        is_late=is_late,
    )


def _lock(feedback_id: int, act: str) -> Feedback:
    """The row, locked, when `act` is in order: of two officers one acts, the other is told."""
    found = Feedback.objects.select_for_update(of=("self",)).select_related("unit", "account").get(pk=feedback_id)
    if FeedbackState(found.state) not in rules.FEEDBACK_MAY[act]:
        raise FeedbackMoved
    return found


@transaction.atomic
def handle_feedback(
    *, actor: Actor, feedback_id: int, act: str, words: str, unit: Unit | None = None, at: datetime | None = None
) -> Feedback:
    """An officer's step: refuse, send_back, transfer, ask, answer or publish. Refusing and asking have their own limit.

    Past the limit of refusing (2 working days) or of asking (5) the sender is owed an answer, so the step is refused.
    """
    at = at or timezone.now()
    feedback = _lock(feedback_id, act)
    access.require(actor, permissions.HANDLE, unit=feedback.unit)
    text = normalise_lines(words)
    if not text or len(text) > LONGEST:
        raise SaySomething
    is_late = _STEPS[act](feedback, text, at, unit)
    feedback.save()
    _step(actor, feedback, act, at, text, is_late)
    audit.record(actor, "afterwards.feedback.handled", feedback, unit_id=feedback.unit_id, step=act, is_late=is_late)
    bus.publish(events.FEEDBACK_HANDLED, subject=feedback, unit=feedback.unit, occurred_on=timezone.localdate(at))
    if feedback.account is not None and act != "transfer":
        notify(
            actor,
            account=feedback.account,
            text="afterwards.feedback",
            values={"code": feedback.code, "unit": feedback.unit.name},
            link=f"/phan-anh/{feedback.code}/",
            key=f"afterwards.feedback:{feedback.pk}:{act}:{at:%s}",
        )
    return feedback


def _refuse(feedback: Feedback, text: str, at: datetime, unit: Unit | None) -> bool:
    if at > feedback.refuse_due_at:
        raise TooLate(rules.REFUSE_DAYS)
    feedback.state = FeedbackState.REFUSED
    return False


def _send_back(feedback: Feedback, text: str, at: datetime, unit: Unit | None) -> bool:
    if at > feedback.refuse_due_at:
        raise TooLate(rules.REFUSE_DAYS)
    feedback.state = FeedbackState.SENT_BACK
    return False


def _transfer(feedback: Feedback, text: str, at: datetime, unit: Unit | None) -> bool:
    """To the competent agency, whose clocks start now; later than 5 working days it is passed on all the same, late."""
    if unit is None or unit.pk == feedback.unit_id:
        raise SaySomething
    is_late = at > due(feedback.unit, feedback.clock_from, rules.TRANSFER_DAYS)
    feedback.unit = unit
    _set_clocks(feedback, at)
    return is_late


def _ask(feedback: Feedback, text: str, at: datetime, unit: Unit | None) -> bool:
    if feedback.asked_at is not None:
        raise AskedBefore
    if at > feedback.ask_due_at:
        raise TooLate(rules.ASK_DAYS)
    feedback.state, feedback.asked_at = FeedbackState.ASKED, at
    return False


def _answer(feedback: Feedback, text: str, at: datetime, unit: Unit | None) -> bool:
    feedback.state, feedback.answer, feedback.answered_at = FeedbackState.ANSWERED, text, at
    feedback.publish_due_at = due(feedback.unit, at, rules.PUBLISH_DAYS)
    return at > feedback.answer_due_at


def _publish(feedback: Feedback, text: str, at: datetime, unit: Unit | None) -> bool:
    """The officer writes what is made public: the sender's own words and person stay out."""
    feedback.state, feedback.public_summary, feedback.published_at = FeedbackState.PUBLISHED, text, at
    return feedback.publish_due_at is not None and at > feedback.publish_due_at


_STEPS = {
    "refuse": _refuse,
    "send_back": _send_back,
    "transfer": _transfer,
    "ask": _ask,
    "answer": _answer,
    "publish": _publish,
}


@transaction.atomic
def reply_feedback(*, actor: Actor, code: str, words: str, at: datetime | None = None) -> Feedback:
    """The sender adds what was asked; whoever holds the code."""
    access.require(actor, permissions.COMPLAIN)
    at = at or timezone.now()
    feedback = _lock(Feedback.objects.get(code=code).pk, "reply")
    text = normalise_lines(words)
    if not text or len(text) > LONGEST:
        raise SaySomething
    feedback.state = FeedbackState.RECEIVED
    feedback.save(update_fields=["state"])
    _step(actor, feedback, "reply", at, text)
    audit.record(actor, "afterwards.feedback.replied", feedback, unit_id=feedback.unit_id)
    return feedback


@transaction.atomic
def judge_feedback(*, actor: Actor, code: str, verdict: str, at: datetime | None = None) -> Feedback:
    """The sender says whether the handling was good, once (Decision 766 row 5.3)."""
    access.require(actor, permissions.COMPLAIN)
    at = at or timezone.now()
    feedback = _lock(Feedback.objects.get(code=code).pk, "judge")
    if feedback.verdict or verdict not in (Verdict.LIKED, Verdict.DISLIKED):
        raise FeedbackMoved
    feedback.verdict = verdict
    feedback.save(update_fields=["verdict"])
    _step(actor, feedback, "judge", at, str(Verdict(verdict).label))
    audit.record(actor, "afterwards.feedback.judged", feedback, unit_id=feedback.unit_id, verdict=verdict)
    return feedback
