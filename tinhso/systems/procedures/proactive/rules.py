"""When a reminder is due: pure dates (Civil Code 91/2015 arts 147-148), states, what a rule may say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from tinhso.foundation.people.rules import add_months

OF_AGE = 18
# A prepared draft that was saved again later than this after it was made has been worked on.
JUST_MADE = timedelta(seconds=5)


class State(StrEnum):
    """Where a reminder stands. Told and prepared ones are open; the others have ended."""

    TOLD = "told"
    PREPARED = "prepared"
    FILED = "filed"
    LATER = "later"
    DONE = "done"
    ENDED = "ended"


OPEN = frozenset({State.TOLD, State.PREPARED})


class Trigger(StrEnum):
    """What the province knows that makes a rule speak."""

    RESULT = "result"
    AGE = "age"
    SCHOOL = "school"
    EXPIRY = "expiry"
    BUSINESS = "business"


# The numbers each trigger asks for, with the least and the most that make sense.
NUMBERS: Mapping[Trigger, Mapping[str, tuple[int, int]]] = {
    Trigger.RESULT: {"within_days": (1, 730)},
    Trigger.AGE: {"years": (1, 110), "lead_days": (0, 365), "until_days": (0, 365)},
    Trigger.SCHOOL: {"years": (3, 18), "open_month": (1, 12), "close_month": (1, 12)},
    Trigger.EXPIRY: {"months": (1, 600), "lead_days": (1, 730)},
    Trigger.BUSINESS: {"within_days": (1, 730)},
}


def wrong_numbers(trigger: Trigger, params: Mapping[str, Any]) -> list[str]:
    """Names of the numbers that are missing or out of bounds."""
    asked = NUMBERS[trigger]
    wrong = [name for name, (least, most) in asked.items() if not _within(params.get(name), least, most)]
    if trigger is Trigger.SCHOOL and not wrong and params["close_month"] < params["open_month"]:
        wrong.append("close_month")
    return wrong


def _within(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def birthday(born_on: date, years: int) -> date:
    """The day a person completes `years`; born on 29 February: the last day of February when the year has no 29th."""
    return add_months(born_on, years * 12)


def age_on(born_on: date, day: date) -> int:
    """Completed years on a day."""
    years = day.year - born_on.year
    return years if birthday(born_on, years) <= day else years - 1


def is_minor(born_on: date, day: date) -> bool:
    """Under 18 (Civil Code art. 21)."""
    return age_on(born_on, day) < OF_AGE


def age_is_due(born_on: date, years: int, lead_days: int, until_days: int, day: date) -> bool:
    """The person reaches `years` within the lead, or reached it no longer ago than `until_days`."""
    reached = birthday(born_on, years)
    return reached - timedelta(days=lead_days) <= day <= reached + timedelta(days=until_days)


def born_between(years: int, lead_days: int, until_days: int, day: date) -> tuple[date, date]:
    """Birth dates worth looking at on `day`: a little wider than `age_is_due`, which has the last word."""
    first = add_months(day - timedelta(days=until_days), -years * 12) - timedelta(days=2)
    last = add_months(day + timedelta(days=lead_days), -years * 12) + timedelta(days=2)
    return first, last


def school_year(born_on: date, years: int, open_month: int, close_month: int, day: date) -> date | None:
    """The last day of the enrolment season, when `day` lies in it and the child's age by year is `years`."""
    if day.year - born_on.year != years or not open_month <= day.month <= close_month:
        return None
    return last_of_month(day.year, close_month)


def last_of_month(year: int, month: int) -> date:
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return first_of_next - timedelta(days=1)


def expires_on(issued_on: date, months: int, stated: date | None = None) -> date:
    """The last day a paper may be used: as stated on it, else so many months after it was issued (art. 148.3)."""
    return stated or add_months(issued_on, months)


def act_by(expiry: date, is_working: Callable[[date], bool], most: int = 30) -> date:
    """The last working day not after the expiry. A paper that runs out within Tết is to be renewed before Tết:
    art. 148.5 moves the end of a time limit for acting, never the validity of a paper."""
    for back in range(most):
        day = expiry - timedelta(days=back)
        if is_working(day):
            return day
    return expiry


def expiry_is_due(expiry: date, lead_days: int, day: date) -> bool:
    """Within the lead, and not over yet."""
    return expiry - timedelta(days=lead_days) <= day <= expiry


def event_is_fresh(on: date, within_days: int, day: date) -> bool:
    """It happened, and not longer ago than there is something to do about it."""
    return on <= day <= on + timedelta(days=within_days)


def said(text: str, **known: str) -> str:
    """The rule's sentence with {ten} and {ngay} put in. Plain replacement: its author can reach nothing else."""
    for name, value in known.items():
        text = text.replace("{" + name + "}", value)
    return text
