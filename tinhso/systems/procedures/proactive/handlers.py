"""Reactions: a result tells what happened and what may follow; a filed dossier answers its reminder."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.events import bus
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.people import events as people
from tinhso.foundation.people.models import Enterprise
from tinhso.systems.procedures import events as core
from tinhso.systems.procedures import hooks
from tinhso.systems.procedures.models import Channel, Correction, Dossier
from tinhso.systems.procedures.proactive import finding, services
from tinhso.systems.procedures.proactive.models import Reminder, ReminderRule
from tinhso.systems.procedures.proactive.rules import Trigger

LABEL = "Nhắc việc chủ động"


def _system(is_simulated: bool) -> Actor:
    return Actor.system(LABEL, is_simulated=is_simulated)


def on_result(event: DomainEvent) -> None:
    """A result was issued: at once, what follows from it. Run twice it tells once."""
    dossier = Dossier.objects.select_related("version", "unit", "result", "applicant").get(pk=event.subject_id)
    actor, today = _system(dossier.is_simulated), timezone.localdate()
    services.note_result(actor=actor, dossier=dossier)
    for rule in ReminderRule.objects.as_of(today).filter(trigger=Trigger.RESULT):
        if dossier.version.code in rule.params.get("procedures", []):
            due = finding.of_result(rule, dossier, today)
            if due is not None:
                services.remind(actor=actor, rule=rule, due=due)


def on_correction(event: DomainEvent) -> None:
    """A result was annulled: nobody is reminded on its account any more."""
    dossier = Dossier.objects.get(pk=event.subject_id)
    newest = Correction.objects.filter(result__dossier=dossier).order_by("-issued_at", "-pk").first()
    if newest is not None and newest.kind == Correction.Kind.ANNUL:
        services.undo_result(actor=_system(dossier.is_simulated), dossier=dossier)


def opened(actor: Actor, dossier: Dossier, at: datetime) -> None:
    """A draft became a dossier: the reminder it answers is done, in the same transaction."""
    services.mark_filed(actor=_system(dossier.is_simulated), dossier=dossier, at=at)


def on_received(received: list[DomainEvent]) -> None:
    """Dossiers came in at the desk or by post. Few people have a reminder waiting: the others are asked of at once."""
    came = Dossier.objects.filter(pk__in=[int(event.subject_id) for event in received]).exclude(channel=Channel.ONLINE)
    waiting = Reminder.objects.waiting()
    theirs = Q(person_id=OuterRef("applicant_id")) | Q(draft_id=OuterRef("draft_id"))
    for dossier in came.filter(Exists(waiting.filter(theirs))).select_related("version").order_by("pk"):
        services.mark_filed(actor=_system(dossier.is_simulated), dossier=dossier, at=dossier.submitted_at)


def on_person_corrected(event: DomainEvent) -> None:
    """A corrected day of birth: reminders of age that stood on the old one end; the night finds the right ones."""
    mine = Reminder.objects.filter(about_id=int(event.subject_id), rule__trigger__in=(Trigger.AGE, Trigger.SCHOOL))
    stale = [one.pk for one in mine.open().select_related("about") if one.about and one.about.born_on is not None
             and one.facts.get("born") != one.about.born_on.isoformat()]  # fmt: skip
    if stale:
        services.end_reminders(actor=_system(False), among=Reminder.objects.filter(pk__in=stale), why="corrected")


def on_enterprise(event: DomainEvent) -> None:
    """An enterprise or household business was recorded."""
    one = Enterprise.objects.select_related("representative__commune", "commune").get(pk=event.subject_id)
    today = timezone.localdate()
    for rule in ReminderRule.objects.as_of(today).filter(trigger=Trigger.BUSINESS):
        due = finding.of_business(rule, one, today)
        if due is not None and (today - due.fact_on).days <= rule.params["within_days"]:
            services.remind(actor=_system(one.is_simulated), rule=rule, due=due)


def register() -> None:
    """Listens; called once at start."""
    bus.subscribe(core.RESULT_ISSUED, on_result)
    bus.subscribe(core.RESULT_CORRECTED, on_correction)
    bus.subscribe_batch(core.DOSSIER_RECEIVED, on_received)
    hooks.OPENED.append(opened)
    bus.subscribe(people.PERSON_CORRECTED, on_person_corrected)
    bus.subscribe(people.ENTERPRISE_RECORDED, on_enterprise)
