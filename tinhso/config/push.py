"""Live push: one loop listens to PostgreSQL and fans out to browsers. A slow browser is dropped, never waited for.

A message names cells that changed, not their values: the page asks the site again, under the reader's own rights.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tinhso.foundation.access.reach import Reach

logger = logging.getLogger(__name__)

CHANNEL = "tinhso_figures"
# In a flood the notifications of so many seconds travel as one message: a night's recount is a few, not thousands.
GATHER_SECONDS = 0.1
# A line that says nothing, so that proxies and browsers know the stream lives.
NOTHING = b":\n\n"
# How long the notifications of one commit are waited for after a quiet time: they come together.
SAME_COMMIT_SECONDS = 0.01
# How often a quiet connection is asked whether it still lives.
PING_SECONDS = 20.0
RECONNECT_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
# Messages kept for browsers that come back, messages a browser may fall behind, cells named one by one.
RING, BEHIND, NAMED = 512, 32, 200


@dataclass(frozen=True)
class Cell:
    """A figure's cell that was counted again."""

    measure: str
    unit: int
    path: str
    period: str


@dataclass(frozen=True)
class Message:
    """One numbered step of the stream; no cells means "look at everything again"."""

    number: int
    cells: tuple[Cell, ...]


class Full(Exception):
    """No room for one more browser; it falls back to the reload link."""


@dataclass(eq=False)
class Client:
    """One open browser: what it may hear, and what it has not been sent yet."""

    account_id: int | None
    reach: Reach
    # Its turn among the heartbeats.
    number: int = 0
    waiting: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(BEHIND))
    task: asyncio.Task[Any] | None = None

    def offer(self, chunk: bytes) -> bool:
        """Queues a chunk; False when the browser has fallen too far behind."""
        try:
            self.waiting.put_nowait(chunk)
        except asyncio.QueueFull:
            return False
        return True


class Hub:
    """All open browsers and the last messages. One event loop, so nothing here needs a lock."""

    def __init__(self, *, most: int = 2000, most_per_account: int = 20) -> None:
        self.most, self.most_per_account = most, most_per_account
        # Numbers are worth nothing in another life of the process: its name goes before them.
        self.life = secrets.token_hex(4)
        self.clients: set[Client] = set()
        self.per_account: Counter[int | None] = Counter()
        self.ring: deque[Message] = deque(maxlen=RING)
        self.last = 0
        self.joined = 0

    def join(self, account_id: int | None, reach: Reach, last_seen: str = "") -> Client:
        """Lets a browser in and queues what it missed since `last_seen`; Full when there is no room."""
        if len(self.clients) >= self.most or self.per_account[account_id] >= self.most_per_account:
            raise Full
        self.joined += 1
        client = Client(account_id, reach, self.joined)
        client.offer(b"retry: 2000\n\n" + self._missed(client, last_seen))
        self.clients.add(client)
        self.per_account[account_id] += 1
        return client

    def leave(self, client: Client) -> None:
        """Forgets a browser; safe to call twice."""
        if client in self.clients:
            self.clients.remove(client)
            self.per_account[client.account_id] -= 1
            self.per_account += Counter()

    def publish(self, cells: Iterable[Cell]) -> None:
        """Numbers a message, keeps it for those who come back, and offers it to every browser that may hear it."""
        self.last += 1
        message = Message(self.last, tuple(cells))
        self.ring.append(message)
        drawn: dict[Reach, bytes] = {}
        for client in list(self.clients):
            if client.reach not in drawn:
                drawn[client.reach] = self._draw(message, client.reach)
            chunk = drawn[client.reach]
            if chunk and not client.offer(chunk):
                self._drop(client)

    async def beat(self, every: int) -> None:
        """Each second says nothing to those whose turn it is, so that each browser and proxy hears it every so often.

        One clock for all: a timer for each browser made a message to 2,000 of them half as slow again.
        """
        tick = 0
        while True:
            await asyncio.sleep(1)
            tick += 1
            for client in list(self.clients):
                if (client.number + tick) % every == 0 and not client.offer(NOTHING):
                    self._drop(client)

    def resync(self) -> None:
        """Tells every browser to look again: something may have been missed."""
        self.publish(())

    def _drop(self, client: Client) -> None:
        logger.info("a slow browser is dropped")
        self.leave(client)
        if client.task:
            client.task.cancel()

    def _missed(self, client: Client, last_seen: str) -> bytes:
        life, _dash, number = last_seen.rpartition("-")
        if not number.isdecimal() or not number.isascii() or len(number) > 18:
            return self._mark()
        oldest = self.ring[0].number if self.ring else self.last + 1
        if life != self.life or not oldest - 1 <= int(number) <= self.last:
            return self._draw(Message(self.last, ()), client.reach)
        missed = [message for message in self.ring if message.number > int(number)]
        if len(missed) > BEHIND:
            return self._draw(Message(self.last, ()), client.reach)
        return b"".join(self._draw(message, client.reach) for message in missed) + self._mark()

    def _mark(self) -> bytes:
        # An id without data: the browser remembers where it stood, and nothing is announced.
        return f"id: {self.life}-{self.last}\n\n".encode()

    def _draw(self, message: Message, reach: Reach) -> bytes:
        seen = [cell for cell in message.cells if reach.covers(cell.unit, cell.path)]
        if message.cells and not seen:
            return b""
        if not message.cells or len(seen) > NAMED:
            return self._event(message.number, "resync", [])
        return self._event(message.number, "figures", [[cell.measure, cell.unit, cell.period] for cell in seen])

    def _event(self, number: int, name: str, cells: list[list[Any]]) -> bytes:
        data = json.dumps({"cells": cells}, separators=(",", ":"))
        return f"id: {self.life}-{number}\nevent: {name}\ndata: {data}\n\n".encode()


