"""What the data plane carries, with real processes: a provider, one plane, a load of keep-alive connections.

Policy is given by value, everything else is as it runs: proof by token, decision, rate, field filter, contract, receipt
signed and fsynced before the answer leaves. The load shares the machine with what it measures.
"""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import uvloop
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tinhso.engines.exchange.plane.config import Config
from tinhso.engines.exchange.plane.running import plane, settled
from tinhso.engines.exchange.rules.policy import Agreement, Key, Service, Snapshot, operations
from tinhso.foundation.jobs.registry import BenchRow

CLIENT, SUBSYSTEM = "TS/GOV/1/do", "TS/GOV/2/do"
SMALL = json.dumps({"id": "7", "text": "x" * 990}).encode()
LARGE = b"x" * (1 << 20)
SECONDS = 4.0


async def provider() -> None:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if request.path.endswith("/large"):
            return web.Response(body=LARGE, content_type="application/octet-stream")
        return web.Response(body=SMALL, content_type="application/json")

    runner = web.ServerRunner(web.Server(answer, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    tell(runner.addresses[0][1])
    await asyncio.Event().wait()


def tell(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


def policy(base: str, key: Ed25519PrivateKey) -> Snapshot:
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    now = datetime.now(UTC)
    rows: list[dict[str, Any]] = [
        {"method": "GET", "path": "/persons/{id}", "fields": ["id", "text"], "answer": {"type": "object"}},
        {"method": "GET", "path": "/large", "fields": []},
    ]
    name = f"{SUBSYSTEM}/s"
    return Snapshot(
        instance="TS",
        subsystems={CLIENT: "", SUBSYSTEM: ""},
        services={name: Service(1, name, SUBSYSTEM, "rest", base, operations(rows))},
        agreements={
            (CLIENT, name): Agreement(
                1, CLIENT, name, frozenset({"GET /persons/{id}", "GET /large"}), ("id", "text"), date(2020, 1, 1),
                rate_per_minute=100_000_000,
            )
        },
        keys={"k": Key("k", CLIENT, "token", pem.decode(), now - timedelta(1), now + timedelta(1))},
        read_at=time.monotonic(),
    )  # fmt: skip


async def measured_plane(folder: Path, base: str, at: int = 0) -> None:
    key = serialization.load_pem_private_key((folder / "client.pem").read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    settled()
    async with plane(Config(folder=folder, instance="TS", port=at)) as (made, port):
        made.learn(policy(base, key))
        tell(port)
        await asyncio.Event().wait()


def token(key: Ed25519PrivateKey) -> str:
    now = int(time.time())
    claims = {"iss": CLIENT, "aud": "TS", "iat": now, "exp": now + 300, "jti": uuid4().hex}
    parts = (json.dumps(part).encode() for part in ({"alg": "EdDSA", "kid": "k"}, claims))
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    return (signed + b"." + base64.urlsafe_b64encode(key.sign(signed)).rstrip(b"=")).decode()


async def load(port: int, path: str, connections: int, key: Ed25519PrivateKey | None) -> list[float]:
    """Seconds of each answer, of so many connections that ask one after the other for SECONDS."""
    times: list[float] = []
    until = time.perf_counter() + SECONDS

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4 << 20)
        mark = f"X-Road-Client: {CLIENT}\r\nAuthorization: Bearer {token(key)}\r\n" if key else ""
        request = f"GET {path} HTTP/1.1\r\nHost: x\r\n{mark}\r\n".encode()
        while (began := time.perf_counter()) < until:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            if b" 200 " not in head[:16]:
                raise RuntimeError(head.decode())
            await reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))
            times.append(time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return sorted(times)


@contextmanager
def started(*words: str) -> Iterator[int]:
    command = [sys.executable, "-m", "tinhso.engines.exchange.plane.bench", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own program
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def bench() -> list[BenchRow]:
    """Requests a second and times, straight to the provider and through the plane, beside the budgets."""
    key = Ed25519PrivateKey.generate()
    with tempfile.TemporaryDirectory(prefix="tinhso-exchange-") as name:
        folder = Path(name)
        (folder / "client.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        with started("provider") as behind, started("plane", name, f"http://127.0.0.1:{behind}") as port:
            return _rows(behind, port, key)


def _rows(behind: int, port: int, key: Ed25519PrivateKey) -> list[BenchRow]:
    path = f"/r1/{SUBSYSTEM}/s"
    straight_one = uvloop.run(load(behind, "/persons/7", 1, None))
    straight = uvloop.run(load(behind, "/persons/7", 32, None))
    one = uvloop.run(load(port, f"{path}/persons/7", 1, key))
    many = uvloop.run(load(port, f"{path}/persons/7", 32, key))
    large = uvloop.run(load(port, f"{path}/large", 8, key))
    added = (_at(one, 0.5) - _at(straight_one, 0.5)) * 1000
    rate, big, p99 = len(many) / SECONDS, len(large) / SECONDS, _at(many, 0.99) * 1000
    rows = [
        BenchRow("straight to the provider, 1 KiB, 32 connections", len(straight) / SECONDS, "/s", "–", True),
        BenchRow("through one plane: policy, filter, receipt on disk", rate, "/s", "≥ 8000", rate >= 8000),
        BenchRow("the same, p99", p99, "ms", "≤ 10", p99 <= 10),
        BenchRow("added at one connection, p50", added, "ms", "≤ 0.5", added <= 0.5),
        BenchRow("1 MiB answers, 8 connections", big, "/s", "≥ 800", big >= 800),
    ]
    beside = "nginx proxy_pass in the same run"
    why = "no comparison is set up" if shutil.which("nginx") else "nginx is not on this machine"
    return [*rows, BenchRow(f"{beside}: NOT RUN, {why}", 0.0, "/s", "–", True)]


def _at(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]


if __name__ == "__main__":
    uvloop.run(
        provider()
        if sys.argv[1] == "provider"
        else measured_plane(Path(sys.argv[2]), sys.argv[3], *map(int, sys.argv[4:]))
    )
