"""Pauses, limits and comparisons of the exchange: no database, no clock."""

from __future__ import annotations

from datetime import timedelta

# After the first, second… time that the portal did not answer; after the last the message is set aside (about 8 hours).
PAUSES = tuple(timedelta(seconds=one) for one in (5, 30, 120, 300, 900, 1800, 3600, 7200, 14400))
MOST_UNANSWERED = len(PAUSES) + 1
# A refusal seldom heals by itself: a few tries, then a person looks.
MOST_REFUSED = 3
REFUSED_PAUSE = timedelta(seconds=20)
# How long a claimed message is its sender's; then it counts as left behind by a killed process.
LEASE = timedelta(minutes=5)
# While the portal does not answer at all only this often is it tried, whatever waits.
LONGEST_REST = 60.0


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many unanswered attempts."""
    return PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]


def is_given_up(attempts: int, *, refused: bool) -> bool:
    """Tried often enough: an operator decides now."""
    return attempts >= (MOST_REFUSED if refused else MOST_UNANSWERED)


def rest_after(failed_rounds: int) -> float:
    """Seconds until the next round after so many rounds in which the portal did not answer."""
    return 1.0 if failed_rounds == 0 else min(LONGEST_REST, 2.0 ** min(failed_rounds, 10))


# Compared each night: what the portal shows a citizen and what Decision 766 reads.
COMPARED = ("TrangThaiHoSo", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy")


def differences(ours: dict[str, object], theirs: dict[str, object]) -> list[tuple[str, str, str]]:
    """(field, ours, theirs) for each compared field that is not alike; a stamp is compared to the minute."""
    found = []
    for name in COMPARED:
        mine, other = (str(side.get(name) or "") for side in (ours, theirs))
        if mine[:12] != other[:12]:
            found.append((name, mine, other))
    return found
