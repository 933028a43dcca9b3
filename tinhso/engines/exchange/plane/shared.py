"""What several processes of one plane must agree on: tokens already seen and rates used. A mapped file and its lock."""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
from pathlib import Path
from struct import Struct

SLOT = Struct("<Qd")
PROBES = 64


class Table:
    """Fixed slots of (number, time), found by open addressing; a slot whose time is past is free."""

    def __init__(self, path: Path, slots: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.slots = slots
        self.file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self.file, slots * SLOT.size)
        self.map = mmap.mmap(self.file, slots * SLOT.size)

    def __enter__(self) -> None:
        fcntl.lockf(self.file, fcntl.LOCK_EX)

    def __exit__(self, *told: object) -> None:
        fcntl.lockf(self.file, fcntl.LOCK_UN)

    def find(self, number: int, now: float) -> tuple[int, float]:
        """The slot of `number` and its time, or a free slot and 0; (-1, 0) when its neighbourhood is full."""
        free = -1
        for probe in range(PROBES):
            at = (number + probe) % self.slots * SLOT.size
            other, until = SLOT.unpack_from(self.map, at)
            if other == number and until > now:
                return at, until
            if until <= now and free < 0:
                free = at
        return free, 0.0

    def close(self) -> None:
        self.map.close()
        os.close(self.file)


class Seen(Table):
    """Identifiers of tokens, each once while its token could live."""

    def first_time(self, text: str, until: float, now: float) -> bool:
        number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") or 1
        with self:
            at, found = self.find(number, now)
            if found or at < 0:  # a full table refuses: better a call too few than a replay
                return False
            SLOT.pack_into(self.map, at, number, until)
            return True


class Rates(Table):
    """Calls a minute of each agreement (generic cell rate algorithm: one time per agreement says it all).

    Of a high rate a process takes a few hundredths of a second's calls at once and spends them by itself; what it has
    not spent when they run out is lost to the caller, a twentieth of its rate at most.
    """

    LEASE = 0.05

    def __init__(self, path: Path, slots: int) -> None:
        super().__init__(path, slots)
        self.leased: dict[int, tuple[int, float]] = {}

    def wait(self, agreement: int, per_minute: int, now: float) -> float:
        """0 when the call fits the rate, else seconds until one does."""
        left, until = self.leased.get(agreement, (0, 0.0))
        if left > 0 and now < until:
            self.leased[agreement] = (left - 1, until)
            return 0.0
        step = 60.0 / per_minute
        many = max(1, int(self.LEASE / step))
        with self:
            at, due = self.find(agreement, now)
            if at < 0:
                return 1.0
            due = max(due, now)
            if due + step - now > 60.0 + 1e-9:
                return due + step - now - 60.0
            many = min(many, max(1, int((60.0 - (due - now)) / step)))
            SLOT.pack_into(self.map, at, agreement, due + many * step)
        if many > 1:
            self.leased[agreement] = (many - 1, now + self.LEASE)
        return 0.0
