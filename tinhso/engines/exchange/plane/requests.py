"""A request as it comes in: its connection, headers said once, a body that is held or streamed within its bounds."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web

from tinhso.engines.exchange.plane.config import Config
from tinhso.engines.exchange.plane.trace import Trace
from tinhso.engines.exchange.rules.errors import Refusal, bad_request

DECIDING = (
    "X-Road-Client",
    "Authorization",
    "X-Road-Issue",
    "X-Tinhso-Purpose",
    "X-Tinhso-Dossier",
    "X-Road-Id",
    "Content-Length",
    "Host",
)


class Handler(web.RequestHandler):
    """A connection that remembers what it proved (aiohttp's own has slots)."""

    thumbprint: str | None = None
    proved_tokens: dict[str, Any] | None = None
    proved: Any = None


class Server(web.Server):
    """aiohttp's low-level server with our connections."""

    def __call__(self) -> web.RequestHandler:
        return Handler(self, loop=self._loop, **self._kwargs)


def once(request: web.BaseRequest) -> None:
    """Headers that decide are said once; the same twice could be read differently behind us."""
    names = [name.lower() for name, _ in request.raw_headers]
    if len(set(names)) == len(names):
        return
    for name in DECIDING:
        if len(request.headers.getall(name, ())) > 1:
            raise bad_request(f"Tiêu đề {name} được ghi nhiều lần.", "DuplicateHeader")


async def sent(config: Config, request: web.BaseRequest, trace: Trace) -> bytes | AsyncIterator[bytes] | None:
    """The request's body: held when small, a stream with the same digest otherwise."""
    if trace.envelope:
        return await trace.envelope.whole()
    if not request.body_exists:
        return None
    chunks = pieces(config, request, trace)
    held = bytearray()
    async for chunk in chunks:
        held += chunk
        if len(held) > config.held_bytes:
            return joined(bytes(held), chunks)
    return bytes(held)


def pieces(config: Config, request: web.BaseRequest, trace: Trace) -> AsyncIterator[bytes]:
    """The body as it comes, counted and hashed for the receipt."""
    if (request.content_length or 0) > config.largest_bytes:
        raise Refusal("Client.BadRequest.TooLarge", "Nội dung gửi lên quá lớn.", 413)
    trace.request_body = hashlib.sha512()
    return _chunks(config, request, trace)


async def _chunks(config: Config, request: web.BaseRequest, trace: Trace) -> AsyncIterator[bytes]:
    while True:
        try:
            async with asyncio.timeout(config.body_seconds):
                chunk = await request.content.readany()
        except TimeoutError:
            raise Refusal("Client.BadRequest.Timeout", "Nội dung gửi lên quá chậm.", 408) from None
        except web.RequestPayloadError:
            raise bad_request("Nội dung gửi lên bị cắt ngang.", "Body") from None
        if not chunk:
            return
        trace.request_bytes += len(chunk)
        if trace.request_bytes > config.largest_bytes:
            raise Refusal("Client.BadRequest.TooLarge", "Nội dung gửi lên quá lớn.", 413)
        trace.request_body.update(chunk)
        yield chunk


async def joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk


def abort(request: web.BaseRequest) -> None:
    if request.transport is not None:
        request.transport.abort()
