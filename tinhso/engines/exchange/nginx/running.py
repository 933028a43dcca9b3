"""The processes beside nginx: the plane behind it with the registry's ear, and the signer of its receipts.

`python -m tinhso.engines.exchange.nginx.running behind|signer`; parent.py starts both and nginx itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import time
from dataclasses import replace
from typing import Any

import uvloop

from tinhso.engines.exchange.nginx import rendering
from tinhso.engines.exchange.nginx.front import Behind
from tinhso.engines.exchange.nginx.policy import policy
from tinhso.engines.exchange.nginx.rendering import Place
from tinhso.engines.exchange.nginx.spool import Breakers, Signer
from tinhso.engines.exchange.plane.config import Config, from_environment
from tinhso.engines.exchange.plane.journal import Journal
from tinhso.engines.exchange.plane.running import outages, serve, settled
from tinhso.engines.exchange.rules.policy import Snapshot

logger = logging.getLogger(__name__)

# No policy has this name: a worker that reads it hands every call to the plane behind.
UNSETTLED = "-"


def addresses_of(host: str, port: int) -> tuple[str, ...]:
    """The addresses of a provider, in an order that stays; none when its name is not known now."""
    try:
        found = {row[4][0] for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError:
        return ()
    return tuple(f"[{one}]:{port}" if ":" in str(one) else f"{one}:{port}" for one in sorted(map(str, found)))


class Publisher:
    """Brings each new picture of the registry to nginx.

    First of all the workers are told that theirs is old: from that moment every call goes to the plane behind, which
    knows the new one already. So a removal does not wait for nginx to read its configuration.
    """

    def __init__(self, config: Config) -> None:
        self.config, self.place = config, Place(config.folder).made()
        self.version = ""
        self.last: Snapshot | None = None
        self.wanted: Snapshot | None = None
        self.task: asyncio.Task[None] | None = None

    def tell(self, snapshot: Snapshot) -> None:
        is_same = self.last is not None and replace(self.last, read_at=snapshot.read_at) == snapshot
        rendering.hear(self.place, self.version if is_same and self.task is None else UNSETTLED, _heard(snapshot))
        self.last = self.wanted = snapshot
        if self.task is None:
            self.task = asyncio.get_running_loop().create_task(self._publish())

    async def _publish(self) -> None:
        try:
            while (snapshot := self.wanted) is not None:
                self.wanted = None
                await self._brought(snapshot)
        finally:
            self.task = None

    async def _brought(self, snapshot: Snapshot) -> None:
        try:
            trusts = bool(rendering.authorities())
            made = await asyncio.to_thread(policy, snapshot, addresses_of, trusts_tls=trusts)
            if made.version != self.version:
                await asyncio.to_thread(rendering.write, self.config, made)
                self.version = made.version
                reload(self.place)
        except (rendering.Refused, rendering.Missing, OSError):
            # What nginx does not understand it does not serve; the plane behind serves it all.
            logger.exception("nginx stays with its old policy and hands every call on")
            return
        if self.wanted is None:
            rendering.hear(self.place, self.version, _heard(snapshot))


def told_by(publisher: Publisher) -> type[Behind]:
    """A plane behind nginx that passes on every picture of the registry which it learns."""

    class Told(Behind):
        def learn(self, snapshot: Snapshot) -> None:
            super().learn(snapshot)
            publisher.tell(snapshot)

    return Told


def _heard(snapshot: Snapshot) -> float:
    """When the registry was read, by the clock on the wall; never heard of is very long ago."""
    return max(0.0, time.time() - (time.monotonic() - snapshot.read_at))


def reload(place: Place) -> None:
    with contextlib.suppress(OSError, ValueError):
        os.kill(int(place.pid.read_text()), signal.SIGHUP)


async def behind(config: Config, resolve: Any) -> None:
    """The plane behind nginx, until SIGTERM."""
    publisher = Publisher(config)
    local = replace(config, host=f"unix:{publisher.place.socket}", tls_certificate="")

    # nginx listens even before the registry was read; calls are then refused in the plane's words.
    publisher.tell(Snapshot(instance=config.instance, read_at=float("-inf")))
    await serve(local, resolve, told_by(publisher))


async def signer(config: Config) -> None:
    """Signs what nginx wrote, until SIGTERM; then what is left."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    settled()
    place = Place(config.folder).made()
    breakers = Breakers(place.breakers, config.breaker_failures, config.breaker_seconds)
    journal = Journal(config.folder, segment_bytes=config.segment_bytes, root_seconds=config.root_seconds)
    signs = Signer(place.spool, journal.keep, breakers)
    tasks = [asyncio.create_task(signs.run()), asyncio.create_task(outages(breakers.outages, config.database_url))]
    await stop.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await signs.drain()
    await journal.close()
    signs.close()


def main() -> None:
    from tinhso.engines.exchange.connectors.registry import resolve

    logging.basicConfig(level=logging.WARNING)
    config = from_environment()
    uvloop.run(signer(config) if sys.argv[1:] == ["signer"] else behind(config, resolve))


if __name__ == "__main__":
    main()
