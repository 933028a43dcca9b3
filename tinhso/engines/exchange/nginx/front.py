"""The embedded plane behind nginx: it takes what nginx does not let through by itself, proves tokens, judges answers.

It listens on a socket that only its own user opens, and believes nginx about the connection in front: who it is, which
certificate it showed, the digest of the headers as they came.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Any
from urllib.parse import unquote

import orjson
from aiohttp import web
from multidict import CIMultiDict

from tinhso.engines.exchange.plane import answers
from tinhso.engines.exchange.plane.server import Plane
from tinhso.engines.exchange.plane.trace import Trace
from tinhso.engines.exchange.rules import decisions
from tinhso.engines.exchange.rules.decisions import Granted
from tinhso.engines.exchange.rules.errors import Refusal, denied

PREFIX = "x-tinhso-front-"
MOST = 100_000


class Line:
    """A connection in front of nginx: what it proved stays with it, as with a connection of our own."""

    def __init__(self, thumbprint: str) -> None:
        self.thumbprint = thumbprint
        self.proved_tokens: dict[str, Any] | None = None
        self.proved: Any = None


class Lines:
    """The connections last heard of. One that is forgotten proves itself anew, by another token."""

    def __init__(self) -> None:
        self.rows: OrderedDict[tuple[str, str], Line] = OrderedDict()

    def of(self, request: web.BaseRequest) -> Line:
        thumbprint = request.headers.get(PREFIX + "Thumbprint", "")
        key = (request.headers.get(PREFIX + "Connection", ""), thumbprint)
        if found := self.rows.get(key):
            self.rows.move_to_end(key)
            return found
        made = self.rows[key] = Line(thumbprint)
        if len(self.rows) > MOST:
            self.rows.popitem(last=False)
        return made


class Behind(Plane):
    """The embedded plane with nginx in front of it."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.lines = Lines()

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        kind = request.headers.get(PREFIX + "Kind")
        if kind == "proof":
            return self.proof(request)
        if kind == "judge":
            return await self.judge(request)
        return await super().__call__(request)

    def _connection(self, request: web.BaseRequest) -> Any:
        return self.lines.of(request)

    def _digest(self, request: web.BaseRequest) -> bytes:
        said = request.headers.get(PREFIX + "Digest", "")
        return bytes.fromhex(said) if said else super()._digest(request)

    def _passed_on(self, request: web.BaseRequest) -> CIMultiDict[str]:
        headers = super()._passed_on(request)
        named = {part.strip().lower() for part in request.headers.get(PREFIX + "Said", "").split(",")}
        for name in [name for name in headers if name.lower().startswith(PREFIX) or name.lower() in named]:
            headers.popall(name, None)
        return headers

    def _wait(self, request: web.BaseRequest, granted: Granted) -> float:
        """nginx counted it already, when it says so of this very agreement."""
        if request.headers.get(PREFIX + "Rated") == str(granted.agreement.id):
            return 0.0
        return super()._wait(request, granted)

    def proof(self, request: web.BaseRequest) -> web.Response:
        """Whom this connection's token proves, and for how many seconds nginx may believe it."""
        try:
            decisions.fresh(self.snapshot, time.monotonic())
            holder = self._holder(request)
        except Refusal as refusal:
            return web.Response(status=401, headers={"X-Road-Error": refusal.type})
        known = self.lines.of(request).proved
        seconds = int(min(300.0, known.until - time.time())) if known else 0
        return web.Response(headers={"X-Tinhso-Holder": holder, "X-Accel-Expires": str(max(0, seconds - 1))})

    async def judge(self, request: web.BaseRequest) -> web.Response:
        """A provider's answer that nginx would not judge by itself: what of it may leave, or why nothing may."""
        client, name, operation = map(unquote, request.headers[PREFIX + "Judged"].split(" "))
        status, media = int(request.headers[PREFIX + "Status"]), request.headers.get(PREFIX + "Media", "")
        trace = Trace("", "", 0.0, 0.0, request.method, b"")
        try:
            body = await request.read()
            if len(body) > self.config.filtered_bytes:
                raise answers.too_large()
            granted = self._granted(client, name, operation)
            return web.Response(body=self._judged(trace, granted, status, media, body))
        except Refusal as refusal:
            said = {"type": refusal.type, "status": refusal.status, "message": refusal.sentence, "breach": trace.breach}
            return web.Response(status=422, body=orjson.dumps(said))

    def _granted(self, client: str, name: str, operation: str) -> Granted:
        """The agreement as it is now: what was taken back while the provider answered is not let out."""
        service, agreement = self.snapshot.services.get(name), self.snapshot.agreements.get((client, name))
        found = next((one for _, one in service.operations if one.name == operation), None) if service else None
        if service is None or agreement is None or found is None or operation not in agreement.operations:
            raise denied("", "Không có thoả thuận còn hiệu lực cho hệ thống này gọi dịch vụ.")
        return Granted(service, agreement, found, "", "")

    def _judged(self, trace: Trace, granted: Granted, status: int, media: str, body: bytes) -> bytes:
        is_good = 200 <= status < 300
        checks = is_good and granted.service.checks_answers and granted.operation.answer
        if granted.filters and not is_good:
            return answers.problem_only(granted, body)
        if (granted.filters or checks) and (body or status == 200):
            return self.contracts.checked(trace, granted, media.partition(";")[0].strip().lower(), body)
        return body
