"""The same world as plane_world's with nginx in front: one worker, the plane behind and the signer in our own loop."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tinhso.engines.exchange.nginx import parent, rendering
from tinhso.engines.exchange.nginx.running import Publisher, told_by
from tinhso.engines.exchange.nginx.spool import Breakers, Signer
from tinhso.engines.exchange.plane.config import Config
from tinhso.engines.exchange.plane.running import listening, plane
from tinhso.engines.exchange.rules.policy import Snapshot
from tinhso.engines.exchange.tests import plane_world
from tinhso.engines.exchange.tests.plane_world import CLIENT, OTHER, Holder, Provider, World, provided, snapshot


class NginxWorld(World):
    """Handles on everything; `learn` returns when nginx itself serves by the new policy."""

    publisher: Publisher
    signer: Signer
    process: subprocess.Popen[bytes]
    tells_the_slow = False

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        spool = self.publisher.place.spool
        self.settle()
        with super().full_disk():
            spool.rename(spool.with_name("away"))
            try:
                yield
            finally:
                spool.with_name("away").rename(spool)

    def learn(self, snapshot: Snapshot | None = None) -> None:
        super().learn(snapshot)
        assert self.signer.breakers
        self.settle()
        self.loop.call_soon_threadsafe(self.signer.breakers.clear)
        self.waits_for_nginx()

    def waits_for_nginx(self) -> None:
        until = time.monotonic() + 10
        while self.publisher.task is not None or self.version() != self.publisher.version or self.is_leaving():
            assert time.monotonic() < until, self.publisher.place.log.read_text()[-2000:]
            time.sleep(0.005)

    def is_leaving(self) -> bool:
        """Does a worker of the policy before still end its calls?"""
        number = self.process.pid
        children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
        titles = []
        for child in children:
            with contextlib.suppress(OSError):
                titles.append(Path(f"/proc/{child}/cmdline").read_bytes())
        return any(b"shutting down" in one for one in titles) or sum(b"worker process" in one for one in titles) != 1

    def version(self) -> str:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", "/healthz")
            answer = line.getresponse()
            answer.read()
            return answer.headers.get("X-Tinhso-Policy", "")
        except OSError:
            return ""
        finally:
            line.close()

    def settle(self) -> None:
        """Signs what nginx wrote."""
        asyncio.run_coroutine_threadsafe(self._settled(), self.loop).result(10)

    async def _settled(self) -> None:
        end = time.monotonic() + 5
        while any(self.signer._mark(one) != one.stat().st_size for one in self.signer._spools()):
            assert time.monotonic() < end
            await asyncio.sleep(0.002)


def missing() -> str:
    try:
        rendering.program()
    except rendering.Missing as error:
        return str(error)
    return ""


@contextmanager
def nginx_world(folder: Path, **config: Any) -> Iterator[NginxWorld]:
    """NOT RUN where nginx or its module is missing."""
    if why := missing():
        pytest.skip(f"NOT RUN: {why}")
    ready, stop = threading.Event(), asyncio.Event()
    found: dict[str, Any] = {}
    with listening("127.0.0.1", 0) as free:
        port = free.getsockname()[1]

    async def run() -> None:
        provider = Provider()
        runner, base = await provided(provider)
        client, other = Holder(CLIENT), Holder(OTHER)
        policy = snapshot(base, client, other)
        settings: dict[str, Any] = {"instance": "TS", "root_seconds": 0.05, "breaker_seconds": 0.2, "port": port}
        made = Config(folder=folder, **(settings | config))
        publisher = Publisher(made)
        place = publisher.place

        local = replace(made, host=f"unix:{place.socket}", tls_certificate="")
        async with plane(local, kind=told_by(publisher)) as (running, _):
            running.learn(policy)
            while publisher.task is not None:
                await asyncio.sleep(0.005)
            process = parent.nginx(place)
            signer = Signer(
                place.spool, running.journal.keep, Breakers(place.breakers, made.breaker_failures, made.breaker_seconds)
            )
            signing = asyncio.create_task(signer.run())
            loop = asyncio.get_running_loop()
            world = NginxWorld(port, running, provider, folder, client, other, policy, loop)
            world.publisher, world.signer, world.process = publisher, signer, process
            found["world"] = world
            ready.set()
            await stop.wait()
            process.send_signal(signal.SIGTERM)
            await asyncio.to_thread(process.wait, 10)
            signing.cancel()
            await signer.drain()
            signer.close()
        await runner.cleanup()

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        found["world"].waits_for_nginx()
        yield found["world"]
    finally:
        found["world"].loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(found["world"].process.pid, signal.SIGKILL)


PLANES = {"embedded": plane_world.world, "nginx": nginx_world}
