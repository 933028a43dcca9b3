"""The desk's rules that need neither database nor clock: whose turn, which hours, what a card says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class TicketState(StrEnum):
    """A ticket's life. SKIPPED: aside, may be called again today; NO_SHOW: gone."""

    WAITING = "waiting"
    CALLED = "called"
    SKIPPED = "skipped"
    DONE = "done"
    NO_SHOW = "no_show"


class AppointmentState(StrEnum):
    """An appointment's life."""

    BOOKED = "booked"
    CAME = "came"
    CANCELLED = "cancelled"
    MISSED = "missed"


# A person who did not hear the first call is called once more before being counted as gone.
CALLS_BEFORE_GONE = 2
# After this many priority calls in a row one ordinary ticket that has waited long is called, so nobody waits for ever.
PRIORITY_RUN = 3
LONG_WAIT = timedelta(minutes=30)
# Whoever comes with an appointment goes with the priority tickets from five minutes before the hour.
APPOINTMENT_EARLY = timedelta(minutes=5)


@dataclass(frozen=True)
class Waiting:
    """What the order of calling looks at."""

    pk: int
    taken_at: datetime
    is_priority: bool = False
    appointment_at: datetime | None = None


def goes_first(one: Waiting, now: datetime) -> bool:
    """By law before others (old, disabled, with child), or an appointment whose hour has come."""
    return one.is_priority or (one.appointment_at is not None and one.appointment_at - APPOINTMENT_EARLY <= now)


def next_ticket(waiting: Sequence[Waiting], *, now: datetime, run: int) -> Waiting | None:
    """Whose turn it is. `run`: how many of those who go first were called just before, without one between."""
    if not waiting:
        return None
    in_order = sorted(waiting, key=lambda one: (one.taken_at, one.pk))
    first = [one for one in in_order if goes_first(one, now)]
    rest = [one for one in in_order if not goes_first(one, now)]
    if not first or (rest and run >= PRIORITY_RUN and now - rest[0].taken_at >= LONG_WAIT):
        return rest[0]
    return min(first, key=lambda one: (not one.is_priority, one.appointment_at or one.taken_at, one.pk))


def slots(sessions: Sequence[tuple[int, int]], minutes: int, *, day: date, opens: datetime) -> list[datetime]:
    """The starts of whole slots within a day's sessions (seconds after midnight); none on a day off.

    `opens` is any instant of that day in its zone: only the zone is taken from it.
    """
    midnight = opens.replace(hour=0, minute=0, second=0, microsecond=0)
    length = minutes * 60
    return [
        midnight + timedelta(seconds=start)
        for begin, end in sessions
        for start in range(begin, end - length + 1, length)
        if midnight.date() == day
    ]


@dataclass(frozen=True)
class Card:
    """What a card's code says of its holder; empty where it says nothing."""

    number: str
    full_name: str = ""
    born_on: date | None = None
    sex: str = ""  # "male" or "female"
    address: str = ""
    issued_on: date | None = None
    from_code: bool = False
    # What does not fit together, as codes: the screen has the words.
    doubts: tuple[str, ...] = ()


class Unreadable(ValueError):
    """Neither a number nor a card's code."""


_SEXES = {"nam": "male", "nu": "female", "male": "male", "female": "female", "m": "male", "f": "female"}
LONGEST_CODE = 1000


def read_card(typed: str) -> Card:
    """The 12-digit number typed by hand, or the text of the QR code on a citizen's card or in the identity app.

    The code's text is `number|old number|name|ddmmyyyy|sex|address|ddmmyyyy`, later cards with more parts behind;
    a scanner pastes it as typed text. Raises Unreadable.
    """
    text = typed.strip()[:LONGEST_CODE]
    if "|" not in text:
        digits = re.sub(r"[\s.\-]", "", text)
        if not re.fullmatch(r"[0-9]{12}", digits):
            raise Unreadable(typed)
        return Card(digits)
    parts = [part.strip() for part in text.split("|")]
    if not re.fullmatch(r"[0-9]{12}", parts[0]) or len(parts) < 4:
        raise Unreadable(typed)
    return _checked(parts)


def _checked(parts: list[str]) -> Card:
    number, name = parts[0], parts[2]
    born, sex = _day(parts[3]), _SEXES.get(_bare(parts[4]) if len(parts) > 4 else "", "")
    doubts = []
    if not name or any(ch.isdigit() for ch in name) or len(name) > 120:
        doubts.append("name")
        name = "" if len(name) > 120 else name
    if born is None or (said := born_year(number)) != born.year:
        doubts.append("born_on" if born is None or said is not None else "number")
    if sex and (told := sex_of(number)) and told != sex:
        doubts.append("sex")
    return Card(
        number,
        name,
        born,
        sex,
        parts[5][:300] if len(parts) > 5 else "",
        _day(parts[6]) if len(parts) > 6 else None,
        True,
        tuple(doubts),
    )


def _bare(word: str) -> str:
    return word.lower().replace("ữ", "u").replace("ũ", "u")


def _day(text: str) -> date | None:
    found = re.fullmatch(r"([0-9]{2})[/.-]?([0-9]{2})[/.-]?([0-9]{4})", text)
    if found is None:
        return None
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None


def born_year(number: str) -> int | None:
    """The year of birth inside a 12-digit number: the 4th digit says century and sex, the next two the year."""
    mark = int(number[3])
    return 1900 + 100 * (mark // 2) + int(number[4:6]) if mark < 10 else None


def sex_of(number: str) -> str:
    """The sex inside a 12-digit number: the 4th digit is even for men, odd for women."""
    return "female" if int(number[3]) % 2 else "male"


def right_page_count(*, images: int, pages: int, noted: int) -> bool:
    """Circular 01/2023 art. 8.2.c and d: one image per page, two for a page with a note stuck on."""
    return pages > 0 and 0 <= noted <= pages and images == pages + noted
