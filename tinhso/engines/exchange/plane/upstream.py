"""The provider's side of a call: forwarded headers, a pool of connections, time-outs, retries of safe calls.

aiohttp's own connection and parser (`ResponseHandler`, in C) without its session: what a session does around each call
(cookies, redirects, proxies, tracing, payload classes) costs more than the call, and none of it is wanted here.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import ssl
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from aiohttp import ClientError, ClientOSError, ServerDisconnectedError, StreamReader
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_writer import _serialize_headers as serialized
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from tinhso.engines.exchange.rules.errors import failed
from tinhso.engines.exchange.rules.policy import Service

# RFC 9110 7.6.1, and what speaks of the one hop only.
HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer"}
    | {"transfer-encoding", "upgrade", "content-length", "host", "expect"}
)
# Ours to say, never the caller's; the token is for the exchange and would be a key in a stranger's hand.
OURS = frozenset(
    {"authorization", "x-road-client", "x-road-service", "x-road-id", "x-road-request-id"}
    | {"x-tinhso-plane", "x-tinhso-agreement"}
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
BODILESS = SAFE | {"DELETE"}
TRIES, PAUSE = 3, 0.05
CONNECT_SECONDS = 3.0
# A provider may close an idle connection at the very moment we use it: a call that must not be sent twice takes only
# one that was in use just now.
IDLE_SECONDS, SURELY_ALIVE_SECONDS, MOST_IDLE = 30.0, 1.0, 256
PIECE = 1 << 18

Body = bytes | AsyncIterator[bytes] | None


class Place(NamedTuple):
    """Where a service lives, taken from its address once."""

    is_tls: bool
    host: str
    port: int
    named: str
    prefix: str
    # SHA-256 of the only certificate that may be shown there; empty: one that an authority vouches for.
    pin: bytes = b""

    @property
    def door(self) -> tuple[bool, str, int, bytes]:
        return self.is_tls, self.host, self.port, self.pin


@lru_cache(maxsize=4096)
def placed(base_url: str) -> Place:
    url = URL(base_url, encoded=True)
    if url.scheme not in ("http", "https") or not url.host or not url.port:
        raise ValueError(base_url)
    named = url.host_subcomponent or url.host
    named = named if url.is_default_port() else f"{named}:{url.port}"
    return Place(url.scheme == "https", url.host, url.port, named, "" if url.raw_path == "/" else url.raw_path)


class Pool:
    """Connections to providers that are open and free; the one used last is used next."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.free: dict[tuple[bool, str, int, bytes], list[tuple[float, ResponseHandler]]] = {}
        self.context: ssl.SSLContext | None = None

    async def take(self, place: Place, method: str) -> ResponseHandler:
        free = self.free.get(place.door)
        since = time.monotonic() - (IDLE_SECONDS if method in SAFE else SURELY_ALIVE_SECONDS)
        while free:
            at, line = free.pop()
            if at >= since and line.is_connected() and not line.should_close:
                return line
            line.close()
        context = self._context(place) if place.is_tls else None
        async with asyncio.timeout(CONNECT_SECONDS):
            transport, line = await self.loop.create_connection(
                lambda: ResponseHandler(self.loop), place.host, place.port, ssl=context
            )
        if place.pin and not shows(transport, place.pin):
            line.close()
            raise ssl.SSLError("another certificate than the one known")
        return line

    def _context(self, place: Place) -> ssl.SSLContext:
        if place.pin:
            # The certificate itself is known, so no authority need vouch for it; `shows` compares it.
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            return context
        self.context = self.context or ssl.create_default_context()
        return self.context

    def give(self, place: Place, line: ResponseHandler) -> None:
        free = self.free.setdefault(place.door, [])
        if len(free) < MOST_IDLE:
            free.append((time.monotonic(), line))
        else:
            line.close()

    def close(self) -> None:
        for free in self.free.values():
            for _, line in free:
                line.close()
        self.free.clear()


def shows(transport: asyncio.Transport, pin: bytes) -> bool:
    """Whether the other side of a connection showed the certificate that we know it by."""
    tls = transport.get_extra_info("ssl_object")
    der = tls.getpeercert(True) if tls is not None else None
    return der is not None and hmac.compare_digest(hashlib.sha256(der).digest(), pin)


@dataclass(slots=True)
class Answer:
    """A provider's answer up to its headers; its body is still to be read from `content`."""

    status: int
    headers: CIMultiDictProxy[str]
    content: StreamReader
    pool: Pool
    place: Place
    line: ResponseHandler

    @property
    def content_length(self) -> int | None:
        found = self.headers.get("Content-Length")
        return int(found) if found is not None else None

    @property
    def content_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def release(self) -> None:
        """The connection serves the next call when all of this one was read; else it is closed."""
        if self.content.at_eof() and self.line.is_connected() and not self.line.should_close:
            self.pool.give(self.place, self.line)
        else:
            self.line.close()


