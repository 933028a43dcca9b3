"""What every act on a report shares: lock and order, the right at the holder or its office, the trace."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.rules import normalise_lines
from tinhso.systems.reporting import errors
from tinhso.systems.reporting.models import Duty, Step, Submission
from tinhso.systems.reporting.models.duties import OFFICES
from tinhso.systems.reporting.rules import states

AROUND = ("duty__form", "duty__regime__owner", "duty__holder", "duty__unit")


def lock(submission_id: int, act: str, *, seen: int | None = None) -> Submission:
    """The submission, locked, if the act is in order now. `seen`: the version that the page showed.

    The lock makes two acts on one report wait for each other: the second meets the state that the first left.
    """
    rows = Submission.objects.select_for_update(of=("self",)).select_related(*AROUND)
    submission = rows.get(pk=submission_id)
    if not states.may(act, submission.state):
        raise errors.WrongOrder(submission.get_state_display())
    if seen is not None and seen != submission.lock_version:
        raise errors.ChangedMeanwhile
    return submission


def find(submission_id: int) -> Submission:
    """The submission without a lock, for what changes nothing of it."""
    return Submission.objects.select_related(*AROUND).get(pk=submission_id)


def require_for(actor: Actor, code: str, holder: Unit) -> None:
    """The right at the holder itself, or at one of its own offices where the actor works."""
    here = [grant.unit_id for grant in actor.grants]
    offices = Unit.objects.filter(pk__in=here, parent=holder, kind__in=OFFICES) if here else ()
    able = next((office for office in offices if access.allowed(actor, code, office)), holder)
    access.require(actor, code, unit=holder if access.allowed(actor, code, holder) else able)


def needs_reason(reason: str) -> str:
    clean = normalise_lines(reason)
    if not clean.strip():
        raise errors.ReasonMissing
    return clean


def keep(submission: Submission, *fields: str) -> None:
    submission.lock_version += 1
    submission.save(update_fields=[*fields, "lock_version"])


@transaction.atomic
def trace(
    actor: Actor,
    submission: Submission,
    *,
    step: str,
    act: str,
    event: str,
    at: datetime,
    note: str = "",
    **details: Any,
) -> None:
    """The step on the report's page, the row in the log, the event for the figures. Inside the act."""
    duty = submission.duty
    Step.objects.create(
        submission=submission, act=step, at=at, account_id=actor.account_id, label=actor.label[:200], note=note
    )
    audit.record(
        actor,
        act,
        submission,
        unit_id=duty.holder_id,
        regime=duty.regime.code,
        period=str(duty.period),
        number=submission.number,
        note=note,
        **details,
    )
    publish(event, duty, submission)


def publish(event: str, duty: Duty, submission: Submission | None = None) -> None:
    """The event names the cell of the rates: the holder, and the day on which the report is due."""
    from django.utils import timezone

    due_on = timezone.localdate(duty.due_at)
    more = {"submission": submission.pk} if submission else {}
    bus.publish(event, subject=duty, unit=duty.holder, occurred_on=due_on, duty=duty.pk, **more)
