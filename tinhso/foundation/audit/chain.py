"""The chain's arithmetic and what a break in it means. Pure functions: no database, no clock.

content = SHA-256(canonical JSON of the row); seal = SHA-256(hash before ‖ "stream:sequence:" ‖ content).
Each seal carries the hash before it, so it can be judged by itself (does it belong to this place?) and beside its
neighbour (does it follow?). That is what lets the check name the one row that was touched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

BEGINNING = bytes(32)
# How far around its place a seal is looked for before it is called forged.
_REACH = 12


class Kind(StrEnum):
    """What was done to the log."""

    EDITED = "edited"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"
    CUT = "cut"
    REWRITTEN = "rewritten"
    BAD_HEAD = "bad_head"


@dataclass(frozen=True)
class Fault:
    """One finding, by place and by row id (None when the row is gone)."""

    kind: Kind
    stream: str
    sequence: int
    row_id: int | None = None
    until: int | None = None


@dataclass(frozen=True)
class Link:
    """A seal as stored, with the digest of its row as recomputed now (None: the row is gone)."""

    sequence: int
    row_id: int
    previous_hash: bytes
    row_hash: bytes
    stored_content: bytes | None
    actual_content: bytes | None


def canonical(fields: list[Any]) -> bytes:
    """The bytes that are hashed: [at in µs, act, actor, label, behalf, type, id, unit, simulated, details]."""
    return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)


def content_digest(fields: list[Any]) -> bytes:
    return hashlib.sha256(canonical(fields)).digest()


def seal_digest(previous: bytes, stream: str, sequence: int, content: bytes) -> bytes:
    return hashlib.sha256(previous + f"{stream}:{sequence}:".encode() + content).digest()


def check_stream(stream: str, links: Iterable[Link]) -> Iterator[Fault]:
    """Faults of one stream, given its seals in the order of their sequence."""
    check = _Check(stream)
    held: Link | None = None
    for link in links:
        if held is not None:
            yield from check.feed(held, link)
        held = link
    if held is not None:
        yield from check.feed(held, None)
    yield from check.end()


class _Check:
    """Walks one stream, remembering the two links before and how far the numbering has been shifted."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.shift = 0
        self.last: Link | None = None
        self.before_last_hash = b""
        self.last_hash = BEGINNING
        self.last_sequence = 0
        # The fault of the last link, held back because the next one may explain it (an inserted row).
        self.held: Fault | None = None
        self.last_was_genuine = True

    def feed(self, link: Link, following: Link | None) -> Iterator[Fault]:
        gap = link.sequence > self.last_sequence + 1
        if gap:
            yield from self.end()
            yield Fault(Kind.REMOVED, self.stream, self.last_sequence + 1, None, link.sequence - 1)
        if self._is_sound(link) and link.previous_hash == self.last_hash:  # the way of nearly every row
            yield from self.end()
            self._step(link, None)
            return
        place = self._place_of(link)
        own = self._own_fault(link, place)
        if link.previous_hash == self.last_hash or gap:
            yield from self.end()
        elif self._last_was_inserted(link):
            assert self.last is not None
            self.held = Fault(Kind.INSERTED, self.stream, self.last.sequence, self.last.row_id)
            yield from self.end()
            own = self._follow_shift(link, place, own)
        elif self._rows_vanished_before(link, place, following):
            yield from self.end()
            yield Fault(Kind.REMOVED, self.stream, link.sequence, None, link.sequence)
            own = self._follow_shift(link, place, own)
        elif own is None and self.held is None and self.last_was_genuine:
            # Both are sound by themselves, yet they do not meet: the one before was rewritten with its hashes.
            if self.last is None:
                yield Fault(Kind.REMOVED, self.stream, link.sequence, None, link.sequence)
            else:
                yield Fault(Kind.EDITED, self.stream, self.last.sequence, self.last.row_id)
        else:
            yield from self.end()
        self._step(link, own)

    def end(self) -> Iterator[Fault]:
        """Lets out the fault held back."""
        if self.held is not None:
            yield self.held
            self.held = None

    def _step(self, link: Link, own: Fault | None) -> None:
        self.last, self.held, self.last_was_genuine = link, own, own is None
        self.before_last_hash, self.last_hash = self.last_hash, link.row_hash
        self.last_sequence = link.sequence

    def _is_sound(self, link: Link) -> bool:
        content = link.actual_content
        return (
            content is not None
            and content == link.stored_content
            and seal_digest(link.previous_hash, self.stream, link.sequence - self.shift, content) == link.row_hash
        )

    def _place_of(self, link: Link) -> int | None:
        """The sequence for which this seal was made, near where it stands; None when it was made for none."""
        content = link.stored_content
        if content is None:
            return None
        here = link.sequence - self.shift
        for distance in range(_REACH + 1):
            for place in {here + distance, here - distance}:
                if seal_digest(link.previous_hash, self.stream, place, content) == link.row_hash:
                    return place
        return None

    def _own_fault(self, link: Link, place: int | None) -> Fault | None:
        """What is wrong with the link by itself."""
        if link.actual_content is None:
            return Fault(Kind.REMOVED, self.stream, link.sequence, link.row_id, link.sequence)
        if link.actual_content != link.stored_content or place is None:
            return Fault(Kind.EDITED, self.stream, link.sequence, link.row_id)
        if place != link.sequence - self.shift:
            return Fault(Kind.REORDERED, self.stream, link.sequence, link.row_id)
        return None

    def _last_was_inserted(self, link: Link) -> bool:
        """The link follows the one before the last, and the last stands there as a stranger."""
        moved = self.held is not None and self.held.kind is Kind.REORDERED
        return self.last is not None and link.previous_hash == self.before_last_hash and not moved

    def _rows_vanished_before(self, link: Link, place: int | None, following: Link | None) -> bool:
        """Numbers were closed up after a removal: this link and the next are both early by the same step."""
        if place is None or place <= link.sequence - self.shift or self.held is not None:
            return False
        return following is None or following.previous_hash == link.row_hash

    def _follow_shift(self, link: Link, place: int | None, own: Fault | None) -> Fault | None:
        if place is None or own is None or own.kind is not Kind.REORDERED:
            return own
        self.shift = link.sequence - place
        return None
