"""What the data plane carries, with real processes: a provider, one plane or two, a load of keep-alive connections.

Policy is given by value, everything else is as it runs: proof by token or certificate, decision, rate, field filter,
contract, receipt signed and on disk before the answer leaves. nginx is the provider where it is installed, and passes
the same calls on beside us. All of it shares the machine, so the plane's CPU time a message is told too.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import uvloop
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tinhso.engines.exchange.plane.bench_certificates import caller_context, make, thumbprint
from tinhso.engines.exchange.plane.config import Config
from tinhso.engines.exchange.plane.loading import Caller, Figures, has_wrk, load
from tinhso.engines.exchange.plane.running import listening, plane, settled
from tinhso.engines.exchange.rules.policy import Agreement, Key, Service, Snapshot, operations
from tinhso.foundation.jobs.registry import BenchRow

CLIENT, SUBSYSTEM = "TS/GOV/1/do", "TS/GOV/2/do"
SMALL = json.dumps({"id": "7", "text": "x" * 990})
LARGE = b"x" * (1 << 20)
NGINX = """daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log; {user}
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 100000000;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  upstream provider {{ server 127.0.0.1:{provider}; keepalive 64; }}
  server {{
    listen 127.0.0.1:{provider}; root {folder};
    location /persons/ {{ default_type application/json; return 200 '{small}'; }}
    location /large {{ default_type application/octet-stream; }}
  }}
  server {{
    listen 127.0.0.1:{proxy};
    location / {{ proxy_pass http://provider; proxy_http_version 1.1; proxy_set_header Connection ""; }}
  }}
}}
"""


async def provider() -> None:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if request.path.endswith("/large"):
            return web.Response(body=LARGE, content_type="application/octet-stream")
        return web.Response(text=SMALL, content_type="application/json")

    runner = web.ServerRunner(web.Server(answer, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    tell(runner.addresses[0][1])
    await asyncio.Event().wait()


def tell(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


def policy(base: str, folder: Path) -> Snapshot:
    key = serialization.load_pem_private_key((folder / "client.key").read_bytes(), None)
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, spki).decode()
    certified, lives = thumbprint(folder), (datetime.now(UTC) - timedelta(1), datetime.now(UTC) + timedelta(1))
    rows: list[dict[str, Any]] = [
        {"method": "GET", "path": "/persons/{id}", "fields": ["id", "text"], "answer": {"type": "object"}},
        {"method": "GET", "path": "/large", "fields": []},
    ]
    name = f"{SUBSYSTEM}/s"
    granted = frozenset({"GET /persons/{id}", "GET /large"})
    return Snapshot(
        instance="TS",
        subsystems={CLIENT: "", SUBSYSTEM: ""},
        services={name: Service(1, name, SUBSYSTEM, "rest", base, operations(rows))},
        agreements={
            (CLIENT, name): Agreement(
                1, CLIENT, name, granted, ("id", "text"), date(2020, 1, 1), rate_per_minute=100_000_000
            )
        },
        keys={"k": Key("k", CLIENT, "token", pem, *lives), certified: Key(certified, CLIENT, "mtls", "", *lives)},
        read_at=time.monotonic(),
    )


async def measured_plane(folder: Path, base: str, port: int, is_tls: bool) -> None:
    settled()
    config = Config(folder=folder / "evidence", instance="TS", port=port)
    if is_tls:
        ours = [str(folder / name) for name in ("server.pem", "server.key", "authority.pem")]
        config = replace(config, tls_certificate=ours[0], tls_key=ours[1], client_authority=ours[2])
    async with plane(config) as (made, at):
        made.learn(policy(base, folder))
        tell(at)
        await asyncio.Event().wait()


def token(key: Ed25519PrivateKey) -> str:
    now = int(time.time())
    claims = {"iss": CLIENT, "aud": "TS", "iat": now, "exp": now + 300, "jti": uuid4().hex}
    parts = (json.dumps(part).encode() for part in ({"alg": "EdDSA", "kid": "k"}, claims))
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    return (signed + b"." + base64.urlsafe_b64encode(key.sign(signed)).rstrip(b"=")).decode()


@contextmanager
def started(*words: str, module: str = "tinhso.engines.exchange.plane.bench") -> Iterator[tuple[int, int]]:
    """One of our processes: its port and its number."""
    command = [sys.executable, "-m", module, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own program
        assert process.stdout
        try:
            yield int(process.stdout.readline()), process.pid
        finally:
            process.kill()


@contextmanager
def nginx(folder: Path) -> Iterator[tuple[int, int]]:
    """nginx as the provider, and as the plain proxy beside us: both ports."""
    ports = []
    for _ in range(2):
        with listening("127.0.0.1", 0) as sock:
            ports.append(sock.getsockname()[1])
    (folder / "large").write_bytes(LARGE)
    user = "user root;" if os.getuid() == 0 else ""
    text = NGINX.format(folder=folder, provider=ports[0], proxy=ports[1], small=SMALL, user=user)
    (folder / "nginx.conf").write_text(text)
    command = ["nginx", "-e", str(folder / "nginx.log"), "-c", str(folder / "nginx.conf")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - our own words
        try:
            time.sleep(0.5)
            yield ports[0], ports[1]
        finally:
            process.terminate()


@dataclass
class Beside:
    """What is measured with what: the provider, nginx as a plain proxy (0 when it is missing), who calls."""

    folder: Path
    provider: int
    proxy: int
    caller: Caller

    @contextmanager
    def planes(self, count: int, *, is_tls: bool = False) -> Iterator[tuple[int, list[int]]]:
        """So many processes of the plane on one port: the port and their numbers."""
        port, numbers, base = 0, [], f"http://127.0.0.1:{self.provider}"
        with ExitStack() as stack:
            for _ in range(count):
                words = ("plane", str(self.folder), base, str(port), "tls" if is_tls else "")
                port, number = stack.enter_context(started(*words))
                numbers.append(number)
            yield port, numbers


def cpu_seconds(numbers: list[int]) -> float:
    ticks = 0
    for number in numbers:
        ticks += sum(map(int, Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def bench() -> list[BenchRow]:
    """Calls a second and times, straight to the provider, beside nginx and through the plane, beside the budgets."""
    with tempfile.TemporaryDirectory(prefix="tinhso-exchange-") as name, ExitStack() as stack:
        folder = Path(name)
        key = make(folder, CLIENT)
        if shutil.which("nginx"):
            behind, proxy = stack.enter_context(nginx(folder))
        else:
            (behind, _), proxy = stack.enter_context(started("provider")), 0
        beside = Beside(folder, behind, proxy, Caller(CLIENT, lambda: token(key)))
        told = (
            []
            if has_wrk()
            else [BenchRow("wrk: NOT RUN, not on this machine; our own client instead", 0, "", "–", True)]
        )
        from tinhso.engines.exchange.nginx import bench as nginx_bench

        embedded = [*_through(beside, 1), *_through(beside, 2), *_mutual_tls(beside)]
        return [*told, *_straight(beside), *embedded, *nginx_bench.rows(beside)]


def _straight(beside: Beside) -> list[BenchRow]:
    found = load(beside.provider, "/persons/7", 32, Caller(), beside.folder)
    rows = [BenchRow("straight to the provider, 1 KiB, 32 connections", found.rate, "/s", "–", True)]
    if not beside.proxy:
        return [*rows, BenchRow("nginx proxy_pass beside: NOT RUN, nginx is not on this machine", 0.0, "", "–", True)]
    for path, connections in (("/persons/7", 32), ("/large", 8)):
        found = load(beside.proxy, path, connections, Caller(), beside.folder)
        what = f"nginx proxy_pass beside, {path}, {connections} connections"
        rows.append(BenchRow(what, found.rate, "/s", "–", True))
    return rows


def _through(beside: Beside, count: int) -> list[BenchRow]:
    path, who = f"/r1/{SUBSYSTEM}/s", f"{count} plane process{'es' if count > 1 else ''}"
    with beside.planes(count) as (port, numbers):
        load(port, f"{path}/persons/7", 8, beside.caller, beside.folder)  # connections and validators are made
        before = cpu_seconds(numbers)
        many = load(port, f"{path}/persons/7", 32, beside.caller, beside.folder)
        spent = (cpu_seconds(numbers) - before) / many.answers * 1e6
        rows = [
            BenchRow(f"{who}: policy, filter, receipt on disk", many.rate, "/s", "≥ 8000", many.rate >= 8000),
            BenchRow(f"{who}, the same, p99", many.p99, "ms", "≤ 10", many.p99 <= 10),
            BenchRow(f"{who}, CPU time a message", spent, "µs", "–", True),
        ]
        if count == 1:
            rows.append(_added(beside, load(port, f"{path}/persons/7", 1, beside.caller, beside.folder)))
        large = load(port, f"{path}/large", 8, beside.caller, beside.folder)
        return [*rows, BenchRow(f"{who}, 1 MiB answers, 8 connections", large.rate, "/s", "≥ 800", large.rate >= 800)]


def _added(beside: Beside, one: Figures) -> BenchRow:
    added = one.p50 - load(beside.provider, "/persons/7", 1, Caller(), beside.folder).p50
    return BenchRow("added at one connection, p50", added, "ms", "≤ 0.5", added <= 0.5)


def _mutual_tls(beside: Beside) -> list[BenchRow]:
    caller = Caller(CLIENT, tls=caller_context(beside.folder))
    with beside.planes(1, is_tls=True) as (port, _):
        found = load(port, f"/r1/{SUBSYSTEM}/s/persons/7", 32, caller, beside.folder)
    what = "1 plane process, mutual TLS, 32 connections of our own client"
    return [BenchRow(what, found.rate, "/s", "–", True), BenchRow("the same, p99", found.p99, "ms", "–", True)]


if __name__ == "__main__":
    what, *words = sys.argv[1:]
    if what == "provider":
        uvloop.run(provider())
    else:
        uvloop.run(measured_plane(Path(words[0]), words[1], int(words[2]), words[3] == "tls"))
