"""On time or overdue as Decision 766 counts it (component 2.1), for one dossier and one reporting period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Request:
    """A request for more papers, from asking to the citizen's answer (None: still waiting)."""

    asked_at: datetime
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Course:
    """What the rule reads of a dossier. `ended_at`: result ready, else returned, else stopped, refused or withdrawn."""

    received_at: datetime
    ended_at: datetime | None
    promised_at: datetime | None
    requests: Sequence[Request] = ()
    # The procedure's longest time, read only when nothing was promised.
    longest: timedelta | None = None


def is_on_time(course: Course, period_end: datetime) -> bool:
    """True when the dossier counts as on time or within its limit at `period_end`.

    More than one request makes it overdue. Waiting for the citizen after the one request: the asking is the end.
    Time spent waiting is taken off. Not ended: the end of the period stands in. Nothing promised: handling time
    against the procedure's longest time; no limit at all cannot be exceeded.
    """
    stop = min(course.ended_at or period_end, period_end)
    asked = [one for one in course.requests if course.received_at <= one.asked_at < stop]
    if len(asked) > 1:
        return False
    waited = timedelta()
    for one in asked:
        waited = min(one.answered_at or stop, stop) - one.asked_at
    handled_until = stop - waited
    if course.promised_at is not None:
        return handled_until <= course.promised_at
    return course.longest is None or handled_until - course.received_at <= course.longest
