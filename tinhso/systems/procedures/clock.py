"""The legal clock of a dossier: the version's term on the calendar of the office that settles it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from django.utils import timezone

from tinhso.foundation.calendar.rules import Term
from tinhso.foundation.calendar.services import calendar_for
from tinhso.foundation.orgs.models import Unit
from tinhso.systems.procedures.cases import facts_of
from tinhso.systems.procedures.models import ProcedureVersion, TermUnit

# How the calendar counts each unit of a term.
CALENDAR_UNITS: dict[str, Literal["working_day", "working_hour", "day"]] = {
    TermUnit.WORKING_DAY: "working_day",
    TermUnit.WORKING_HOUR: "working_hour",
    TermUnit.DAY: "day",
}


def due_at(version: ProcedureVersion, office: Unit, start: datetime, case_code: str = "") -> datetime:
    """When the result is due for a dossier received at `start`.

    The day of reception is not counted (Civil Code art. 147.2); a same-day procedure received after 15:00, or on a
    day off, is due at the end of the next working day (61/2018 art. 18; the procedure's own steps). The case's own
    term counts where it has one.
    """
    calendar = calendar_for(office)
    facts = facts_of(version, case_code)
    if facts.term_unit == TermUnit.SAME_DAY:
        hand_over = calendar.hand_over_due(timezone.localtime(start))
        return calendar.closes_at(timezone.localtime(hand_over).date())
    return calendar.due_at(
        timezone.localtime(start),
        Term(facts.term_value, CALENDAR_UNITS.get(facts.term_unit, "working_day")),
    )


def answer_due_at(desk: Unit, submitted_at: datetime) -> datetime:
    """When the desk must answer an online filing: 8 working hours (VIETNAM facts 1.4)."""
    return calendar_for(desk).answer_due(timezone.localtime(submitted_at))


def hand_over_due_at(desk: Unit, received_at: datetime) -> datetime:
    """When the desk must hand over: the same day, or the start of the next after 15:00 (61/2018 art. 18.2)."""
    return calendar_for(desk).hand_over_due(timezone.localtime(received_at))


def supplement_until(version: ProcedureVersion, office: Unit, received_at: datetime) -> datetime:
    """Until when a dossier found wanting while settling goes back: 3 working days of reception (61/2018 art. 19.4)."""
    term = Term(version.supplement_days, "working_day")
    return calendar_for(office).due_at(timezone.localtime(received_at), term)


def appointment_on(office: Unit, day: date) -> datetime | None:
    """The end of the office's work on `day`; None on a day off."""
    calendar = calendar_for(office)
    return calendar.closes_at(day) if calendar.is_working(day) else None


def pushed_due_at(office: Unit, due: datetime, paused_at: datetime, resumed_at: datetime) -> datetime:
    """The due time after a pause: as much working time later as the pause took."""
    calendar = calendar_for(office)
    paused, resumed = timezone.localtime(paused_at), timezone.localtime(resumed_at)
    return calendar.add_seconds(timezone.localtime(due), calendar.working_seconds_between(paused, resumed))


def remaining_minutes(dossier_due_at: datetime, office: Unit, now: datetime) -> int:
    """Working minutes left; negative when overdue."""
    return calendar_for(office).remaining(timezone.localtime(now), timezone.localtime(dossier_due_at))
