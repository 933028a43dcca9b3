"""A plane with a provider behind it, both real servers of one background loop; policy as plain values."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tinhso.engines.exchange.plane.config import Config
from tinhso.engines.exchange.plane.running import plane
from tinhso.engines.exchange.plane.server import Plane
from tinhso.engines.exchange.rules import receipts
from tinhso.engines.exchange.rules.policy import Agreement, Key, Service, Snapshot, operations

CLIENT, OTHER, PROVIDER = "TS/GOV/01/hotich", "TS/GOV/02/thue", "TS/GOV/03/dancu"
SERVICE = f"{PROVIDER}/persons"
PERSON = {"id": "7", "name": "Nguyễn Văn A", "income": 9, "address": {"commune": "Thạch Hà", "street": "x"}}
FIELDS = ("id", "name", "income", "address.commune", "address.street")
ANSWER = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "income": {"type": "number"}}}
OPERATIONS: list[dict[str, Any]] = [
    {"method": "GET", "path": "/persons/{id}", "fields": list(FIELDS), "answer": ANSWER},
    {"method": "POST", "path": "/files", "fields": []},
    {"method": "GET", "path": "/files/{name}", "fields": []},
    {"method": "GET", "path": "/slow", "fields": []},
    {"method": "DELETE", "path": "/persons/{id}", "fields": []},
]
OPEN = frozenset({"GET /persons/{id}", "POST /files", "GET /files/{name}", "GET /slow"})


@dataclass
class Holder:
    """A client with its signing key."""

    identifier: str
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    kid: str = field(default_factory=lambda: uuid4().hex * 2)

    def key(self, **changed: Any) -> Key:
        pem = self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        now = datetime.now(UTC)
        made = Key(self.kid, self.identifier, "token", pem.decode(), now - timedelta(hours=1), now + timedelta(days=1))
        return replace(made, **changed)

    def token(self, **changed: Any) -> str:
        now = int(time.time())
        claims = {"iss": self.identifier, "aud": "TS", "iat": now, "exp": now + 60, "jti": uuid4().hex} | changed
        head = {"alg": changed.pop("alg", "EdDSA"), "kid": self.kid}
        signed = ".".join(_b64(json.dumps(part).encode()) for part in (head, claims))
        return f"{signed}.{_b64(self.private.sign(signed.encode()))}"


def _b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Provider:
    """What the provider saw, and how it shall answer."""

    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    person: Any = field(default_factory=lambda: dict(PERSON))
    status: int = 200
    drops: int = 0
    received: int = 0
    early: int = 0
    # What it answers to a POST, as SOAP; and the bodies that came.
    soap: bytes = b""
    bodies: list[bytes] = field(default_factory=list)

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        self.seen.append((request.method, request.raw_path, dict(request.headers)))
        if self.drops:
            self.drops -= 1
            assert request.transport
            request.transport.close()
            return web.Response()
        if "/slow" in request.path:
            await asyncio.sleep(30)
        if self.early:
            return web.Response(status=self.early, text="too large", headers={"Connection": "close"})
        if self.soap:
            self.bodies.append(await request.read())
            return web.Response(body=self.soap, content_type="text/xml", status=self.status)
        if request.method == "POST":
            self.received = 0
            async for chunk in request.content.iter_any():
                self.received += len(chunk)
            return web.json_response({"got": self.received})
        if "/files/" in request.path:
            response = web.StreamResponse()
            if "plain" in request.path:
                response.content_length = int(request.query["n"])
            await response.prepare(request)
            left, piece = int(request.query["n"]), b"x" * 65536
            while left:
                await response.write(piece[: min(left, 65536)])
                left -= min(left, 65536)
            return response
        if isinstance(self.person, bytes):
            return web.Response(body=self.person, content_type="application/json", status=self.status)
        return web.json_response(self.person, status=self.status)


@dataclass
class World:
    """Handles on everything; calls are made from the test's own thread."""

    port: int
    plane: Plane
    provider: Provider
    folder: Path
    client: Holder
    other: Holder
    base: Snapshot
    loop: asyncio.AbstractEventLoop

    def learn(self, snapshot: Snapshot | None = None) -> None:
        done = threading.Event()
        fresh = replace(snapshot or self.base, read_at=time.monotonic())

        def told() -> None:
            self.plane.learn(fresh)
            self.plane.breakers.clear()
            done.set()

        self.loop.call_soon_threadsafe(told)
        done.wait(5)

    def agree(self, **changed: Any) -> None:
        key = (CLIENT, SERVICE)
        # A number of its own: rates and remembered answers of other tests are not this one's.
        agreement = replace(self.base.agreements[key], id=uuid4().int % 10**9, **changed)
        self.learn(replace(self.base, agreements={key: agreement}))

    def serve(self, **changed: Any) -> None:
        service = replace(self.base.services[SERVICE], **changed)
        agreement = replace(self.base.agreements[(CLIENT, SERVICE)], id=uuid4().int % 10**9)
        self.learn(replace(self.base, services={SERVICE: service}, agreements={(CLIENT, SERVICE): agreement}))

    def call(
        self, path: str, method: str = "GET", headers: dict[str, str] | None = None, body: Any = None, **how: Any
    ) -> tuple[int, dict[str, str], bytes]:
        token = how.get("token") or self.client.token()
        ours = {"X-Road-Client": CLIENT, "Authorization": f"Bearer {token}"} | (headers or {})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, {name: value for name, value in ours.items() if value})
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read()
        finally:
            connection.close()

    # Whoever sends too slowly is told so before the line is cut; nginx only cuts it.
    tells_the_slow = True

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Within, no receipt can be kept."""
        journal, folder = self.plane.journal, self.plane.journal.folder
        journal.folder, journal.size = folder / "lost", journal.segment_bytes  # the next group needs a new segment
        try:
            yield
        finally:
            journal.folder = folder

    def settle(self) -> None:
        """Everything acknowledged so far has its signed receipt in a segment."""

    def receipts(self) -> list[dict[str, Any]]:
        self.settle()
        return [
            json.loads(payload[receipts.SIGNATURE :])
            for segment in sorted(self.folder.glob("*.seg"))
            for payload in receipts.unframed(segment.read_bytes())
        ]


@contextmanager
def world(folder: Path, **config: Any) -> Iterator[World]:
    """Starts it all on free ports of the loopback."""
    ready, stop = threading.Event(), asyncio.Event()
    found: dict[str, Any] = {}

    async def run() -> None:
        provider = Provider()
        runner, base = await provided(provider)
        client, other = Holder(CLIENT), Holder(OTHER)
        policy = snapshot(base, client, other)
        settings: dict[str, Any] = {"instance": "TS", "root_seconds": 0.05, "breaker_seconds": 0.2}
        made = Config(folder=folder, **(settings | config))
        async with plane(made) as (running, port):
            running.learn(policy)
            loop = asyncio.get_running_loop()
            found["world"] = World(port, running, provider, folder, client, other, policy, loop)
            ready.set()
            await stop.wait()
        await runner.cleanup()

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield found["world"]
    finally:
        found["world"].loop.call_soon_threadsafe(stop.set)
        thread.join(10)


async def provided(provider: Provider) -> tuple[web.ServerRunner, str]:
    runner = web.ServerRunner(web.Server(provider), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/v2"


def snapshot(base: str, *holders: Holder) -> Snapshot:
    service = Service(1, SERVICE, PROVIDER, "rest", base, operations(OPERATIONS), timeout_ms=2000)
    agreement = Agreement(
        1, CLIENT, SERVICE, OPEN, ("id", "name", "address.commune"), date(2020, 1, 1), rate_per_minute=600_000
    )
    return Snapshot(
        instance="TS",
        subsystems={one: one for one in (CLIENT, OTHER, PROVIDER)},
        services={SERVICE: service},
        agreements={(CLIENT, SERVICE): agreement},
        keys={holder.kid: holder.key() for holder in holders},
        contracts={SERVICE: ("openapi", '{"openapi": "3.0.3"}')},
        read_at=time.monotonic(),
    )
