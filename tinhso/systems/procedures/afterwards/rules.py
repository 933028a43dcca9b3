"""Rules around a dossier without database or clock: feedback's order, powers by date, which paper is which."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum


class FeedbackState(StrEnum):
    """The life of a complaint or proposal (phản ánh, kiến nghị)."""

    RECEIVED = "received"
    ASKED = "asked"
    REFUSED = "refused"
    SENT_BACK = "sent_back"
    ANSWERED = "answered"
    PUBLISHED = "published"


# Working days (VIETNAM-LAW 3.5): refuse or send back, first request for more, answer, publish. Passing on to the agency
# that is competent: Decree 20/2008 art. 9.1.d.
REFUSE_DAYS, ASK_DAYS, ANSWER_DAYS, PUBLISH_DAYS, TRANSFER_DAYS = 2, 5, 15, 2, 5

FEEDBACK_MAY: dict[str, frozenset[FeedbackState]] = {
    "refuse": frozenset({FeedbackState.RECEIVED}),
    "send_back": frozenset({FeedbackState.RECEIVED}),
    "transfer": frozenset({FeedbackState.RECEIVED}),
    "ask": frozenset({FeedbackState.RECEIVED}),
    "reply": frozenset({FeedbackState.ASKED}),
    "answer": frozenset({FeedbackState.RECEIVED, FeedbackState.ASKED}),
    "publish": frozenset({FeedbackState.ANSWERED}),
    "judge": frozenset({FeedbackState.ANSWERED, FeedbackState.PUBLISHED}),
}
OPEN_FEEDBACK = frozenset({FeedbackState.RECEIVED, FeedbackState.ASKED})


class PowerState(StrEnum):
    """The life of a power to act for another."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    REVOKED = "revoked"


# Civil Code 91/2015 art. 563: a power of attorney without a term holds one year; ours always says its term.
LONGEST_POWER_DAYS = 366
LONGEST_GUARDIANSHIP_DAYS = 18 * 366


def power_holds(state: str, valid_from: date, valid_to: date, day: date) -> bool:
    """A confirmed power on a day within its term; the last day is included, as the paper says it."""
    return state == PowerState.CONFIRMED and valid_from <= day <= valid_to


def covers(procedures: list[str], code: str) -> bool:
    """A power for named procedures covers only those; an empty list covers all."""
    return not procedures or code in procedures


_NOISE = re.compile(r"[^a-z0-9]+")
_PREFIXES = ("ban chup ", "ban sao ", "ban chinh ", "anh chup ", "giay ", "ban dien tu ")


def paper_key(folded_label: str) -> str:
    """What makes two labels the same paper: letters and digits only, without "bản chụp", "giấy" in front."""
    key = _NOISE.sub(" ", folded_label).strip()
    changed = True
    while changed:
        changed = False
        for prefix in _PREFIXES:
            if key.startswith(prefix):
                key, changed = key[len(prefix) :], True
    return key[:200]
