"""`tinhso exchange --workers 2` as it runs: two processes on one port, one memory of tokens; who falls comes back."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tinhso.engines.exchange import services
from tinhso.engines.exchange.models import Agreement, Service
from tinhso.engines.exchange.plane.running import listening
from tinhso.engines.exchange.testing import World as Registry
from tinhso.engines.exchange.tests.plane_world import SERVICE, Holder, world
from tinhso.engines.exchange.tests.test_plane_evidence import _url
from tinhso.foundation.testing.cast import Cast

PARENT = """from tinhso.engines.exchange.plane import config, parent
parent.run(config.from_environment())"""


@contextmanager
def started(folder: Path, parent: str = PARENT, **settings: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with listening("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    told = {"FOLDER": str(folder), "PORT": str(port), "WORKERS": "2"} | settings
    environment = os.environ | {f"TINHSO_EXCHANGE_{name}": value for name, value in told.items()}
    command = [sys.executable, "-c", parent]
    with subprocess.Popen(command, env=environment | {"DATABASE_URL": _url()}, stdout=subprocess.DEVNULL) as process:
        try:
            yield process, port
        finally:
            process.terminate()
            process.wait(15)


def workers(folder: Path) -> set[int]:
    """Numbers of the processes that wrote evidence: a segment's name ends with its own."""
    return {int(path.stem.rpartition("-")[2]) for path in folder.glob("*.seg")}


def alive(number: int) -> bool:
    return Path(f"/proc/{number}").exists()


@pytest.mark.django_db(transaction=True)
def test_two_processes_share_the_port_the_tokens_and_the_work_and_a_fallen_one_is_replaced(
    cast: Cast, tmp_path: Path
) -> None:
    registry = Registry(cast)
    registry.granted()
    Agreement.objects.update(rate_per_minute=60_000)
    key = services.issue_token_key(actor=registry.askers, subsystem=registry.client, name="thử")
    private = load_pem_private_key(key.private_pem.encode(), None)
    assert isinstance(private, Ed25519PrivateKey)
    holder = Holder(registry.client.identifier, private, key.key.thumbprint)
    with world(tmp_path / "behind") as behind, started(tmp_path) as (process, port):
        behind.provider.person = {"code": "7", "name": "Quán An"}
        Service.objects.update(base_url=behind.base.services[SERVICE].base_url)
        path, acknowledged = f"/r1/{registry.service.identifier}/households/7", []

        def call(token: str = "") -> int:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            mark = f"Bearer {token or holder.token(aud='TINHSO')}"
            try:
                line.request("GET", path, headers={"X-Road-Client": holder.identifier, "Authorization": mark})
                answer = line.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                return 0
            finally:
                line.close()
            if answer.status == 200:
                acknowledged.append(answer.headers["X-Road-Request-Id"])
            return answer.status

        def until_others_write(than: set[int], count: int) -> set[int]:
            end = time.monotonic() + 15
            while len(others := workers(tmp_path) - than) < count:
                assert time.monotonic() < end
                call()
            return others

        first = until_others_write(set(), 2)
        token = holder.token(aud="TINHSO")
        assert sorted(call(token) for _ in range(8)) == [200, *[401] * 7]  # whichever process is asked
        os.kill(min(first), signal.SIGKILL)
        second = until_others_write(first, 1)
        assert call() == 200
        process.terminate()
        assert process.wait(15) == 0 and not any(map(alive, first | second))
    with psycopg.connect(_url()) as line:
        found = {str(one) for (one,) in line.execute("SELECT uid FROM exchange_message").fetchall()}
    kept = {path.name for path in tmp_path.glob("*.seg")}
    assert len(kept) >= 3 and acknowledged and set(acknowledged) <= found
