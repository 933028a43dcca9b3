"""Reminders before a deadline, and escalation after it: the doer, then the heads, then those above."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.calendar.selectors import calendar_for
from tinhso.systems.resolution.models import RemedialTask
from tinhso.systems.resolution.services import telling

# Working days: so many before the deadline the doer is reminded, so many after it those above are told. Our choice.
AHEAD, HIGHER_AFTER = 2, 3


@transaction.atomic
def raise_alarms(*, at: datetime | None = None) -> int:
    """Tells of every open task near its deadline or past it, each occasion once. Returns how many notices."""
    now, actor = at or timezone.now(), Actor.system(_("Kế hoạch Nghị quyết"))
    waiting = RemedialTask.objects.open().select_related("by_unit", "assignee_unit", "assignee", "assignee__person")
    return sum(_alarm(actor, one, now) for one in waiting.order_by("pk"))


def _alarm(actor: Actor, one: RemedialTask, now: datetime) -> int:
    calendar = calendar_for(one.assignee_unit)
    # A deadline put off is a new occasion.
    key = f"{one.pk}:{one.due_on}"
    today, due = timezone.localdate(now), timezone.localdate(one.due_at)
    if now <= one.due_at:
        if calendar.working_days_between(today, due) > AHEAD:
            return 0
        return telling.tell(actor, telling.hands_of(one), "resolution.soon", one, f"resolution.soon:{key}")
    told = telling.tell(actor, telling.hands_of(one), "resolution.late", one, f"resolution.late:{key}")
    heads = [*telling.heads_of(one.by_unit), *telling.heads_of(one.assignee_unit)]
    told += telling.tell(actor, heads, "resolution.late_below", one, f"resolution.late_below:{key}")
    if calendar.working_days_between(due, today) >= HIGHER_AFTER:
        told += telling.tell(
            actor, telling.above(one.by_unit), "resolution.stays_late", one, f"resolution.stays_late:{key}"
        )
    return told
