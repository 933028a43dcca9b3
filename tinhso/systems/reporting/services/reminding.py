"""Reminders before a report is due, and the leader told once it is overdue. Each occasion is told once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.notices.services import notify
from tinhso.foundation.notices.texts import Text, register_text
from tinhso.foundation.people.models import Account
from tinhso.systems.reporting import permissions, selectors, words
from tinhso.systems.reporting.models import Duty
from tinhso.systems.reporting.services import duties

# As far ahead as anybody may ask to be reminded, in calendar days.
AHEAD = timedelta(days=45)
ACTOR = Actor.system("Nhắc báo cáo")


def register() -> None:
    """The words of the notices; called once at start."""
    from django.utils.translation import gettext_lazy

    register_text(
        Text(
            "reporting.reminded",
            gettext_lazy("Sắp đến hạn: %(report)s"),
            gettext_lazy("%(report)s, %(period)s của %(unit)s phải gửi trước %(due)s, còn %(days)s ngày làm việc."),
        )
    )
    register_text(
        Text(
            "reporting.overdue",
            gettext_lazy("Quá hạn: %(report)s"),
            gettext_lazy("%(report)s, %(period)s của %(unit)s đã quá hạn từ %(due)s mà chưa gửi."),
        )
    )


def remind_all(now: datetime | None = None) -> int:
    """Goes over every unsent duty; how many were told of. Safe to run again the same day."""
    now = now or timezone.now()
    rows = Duty.objects.all().unsent().filter(due_at__lt=now + AHEAD).select_related(*selectors.AROUND)
    return sum(remind(duty, now) for duty in rows.order_by("pk").iterator(chunk_size=500))


@transaction.atomic
def remind(duty: Duty, now: datetime) -> int:
    """Whoever fills in is told on the regime's days; once overdue the unit's leader, then the receiver."""
    day = timezone.localdate(now)
    left = duties.remaining_days(duty.form, duty.due_at, day)
    if now <= duty.due_at:
        if left not in duty.form.remind_days:
            return 0
        told = selectors.people_with(permissions.FILL, duty.holder, day, offices=True)
        return _tell(duty, told, "reporting.reminded", f"{left}", days=left)
    if -left < duty.form.escalate_days:
        return 0
    leaders = selectors.people_with(permissions.SIGN, duty.holder, day)
    receivers = selectors.people_with(permissions.MANAGE, duty.regime.owner, day)
    return _tell(duty, [*leaders, *receivers], "reporting.overdue", "overdue", days=-left)


def _tell(duty: Duty, people: list[Account], text: str, occasion: str, *, days: int) -> int:
    values = {
        "report": str(duty.regime.name),
        "period": words.period_name(duty.period),
        "unit": str(duty.unit),
        "due": timezone.localtime(duty.due_at).strftime("%H:%M %d/%m/%Y"),
        "days": days,
    }
    for account in people:
        notify(
            ACTOR,
            account=account,
            text=text,
            values=values,
            link=reverse("reporting:report", args=[duty.pk]),
            key=f"reporting:{duty.pk}:{occasion}:{account.pk}",
        )
    return int(bool(people))
