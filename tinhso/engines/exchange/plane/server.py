"""One call from its request line to its receipt: normal path, proof, decision, rate, call, receipt."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import orjson
from aiohttp import ClientError, web
from multidict import CIMultiDict

from tinhso.engines.exchange.plane import answers, federation, metaservices, requests, responses, upstream
from tinhso.engines.exchange.plane.config import Config
from tinhso.engines.exchange.plane.envelopes import Envelope
from tinhso.engines.exchange.plane.health import Breaker, Kept, Memory
from tinhso.engines.exchange.plane.journal import Journal
from tinhso.engines.exchange.plane.proof import Proofs
from tinhso.engines.exchange.plane.refusals import Refusals
from tinhso.engines.exchange.plane.shared import Rates
from tinhso.engines.exchange.plane.trace import ANSWERS, Trace, headers_digest, new_id
from tinhso.engines.exchange.rules import addresses, decisions, peers, receipts, soap
from tinhso.engines.exchange.rules.decisions import Granted
from tinhso.engines.exchange.rules.errors import INTERNAL, Refusal, denied, failed
from tinhso.engines.exchange.rules.policy import Snapshot

logger = logging.getLogger(__name__)

CLIENT_GONE = "Client.Disconnected"


class Plane:
    """The data plane of one process."""

    def __init__(self, config: Config, journal: Journal, proofs: Proofs, rates: Rates, pool: upstream.Pool) -> None:
        self.config, self.journal, self.proofs, self.rates, self.pool = config, journal, proofs, rates, pool
        self.snapshot = Snapshot(instance=config.instance, read_at=float("-inf"))
        self.breakers: dict[int, Breaker] = {}
        self.memory = Memory(config.cache_bytes)
        self.contracts = answers.Contracts()
        self.refusals = Refusals(journal.keep)
        self.outages: asyncio.Queue[tuple[int, bool, str]] = asyncio.Queue(1000)

    def learn(self, snapshot: Snapshot) -> None:
        """The new picture, at once for every call that has not been decided yet."""
        if (snapshot.services, snapshot.agreements) != (self.snapshot.services, self.snapshot.agreements):
            self.memory.clear()
            self.contracts = answers.Contracts()
        self.snapshot = snapshot

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.raw_path == "/healthz":
            is_fresh = time.monotonic() - self.snapshot.read_at < decisions.STALE_SECONDS
            return web.Response(status=200 if is_fresh else 503, text="ok\n" if is_fresh else "stale\n")
        trace = Trace(
            uid=new_id(),
            message_id=request.headers.get("X-Road-Id", "")[:200],
            at=time.time(),
            began=time.monotonic(),
            method=request.method,
            request_headers=self._digest(request),
        )
        trace.message_id = trace.message_id or trace.uid
        try:
            return await self._served(request, trace)
        except Refusal as refusal:
            return await self._refused(request, trace, refusal)
        except ConnectionError:
            raise
        except Exception:
            logger.exception("call %s", trace.uid)
            return await self._refused(request, trace, Refusal(INTERNAL, "Nền tảng gặp lỗi.", 500))

    async def _served(self, request: web.BaseRequest, trace: Trace) -> web.StreamResponse:
        decisions.fresh(self.snapshot, time.monotonic())
        requests.once(request)
        if request.raw_path == "/listClients" and request.method == "GET":
            trace.client, trace.operation = self._holder(request), "listClients"
            return await self._whole(request, trace, 200, *described(metaservices.list_clients(self.snapshot)))
        call = addresses.read(request.raw_path)
        client = addresses.client(request.headers.get("X-Road-Client"))
        trace.client = decisions.proved_client(self.snapshot, client, self._holder(request))
        trace.service = call.service
        if self.snapshot.peers:
            federation.mark(self.snapshot, trace, request, call, client)
            if peer := self.snapshot.peers.get(call.parts[0]):
                granted = federation.outgoing(self.snapshot, peer, trace, request, call, self.journal.key)
                return await self._called(request, trace, granted, peers.target(call))
        if call.parts[4] in metaservices.NAMES:
            trace.operation = call.parts[4]
            found = metaservices.answer(self.snapshot, client, call, request)
            return await self._whole(request, trace, 200, *described(found))
        spoken = None
        if decisions.speaks_soap(self.snapshot, client, call, request.method):
            trace.envelope = Envelope(self.config, request, trace)
            spoken = await trace.envelope.opened()
        now = datetime.now(UTC)
        granted = decisions.decide(self.snapshot, client, call, request.method, request.headers, now, spoken)
        trace.service, trace.service_id = granted.service.identifier, granted.service.id
        trace.agreement, trace.operation = granted.agreement.id, granted.operation.name
        trace.purpose, trace.dossier = granted.purpose, granted.dossier
        wait = self._wait(request, granted)
        if wait > 0:
            raise Refusal(
                denied("RateLimit", "").type,
                "Đã gọi quá số lần thoả thuận cho mỗi phút.",
                429,
                retry_after=int(wait) + 1,
            )
        return await self._called(request, trace, granted, granted.rest + call.query)

    def _holder(self, request: web.BaseRequest) -> str:
        return self.proofs.holder(self.snapshot, self._connection(request), request.headers.get("Authorization"))

    def _wait(self, request: web.BaseRequest, granted: Granted) -> float:
        """0 when the call fits its agreement's rate, else seconds until one does."""
        return self.rates.wait(granted.agreement.id, granted.agreement.rate_per_minute, time.time())

    def _connection(self, request: web.BaseRequest) -> Any:
        """What remembers what its caller proved."""
        return request.protocol

    def _digest(self, request: web.BaseRequest) -> bytes:
        """Over the request line and the headers as they came."""
        first = f"{request.method} {request.raw_path} HTTP/{request.version.major}.{request.version.minor}"
        return receipts.headers_digest(first.encode("utf-8", "surrogateescape"), request.raw_headers)

    def _passed_on(self, request: web.BaseRequest) -> CIMultiDict[str]:
        headers = upstream.passed_on(request.headers)
        for name in upstream.OURS:
            headers.popall(name, None)
        return headers

    async def _called(
        self, request: web.BaseRequest, trace: Trace, granted: Granted, target: str
    ) -> web.StreamResponse:
        remembers = granted.service.cache_seconds > 0 and request.method == "GET" and not request.body_exists
        key = (granted.agreement.id, granted.service.id, target, request.headers.get("Accept", ""))
        if remembers and (kept := self.memory.get(key, time.monotonic())):
            trace.is_cached = True
            return await self._whole(request, trace, kept.status, CIMultiDict(kept.headers), kept.body)
        breaker = self.breakers.get(granted.service.id)
        if breaker is None:
            breaker = Breaker(self.config.breaker_failures, self.config.breaker_seconds)
            self.breakers[granted.service.id] = breaker
        if not breaker.lets(time.monotonic()):
            raise Refusal(
                failed("CircuitOpen", "").type, "Bên cung cấp đang gián đoạn; hãy gọi lại sau ít giây.", 503,
                retry_after=max(1, round(self.config.breaker_seconds)),
            )  # fmt: skip
        began = time.monotonic()
        try:
            answer = await self._asked(request, trace, granted, target)
            trace.provider_ms = round((time.monotonic() - began) * 1000, 3)
            if answer.status in (502, 503, 504) and not granted.service.sign:
                self._note_failure(breaker, granted.service.id, f"HTTP {answer.status}")
            else:
                self._note_success(breaker, granted.service.id)
        except Refusal as refusal:
            if refusal.status >= 500:
                self._note_failure(breaker, granted.service.id, refusal.type)
            else:
                breaker.is_trying = False
            raise
        except BaseException:
            breaker.is_trying = False
            raise
        try:
            return await self._answered(request, trace, granted, answer, key if remembers else None)
        finally:
            answer.release()

    async def _asked(self, request: web.BaseRequest, trace: Trace, granted: Granted, target: str) -> upstream.Answer:
        headers = self._passed_on(request)
        headers["X-Road-Client"], headers["X-Road-Service"] = trace.client, trace.service
        headers["X-Road-Id"], headers["X-Road-Request-Id"] = trace.message_id, trace.uid
        if granted.filters or granted.operation.answer:
            headers["Accept-Encoding"] = "identity"
        headers.update(granted.service.headers)
        if granted.service.headers:  # a connector of ours gathers no more than the agreement grants
            headers["X-Tinhso-Agreement"] = str(granted.agreement.id)
        body = await requests.sent(self.config, request, trace)
        if isinstance(body, AsyncIterator) and request.content_length is not None:
            headers["Content-Length"] = str(request.content_length)
        if granted.service.sign:
            found = await federation.call(self.pool, granted.service, request.method, target, headers, body)
            trace.peer_request = found.headers.get("X-Road-Request-Id", "")[:64]
            return found
        return await upstream.call(self.pool, granted.service, request.method, target, headers, body)

    async def _answered(
        self,
        request: web.BaseRequest,
        trace: Trace,
        granted: Granted,
        answer: upstream.Answer,
        key: tuple[object, ...] | None,
    ) -> web.StreamResponse:
        headers = upstream.passed_on(answer.headers)
        is_good = 200 <= answer.status < 300
        checks = is_good and granted.service.checks_answers and granted.operation.answer
        must_read = granted.filters or checks
        if request.method == "HEAD":
            return await self._whole(request, trace, answer.status, headers, b"")
        if (
            not must_read
            and not key
            and (answer.content_length is None or answer.content_length > self.config.held_bytes)
        ):
            return await self._streamed(request, trace, answer, headers)
        body = await answers.read(answer, self.config.filtered_bytes)
        if granted.filters and not is_good:
            body = answers.problem_only(granted, body)
        elif must_read and (body or answer.status == 200):
            body = self.contracts.checked(trace, granted, answer.content_type, body)
        if key and answer.status == 200 and "no-store" not in headers.get("Cache-Control", "").lower():
            until = time.monotonic() + granted.service.cache_seconds
            self.memory.put(key, Kept(200, tuple(headers.items()), body, until))
        return await self._whole(request, trace, answer.status, headers, body)

    def _note_failure(self, breaker: Breaker, service: int, error: str) -> None:
        if breaker.failed(time.monotonic()) and service > 0:  # a peer's outages are its own to keep
            with contextlib.suppress(asyncio.QueueFull):
                self.outages.put_nowait((service, True, error))

    def _note_success(self, breaker: Breaker, service: int) -> None:
        if breaker.succeeded() and service > 0:
            with contextlib.suppress(asyncio.QueueFull):
                self.outages.put_nowait((service, False, ""))

    def _dress(self, headers: CIMultiDict[str], trace: Trace) -> CIMultiDict[str]:
        # Assigning replaces whatever the provider said; what we have nothing to say about is taken away.
        for name, ours in (("X-Road-Client", trace.client), ("X-Road-Service", trace.service)):
            if ours:
                headers[name] = ours
            else:
                headers.popall(name, None)
        headers["X-Road-Id"], headers["X-Road-Request-Id"] = trace.message_id, trace.uid
        headers["X-Road-Request-Hash"] = base64.b64encode(trace.request_hash()).decode()
        return headers

    async def _whole(
        self, request: web.BaseRequest, trace: Trace, status: int, headers: CIMultiDict[str], body: bytes
    ) -> web.StreamResponse:
        """An answer that we hold: its receipt is on disk before its first byte leaves."""
        self._dress(headers, trace)
        digest = headers_digest(status, headers)
        await self.journal.keep(trace.receipt(status, digest, ANSWERS(body).digest(), len(body)))
        return await responses.send(request, status, headers, body, self.config.write_seconds)

    async def _streamed(
        self, request: web.BaseRequest, trace: Trace, answer: upstream.Answer, headers: CIMultiDict[str]
    ) -> web.StreamResponse:
        """A long answer as it comes; its last piece waits until the receipt is on disk."""
        self._dress(headers, trace)
        digest, body, size = headers_digest(answer.status, headers), ANSWERS(), 0
        response = web.StreamResponse(status=answer.status, headers=headers)
        if answer.content_length is not None:
            response.content_length = answer.content_length
        last = b""
        try:
            async with asyncio.timeout(self.config.write_seconds):
                await response.prepare(request)
            async for chunk in answer.content.iter_any():
                body.update(chunk)
                size += len(chunk)
                if last:
                    async with asyncio.timeout(self.config.write_seconds):
                        await response.write(last)
                last = chunk
            await self.journal.keep(trace.receipt(answer.status, digest, body.digest(), size))
            async with asyncio.timeout(self.config.write_seconds):
                if last:
                    await response.write(last)
                await response.write_eof()
        except (TimeoutError, ClientError, OSError) as error:
            # Headers are gone already, so the cut connection is what tells the reader; the receipt says why.
            trace.error = CLIENT_GONE if isinstance(error, ConnectionError) else failed("NetworkError", "").type
            requests.abort(request)
            await self.journal.keep(trace.receipt(answer.status, digest, body.digest(), size))
        return response

    async def _refused(self, request: web.BaseRequest, trace: Trace, refusal: Refusal) -> web.StreamResponse:
        """X-Road's error: a typed JSON and the type in a header. It, too, has its receipt, alone or with others."""
        trace.error = refusal.type
        status, media = refusal.status, "application/json"
        if trace.envelope:
            status, media, body = soap.fault(trace.envelope.version, refusal, trace.uid)
        else:
            body = orjson.dumps({"type": refusal.type, "message": refusal.sentence, "detail": trace.uid})
        headers = CIMultiDict({"Content-Type": media, "X-Road-Error": refusal.type})
        if refusal.retry_after:
            headers["Retry-After"] = str(refusal.retry_after)
        if not request.content.at_eof():
            headers["Connection"] = "close"  # what is left of its body is not waited for
        try:
            if self.refusals.has_its_own(refusal.type, trace.client):
                return await self._whole(request, trace, status, headers, body)
        except OSError:
            logger.exception("no receipt could be kept")
            response = web.Response(status=503, headers={"Connection": "close", "X-Road-Error": INTERNAL})
            response.force_close()
            return response
        return await self._counted(request, trace, status, headers, body)

    async def _counted(
        self, request: web.BaseRequest, trace: Trace, status: int, headers: CIMultiDict[str], body: bytes
    ) -> web.StreamResponse:
        """A refusal of many: it says that its receipt is shared, and is not waited for."""
        headers["X-Tinhso-Receipt"] = "shared"
        self._dress(headers, trace)

        def receipt() -> dict[str, Any]:
            digest = headers_digest(status, headers)
            return trace.receipt(status, digest, ANSWERS(body).digest(), len(body))

        self.refusals.share(trace.error, trace.client, receipt)
        return await responses.send(request, status, headers, body, self.config.write_seconds)


def described(found: tuple[str, bytes]) -> tuple[CIMultiDict[str], bytes]:
    return CIMultiDict({"Content-Type": found[0]}), found[1]
