"""The rules of a dossier that need neither database nor clock: states, codes of the national portal, eligibility."""

from __future__ import annotations

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
}

OPEN_STATES = frozenset({State.SUBMITTED, State.RECEIVED, State.RESOLVING, State.SUPPLEMENT, State.DRAFTED})
ENDED_STATES = frozenset(State) - OPEN_STATES

# Which act may follow which state; every other order is refused.
MAY_FOLLOW: dict[str, frozenset[State]] = {
    "receive": frozenset({State.SUBMITTED}),
    "refuse": frozenset({State.SUBMITTED}),
    "hand_over": frozenset({State.RECEIVED}),
    "ask_supplement": frozenset({State.SUBMITTED, State.RESOLVING}),
    "answer_supplement": frozenset({State.SUPPLEMENT}),
    "draft": frozenset({State.RESOLVING, State.DRAFTED}),
    "send_back": frozenset({State.DRAFTED}),
    "sign": frozenset({State.DRAFTED}),
    "return": frozenset({State.ISSUED}),
    "withdraw": frozenset({State.SUBMITTED, State.RECEIVED, State.RESOLVING, State.SUPPLEMENT}),
}


def may_follow(act: str, state: str) -> bool:
    """True when `act` is in order for a dossier in `state`."""
    return State(state) in MAY_FOLLOW[act]


def counts_for_online_list(legacy_level: int) -> bool:
    """The procedure is in the list of level 3 and 4 services (the 2025 target's denominator)."""
    return legacy_level in ONLINE_LEVELS


def may_file_online(channels: list[str]) -> bool:
    """The procedure's decision lists the online channel."""
    return ONLINE_CHANNEL in channels
