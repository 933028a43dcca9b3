"""Reminding one person of one matter, once; preparing the file; ending and filing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.notices.services import notify
from tinhso.foundation.people.lookups import record_lookup
from tinhso.foundation.people.models import Enterprise, Person
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.models import Dossier, Draft, ProcedureVersion
from tinhso.systems.procedures.proactive import addressing, events, permissions, rules, words
from tinhso.systems.procedures.proactive.finding import Due
from tinhso.systems.procedures.proactive.models import Level, Reminder, ReminderRule
from tinhso.systems.procedures.proactive.preparing import Known
from tinhso.systems.procedures.proactive.rules import OPEN, State
from tinhso.systems.procedures.services.drafts import prepare_draft


@transaction.atomic
def remind(*, actor: Actor, rule: ReminderRule, due: Due, at: datetime | None = None) -> Reminder | None:
    """Tells one person of one matter, with the file prepared at level 2. None when told before, refused or dead.

    The unique row of (rule, occasion, person) closes the race of the night's job and an event's handler.
    """
    access.require(actor, permissions.REMIND)
    at = at or timezone.now()
    # The person's row is the queue: an opt-out that commits first is seen here.
    person = Person.objects.select_for_update(no_key=True).get(pk=due.person.pk)
    if addressing.may_be_told(person, rule.kind, timezone.localdate(at)) is None:
        return None
    reminder, is_new = Reminder.objects.get_or_create(
        code=rule.code, event_key=due.event_key, person=person, defaults=_row(actor, rule, due, at)
    )
    if not is_new:
        return None
    for one in due.looked_at:
        purpose = _("Nhắc việc chủ động: %(title)s") % {"title": rule.title}
        record_lookup(actor, person=one, purpose=purpose, subject=reminder, unit=due.unit)
    audit.record(actor, "proactive.reminder.sent", reminder, unit_id=due.unit.pk, rule=rule.code, number=rule.number)
    bus.publish(events.REMINDED, subject=reminder, unit=due.unit, occurred_on=timezone.localdate(at))
    if rule.level == Level.PREPARE and may_prepare(reminder):
        prepare(actor, reminder, due.enterprise, at)
    _tell(actor, reminder)
    return reminder


def _row(actor: Actor, rule: ReminderRule, due: Due, at: datetime) -> dict[str, Any]:
    return {
        "rule": rule,
        "account": due.account,
        "about_name": due.about_name,
        "about": due.about,
        "facts": due.facts | ({"enterprise": due.enterprise.pk} if due.enterprise else {}),
        "fact_on": due.fact_on,
        "due_on": due.due_on,
        "unit": due.unit,
        "level": rule.level,
        "told_at": at,
        "source_dossier": due.dossier,
        "is_simulated": actor.is_simulated or due.person.is_simulated,
    }


def served(code: str, day: date) -> ProcedureVersion | None:
    """The version that can be filled in here on a day."""
    found = ProcedureVersion.objects.as_of(day).select_related("form").filter(code=code).first()
    return found if found is not None and found.form_id is not None and "online" in found.channels else None


def may_prepare(reminder: Reminder) -> bool:
    """A file is prepared for oneself: never into the account of an agent, whose own record would fill it."""
    source = reminder.source_dossier
    return source is None or source.applicant_id == reminder.person_id


def prepare(actor: Actor, reminder: Reminder, enterprise: Enterprise | None, at: datetime) -> Draft | None:
    """Makes the draft, in the act of its caller. None when it cannot be: the reminder then stays at reminding."""
    version = served(reminder.rule.procedure, timezone.localdate(at))
    if version is None:
        return None
    known = Known(_subject(reminder), reminder.source_dossier, enterprise, str(reminder.rule.title))
    answers, sources = known.answers(reminder.rule.fills)
    try:
        with transaction.atomic():
            draft = prepare_draft(
                account_id=reminder.account_id,
                version=version,
                case_code=reminder.rule.case_code,
                answers=answers,
                sources=sources,
                commune=reminder.unit.area,
            )
    except Refused:
        return None
    if draft is None:
        return None
    reminder.draft, reminder.prepared_at, reminder.state = draft, at, State.PREPARED
    reminder.save(update_fields=["draft", "prepared_at", "state"])
    audit.record(actor, "proactive.reminder.prepared", reminder, unit_id=reminder.unit_id, fields=sorted(sources))
    bus.publish(events.PREPARED, subject=reminder, unit=reminder.unit, occurred_on=timezone.localdate(at))
    return draft


def _subject(reminder: Reminder) -> Person:
    return reminder.about or reminder.person


def _tell(actor: Actor, reminder: Reminder) -> None:
    text = words.PREPARED if reminder.state == State.PREPARED else words.TOLD
    notify(
        actor,
        account=reminder.account,
        text=text.code,
        values={"title": reminder.rule.title, "why": words.why(reminder)},
        link=f"/nhac-viec/{reminder.pk}/",
        key=f"proactive:{reminder.pk}",
        channels=("web", "email"),
    )


@transaction.atomic
def mark_filed(*, actor: Actor, dossier: Dossier, at: datetime | None = None) -> list[Reminder]:
    """A dossier was filed: the reminders it answers are done, by its draft or by person and procedure."""
    access.require(actor, permissions.REMIND)
    if not _has_any(dossier):
        return []
    at = at or timezone.now()
    mine = Reminder.objects.waiting().select_for_update(of=("self",))
    found = list(mine.filter(draft_id=dossier.draft_id)) if dossier.draft_id else []
    if not found:
        same = mine.filter(rule__procedure=dossier.version.code, told_at__lte=at).exclude(source_dossier=dossier)
        found = list(same.filter(person_id=dossier.applicant_id).order_by("told_at")[:1])
    for reminder in found:
        reminder.state, reminder.dossier, reminder.filed_at = State.FILED, dossier, at
        reminder.save(update_fields=["state", "dossier", "filed_at"])
        audit.record(actor, "proactive.reminder.filed", reminder, unit_id=reminder.unit_id, code=dossier.code)
        bus.publish(events.FILED, subject=reminder, unit=reminder.unit, occurred_on=timezone.localdate(at))
    return found


_ANY = f"""SELECT EXISTS (SELECT FROM {Reminder._meta.db_table} WHERE person_id = %s)
OR EXISTS (SELECT FROM {Reminder._meta.db_table} WHERE draft_id = %s)"""  # noqa: S608 - our own table


def _has_any(dossier: Dossier) -> bool:
    """Whether the person or the draft ever had a reminder: few have, and every filing asks."""
    with connection.cursor() as cursor:
        cursor.execute(_ANY, [dossier.applicant_id, dossier.draft_id])
        return bool(cursor.fetchone()[0])


@transaction.atomic
def end_reminders(*, actor: Actor, among: QuerySet[Reminder], why: str, at: datetime | None = None) -> int:
    """The province stops reminding of these, with the reason; files it prepared and nobody touched are put away."""
    access.require(actor, permissions.REMIND)
    at = at or timezone.now()
    ended = list(among.filter(state__in=OPEN).select_for_update(of=("self",)).select_related("draft"))
    for reminder in ended:
        reminder.state, reminder.settled_at, reminder.ended_why = State.ENDED, at, why
        put_away(reminder)
        reminder.save(update_fields=["state", "settled_at", "ended_why", "draft"])
        audit.record(actor, "proactive.reminder.ended", reminder, unit_id=reminder.unit_id, why=why)
    return len(ended)


def put_away(reminder: Reminder) -> None:
    """Removes a prepared file that the person has not worked on: a draft is no record, and they do not want it."""
    draft = reminder.draft
    if draft is None or draft.pages_done or draft.papers.exists() or Dossier.objects.filter(draft=draft).exists():
        return
    if reminder.prepared_at is not None and draft.updated_at > draft.started_at + rules.JUST_MADE:
        return
    reminder.draft = None
    reminder.save(update_fields=["draft"])
    Draft.objects.filter(pk=draft.pk).delete()
