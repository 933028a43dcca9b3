"""A plane of its own process that has a peer: policy by value, its port (and a client's token) on the first line."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from aiohttp import web

from tinhso.engines.exchange.plane.config import Config
from tinhso.engines.exchange.plane.running import plane
from tinhso.engines.exchange.rules.policy import Agreement, Peer, Service, Snapshot, operations
from tinhso.engines.exchange.signing_key import public_key, thumbprint
from tinhso.engines.exchange.tests.plane_world import Holder

CLIENT, PROVIDER = "AA/GOV/01/hotich", "BB/GOV/03/dancu"
SERVICE = f"{PROVIDER}/persons"
ROWS: list[dict[str, Any]] = [
    {"method": "GET", "path": "/persons/{id}", "fields": ["id", "name", "phone"]},
    {"method": "POST", "path": "/slow", "fields": []},
]


def peer_of(instance: str, folder: Path, url: str, fingerprint: str = "", timeout_ms: int = 30_000) -> Peer:
    """The peer whose plane keeps its key in `folder`."""
    pem = (folder / "plane.pem").read_text()
    return Peer(1, instance, url, thumbprint(public_key(pem)), pem, bytes.fromhex(fingerprint), timeout_ms)


async def provider() -> int:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/slow":
            await request.read()
            await asyncio.sleep(0.5)
        return web.json_response({"id": "7", "name": "Nguyễn Văn A", "phone": "0912"})

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return int(runner.addresses[0][1])


def offered(base: str) -> dict[str, Any]:
    """What BB publishes and grants to a client of AA."""
    names = frozenset({"GET /persons/{id}", "POST /slow"})
    return {
        "subsystems": {CLIENT: "", PROVIDER: ""},
        "services": {SERVICE: Service(1, SERVICE, PROVIDER, "rest", base, operations(ROWS))},
        "agreements": {
            (CLIENT, SERVICE): Agreement(
                1, CLIENT, SERVICE, names, ("id", "name"), date(2020, 1, 1), rate_per_minute=600_000
            )
        },
    }


async def main(given: dict[str, Any]) -> None:
    """`given`: instance, folder, host, tls (certificate, key), peer (instance, folder, url, …)."""
    peer = peer_of(**(given["peer"] | {"folder": Path(given["peer"]["folder"])}))
    base = Snapshot(instance=given["instance"], peers={peer.instance: peer}, read_at=time.monotonic())
    said = ""
    if given["instance"] == "BB":
        known = replace(base, **offered(f"http://127.0.0.1:{await provider()}"))
    else:
        client = Holder(CLIENT)
        known = replace(base, subsystems={CLIENT: ""}, keys={client.kid: client.key()})
        said = " ".join(client.token(aud="AA") for _ in range(8))
    tls = given.get("tls") or ["", ""]
    made = Config(
        folder=Path(given["folder"]), instance=given["instance"], host=given.get("host", "127.0.0.1"),
        tls_certificate=tls[0], tls_key=tls[1], root_seconds=0.05,
    )  # fmt: skip
    async with plane(made) as (running, port):
        running.learn(known)
        sys.stdout.write(f"{port} {said}\n")
        sys.stdout.flush()
        await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
