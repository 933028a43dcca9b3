"""Where a submission stands and which acts lead on: pure."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """The course of one version of a report."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SIGNED = "signed"
    APPROVED = "approved"
    RETURNED = "returned"


# Filled in by hand only here; everywhere else the figures stand still.
OPEN = (State.DRAFT, State.RETURNED)
FROM: dict[str, tuple[State, ...]] = {
    "fill": OPEN,
    "submit": OPEN,
    "send_back": (State.SUBMITTED,),
    "take_back": (State.SUBMITTED, State.SIGNED),
    "sign": (State.SUBMITTED,),
    "approve": (State.SIGNED,),
    "return": (State.SIGNED,),
    "ask_correction": (State.APPROVED,),
}


def may(act: str, state: State | str) -> bool:
    """Whether the act is in order now."""
    return State(state) in FROM[act]


class Timeliness(StrEnum):
    """How a duty stands against its due time."""

    ON_TIME = "on_time"
    LATE = "late"
    OVERDUE = "overdue"
    WAITING = "waiting"


def timeliness(due_at: datetime, sent_at: datetime | None, now: datetime) -> Timeliness:
    """A report counts as sent when its leader has signed it; what was returned and sent again keeps its first time."""
    if sent_at is not None:
        return Timeliness.ON_TIME if sent_at <= due_at else Timeliness.LATE
    return Timeliness.OVERDUE if now > due_at else Timeliness.WAITING
