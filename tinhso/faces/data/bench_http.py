"""Ten million rows asked by programs: `datastore_search` over HTTP, eight connections kept open, two web processes."""

from __future__ import annotations

import dataclasses
import json
import random
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from urllib.parse import urlencode
from uuid import UUID

from tinhso.foundation.files import blobs
from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.jobs.measured import free_port, running
from tinhso.foundation.jobs.registry import BenchRow
from tinhso.systems.opendata import bench as tables
from tinhso.systems.opendata.models import Dataset, Resource

CONNECTIONS, ASKED = 8, 1600
START_SECONDS = 60


def filters(sha256: str) -> list[BenchRow]:
    """p99 and rate of the engine's own question, through everything a program meets."""
    with _published(sha256) as key, server() as port:
        chance = random.Random(7)  # noqa: S311 -- questions of a bench
        paths = [_path(key, chance) for _number in range(ASKED)]
        took, seconds = asked(port, paths)
    slow, rate = took[int(0.99 * len(took))], len(took) / seconds
    what = "10,000,000 rows: ad-hoc filter by datastore_search over HTTP, 8 connections"
    return [
        BenchRow(f"{what}, p99 (p50 {took[len(took) // 2]:.0f})", slow, "ms", "≤ 50", slow <= 50),
        BenchRow(what, rate, "/s", "≥ 400", rate >= 400),
    ]


def _path(key: UUID, chance: random.Random) -> str:
    first, last, unit = (one.values[0] for one in tables.question(chance).filters)
    filters = {"ngay": {"gte": first, "lt": last}, "don_vi": unit}
    given = {"resource_id": key, "filters": json.dumps(filters), "include_total": "false", "limit": 100}
    return f"/api/3/action/datastore_search?{urlencode(given)}"


@contextmanager
def _published(sha256: str) -> Iterator[UUID]:
    """The table as a public dataset: really there, for other processes ask; taken away at the end."""
    size = blobs.blob_path(sha256).stat().st_size
    kept = StoredFile.objects.create(
        sha256=sha256, name="do.parquet", media_type="x", size=size, state="clean", purpose="opendata"
    )
    dataset = Dataset.objects.create(name=f"do-{sha256[:20]}", title="Đo tốc độ")
    try:
        made = Resource.objects.create(
            dataset=dataset, name="bảng", table=kept, is_datastore=True, rows=tables.ROWS,
            columns=[dataclasses.asdict(column) for column in tables.COLUMNS],
        )  # fmt: skip
        yield made.pk
    finally:
        Resource.objects.filter(dataset=dataset).delete()
        dataset.delete()
        kept.delete()


@contextmanager
def server(*, workers: int = 2, threads: int = 4) -> Iterator[int]:
    """The web processes as `tinhso serve` starts them; their port."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "tinhso.config.wsgi:application"]
    limits = ["--workers", str(workers), "--blocking-threads", str(threads), "--backpressure", "64", "--no-ws"]
    with answering([*command, *limits, "--host", "127.0.0.1", "--port", str(port)], port, "/api/3/action/site_read"):
        yield port


def answering(command: list[str], port: int, path: str) -> AbstractContextManager[int]:
    """The server of `command`, from its first answer at `path`."""
    return running(command, lambda: _answers(port, path), seconds=START_SECONDS)


def _answers(port: int, path: str) -> bool:
    try:
        return Caller(port).ask(path) > 0
    except (OSError, RuntimeError):
        return False


class Caller:
    """One connection kept open; no more of HTTP than it takes, so that the caller costs next to nothing."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)

    def ask(self, path: str) -> int:
        """The length of the answer; RuntimeError when it is no 200."""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        read = b""
        while b"\r\n\r\n" not in read:
            read += self._more()
        head, _blank, body = read.partition(b"\r\n\r\n")
        if b" 200 " not in head[:20]:
            raise RuntimeError(head[:100].decode("latin-1"))
        if b"transfer-encoding: chunked" in head.lower():
            while not body.endswith(b"0\r\n\r\n"):
                body += self._more()
            return len(body)
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += self._more()
        return length

    def _more(self) -> bytes:
        given = self.socket.recv(1 << 16)
        if not given:
            raise RuntimeError("the connection was closed")
        return given


def asked(port: int, paths: list[str], connections: int = CONNECTIONS) -> tuple[list[float], float]:
    """Milliseconds of each question, sorted, and the seconds all of them took, so many connections at a time."""

    def through(share: list[str]) -> list[float]:
        caller, took = Caller(port), []
        for path in share:
            begun = time.perf_counter()
            caller.ask(path)
            took.append((time.perf_counter() - begun) * 1000)
        return took

    for path in paths[:connections]:
        Caller(port).ask(path)
    begun = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        times = [one for each in pool.map(through, (paths[n::connections] for n in range(connections))) for one in each]
    return sorted(times), time.perf_counter() - begun
