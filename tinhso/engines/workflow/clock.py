"""The legal clock of cases, told by the working calendar of the unit that decides; limits of steps by their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from tinhso.engines.workflow.models import Case, Token
from tinhso.engines.workflow.shape import Step

if TYPE_CHECKING:
    from tinhso.foundation.calendar.rules import Term, WorkCalendar
    from tinhso.foundation.orgs.models import Unit

RESTART, PAUSE, NONE = "restart", "pause", "none"

# A quarter of the step's time before its limit, and not earlier than a working day before.
REMIND_PART, REMIND_MOST, REMIND_FROM_HOURS = 4, 8.0, 2.0
# The same of the whole term: a quarter before it, two working days at the most.
LEGAL_PART, LEGAL_MOST_HOURS, LEGAL_FROM_HOURS = 4, 16, 4


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


def due_in(unit: Unit, start: datetime, value: float, term_unit: str) -> datetime:
    """When a term given in working days or hours, or in days, runs out at `unit`."""
    from tinhso.foundation.calendar.rules import Term

    return calendar_of(unit).due_at(start, Term(Decimal(str(value)), term_unit))  # type: ignore[arg-type]


def set_limits(standing: Case | Token, step: Step, start: datetime) -> None:
    """The limit of a step entered at `start`, and when its timers speak; none for an end, a wait or a fork."""
    standing.step_due_at = standing.remind_at = standing.escalate_at = None
    if not step.is_work or step.hours <= 0:
        return
    calendar = calendar_of(standing.holder_unit)
    standing.step_due_at = standing.escalate_at = calendar.add_hours(start, step.hours)
    before = remind_before(step)
    if before:
        standing.remind_at = calendar.add_hours(start, step.hours - before)


def remind_before(step: Step) -> float:
    """How many working hours before its limit a step is reminded of; 0 for short ones, unless the step says."""
    if step.remind is not None:
        return min(max(step.remind, 0.0), step.hours)
    return min(step.hours / REMIND_PART, REMIND_MOST) if step.hours >= REMIND_FROM_HOURS else 0


def set_legal_timers(case: Case) -> None:
    """When the timers of the legal due time speak: some working time before it, and at it; none for an ended case.

    A quarter of the term before, two working days at the most: a letter of apology must go out a day before the
    limit (61/2018 art. 19.9), and somebody has to write it.
    """
    case.legal_remind_at, case.legal_alarm_at = None, case.due_at
    start = case.clock_started_at
    if case.due_at is None or start is None or case.ended_at is not None:
        case.legal_alarm_at = None
        return
    calendar = calendar_of(case.unit)
    whole = calendar.working_seconds_between(start, case.due_at)
    before = min(whole // LEGAL_PART, LEGAL_MOST_HOURS * 3600)
    if whole >= LEGAL_FROM_HOURS * 3600:
        case.legal_remind_at = calendar.add_seconds(start, whole - before)


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


def push_limits(standing: Case | Token, paused_at: datetime, at: datetime) -> None:
    """The step's own limit and timers moved on by the working time that passed in the pause."""
    calendar = calendar_of(standing.holder_unit)
    passed = calendar.working_seconds_between(paused_at, at)
    for name in ("step_due_at", "remind_at", "escalate_at"):
        old = getattr(standing, name)
        if old is not None:
            setattr(standing, name, calendar.add_seconds(old, passed))
