"""Pauses between tries, and when to give up: pure."""

from __future__ import annotations

from datetime import timedelta

# A package in a sender's hands; after it another sender takes the same frozen body under the same key.
LEASE = timedelta(minutes=5)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
MOST_TRIES, MOST_REFUSALS = 12, 3


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries without an answer."""
    return PAUSES[min(max(tries, 1), len(PAUSES)) - 1]


def is_given_up(attempts: int, refusals: int) -> bool:
    return refusals >= MOST_REFUSALS or attempts >= MOST_TRIES
