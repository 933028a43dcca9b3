"""How long the legal clock takes, on a calendar held in the process (DESIGN section 6: reads of a million dossiers)."""

from __future__ import annotations

import timeit
from collections.abc import Callable
from datetime import datetime, timedelta

from tinhso.foundation.calendar import national
from tinhso.foundation.calendar.rules import VIETNAM, Clock, ClockEvent, Term, WorkCalendar
from tinhso.foundation.calendar.selectors import USUAL_WEEK
from tinhso.foundation.jobs.registry import BenchRow

START = datetime(2026, 3, 5, 9, 30, tzinfo=VIETNAM)
BUDGET = 50.0
CLOCK_BUDGET = 150.0


def bench() -> list[BenchRow]:
    """Microseconds of one due date, one remaining time and one clock with a supplement."""
    calendar = WorkCalendar(USUAL_WEEK, national.PublicHolidays(), national.SwappedDays())
    term = Term(15, "working_day")
    asked = ClockEvent("supplement_asked", START + timedelta(days=1))
    given = ClockEvent("supplement_given", START + timedelta(days=4))
    clock = Clock(calendar, START, term, "pause", (asked, given))
    due = calendar.due_at(START, term)
    return [
        _row("calendar: hạn 15 ngày làm việc", lambda: calendar.due_at(START, term)),
        _row("calendar: thời gian còn lại", lambda: calendar.remaining(START, due)),
        _row("calendar: đọc hạn có một lần bổ sung", lambda: clock.read(START + timedelta(days=9)), CLOCK_BUDGET),
    ]


def _row(what: str, once: Callable[[], object], budget: float = BUDGET) -> BenchRow:
    once()
    measured = min(timeit.repeat(once, number=1000, repeat=5)) * 1000
    return BenchRow(what, round(measured, 1), "µs", f"≤ {budget:.0f} µs", measured <= budget)
