"""One process of the plane: sockets, TLS, the registry followed, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import psycopg
from aiohttp import web

from tinhso.engines.exchange.plane import upstream
from tinhso.engines.exchange.plane.config import Config
from tinhso.engines.exchange.plane.journal import Journal
from tinhso.engines.exchange.plane.proof import Proofs
from tinhso.engines.exchange.plane.registry import Resolve, follow
from tinhso.engines.exchange.plane.requests import Server
from tinhso.engines.exchange.plane.server import Plane
from tinhso.engines.exchange.plane.shared import Rates, Seen
from tinhso.engines.exchange.rules.policy import Snapshot

FIRST_SECONDS = 10.0
SLOTS_OF_TOKENS, SLOTS_OF_RATES = 1 << 18, 1 << 14


def listening(host: str, port: int) -> socket.socket:
    """A socket that several processes share; "unix:PATH" for one that only our own user opens."""
    if host.startswith("unix:"):
        return _local(host.removeprefix("unix:"))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind((host, port))
    sock.listen(1024)
    sock.setblocking(False)
    return sock


def _local(path: str) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    draft = Path(f"{path}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    sock.bind(str(draft))
    draft.chmod(0o600)
    draft.rename(path)  # whoever connects meanwhile meets the old one or the new one
    sock.listen(1024)
    sock.setblocking(False)
    return sock


def tls(config: Config) -> ssl.SSLContext | None:
    """TLS 1.2 up; a client certificate is asked for, and only the exchange's authority is believed."""
    if not config.tls_certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(config.tls_certificate, config.tls_key or None)
    if config.client_authority:
        context.load_verify_locations(config.client_authority)
        context.verify_mode = ssl.CERT_OPTIONAL
    return context


@contextlib.asynccontextmanager
async def plane(
    config: Config, prepare: Callable[[Plane], Awaitable[None]] | None = None, kind: type[Plane] = Plane
) -> AsyncIterator[tuple[Plane, int]]:
    """Within, a plane listens; the port it got. `prepare` comes first: calls go to who can answer them."""
    journal = Journal(config.folder, segment_bytes=config.segment_bytes, root_seconds=config.root_seconds)
    seen, rates = Seen(config.folder / "tokens", SLOTS_OF_TOKENS), Rates(config.folder / "rates", SLOTS_OF_RATES)
    pool = upstream.Pool()
    made = kind(config, journal, Proofs(seen), rates, pool)
    server = Server(
        made, access_log=None, keepalive_timeout=config.header_seconds, auto_decompress=False, lingering_time=1.0
    )
    runner = web.ServerRunner(server, shutdown_timeout=10.0)
    await runner.setup()
    if prepare is not None:
        await prepare(made)
    sock = listening(config.host, config.port)
    await web.SockSite(runner, sock, ssl_context=tls(config)).start()
    try:
        yield made, 0 if sock.family == socket.AF_UNIX else sock.getsockname()[1]
    finally:
        await runner.cleanup()
        pool.close()
        await made.refusals.close()
        await journal.close()
        seen.close()
        rates.close()


async def outages(queue: asyncio.Queue[tuple[int, bool, str]], url: str) -> None:
    """Openings and closings of breakers into the registry's outages; what cannot be written now is tried again."""
    while True:
        service, is_open, error = await queue.get()
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=5) as connection:
                    if is_open:
                        await connection.execute(
                            "INSERT INTO exchange_outage (service_id, began_at, error) VALUES (%s, now(), %s)"
                            " ON CONFLICT DO NOTHING",
                            (service, error[:300]),
                        )
                    else:
                        await connection.execute(
                            "UPDATE exchange_outage SET ended_at = now() WHERE service_id = %s AND ended_at IS NULL",
                            (service,),
                        )
                break
            except (psycopg.Error, OSError):
                await asyncio.sleep(2.0)


def settled() -> None:
    """Before the first call: what is loaded now stays, and calls leave no rings that must be looked for often."""
    # The journal's thread must not wait five milliseconds for its turn whenever the loop is busy.
    sys.setswitchinterval(0.0005)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


async def serve(config: Config, resolve: Resolve, kind: type[Plane] = Plane) -> None:
    """Until SIGTERM or SIGINT; calls under way are finished."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    settled()
    tasks: list[asyncio.Task[None]] = []

    async def follows(made: Plane) -> None:
        """The registry is read before the first call. Without a database for so long, refusals say what is amiss."""
        first = asyncio.Event()

        def learn(snapshot: Snapshot) -> None:
            made.learn(snapshot)
            first.set()

        tasks.append(asyncio.create_task(follow(config.database_url, config.instance, resolve, learn)))
        tasks.append(asyncio.create_task(outages(made.outages, config.database_url)))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FIRST_SECONDS):
                await first.wait()

    async with plane(config, follows, kind) as (_, port):
        sys.stdout.write(f"listening {port}\n")
        sys.stdout.flush()
        await stop.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
