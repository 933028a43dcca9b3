"""Public tables without small cells: nobody is found behind a number, nor by taking one number from another."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

# A count of persons is shown from here on; so many must share what is told of each.
LEAST = 5
SMALLEST_GROUP = 5
Key = TypeVar("Key", bound=Hashable)


def hidden(counts: Mapping[Key, int], least: int = LEAST) -> set[Key]:
    """Which counts of a table with a shown total must be hidden.

    Every count from 1 to `least` - 1; and when what is hidden adds up to less than `least`, or is one row alone, the
    smallest of the rest beside it, so that the total less the shown rows gives nobody away. Zeroes speak of nobody.
    """
    gone = {key for key, count in counts.items() if 0 < count < least}
    rest = sorted((key for key, count in counts.items() if count >= least), key=lambda key: (counts[key], str(key)))
    while gone and rest and (len(gone) < 2 or sum(counts[key] for key in gone) < least):
        gone.add(rest.pop(0))
    return gone


def may_show_share(part: int, whole: int, least: int = LEAST) -> bool:
    """A share may be shown when neither it nor what it leaves singles out a few people."""
    rest = whole - part
    return whole >= least and not 0 < part < least and not 0 < rest < least


def all_shown(values: Sequence[int], least: int = LEAST) -> bool:
    """Whether a row of parts may be shown as it stands."""
    return all(not 0 < value < least for value in values)
