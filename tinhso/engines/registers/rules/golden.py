"""The golden record: for each field the best of what several sources say, with the source and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Claim:
    """What one source says of one field: how sure (0 to 100), seen on which day."""

    field: str
    value: Any
    source: str
    confidence: int
    seen_on: date


def best(claims: Iterable[Claim]) -> dict[str, Claim]:
    """By field: the surest claim; of equally sure ones the newest; of those the source first in the alphabet.

    A source is heard once for each field, with its newest word: an old mistake it took back does not live on.
    """
    latest: dict[tuple[str, str], Claim] = {}
    for one in claims:
        key = (one.field, one.source)
        if key not in latest or one.seen_on >= latest[key].seen_on:
            latest[key] = one
    found: dict[str, Claim] = {}
    for one in sorted(latest.values(), key=lambda each: (-each.confidence, -each.seen_on.toordinal(), each.source)):
        found.setdefault(one.field, one)
    return found


def disputed(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Fields on which sources differ now, so that somebody looks."""
    latest: dict[tuple[str, str], Claim] = {}
    for one in sorted(claims, key=lambda each: each.seen_on):
        latest[one.field, one.source] = one
    by_field: dict[str, list[Claim]] = {}
    for one in latest.values():
        by_field.setdefault(one.field, []).append(one)
    return {name: said for name, said in by_field.items() if len({repr(one.value) for one in said}) > 1}
