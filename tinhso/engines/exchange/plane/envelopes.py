"""A SOAP request's body: read far enough to be decided on, then to its end, and only then sent on."""

from __future__ import annotations

import asyncio
from collections import Counter

from aiohttp import web

from tinhso.engines.exchange.plane import requests
from tinhso.engines.exchange.plane.config import Config
from tinhso.engines.exchange.plane.trace import Trace
from tinhso.engines.exchange.rules import soap
from tinhso.engines.exchange.rules.errors import Refusal

# The parser takes so much at a time, so that one large request does not hold up all others.
PIECE = 32 << 10


class Envelope:
    """One request's envelope, held whole."""

    def __init__(self, config: Config, request: web.BaseRequest, trace: Trace) -> None:
        self.config, self.request = config, request
        # In which version a refusal is said, until the request has told its own.
        self.version = soap.SOAP_11
        self.held = bytearray()
        self.trace = trace

    async def opened(self) -> soap.Spoken:
        """Reads until the body's first element begins. Refusal when it does not come within soap.FIRST bytes."""
        names = Counter(name.lower() for name in self.request.headers)
        self.version, actions, is_said = soap.heading(self.request.headers, names)
        self.pieces = requests.pieces(self.config, self.request, self.trace)
        self.reader = soap.Reader(self.version)
        async for piece in self.pieces:
            await self._take(piece)
            if self.reader.element:
                break
        else:
            self.reader.end()
        return soap.Spoken(self.version, self.reader.element, (*actions, *self.reader.actions), is_said)

    async def whole(self) -> bytes:
        """The rest, looked at to its end; what the provider gets."""
        async for piece in self.pieces:
            await self._take(piece)
        self.reader.end()
        return bytes(self.held)

    async def _take(self, piece: bytes) -> None:
        if len(self.held) + len(piece) > self.config.soap_bytes:
            raise Refusal("Client.BadRequest.TooLarge", "Lời gọi SOAP quá lớn.", 413)
        for start in range(0, len(piece), PIECE):
            if not self.reader.element and len(self.held) > soap.FIRST:
                raise soap.wrong("Phần tử đầu tiên trong Body của lời gọi SOAP đến quá muộn.")
            part = piece[start : start + PIECE]
            self.held += part
            self.reader.feed(part)
            await asyncio.sleep(0)
