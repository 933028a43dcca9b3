"""Pure rules of units: the order of a tree, and where a unit's parts went through successive mergers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol, TypeVar

# How siblings of different kinds follow one another on lists.
KIND_ORDER = {
    "provincial_committee": 0,
    "commune_committee": 0,
    "service_centre": 1,
    "department": 2,
    "office": 3,
    "other": 4,
    "district": 5,
    "commune": 6,
}


class InTree(Protocol):
    """What the order needs to know of a unit."""

    @property
    def pk(self) -> Any: ...

    @property
    def parent_id(self) -> Any: ...


T = TypeVar("T", bound=InTree)


def in_tree_order(units: Sequence[T], *, key: Callable[[T], Any]) -> list[T]:
    """Parents before their children, siblings by `key`. A unit whose parent is not given counts as a root."""
    present = {unit.pk for unit in units}
    below: dict[Any, list[T]] = {}
    for unit in sorted(units, key=key, reverse=True):
        below.setdefault(unit.parent_id if unit.parent_id in present else None, []).append(unit)
    ordered: list[T] = []
    waiting = list(below.get(None, []))
    while waiting:
        unit = waiting.pop()
        ordered.append(unit)
        waiting.extend(below.get(unit.pk, []))
    return ordered


Steps = Mapping[int, Sequence[tuple[int, Decimal | None]]]


def follow(start: int, steps: Steps) -> dict[int, Decimal | None]:
    """Where a unit's whole ends up: final successors with their share, None once a step has no known share.

    `steps` is acyclic (a successor is never older than its predecessor), so the walk ends.
    """
    reached: dict[int, Decimal | None] = {}
    waiting: list[tuple[int, Decimal | None]] = [(start, Decimal(1))]
    while waiting:
        here, share = waiting.pop()
        onward = steps.get(here)
        if not onward:
            reached[here] = plus(reached[here], share) if here in reached else share
            continue
        waiting.extend((there, times(share, part)) for there, part in onward)
    return reached


def plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """A sum that is unknown as soon as one part is."""
    return None if one is None or other is None else one + other


def times(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """A product that is unknown as soon as one factor is."""
    return None if one is None or other is None else one * other


def restate(amounts: Mapping[int, Decimal], steps: Steps) -> tuple[dict[int, Decimal], Decimal]:
    """Amounts that add up (people, dossiers) moved onto the units that stand today, and what could not be placed.

    What moves and what remains unplaced always add up to what was given.
    """
    placed: dict[int, Decimal] = {}
    left_over = Decimal(0)
    for unit, amount in amounts.items():
        known = [(there, share) for there, share in follow(unit, steps).items() if share is not None]
        for there, share in known:
            placed[there] = placed.get(there, Decimal(0)) + amount * share
        left_over += amount * (1 - sum((share for _there, share in known), Decimal(0)))
    return placed, left_over
