"""The one tree of hashes over growing rows (shape and proofs of RFC 6962, section 2.1). Pure functions.

leaf = SHA-256(0 ‖ payload); node = SHA-256(1 ‖ left ‖ right). The frontier keeps the roots of the complete subtrees, so
one more row costs a few hashes however long the history is. Registers' histories and receipts of messages both use it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

EMPTY = hashlib.sha256(b"").digest()


def leaf(payload: bytes) -> bytes:
    """The hash of one payload as it stands."""
    return hashlib.sha256(b"\x00" + payload).digest()


def leaf_of(row: Mapping[str, Any]) -> bytes:
    """The hash of one row of history, in one canonical writing."""
    return leaf(orjson.dumps(row, option=orjson.OPT_SORT_KEYS))


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def append(frontier: list[bytes], size: int, new: bytes) -> int:
    """Adds a leaf to the frontier in place (largest subtree first); returns the new size."""
    frontier.append(new)
    size += 1
    joined = size
    while joined % 2 == 0:
        right = frontier.pop()
        frontier.append(node(frontier.pop(), right))
        joined //= 2
    return size


def root_of_frontier(frontier: Sequence[bytes]) -> bytes:
    """The root of the whole history."""
    if not frontier:
        return EMPTY
    found = frontier[-1]
    for part in reversed(frontier[:-1]):
        found = node(part, found)
    return found


def frontier_of(leaves: Iterable[bytes]) -> list[bytes]:
    """The frontier of a history read from its beginning."""
    frontier: list[bytes] = []
    size = 0
    for one in leaves:
        size = append(frontier, size, one)
    return frontier


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaves read from the first."""
    return root_of_frontier(frontier_of(leaves))


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from one leaf to the root, nearest first. Linear in the history's length."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    path: list[tuple[int, int, int]] = []
    low, high = 0, len(leaves)
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append((middle, high, 0))
            high = middle
        else:
            path.append((low, middle, 1))
            low = middle
    return [root(leaves[start:end]) for start, end, _side in reversed(path)]


def root_by_proof(start: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that the proof leads to; None when the proof has the wrong length for its place."""
    if not 0 <= index < size:
        return None
    sides: list[bool] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        is_right = index >= middle
        sides.append(is_right)
        low, high = (middle, high) if is_right else (low, middle)
    if len(sides) != len(proof):
        return None
    found = start
    for is_right, other in zip(reversed(sides), proof, strict=True):
        found = node(other, found) if is_right else node(found, other)
    return found


def chain(before: bytes, new: bytes) -> bytes:
    """The chain beside the tree: names the very row from which a history was rewritten."""
    return hashlib.sha256(before + new).digest()
