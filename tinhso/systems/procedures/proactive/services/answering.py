"""What the person says to a reminder: seen, not now, done, prepare it, no more of these. None of it costs a right."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.people.models import Enterprise, Person
from tinhso.systems.procedures.models import Draft
from tinhso.systems.procedures.proactive import events, permissions
from tinhso.systems.procedures.proactive.errors import AlreadySettled, DraftInTheWay, NotPreparable
from tinhso.systems.procedures.proactive.models import Kind, Level, OptOut, Reminder
from tinhso.systems.procedures.proactive.rules import OPEN, State
from tinhso.systems.procedures.proactive.services import reminding


def _own(actor: Actor, reminder_id: int) -> Reminder:
    """The actor's own reminder, locked; not there for anybody else."""
    rows = Reminder.objects.select_for_update(of=("self",)).select_related(
        "rule", "unit", "draft", "person", "about", "source_dossier__version", "source_dossier__result"
    )
    return rows.get(pk=reminder_id, person_id=actor.person_id or 0, account_id=actor.account_id or 0)


@transaction.atomic
def note_opened(*, actor: Actor, reminder_id: int, at: datetime | None = None) -> Reminder:
    """The person has read it; the first time counts."""
    access.require(actor, permissions.OWN)
    reminder = _own(actor, reminder_id)
    if reminder.opened_at is None:
        reminder.opened_at = at or timezone.now()
        reminder.save(update_fields=["opened_at"])
    return reminder


@transaction.atomic
def say_later(*, actor: Actor, reminder_id: int, at: datetime | None = None) -> Reminder:
    """Not now: it leaves the list; a prepared file nobody touched is put away, and may be prepared again."""
    return _settle(actor, reminder_id, State.LATER, at)


@transaction.atomic
def say_done(*, actor: Actor, reminder_id: int, at: datetime | None = None) -> Reminder:
    """The person has done it elsewhere (a ministry's system tells the province nothing)."""
    return _settle(actor, reminder_id, State.DONE, at)


def _settle(actor: Actor, reminder_id: int, state: State, at: datetime | None) -> Reminder:
    access.require(actor, permissions.OWN)
    reminder = _own(actor, reminder_id)
    if not reminder.is_open and not (state is State.DONE and reminder.state == State.LATER):
        raise AlreadySettled
    reminding.put_away(reminder)
    reminder.state, reminder.settled_at = state, at or timezone.now()
    reminder.save(update_fields=["state", "settled_at"])
    audit.record(actor, "proactive.reminder.answered", reminder, unit_id=reminder.unit_id, answer=str(state))
    day = timezone.localdate(reminder.settled_at)
    bus.publish(events.ANSWERED, subject=reminder, unit=reminder.unit, occurred_on=day)
    return reminder


@transaction.atomic
def prepare_again(*, actor: Actor, reminder_id: int, at: datetime | None = None) -> Draft:
    """The person asks for the file: made now from what is known now, or the one already prepared."""
    access.require(actor, permissions.OWN)
    reminder = _own(actor, reminder_id)
    if reminder.state not in (*OPEN, State.LATER):
        raise AlreadySettled
    if reminder.draft is not None:
        return reminder.draft
    at = at or timezone.now()
    version = reminding.served(reminder.rule.procedure, timezone.localdate(at))
    if reminder.level != Level.PREPARE or version is None or not reminding.may_prepare(reminder):
        raise NotPreparable
    if Draft.objects.filter(account_id=reminder.account_id, version=version, dossier=None).exists():
        raise DraftInTheWay
    enterprise = Enterprise.objects.filter(pk=reminder.facts.get("enterprise") or 0).first()
    made = reminding.prepare(actor, reminder, enterprise, at)
    if made is None:
        raise NotPreparable
    return made


@transaction.atomic
def opt_out(*, actor: Actor, kind: str = "", at: datetime | None = None) -> OptOut:
    """No more reminders of a kind, or of anything (""): from this moment, and what is open ends. Rights stay whole."""
    access.require(actor, permissions.OWN)
    return _refuse(actor, actor.person_id or 0, Kind(kind).value if kind else "", at or timezone.now())


@transaction.atomic
def stop_for(actor: Actor, person: Person) -> None:
    """The person objected to the use of their data for reminding (privacy): the same as refusing everything.

    Called within the act that checked who may say so.
    """
    _refuse(actor, person.pk, "", timezone.now())


def _refuse(actor: Actor, person_id: int, kind: str, at: datetime) -> OptOut:
    # The same row that `remind` locks: whichever commits first, nobody is told after their refusal.
    person = Person.objects.select_for_update(no_key=True).get(pk=person_id)
    refusal, is_new = OptOut.objects.get_or_create(person=person, kind=kind, until=None, defaults={"since": at})
    if is_new:
        audit.record(actor, "proactive.opt_out.given", refusal, kind=kind)
        bus.publish(events.OPTED_OUT, subject=refusal, occurred_on=timezone.localdate(at))
    mine = Reminder.objects.filter(person=person)
    among = mine.filter(rule__kind=kind) if kind else mine
    reminding.end_reminders(actor=Actor.system(actor.label), among=among, why="opt_out", at=at)
    return refusal


@transaction.atomic
def opt_in(*, actor: Actor, kind: str = "", at: datetime | None = None) -> None:
    """Reminders again; the refusal stays on record with its end."""
    access.require(actor, permissions.OWN)
    at = at or timezone.now()
    standing = OptOut.objects.select_for_update().filter(person_id=actor.person_id or 0, kind=kind, until=None)
    for refusal in standing:
        refusal.until = at
        refusal.save(update_fields=["until"])
        audit.record(actor, "proactive.opt_out.withdrawn", refusal, kind=kind)
        bus.publish(events.OPTED_IN, subject=refusal, occurred_on=timezone.localdate(at))
