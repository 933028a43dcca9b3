"""Where the parts of a process stand on paper: ranks along the way, slots across it. Pure.

Longest-path ranks over the ways that lead on; a part takes the slot of the one it follows when that is free, so the
main way is a straight line and branches lie beside each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spot:
    """A place on the grid: how far along, how far across."""

    rank: int
    slot: int


def lay_out(nodes: Sequence[str], edges: Iterable[tuple[str, str]]) -> dict[str, Spot]:
    """A spot for each node. `edges` lead on (no loops among them); nodes keep their order within a rank."""
    after: dict[str, list[str]] = {node: [] for node in nodes}
    before: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in edges:
        if target not in after[source]:
            after[source].append(target)
            before[target].append(source)
    ranks = _ranks(nodes, after, before)
    spots: dict[str, Spot] = {}
    taken: dict[int, set[int]] = {}
    order = {node: n for n, node in enumerate(nodes)}
    for node in sorted(nodes, key=lambda n: (ranks[n], order[n])):
        rank = ranks[node]
        slot = _wanted(node, before, after, spots)
        while slot in taken.setdefault(rank, set()):
            slot += 1
        taken[rank].add(slot)
        spots[node] = Spot(rank, slot)
    return spots


def _ranks(nodes: Sequence[str], after: Mapping[str, list[str]], before: Mapping[str, list[str]]) -> dict[str, int]:
    missing = {node: len(before[node]) for node in nodes}
    ready = [node for node in nodes if not missing[node]]
    ranks = dict.fromkeys(nodes, 0)
    while ready:
        node = ready.pop(0)
        for following in after[node]:
            ranks[following] = max(ranks[following], ranks[node] + 1)
            missing[following] -= 1
            if not missing[following]:
                ready.append(following)
    return ranks


def _wanted(
    node: str, before: Mapping[str, list[str]], after: Mapping[str, list[str]], spots: Mapping[str, Spot]
) -> int:
    """The slot in line with what comes before: its first follower straight on, the others beside it."""
    placed = [source for source in before[node] if source in spots]
    if not placed:
        return 0
    if len(placed) > 1:
        return min(spots[source].slot for source in placed)
    source = placed[0]
    return spots[source].slot + after[source].index(node)
