"""What the calendar passes on: where the same body goes on in a new row, its own hours and days go along."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from tinhso.foundation.calendar import services
from tinhso.foundation.calendar.models import DayOverride, HoursQuerySet, OfficeHours, OverrideQuerySet
from tinhso.foundation.orgs.heirs import Passing
from tinhso.foundation.orgs.models import Unit


def pass_on(passing: Passing) -> int:
    """After a merger the successor keeps its own calendar; a moved unit takes its calendar with it."""
    if not passing.continues or passing.heir is None:
        return 0
    hours = list(_hours(passing.predecessor, passing.day))
    days = list(_days(passing.predecessor, passing.day))
    for row in hours:
        OfficeHours.objects.create(
            unit=passing.heir,
            valid_from=max(row.valid_from, passing.day),
            valid_to=row.valid_to,
            week=row.week,
            document=row.document,
            is_sample=row.is_sample,
        )
    for day in days:
        DayOverride.objects.create(
            unit=passing.heir,
            day=day.day,
            kind=day.kind,
            sessions=day.sessions,
            reason=day.reason,
            document=day.document,
        )
    if hours or days:
        services.announce_change()
    return len(hours) + len(days)


def count(unit: Unit, day: date) -> int:
    """How many weeks and days of its own the unit has from `day` on."""
    return _hours(unit, day).count() + _days(unit, day).count()


def _hours(unit: Unit, day: date) -> HoursQuerySet:
    return OfficeHours.objects.standing().filter(Q(valid_to=None) | Q(valid_to__gt=day), unit=unit)


def _days(unit: Unit, day: date) -> OverrideQuerySet:
    return DayOverride.objects.standing().filter(unit=unit, day__gte=day)