def parse(payload: str) -> Cell | None:
    """The cell of a notification; None for anything else that was sent on the channel."""
    try:
        found = json.loads(payload)
        return Cell(str(found["measure"]), int(found["unit"]), str(found["path"]), str(found["period"]))
    except (ValueError, KeyError, TypeError):
        logger.warning("not a figure notification: %.100r", payload)
        return None


class Listener:
    """The one loop on PostgreSQL. When the server goes away it comes back by itself and tells browsers to look."""

    def __init__(self, hub: Hub, parameters: dict[str, Any]) -> None:
        self.hub, self.parameters = hub, parameters
        self.is_listening = False
        self.failures = 0
        self.told_at = 0.0

    async def run(self) -> None:
        """Listens until cancelled."""
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                pause = RECONNECT_SECONDS[min(self.failures, len(RECONNECT_SECONDS) - 1)]
                self.failures += 1
                logger.warning("figures are not live, the database does not answer: %s", error)
                await asyncio.sleep(pause)
            finally:
                self.is_listening = False

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(**self.parameters, autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            self.is_listening = True
            self.failures = 0
            # Whatever was told while nobody listened is made good by looking again.
            self.hub.resync()
            while True:
                await self._hear(connection)

    async def _hear(self, connection: psycopg.AsyncConnection[Any]) -> None:
        heard = [notice async for notice in connection.notifies(timeout=PING_SECONDS, stop_after=1)]
        if not heard:
            await connection.execute("SELECT 1")
            return
        # After a quiet time at once; in a flood a message each GATHER_SECONDS.
        since = time.monotonic() - self.told_at
        await asyncio.sleep(max(SAME_COMMIT_SECONDS, GATHER_SECONDS - since))
        heard += [notice async for notice in connection.notifies(timeout=0)]
        cells = {cell: None for notice in heard if (cell := parse(notice.payload))}
        if cells:
            self.hub.publish(cells)
            self.told_at = time.monotonic()