def passed_on(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    """End-to-end headers: no hop-by-hop ones, nor those that Connection names."""
    named = headers.getall("Connection", None)
    gone = HOP.union(part.strip().lower() for value in named for part in value.split(",")) if named else HOP
    return CIMultiDict([pair for pair in headers.items() if pair[0].lower() not in gone])


async def call(pool: Pool, service: Service, method: str, target: str, headers: CIMultiDict[str], body: Body) -> Answer:
    """The provider's answer up to its headers. A safe call is tried again when the line broke before any answer."""
    patience = service.timeout_ms / 1000
    tries = TRIES if method in SAFE and not isinstance(body, AsyncIterator) else 1
    try:
        place = placed(service.base_url)
        head = headed(place, method, target, headers, body)
        while True:
            tries -= 1
            try:
                return await over(await pool.take(place, method), pool, place, method, head, body, patience)
            except (ConnectionError, ServerDisconnectedError, ClientOSError):
                if tries <= 0:
                    raise
                await asyncio.sleep(PAUSE)
    except TimeoutError:
        raise failed("Timeout", "Bên cung cấp không trả lời kịp.", 504) from None
    except (ClientError, HttpProcessingError, OSError, ValueError) as error:
        raise failed("NetworkError", f"Không gọi được bên cung cấp: {type(error).__name__}.") from error


def headed(place: Place, method: str, target: str, headers: CIMultiDict[str], body: Body) -> bytes:
    headers["Host"] = place.named
    if isinstance(body, bytes) or (body is None and method not in BODILESS):
        headers["Content-Length"] = str(len(body or b""))
    elif body is not None and "Content-Length" not in headers:
        headers["Transfer-Encoding"] = "chunked"
    path = place.prefix + target
    return serialized(f"{method} {path if path.startswith('/') else '/' + path} HTTP/1.1", headers)


async def over(
    line: ResponseHandler, pool: Pool, place: Place, method: str, head: bytes, body: Body, patience: float
) -> Answer:
    """One question over one connection."""
    try:
        line.set_response_params(
            skip_payload=method == "HEAD", read_until_eof=True, auto_decompress=False, read_bufsize=PIECE
        )
        transport = line.transport
        if transport is None:
            raise ServerDisconnectedError
        if isinstance(body, AsyncIterator):
            transport.write(head)
            early = await _sent(line, body, b"\r\nTransfer-Encoding: chunked\r\n" in head, patience)
            message, content = early or await _answer(pool, line, patience)
        else:
            transport.write(head + body if body else head)
            message, content = await _answer(pool, line, patience)
        if message.upgrade and message.code == 101:
            raise HttpProcessingError(message="an upgrade that nobody asked for")
    except BaseException:
        line.close()
        raise
    if not content.is_eof():
        line.read_timeout = patience
        line.start_timeout()
    return Answer(message.code, message.headers, content, pool, place, line)


async def _answer(pool: Pool, line: ResponseHandler, patience: float) -> tuple[Any, StreamReader]:
    """The final answer's head, past any 100 or 103, within the service's time."""
    timer = pool.loop.call_later(patience, line.set_exception, TimeoutError())
    try:
        while True:
            message, content = await line.read()
            if message.code >= 200 or message.code == 101:
                return message, content
    finally:
        timer.cancel()


async def _sent(
    line: ResponseHandler, body: AsyncIterator[bytes], is_chunked: bool, patience: float
) -> tuple[Any, StreamReader] | None:
    """Streams a long body; an answer that comes before its end is the answer, and the rest is not sent."""
    answering = asyncio.ensure_future(line.read())
    writing = asyncio.ensure_future(_written(line, body, is_chunked, patience))
    try:
        await asyncio.wait({answering, writing}, return_when=asyncio.FIRST_COMPLETED)
        if writing.done():
            await writing
        if answering.done() and (found := answering.result())[0].code >= 200:
            if not writing.done():
                line.force_close()
            return found
        await writing
        return None
    finally:
        for task in (answering, writing):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task


async def _written(line: ResponseHandler, body: AsyncIterator[bytes], is_chunked: bool, patience: float) -> None:
    async for piece in body:
        if line.transport is None:
            raise ServerDisconnectedError
        line.transport.write(b"%x\r\n%b\r\n" % (len(piece), piece) if is_chunked else piece)
        if line.writing_paused:
            async with asyncio.timeout(patience):
                await line._drain_helper()
    if is_chunked and line.transport is not None:
        line.transport.write(b"0\r\n\r\n")
