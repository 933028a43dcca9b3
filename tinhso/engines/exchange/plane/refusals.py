"""Refusals that nobody has to be shown later, counted so that a flood of strangers cannot fill the disk.

A call that was acknowledged has its receipt, always. But whoever proved nothing may send refused calls as fast as the
line takes them, and so may a member far beyond its rate: of these, a few a second for each reason keep a receipt of
their own; the rest of that second share one, which says how many they were. What a kill -9 can lose is that one count.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

logger = logging.getLogger(__name__)

# Receipts of their own, for each reason (and proved client), in one second of one process.
OWN = 20
RATE_LIMIT = "Server.ServerProxy.AccessDenied.RateLimit"

Keep = Callable[[dict[str, Any]], Awaitable[None]]


class Refusals:
    """The seconds under way, one for each reason."""

    def __init__(self, keep: Keep, own: int = OWN) -> None:
        self.keep, self.most = keep, own
        self.own: dict[tuple[str, str], int] = {}
        self.shared: dict[tuple[str, str], dict[str, Any]] = {}
        self.second: asyncio.Task[None] | None = None

    def has_its_own(self, reason: str, client: str) -> bool:
        """May this refusal have a receipt of its own? If not, tell it by `share`."""
        if client and reason != RATE_LIMIT:
            return True
        key = (reason, client)
        self.own[key] = self.own.get(key, 0) + 1
        if self.second is None:
            self.second = asyncio.create_task(self._end_of_second())
        return self.own[key] <= self.most

    def share(self, reason: str, client: str, receipt: Callable[[], dict[str, Any]]) -> None:
        """One more that its second's shared receipt stands for; the receipt describes the first of them."""
        key = (reason, client)
        shared = self.shared.get(key)
        if shared is None:
            shared = self.shared[key] = {**receipt(), "counted": 0}
        shared["counted"] += 1

    async def _end_of_second(self) -> None:
        await asyncio.sleep(1.0)
        self.second = None
        await self.close()

    async def close(self) -> None:
        """Writes what is counted so far."""
        shared, self.shared, self.own = self.shared, {}, {}
        for found in await asyncio.gather(*map(self.keep, shared.values()), return_exceptions=True):
            if isinstance(found, Exception):
                logger.warning("a second of refusals is not counted: %s", found)
