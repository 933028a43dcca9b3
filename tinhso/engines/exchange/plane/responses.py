"""Answers as they go out: one write for a whole one, piece by piece for a long one, never waiting long for a reader.

The whole answer goes past aiohttp's response classes: they would look at each header again, and its head is known here.
"""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate
from http import HTTPStatus
from typing import cast

from aiohttp import HttpVersion11, web
from aiohttp.http_writer import StreamWriter
from aiohttp.http_writer import _serialize_headers as serialized
from multidict import CIMultiDict

from tinhso.engines.exchange.plane import requests

LINES = {one.value: f"HTTP/1.1 {one.value} {one.phrase}" for one in HTTPStatus}
# These have no body, whatever their headers say.
BODILESS = frozenset({204, 205, 304})
# Up to here head and body leave in one write; a copy of more would cost more than the second write.
TOGETHER = 1 << 16


class Gone(web.StreamResponse):
    """What the connection is told afterwards: all was written; whether it stays open."""

    def __init__(self, *, stays: bool) -> None:
        super().__init__()
        self.stays = stays

    @property
    def keep_alive(self) -> bool | None:
        return self.stays

    async def prepare(self, request: web.BaseRequest) -> None:
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        return None


class Date:
    """The header's text, made once a second (RFC 9110 6.6.1)."""

    second, text = 0, ""

    def now(self) -> str:
        if (second := int(time.time())) != self.second:
            self.second, self.text = second, formatdate(second, usegmt=True)
        return self.text


DATE = Date()


async def send(
    request: web.BaseRequest, status: int, headers: CIMultiDict[str], body: bytes, seconds: float
) -> web.StreamResponse:
    """Writes a whole answer; a reader that does not take it in time loses its connection, not our memory."""
    if request.version < HttpVersion11 or request.method == "HEAD" or status in BODILESS:
        headers.setdefault("Server", "tinhso")  # else it would tell our library and its version
        return await _plain(request, web.Response(status=status, body=body, headers=headers), seconds)
    stays = request.keep_alive and headers.get("Connection", "").lower() != "close"
    headers["Content-Length"] = str(len(body))
    if "Date" not in headers:
        headers["Date"] = DATE.now()
    if not stays:
        headers["Connection"] = "close"
    head = serialized(LINES.get(status) or f"HTTP/1.1 {status} ", headers)
    writer = cast(StreamWriter, request.writer)
    try:
        if len(body) <= TOGETHER:
            await writer.write(head + body, drain=False)
        else:
            await writer.write(head, drain=False)
            await writer.write(body, drain=False)
        if request.protocol.writing_paused:
            async with asyncio.timeout(seconds):
                await writer.drain()
    except ConnectionError:  # it left before its answer came: nobody's fault, and no line in a log
        return CLOSES
    except TimeoutError:
        requests.abort(request)
        return CLOSES
    return STAYS if stays else CLOSES


async def _plain(request: web.BaseRequest, response: web.Response, seconds: float) -> web.StreamResponse:
    try:
        async with asyncio.timeout(seconds):
            await response.prepare(request)
            await response.write_eof()
    except TimeoutError:
        requests.abort(request)
    return response


STAYS, CLOSES = Gone(stays=True), Gone(stays=False)
