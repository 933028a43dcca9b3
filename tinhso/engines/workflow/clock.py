"""The legal clock of cases, told by the working calendar of the unit that decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tinhso.engines.workflow.models import Case
from tinhso.engines.workflow.rules import HOURS_PER_WORKING_DAY, Step

if TYPE_CHECKING:
    from tinhso.foundation.calendar.rules import Term, WorkCalendar
    from tinhso.foundation.orgs.models import Unit

RESTART, PAUSE, NONE = "restart", "pause", "none"


def calendar_of(unit: Unit) -> WorkCalendar:
    """The working calendar of a unit (its own hours, or its nearest ancestor's)."""
    from tinhso.foundation.calendar.services import calendar_for

    return calendar_for(unit)


def legal_due(case: Case, start: datetime) -> datetime | None:
    """The legal due time for a clock that starts at `start`; None when the case has no term."""
    term = _term(case)
    return calendar_of(case.unit).due_at(start, term) if term else None


def _term(case: Case) -> Term | None:
    from tinhso.foundation.calendar.rules import Term

    if not case.term_unit or case.term_value is None:
        return None
    if case.term_unit == "same_day":
        return Term(0, "working_day")
    return Term(case.term_value, case.term_unit)  # type: ignore[arg-type]


def step_due(case: Case, step: Step, start: datetime) -> datetime | None:
    """The internal limit of a step entered at `start`; None for an end or a step without hours."""
    if step.is_end or step.hours <= 0:
        return None
    return calendar_of(case.holder_unit).add_hours(start, step.hours)


def legal_due_after_pauses(case: Case, pauses: Sequence[tuple[datetime, datetime]]) -> datetime | None:
    """The legal due time when the clock stood still in `pauses`; unchanged when it had not started."""
    from tinhso.foundation.calendar.rules import Clock, ClockEvent

    term = _term(case)
    start = case.clock_started_at
    if term is None or start is None:
        return case.due_at
    events = [
        event
        for paused, resumed in pauses
        if resumed > start
        for event in (ClockEvent("paused", max(paused, start)), ClockEvent("resumed", resumed))
    ]
    return Clock(calendar_of(case.unit), start, term, events=tuple(events)).due_at()


def step_due_after_pause(case: Case, paused_at: datetime, at: datetime) -> datetime | None:
    """The step's own limit moved on by the working time that passed in the pause."""
    if case.step_due_at is None:
        return None
    calendar = calendar_of(case.holder_unit)
    return calendar.add_seconds(case.step_due_at, calendar.working_seconds_between(paused_at, at))


def term_hours(value: int, unit: str) -> float | None:
    """A legal term in working hours; None when it counts calendar days."""
    if unit == "working_hour":
        return float(value)
    if unit in ("working_day", "same_day"):
        return float(max(value, 1) * HOURS_PER_WORKING_DAY)
    return None
