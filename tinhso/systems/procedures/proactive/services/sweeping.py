"""The night's look: every rule in force, every matter due, each told in its own transaction; killed, it goes on."""

from __future__ import annotations

import logging
from datetime import date, timedelta

from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.proactive import permissions
from tinhso.systems.procedures.proactive.finding import WITH_A_RESULT, due
from tinhso.systems.procedures.proactive.models import Child, Death, Reminder, ReminderRule, Sweep
from tinhso.systems.procedures.proactive.services.facts import BIRTH, DEATH, note_result
from tinhso.systems.procedures.proactive.services.reminding import end_reminders, remind

logger = logging.getLogger(__name__)
LOOK_BACK = timedelta(days=14)


def sweep(*, actor: Actor, day: date | None = None) -> Sweep:
    """Looks once a day. Not one transaction: each reminder is its own act, so that a fault or a kill costs only one.

    A rule is noted when it is done; run again the same day, done rules are passed over and nothing is told twice.
    """
    access.require(actor, permissions.REMIND)
    day = day or timezone.localdate()
    night, _is_new = Sweep.objects.get_or_create(on=day, defaults={"started_at": timezone.now()})
    if night.finished_at is not None:
        return night
    _catch_up(actor, day)
    over = Reminder.objects.filter(due_on__lt=day)
    end_reminders(actor=actor, among=over, why="over")
    for rule in ReminderRule.objects.as_of(day).order_by("code"):
        if rule.code not in night.done:
            night.note(rule.code, *_play(actor, rule, day))
    night.finished_at = timezone.now()
    night.save(update_fields=["finished_at"])
    return night


def _catch_up(actor: Actor, day: date) -> None:
    """Births and deaths whose event never reached us."""
    fresh = Dossier.objects.filter(
        version__code__in=(BIRTH, DEATH), state__in=WITH_A_RESULT, result__issued_at__date__gte=day - LOOK_BACK
    )
    unknown = fresh.exclude(pk__in=Child.objects.values("dossier")).exclude(pk__in=Death.objects.values("dossier"))
    for dossier in unknown.select_related("version").iterator():
        note_result(actor=actor, dossier=dossier)


def _play(actor: Actor, rule: ReminderRule, day: date) -> tuple[int, int]:
    told = failed = 0
    for one in list(due(rule, day)):
        try:
            told += remind(actor=actor, rule=rule, due=one) is not None
        except Refused:
            failed += 1
        except Exception:
            # One person's bad data must not keep the others from being told; the fault is in the log and counted.
            logger.exception("reminder %s %s", rule.code, one.event_key)
            failed += 1
    return told, failed
