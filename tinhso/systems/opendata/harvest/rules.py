"""Bounds of a harvest and the pace of trying again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

# Each pause after a failure without progress is longer than the last; after the last the run ends.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
# A full walk finds what vanished; between two of them only changes are asked for.
FULL_EVERY = timedelta(days=7)


@dataclass(frozen=True)
class Bounds:
    """What one run, and one sitting of it, may take."""

    records: int = 100_000
    pages: int = 5_000
    seconds: float = 240.0  # of one sitting; the run is then paused and goes on at the next
    answer_bytes: int = 32 * 1024 * 1024
    run_bytes: int = 2 * 1024 * 1024 * 1024
    faults: int = 200


BOUNDS = Bounds()
# Pages in a row that bring nothing new: the source turns in a circle, whatever it says of itself.
MOST_BARREN = 3
# A sitting that has been silent for so long is dead; another may go on in its place.
SILENCE = timedelta(minutes=8)


def pause_after(failures: int) -> timedelta | None:
    """How long to wait after this many failures in a row without progress; None when it is enough."""
    return PAUSES[failures - 1] if failures <= len(PAUSES) else None


def may_withdraw(known: int, missing: int) -> bool:
    """Whether missing records may be taken as gone: a source that lost most of them at once is likelier broken."""
    return missing <= 10 or missing * 2 <= known
