"""What the nginx plane carries, with real processes: nginx, the plane behind it, the signer. Part of plane/bench.py.

`python -m tinhso.engines.exchange.nginx.bench behind|signer FOLDER BASE PORT tls|plain written|synced`.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import uvloop

from tinhso.engines.exchange.nginx import parent, rendering
from tinhso.engines.exchange.nginx.rendering import Place
from tinhso.engines.exchange.nginx.running import Publisher, told_by
from tinhso.engines.exchange.nginx.spool import Signer
from tinhso.engines.exchange.plane import bench as common
from tinhso.engines.exchange.plane.bench_certificates import caller_context
from tinhso.engines.exchange.plane.config import Config
from tinhso.engines.exchange.plane.journal import Journal
from tinhso.engines.exchange.plane.loading import Caller, load
from tinhso.engines.exchange.plane.running import listening, plane, settled
from tinhso.foundation.jobs.registry import BenchRow

WORKERS = 2
PATH = f"/r1/{common.SUBSYSTEM}/s"


@dataclass(frozen=True)
class Kind:
    """How it runs: with TLS, and whether each receipt's text is written through to the disk first."""

    is_tls: bool = False
    is_synced: bool = False

    def config(self, folder: Path, port: int) -> Config:
        own = folder / f"nginx-{self.is_tls:d}{self.is_synced:d}"
        made = Config(folder=own, instance="TS", port=port, workers=WORKERS, syncs=self.is_synced)
        if not self.is_tls:
            return made
        ours = [str(folder / name) for name in ("server.pem", "server.key", "authority.pem")]
        return replace(made, tls_certificate=ours[0], tls_key=ours[1], client_authority=ours[2])


async def behind(config: Config, folder: Path, base: str) -> None:
    settled()
    publisher = Publisher(config)
    local = replace(config, host=f"unix:{publisher.place.socket}", tls_certificate="")
    async with plane(local, kind=told_by(publisher)) as (made, _):
        made.learn(common.policy(base, folder))
        while publisher.task is not None:
            await asyncio.sleep(0.01)
        common.tell(0)
        await asyncio.Event().wait()


async def signer(config: Config) -> None:
    settled()
    journal = Journal(config.folder)
    signs = Signer(Place(config.folder).made().spool, journal.keep)
    common.tell(0)
    await signs.run()


@contextmanager
def running(beside: common.Beside, kind: Kind) -> Iterator[tuple[int, list[int], Place]]:
    """The whole plane on a free port: the port, the numbers of its processes, where its evidence lies."""
    with listening("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    config, base = kind.config(beside.folder, port), f"http://127.0.0.1:{beside.provider}"
    said = [str(beside.folder), base, str(port), "tls" if kind.is_tls else "plain"]
    said.append("synced" if kind.is_synced else "written")
    place = Place(config.folder)
    with ExitStack() as stack:
        module = "tinhso.engines.exchange.nginx.bench"
        numbers = [stack.enter_context(common.started(what, *said, module=module))[1] for what in ("behind", "signer")]
        process = parent.nginx(place)
        stack.callback(parent.swept, process.pid)
        stack.callback(process.wait, 10)
        stack.callback(process.terminate)
        time.sleep(1.0)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield port, [*numbers, *map(int, children)], place


def rows(beside: common.Beside) -> list[BenchRow]:
    try:
        rendering.program()
    except rendering.Missing as error:
        return [BenchRow(f"nginx plane: NOT RUN, {error}", 0.0, "", "–", True)]
    return [*_through(beside), *_synced(beside), *_mutual_tls(beside)]


def _through(beside: common.Beside) -> list[BenchRow]:
    with running(beside, Kind()) as (port, numbers, place):
        load(port, f"{PATH}/persons/7", 8, beside.caller, beside.folder)
        before = common.cpu_seconds(numbers)
        many = load(port, f"{PATH}/persons/7", 32, beside.caller, beside.folder)
        behind_by = _signed(place)
        spent = (common.cpu_seconds(numbers) - before) / many.answers * 1e6
        one = load(port, f"{PATH}/persons/7", 1, beside.caller, beside.folder)
        large = load(port, f"{PATH}/large", 8, beside.caller, beside.folder)
    return [
        BenchRow(
            "nginx plane: policy, filter, receipt's text, 32 connections",
            many.rate,
            "/s",
            "≥ 25000",
            many.rate >= 25000,
        ),
        BenchRow("nginx plane, the same, p99", many.p99, "ms", "–", True),
        BenchRow("nginx plane, after it, until all receipts were signed", behind_by, "s", "–", True),
        BenchRow("nginx plane, CPU time a message, signing included", spent, "µs", "–", True),
        replace(common._added(beside, one), what="nginx plane, added at one connection, p50"),
        BenchRow("nginx plane, 1 MiB answers, 8 connections", large.rate, "/s", "≥ 800", large.rate >= 800),
    ]


def _signed(place: Place) -> float:
    """Seconds until the signer has no more before it."""
    began = time.monotonic()
    while any(not _is_signed(one) for one in place.spool.glob("*.open")) and time.monotonic() - began < 60:
        time.sleep(0.05)
    return time.monotonic() - began


def _is_signed(spool: Path) -> bool:
    noted = spool.with_name(f"{spool.name}.at")
    return noted.exists() and int(noted.read_text()) == spool.stat().st_size


def _synced(beside: common.Beside) -> list[BenchRow]:
    with running(beside, Kind(is_synced=True)) as (port, _, _place):
        load(port, f"{PATH}/persons/7", 8, beside.caller, beside.folder)
        found = load(port, f"{PATH}/persons/7", 32, beside.caller, beside.folder)
    what = "nginx plane, each receipt's text on the disk first, 32 connections"
    return [BenchRow(what, found.rate, "/s", "–", True), BenchRow("the same, p99", found.p99, "ms", "–", True)]


def _mutual_tls(beside: common.Beside) -> list[BenchRow]:
    caller = Caller(common.CLIENT, tls=caller_context(beside.folder))
    with running(beside, Kind(is_tls=True)) as (port, _, _place):
        found = load(port, f"{PATH}/persons/7", 32, caller, beside.folder)
    what = "nginx plane, mutual TLS, 32 connections of our own client"
    return [BenchRow(what, found.rate, "/s", "–", True), BenchRow("the same, p99", found.p99, "ms", "–", True)]


if __name__ == "__main__":
    what_, folder_, base_, port_, tls_, written_ = sys.argv[1:]
    config_ = Kind(tls_ == "tls", written_ == "synced").config(Path(folder_), int(port_))
    uvloop.run(behind(config_, Path(folder_), base_) if what_ == "behind" else signer(config_))
