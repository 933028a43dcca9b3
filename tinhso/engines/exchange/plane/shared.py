"""What several processes of one plane must agree on: tokens already seen and rates used. A mapped file and its lock."""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
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

    @contextmanager
    def locked(self) -> Iterator[None]:
        fcntl.lockf(self.file, fcntl.LOCK_EX)
        try:
            yield
        finally:
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
        with self.locked():
            at, found = self.find(number, now)
            if found or at < 0:  # a full table refuses: better a call too few than a replay
                return False
            SLOT.pack_into(self.map, at, number, until)
            return True


class Rates(Table):
    """Calls a minute of each agreement (generic cell rate algorithm: one time per agreement says it all)."""

    def wait(self, agreement: int, per_minute: int, now: float) -> float:
        """0 when the call fits the rate, else seconds until one does."""
        step = 60.0 / per_minute
        with self.locked():
            at, due = self.find(agreement, now)
            if at < 0:
                return 1.0
            due = max(due, now)
            if due + step - now > 60.0 + 1e-9:
                return due + step - now - 60.0
            SLOT.pack_into(self.map, at, agreement, due + step)
            return 0.0
