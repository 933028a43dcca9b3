"""`tinhso exchange --plane nginx` as it runs: whoever is killed, nothing acknowledged lacks its receipt."""

from __future__ import annotations

import http.client
import json
import os
import signal
import ssl
import threading
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tinhso.engines.exchange import services
from tinhso.engines.exchange.models import Agreement, Service
from tinhso.engines.exchange.testing import World as Registry
from tinhso.engines.exchange.tests.nginx_world import missing
from tinhso.engines.exchange.tests.plane_world import SERVICE, world
from tinhso.engines.exchange.tests.test_plane_evidence import _url
from tinhso.engines.exchange.tests.test_plane_workers import PARENT, started
from tinhso.engines.exchange.tests.tls_pair import tls_files
from tinhso.foundation.testing.cast import Cast

NGINX_PARENT = PARENT.replace("import config, parent", "import config").replace(
    "\n", "\nfrom tinhso.engines.exchange.nginx import parent\n", 1
)


class Caller:
    """A client with its certificate, calling in several threads; what was acknowledged to it."""

    def __init__(self, registry: Registry, folder: Path, port: int) -> None:
        self.folder, self.port, self.name = folder, port, registry.client.identifier
        self.path = f"/r1/{registry.service.identifier}/households/7"
        self.acknowledged: list[str] = []
        self.stops = False

    def line(self) -> http.client.HTTPSConnection:
        context = ssl.create_default_context(cafile=str(self.folder / "server.pem"))
        context.load_cert_chain(self.folder / "client.pem")
        return http.client.HTTPSConnection("localhost", self.port, timeout=5, context=context)

    def call(self, line: http.client.HTTPConnection) -> int:
        line.request("GET", self.path, headers={"X-Road-Client": self.name})
        answer = line.getresponse()
        body = answer.read()
        if answer.status == 200:
            assert json.loads(body) == {"code": "7", "name": "Quán An"}
            self.acknowledged.append(answer.headers["X-Road-Request-Id"])
        return answer.status

    def once(self) -> int:
        with suppress(OSError, http.client.HTTPException):
            return self.call(self.line())
        return 0

    def until(self, status: int) -> None:
        end = time.monotonic() + 15
        while (found := self.once()) != status:
            assert time.monotonic() < end, found
            time.sleep(0.02)

    def flood(self) -> None:
        line = self.line()
        while not self.stops:
            try:
                self.call(line)
            except (OSError, http.client.HTTPException):
                line.close()
                time.sleep(0.01)


def master(folder: Path) -> int:
    return int((folder / "nginx" / "nginx.pid").read_text())


def workers(folder: Path) -> list[int]:
    number = master(folder)
    children = map(int, Path(f"/proc/{number}/task/{number}/children").read_text().split())
    return [one for one in children if b"worker process" in Path(f"/proc/{one}/cmdline").read_bytes()]


def beside(folder: Path) -> list[int]:
    """The plane behind and the signer, known by the folder they were told."""
    found = []
    for place in Path("/proc").iterdir():
        with suppress(OSError):
            ours = place.name.isdigit() and b"exchange.nginx.running" in (place / "cmdline").read_bytes()
            if ours and str(folder).encode() in (place / "environ").read_bytes():
                found.append(int(place.name))
    return found


@pytest.mark.django_db(transaction=True)
def test_whoever_is_killed_no_acknowledged_call_lacks_its_receipt_and_a_removal_holds_at_once(
    cast: Cast, tmp_path: Path
) -> None:
    if why := missing():
        pytest.skip(f"NOT RUN: {why}")
    registry = Registry(cast)
    agreement = registry.granted()
    Agreement.objects.update(rate_per_minute=600_000)
    certified = services.issue_certificate(actor=registry.askers, subsystem=registry.client, name="thử TLS")
    tls_files(tmp_path, certified)
    files = {"TLS_CERTIFICATE": "server.pem", "TLS_KEY": "server.key", "CLIENT_AUTHORITY": "ca.pem"}
    settings = {name: str(tmp_path / file) for name, file in files.items()}
    folder = tmp_path / "exchange"
    with world(tmp_path / "provider") as w, started(folder, NGINX_PARENT, **settings) as (process, port):
        w.provider.person = {"code": "7", "name": "Quán An"}
        Service.objects.update(base_url=w.base.services[SERVICE].base_url)
        caller = Caller(registry, tmp_path, port)
        caller.until(200)
        by_nginx = time.monotonic() + 15
        while not list((folder / "spool").glob("*.open")):  # nginx itself, not the plane behind
            assert caller.once() == 200 and time.monotonic() < by_nginx
        threads = [threading.Thread(target=caller.flood, daemon=True) for _ in range(4)]
        for thread in threads:
            thread.start()
        reached, end = 300, time.monotonic() + 15
        while len(caller.acknowledged) < reached:
            assert time.monotonic() < end
            time.sleep(0.01)
        for number in (killed := [*beside(folder), *workers(folder), master(folder)]):  # all but the parent
            os.kill(number, signal.SIGKILL)
        assert len(killed) == 5
        caller.until(200)
        caller.stops = True
        for thread in threads:
            thread.join(10)
        services.remove_access(actor=registry.owners, agreement=agreement, reason="Không còn dùng.")
        began = time.monotonic()
        caller.until(403)
        assert time.monotonic() - began < 2.0
        process.terminate()
        assert process.wait(30) == 0 and not beside(folder)
    with psycopg.connect(_url()) as line:
        found = [str(one) for (one,) in line.execute("SELECT uid FROM exchange_message").fetchall()]
    assert set(caller.acknowledged) <= set(found)
    assert len(found) == len(set(found))
