"""How fast a change reaches 2,000 open browsers: the real push process on one core, real sockets, real PostgreSQL."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import psycopg
from django.conf import settings
from django.db import connection

from tinhso.engines.indicators.keeping import CHANNEL
from tinhso.foundation.access.reach import Reach, write_pass
from tinhso.foundation.jobs.measured import free_port, running, until
from tinhso.foundation.jobs.registry import BenchRow

BROWSERS, ROUNDS, TOGETHER = 2000, 12, 100
BUDGET = 300
START_SECONDS, ROUND_SECONDS = 30, 10


def browsers() -> list[BenchRow]:
    """From the notification to each of 2,000 browsers, p95; the push process has one core to itself."""
    what = f"{BROWSERS:,} browsers hear of a change, push process on one core, p95"
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < BROWSERS + 200:
        return [BenchRow(f"{what}: NOT RUN, this machine allows {most} open files", 0, "ms", f"≤ {BUDGET}", False)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65_536), most))
    with _push_process() as port:
        times = asyncio.run(_measure(port))
    if not times:
        return [BenchRow(f"{what}: some browser heard nothing", 0, "ms", f"≤ {BUDGET}", False)]
    times.sort()
    slow = times[int(len(times) * 0.95)] * 1000
    half = statistics.median(times) * 1000
    return [
        BenchRow(f"{what} (p50 {half:.0f}, worst {times[-1] * 1000:.0f})", slow, "ms", f"≤ {BUDGET}", slow <= BUDGET)
    ]


@contextmanager
def _push_process() -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "tinhso.config.asgi:application"]
    # As the launcher starts it (faces/cli/demo.py).
    command += ["--backlog", "4096", "--backpressure", str(BROWSERS + 200), "--workers-kill-timeout", "5"]
    clients = {"TINHSO_PUSH_CLIENTS": str(BROWSERS + 50), "TINHSO_PUSH_PER_ACCOUNT": str(BROWSERS + 50)}
    command += ["--host", "127.0.0.1", "--port", str(port)]
    core = min(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    with running(command, lambda: bool(_state(port).get("listening")), seconds=START_SECONDS, more=clients, core=core):
        yield port


def _state(port: int) -> dict[str, Any]:
    try:
        with urlopen(f"http://127.0.0.1:{port}/day/song", timeout=5) as answer:
            return dict(json.load(answer))
    except (URLError, OSError, ValueError):
        return {}


class _Browser(asyncio.Protocol):
    """One open stream; it notes when a round's mark came by."""

    def __init__(self, ears: _Ears, request: bytes) -> None:
        self.ears, self.request = ears, request
        self.tail = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.tail = self.tail[-64:] + data
        if self.ears.mark in self.tail:
            self.tail = b""
            self.ears.heard.append(time.perf_counter())
            if len(self.ears.heard) == BROWSERS:
                self.ears.everybody.set()


class _Ears:
    """Who has heard the present round, and when."""

    def __init__(self) -> None:
        self.mark = b"\x00"
        self.heard: list[float] = []
        self.everybody = asyncio.Event()


async def _measure(port: int) -> list[float]:
    ears, loop = _Ears(), asyncio.get_running_loop()
    reach = Reach(paths=("1.",))
    origin = settings.CSRF_TRUSTED_ORIGINS[0]
    opened: list[asyncio.BaseTransport] = []
    for first in range(0, BROWSERS, TOGETHER):
        ask = (
            f"GET /day/so-lieu?the={quote(write_pass(None, reach))} HTTP/1.1\r\n"
            f"Host: 127.0.0.1\r\nOrigin: {origin}\r\n\r\n"
        ).encode()
        pairs = await asyncio.gather(
            *[
                loop.create_connection(lambda ask=ask: _Browser(ears, ask), "127.0.0.1", port)  # type: ignore[misc]
                for _ in range(first, min(first + TOGETHER, BROWSERS))
            ]
        )
        opened += [transport for transport, _browser in pairs]
    await loop.run_in_executor(
        None,
        lambda: until(lambda: _state(port).get("clients") == BROWSERS, START_SECONDS, "some browsers were not let in"),
    )
    try:
        return await _rounds(ears)
    finally:
        for transport in opened:
            transport.close()


async def _rounds(ears: _Ears) -> list[float]:
    times: list[float] = []
    parameters = {key: value for key, value in connection.get_connection_params().items() if key in _KEYS}
    async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as teller:
        for number in range(ROUNDS):
            ears.mark, ears.heard = f'"bench.{number}"'.encode(), []
            ears.everybody.clear()
            cell = {"measure": f"bench.{number}", "unit": 7, "path": "1.5.7.", "period": "2026-11"}
            began = time.perf_counter()
            await teller.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(cell)])
            try:
                await asyncio.wait_for(ears.everybody.wait(), ROUND_SECONDS)
            except TimeoutError:
                return []
            # The first round wakes everything up and is not counted.
            times += [at - began for at in ears.heard] if number else []
            await asyncio.sleep(0.2)
    return times


_KEYS = ("host", "port", "user", "password", "dbname")
