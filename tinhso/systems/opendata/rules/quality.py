"""A dataset's quality as one number of 100, with what each part earned: complete, described, fresh, open,
answerable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from tinhso.foundation.openness.columns import Cycle

# How old content may be at each cycle before points are lost (the catalogue's refresh rule: within three months).
OLDEST = {
    Cycle.CONTINUAL: timedelta(days=1),
    Cycle.DAILY: timedelta(days=2),
    Cycle.WEEKLY: timedelta(days=9),
    Cycle.MONTHLY: timedelta(days=40),
    Cycle.QUARTERLY: timedelta(days=100),
    Cycle.YEARLY: timedelta(days=380),
}


@dataclass(frozen=True)
class Measured:
    """What is known of a dataset: shares are 0..1."""

    filled: float
    described: float
    age: timedelta
    cycle: Cycle
    has_table: bool
    has_licence: bool
    has_notes: bool
    has_contact: bool
    faults: int = 0


def score(m: Measured) -> tuple[int, dict[str, int]]:
    """The number, and its parts: complete 30, described 20, fresh 20, open 20, answerable 10."""
    bound = OLDEST.get(m.cycle)
    parts = {
        "complete": max(0, round(30 * m.filled) - min(m.faults, 15)),
        "described": round(15 * m.described) + 5 * m.has_notes,
        "fresh": 20 if bound is None or m.age <= bound else max(0, 20 - 10 * (m.age // bound)),
        "open": 12 * m.has_table + 8 * m.has_licence,
        "answerable": 10 * m.has_contact,
    }
    return min(100, sum(parts.values())), parts
