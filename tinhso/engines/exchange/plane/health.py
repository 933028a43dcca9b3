"""Circuit breakers of services, and the memory of answers that policy lets us keep."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass


@dataclass(slots=True)
class Breaker:
    """Opens after so many failures one after another; after a pause one call tries, and its fate decides."""

    failures_allowed: int
    pause: float
    failures: int = 0
    open_until: float = 0.0
    is_trying: bool = False

    def lets(self, now: float) -> bool:
        if not self.open_until:
            return True
        if now < self.open_until or self.is_trying:
            return False
        self.is_trying = True
        return True

    def succeeded(self) -> bool:
        """True when this closes the breaker."""
        was_open, self.failures, self.open_until, self.is_trying = bool(self.open_until), 0, 0.0, False
        return was_open

    def failed(self, now: float) -> bool:
        """True when this opens the breaker for the first time."""
        self.failures += 1
        was_open, self.is_trying = bool(self.open_until), False
        if was_open or self.failures >= self.failures_allowed:
            self.open_until = now + self.pause
        return bool(self.open_until) and not was_open


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as the client may see it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    until: float


class Memory:
    """The latest answers within a bound of bytes. Keys hold the agreement: one client's answer is never another's."""

    def __init__(self, most: int) -> None:
        self.most, self.size = most, 0
        self.rows: OrderedDict[tuple[object, ...], Kept] = OrderedDict()

    def get(self, key: tuple[object, ...], now: float) -> Kept | None:
        found = self.rows.get(key)
        if found is None or found.until <= now:
            return None
        self.rows.move_to_end(key)
        return found

    def put(self, key: tuple[object, ...], answer: Kept) -> None:
        if len(answer.body) > self.most // 8:
            return
        if old := self.rows.pop(key, None):
            self.size -= len(old.body) + 512
        self.rows[key] = answer
        self.size += len(answer.body) + 512
        while self.size > self.most:
            _, gone = self.rows.popitem(last=False)
            self.size -= len(gone.body) + 512

    def clear(self) -> None:
        self.rows.clear()
        self.size = 0
