"""The clocks of personal-data duties. Pure: a working calendar and moments in, moments out.

Sources: Law 91/2025/QH15 art. 4 (rights), 9-10 (consent, withdrawal), 14 (deletion), 19 (no consent needed), 21-22
(impact assessment), 23 (breach); Decree 356/2025/NĐ-CP art. 5 (answer in 2 working days; withdraw, restrict, object:
15 days, 20 when a processor or third party must act; one extension of at most 15 days). Other rights: 10 days, the
shortest of the range seen (10 to 20). Decree 331/2026/NĐ-CP art. 31 (24 and 72 hours). Days are counted as the Civil
Code says (arts 147, 148: the day of the event is not counted; a last day off moves to the next working day); a limit
in hours runs through nights and holidays.
"""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tinhso.foundation.calendar.rules import Term, WorkCalendar


class Kind(StrEnum):
    """The rights of a data subject (Law 91/2025 art. 4) as kinds of request."""

    KNOW = "know"
    ACCESS = "access"
    COPY = "copy"
    CORRECT = "correct"
    DELETE = "delete"
    WITHDRAW = "withdraw"
    RESTRICT = "restrict"
    OBJECT = "object"
    PROTECT = "protect"
    COMPLAIN = "complain"


class State(StrEnum):
    """Where a request stands."""

    RECEIVED = "received"
    AT_WORK = "at_work"
    PROPOSED = "proposed"
    DONE = "done"
    PARTLY = "partly"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


class Decision(StrEnum):
    """What an officer decided on a consent or a person decided on a purpose."""

    GIVEN = "given"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


OPEN_STATES = frozenset({State.RECEIVED, State.AT_WORK, State.PROPOSED})
# Stopping a use is counted apart from the other rights.
STOPPING = frozenset({Kind.WITHDRAW, Kind.RESTRICT, Kind.OBJECT})
# What is carried out only after a second officer has looked: it changes or empties a record.
CHECKED_TWICE = frozenset({Kind.CORRECT, Kind.DELETE})
# What names purposes.
ABOUT_PURPOSES = STOPPING
# What ends with a copy of everything.
COPYING = frozenset({Kind.ACCESS, Kind.COPY})

ACKNOWLEDGE_WORKING_DAYS = 2
STOP_DAYS, STOP_DAYS_THIRD_PARTY, OTHER_DAYS = 15, 20, 10
MOST_EXTENSION_DAYS = 15

# Breach: to the authority for personal data, and as an incident of a system (the first notice of a serious one).
AUTHORITY_HOURS = 72
SERIOUS_FIRST_HOURS, REPORT_HOURS = 24, 72
# "At once" when security or service is gravely hit: the law gives no figure, one hour is ours.
AT_ONCE_HOURS = 1

ASSESSMENT_DAYS = 60
ASSESSMENT_REVIEW_MONTHS = 6


def term_days(kind: Kind, *, third_party: bool = False) -> int:
    """Days to carry a request out."""
    if kind not in STOPPING:
        return OTHER_DAYS
    return STOP_DAYS_THIRD_PARTY if third_party else STOP_DAYS


def acknowledge_due(calendar: WorkCalendar, received_at: datetime) -> datetime:
    """Until when the person hears that the request is here and how it goes on."""
    return calendar.add_days(received_at, ACKNOWLEDGE_WORKING_DAYS)


def act_due(
    calendar: WorkCalendar, received_at: datetime, kind: Kind, *, third_party: bool = False, extended_days: int = 0
) -> datetime:
    """Until when the request is carried out; an extension lengthens the term itself."""
    days = term_days(kind, third_party=third_party) + extended_days
    return calendar.due_at(received_at, Term(days, "day"))


def extension_fits(days: int) -> bool:
    """One extension, from 1 to 15 days."""
    return 1 <= days <= MOST_EXTENSION_DAYS


@dataclass(frozen=True)
class NoticeDue:
    """One notice owed after a breach."""

    kind: str
    due_at: datetime


def breach_notices(known_at: datetime, *, is_serious: bool, is_grave: bool) -> list[NoticeDue]:
    """Who is owed a notice and until when: hours run through nights and holidays (Civil Code 147.1)."""
    owed = [NoticeDue("authority", known_at + timedelta(hours=AUTHORITY_HOURS))]
    if is_serious or is_grave:
        first = AT_ONCE_HOURS if is_grave else SERIOUS_FIRST_HOURS
        owed.append(NoticeDue("first", known_at + timedelta(hours=first)))
        owed.append(NoticeDue("report", known_at + timedelta(hours=REPORT_HOURS)))
    return sorted(owed, key=lambda one: (one.due_at, one.kind))


def assessment_due(calendar: WorkCalendar, started_on: date) -> date:
    """Until when the assessment is filed: 60 days from the start of the processing."""
    return calendar.first_working_day(started_on + timedelta(days=ASSESSMENT_DAYS))


def review_due(filed_on: date) -> date:
    """When the assessment is looked at again: six months later, or the month's last day."""
    month = filed_on.month - 1 + ASSESSMENT_REVIEW_MONTHS
    year, month = filed_on.year + month // 12, month % 12 + 1
    return date(year, month, min(filed_on.day, months.monthrange(year, month)[1]))


def outcome(honoured: int, kept: int) -> State:
    """How a request ends that was decided part by part."""
    if not honoured:
        return State.REFUSED
    return State.PARTLY if kept else State.DONE
