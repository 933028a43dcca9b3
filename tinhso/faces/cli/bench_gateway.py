"""A register asked by key through the exchange, as an agency asks: plane, connector, audit, the person's log."""

from __future__ import annotations

import contextlib
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import quote

from tinhso.faces.cli.place import HOST, Place, free_port
from tinhso.faces.cli.processes import Supervisor
from tinhso.faces.cli.words import _
from tinhso.foundation.jobs.registry import BenchRow

LOOK_UPS = 400
BUDGET_MS = 10.0


def look_up(place: Place, supervisor: Supervisor) -> list[BenchRow]:
    """p50 and p95 of look-ups one after the other over one connection, every one of them written before its answer."""
    from tinhso.engines.exchange import services, trying
    from tinhso.engines.exchange.models import Agreement
    from tinhso.engines.registers.models import Record
    from tinhso.foundation.access.guard import Actor

    name = _("Tra cứu cơ sở dữ liệu theo khóa qua nền tảng (p95)")
    granted = Agreement.objects.in_force().filter(service__base_url="connector:register.ca-nhan").first()
    if granted is None:
        return [BenchRow(f"{name}: NOT RUN", 0.0, "ms", "≤ 10", False)]
    Agreement.objects.filter(pk=granted.pk).update(rate_per_minute=600_000)
    client, path = granted.client, f"/r1/{granted.service.identifier}/records/"
    register = granted.service.base_url.rpartition(".")[2]
    keys = list(Record.objects.current().filter(register__code=register).values_list("key", flat=True)[:100])
    issued = services.issue_token_key(actor=Actor.system("tinhso bench"), subsystem=client, name="bench", days=1)
    with plane(place) as port:
        headers = {
            "X-Road-Client": client.identifier,
            "X-Tinhso-Purpose": quote(_("Đo tốc độ")),
            "X-Tinhso-Dossier": "BENCH-1",
            "Authorization": f"Bearer {trying.token(issued.private_pem, issued.key.thumbprint, client.identifier)}",
        }
        times = sorted(asked(port, headers, [path + quote(keys[n % len(keys)]) for n in range(LOOK_UPS)]))
    middle, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    return [
        BenchRow(name.replace("p95", "p50"), middle, "ms", "–", True),
        BenchRow(name, p95, "ms", "≤ 10", p95 <= BUDGET_MS),
    ]


@contextlib.contextmanager
def plane(place: Place) -> Iterator[int]:
    """One process of the data plane beside the running stack."""
    port = free_port()
    told = {
        "TINHSO_EXCHANGE_FOLDER": str(place.data / "exchange-bench"),
        "TINHSO_EXCHANGE_PORT": str(port),
        "TINHSO_EXCHANGE_CONNECTORS_URL": place.address,
    }
    command = [sys.executable, "-m", "tinhso.engines.exchange.plane"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | told) as process:
        try:
            assert process.stdout
            process.stdout.readline()
            yield int(port)
        finally:
            process.terminate()


def asked(port: int, headers: dict[str, str], paths: list[str]) -> Iterator[float]:
    """Milliseconds of each look-up; the plane's first reading of the registry is waited for and not counted."""
    line = http.client.HTTPConnection(HOST, port, timeout=30)
    until = time.monotonic() + 15
    while (status := once(line, headers, paths[0])) != 200:
        if time.monotonic() > until:
            raise RuntimeError(f"look-up answered {status}")
        time.sleep(0.1)
    for path in paths:
        began = time.perf_counter()
        if once(line, headers, path) != 200:
            raise RuntimeError("a look-up failed")
        yield 1000 * (time.perf_counter() - began)
    line.close()


def once(line: http.client.HTTPConnection, headers: dict[str, str], path: str) -> int:
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    answer.read()
    return answer.status
