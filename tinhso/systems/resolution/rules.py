"""States of a remedial task, what may follow what, and how a task of the plan stands: pure, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Remedy(StrEnum):
    """Where a remedial task is. Late is no state: it is what the calendar says of an unfinished one."""

    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    DONE = "done"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What may be done to a remedial task."""

    ASSIGN = "assign"
    ACCEPT = "accept"
    FINISH = "finish"
    GIVE_BACK = "give_back"
    CONFIRM = "confirm"
    EXTEND = "extend"
    WITHDRAW = "withdraw"


# (step, state before) -> state after. What is not here is out of order.
_COURSE: dict[Step, dict[Remedy, Remedy]] = {
    Step.ACCEPT: {Remedy.ASSIGNED: Remedy.ACCEPTED},
    Step.FINISH: {Remedy.ACCEPTED: Remedy.DONE},
    # "Not good enough": back to work, under the same deadline.
    Step.GIVE_BACK: {Remedy.DONE: Remedy.ACCEPTED},
    Step.CONFIRM: {Remedy.DONE: Remedy.CONFIRMED},
    Step.EXTEND: {Remedy.ASSIGNED: Remedy.ASSIGNED, Remedy.ACCEPTED: Remedy.ACCEPTED},
    Step.WITHDRAW: {Remedy.ASSIGNED: Remedy.WITHDRAWN, Remedy.ACCEPTED: Remedy.WITHDRAWN},
}
OPEN = frozenset({Remedy.ASSIGNED, Remedy.ACCEPTED})


def after(step: Step, state: Remedy) -> Remedy | None:
    """The state that a step leads to; None when it is out of order."""
    return _COURSE.get(step, {}).get(state)


def steps_from(state: Remedy) -> list[Step]:
    """What may be done now, in the order of the work."""
    return [step for step in Step if state in _COURSE.get(step, {})]


def is_late(state: Remedy, due_at: datetime, done_at: datetime | None, now: datetime) -> bool:
    """Past its deadline and not finished, or finished after it. Withdrawn work is never late."""
    if state is Remedy.WITHDRAWN:
        return False
    return (done_at or now) > due_at


class Stage(StrEnum):
    """How far a body says a task of the plan has come."""

    NOT_BEGUN = "not_begun"
    UNDER_WAY = "under_way"
    STUCK = "stuck"
    DONE = "done"


class Standing(StrEnum):
    """How a task of the plan stands: what was reported, set against its milestones."""

    NO_REPORT = "no_report"
    NOT_BEGUN = "not_begun"
    UNDER_WAY = "under_way"
    STUCK = "stuck"
    LATE = "late"
    DONE = "done"


@dataclass(frozen=True)
class Mark:
    """A milestone as the rules see it."""

    due_on: date
    done_on: date | None


def standing(stage: Stage | None, marks: Iterable[Mark], day: date) -> Standing:
    """A missed milestone outweighs what is said, except "done"; nothing said is "no report", never "not begun"."""
    if stage is Stage.DONE:
        return Standing.DONE
    if any(mark.done_on is None and mark.due_on < day for mark in marks):
        return Standing.LATE
    return Standing.NO_REPORT if stage is None else Standing(stage.value)
