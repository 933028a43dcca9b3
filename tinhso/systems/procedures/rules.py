"""The rules of a dossier that need neither database nor clock: states, codes of the national portal, eligibility."""

from __future__ import annotations

from datetime import date
from enum import IntEnum, StrEnum

# Levels of online service kept for the Resolution's target (Decree 43/2011 art. 3.4; VIETNAM facts 0.2).
ONLINE_LEVELS = frozenset({3, 4})
ONLINE_CHANNEL = "online"


class State(StrEnum):
    """The business state of a dossier. Overdue is a property of the clock, never a state."""

    SUBMITTED = "submitted"
    RECEIVED = "received"
    RESOLVING = "resolving"
    SUPPLEMENT = "supplement"
    DRAFTED = "drafted"
    ISSUED = "issued"
    RETURNED = "returned"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"


class Stage(StrEnum):
    """Before and after reception: the rules of asking for more and of refusing differ (61/2018 arts 17 and 19)."""

    RECEPTION = "reception"
    SETTLEMENT = "settlement"


class NationalState(IntEnum):
    """TrangThaiHoSo of the national portal (VIETNAM facts 1.6)."""

    NEW = 1
    RECEIVED = 2
    NOT_RECEIVED = 3
    IN_PROGRESS = 4
    SUPPLEMENT_ASKED = 5
    PAYMENT_ASKED = 6
    WITHDRAWN = 7
    STOPPED = 8
    DONE = 9
    RESULT_RETURNED = 10


NATIONAL = {
    State.SUBMITTED: NationalState.NEW,
    State.RECEIVED: NationalState.RECEIVED,
    State.RESOLVING: NationalState.IN_PROGRESS,
    State.SUPPLEMENT: NationalState.SUPPLEMENT_ASKED,
    State.DRAFTED: NationalState.IN_PROGRESS,
    State.ISSUED: NationalState.DONE,
    State.RETURNED: NationalState.RESULT_RETURNED,
    State.REFUSED: NationalState.NOT_RECEIVED,
    State.WITHDRAWN: NationalState.WITHDRAWN,
    State.STOPPED: NationalState.STOPPED,
}
FEE_DUE = "due"

OPEN_STATES = frozenset({State.SUBMITTED, State.RECEIVED, State.RESOLVING, State.SUPPLEMENT, State.DRAFTED})
ENDED_STATES = frozenset(State) - OPEN_STATES
# What still asks for somebody's work: the open ones, and results not yet given.
AT_WORK = OPEN_STATES | {State.ISSUED}
BEFORE_RECEPTION = frozenset({State.SUBMITTED})

# Which act may follow which state; every other order is refused.
MAY_FOLLOW: dict[str, frozenset[State]] = {
    "receive": frozenset({State.SUBMITTED}),
    "refuse": frozenset({State.SUBMITTED}),
    "hand_over": frozenset({State.RECEIVED}),
    "accept": frozenset({State.RESOLVING}),
    "return_to_desk": frozenset({State.RESOLVING}),
    "assign": frozenset({State.RESOLVING, State.SUPPLEMENT}),
    "forward": frozenset({State.RESOLVING, State.DRAFTED, State.ISSUED}),
    "ask_opinion": frozenset({State.RESOLVING, State.DRAFTED}),
    "reroute": frozenset({State.SUBMITTED, State.RECEIVED, State.RESOLVING}),
    "ask_supplement": frozenset({State.SUBMITTED, State.RESOLVING}),
    "answer_supplement": frozenset({State.SUPPLEMENT}),
    "refuse_settling": frozenset({State.RESOLVING}),
    "apologise": frozenset({State.RECEIVED, State.RESOLVING, State.DRAFTED}),
    "draft": frozenset({State.RESOLVING, State.DRAFTED}),
    "send_back": frozenset({State.DRAFTED}),
    "sign": frozenset({State.DRAFTED}),
    "announce": frozenset({State.ISSUED}),
    "return": frozenset({State.ISSUED}),
    "correct": frozenset({State.ISSUED, State.RETURNED}),
    # Until there is a decision (Circular 03/2025 art. 7): a draft on the leader's desk is not one.
    "withdraw": OPEN_STATES,
    "stop": OPEN_STATES,
    # Undone only before the next step; after issue nothing is undone, it is corrected.
    "undo_receive": frozenset({State.RECEIVED}),
    "undo_hand_over": frozenset({State.RESOLVING}),
    "undo_draft": frozenset({State.DRAFTED}),
    "view": frozenset(State),
}


def may_follow(act: str, state: str) -> bool:
    """True when `act` is in order for a dossier in `state`."""
    return State(state) in MAY_FOLLOW[act]


def national_state(state: str, fee_state: str = "none") -> NationalState:
    """TrangThaiHoSo of a dossier; a fee still to be paid shows as 6 until the dossier is being settled."""
    known = State(state)
    if fee_state == FEE_DUE and known in (State.SUBMITTED, State.RECEIVED):
        return NationalState.PAYMENT_ASKED
    return NATIONAL[known]


def needs_no_decision(act: str) -> bool:
    """Acts that a decision shuts out (Circular 03/2025 art. 7)."""
    return act in ("withdraw", "stop")


def is_decided(state: str) -> bool:
    """A decision has been issued on the dossier."""
    return State(state) in (State.ISSUED, State.RETURNED)


def stage_of(state: str) -> Stage:
    """Before reception, or after it."""
    return Stage.RECEPTION if State(state) in BEFORE_RECEPTION else Stage.SETTLEMENT


def apology_in_time(sent_on: date, due_on: date) -> bool:
    """At the latest one day before the last day of the term (61/2018 art. 19.9)."""
    return sent_on < due_on


def archive_due(finished_on: date) -> date:
    """The agency's archive takes a finished dossier within one year of the year it ended in."""
    return date(finished_on.year + 1, 12, 31)


def retain_until(finished_on: date, years: int | None) -> date | None:
    """The last day of keeping: whole years counted from the year after; None is for ever."""
    return None if years is None else date(finished_on.year + years, 12, 31)


def scored_overdue(supplements: int) -> bool:
    """Two or more requests for more papers count the dossier as overdue (Decision 766 reading, VIETNAM-LAW 3.4)."""
    return supplements > 1


def counts_for_online_list(legacy_level: int) -> bool:
    """The procedure is in the list of level 3 and 4 services (the 2025 target's denominator)."""
    return legacy_level in ONLINE_LEVELS


def may_file_online(channels: list[str]) -> bool:
    """The procedure's decision lists the online channel."""
    return ONLINE_CHANNEL in channels


def owes_a_reason(kind: str, ground: str, reason: str, basis: str) -> bool:
    """Not full-process, and the ground, the reason or the rule behind it is not said (Decree 224/2026 art. 14)."""
    return kind != "full" and not (ground and reason.strip() and basis.strip())
