"""The whole of `tinhso bench indicators`: a database of its own, the load, the measures."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tinhso.faces.cli import environment, postgres, prepare
from tinhso.faces.cli.place import Place, free_port
from tinhso.faces.cli.processes import Supervisor, stoppable
from tinhso.faces.cli.words import Trouble, _, say
from tinhso.foundation.jobs.registry import BenchRow

# Room on the disk for one fact with its indexes and the writing log, and for the export beside it (bytes).
PER_FACT = 420
FULL = 34_200_000
SERVER = {
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "1GB",
    "effective_cache_size": "4GB",
}


def indicators(scale: float = 1.0) -> bool:
    """Loads, measures; True when every budget is met."""
    from tinhso.faces.cli.bench import show

    given = os.environ.get("TINHSO_BENCH_DATABASE", "")
    supervisor = Supervisor()
    with stoppable(), tempfile.TemporaryDirectory(prefix="tinhso-bench-") as folder:
        Path(folder).chmod(0o755)
        place = Place(Path(os.environ.get("TINHSO_BENCH_DATA") or Path(folder) / "data"), free_port())
        place.make()
        try:
            rows = list(_measured(place, supervisor, given, scale))
        finally:
            supervisor.stop()
            if not given:
                postgres.forget(place)
    show(rows)
    return all(row.is_met for row in rows)


def _measured(place: Place, supervisor: Supervisor, given: str, scale: float) -> Iterator[BenchRow]:
    os.environ.pop("TINHSO_SECRET_KEY", None)
    url = given or _own_database(place, supervisor, scale)
    environment.apply(place, url)
    environment.setup()
    from tinhso.engines.indicators import sums
    from tinhso.faces.cli.indicators_bench import measure, stage

    size = stage.Size.of(scale)
    if stage.claim(size):
        areas = stage.planted_areas()
    else:
        prepare.prepare()
        areas = stage.plant_areas(size.areas)
        seconds = stage.load(size, areas, url, lambda word: say(f"  {word}"))
        yield BenchRow(
            _("Nạp {facts} số liệu, khóa và chỉ mục").format(facts=f"{size.facts:,}"), seconds, _("giây"), "–", True
        )
    began = time.monotonic()
    filled = sums.fill()
    if filled:
        said = _("Cộng sẵn {cells} kỳ số liệu (việc ban đêm)").format(cells=f"{filled:,}")
        yield BenchRow(said, time.monotonic() - began, _("giây"), "–", True)
    yield from measure.everything(size, areas, url)


def _own_database(place: Place, supervisor: Supervisor, scale: float) -> str:
    say(_("» Dựng một bản cài đặt tạm để đo…"))
    free = os.statvfs(place.data).f_bavail * os.statvfs(place.data).f_frsize
    need = FULL * scale * scale * PER_FACT
    if free < need:
        raise Trouble(
            _("Cần {need:.0f} GB đĩa trống để đo ở cỡ này; nay còn {free:.0f} GB. Hãy đo với --scale nhỏ hơn.").format(
                need=need / 1e9, free=free / 1e9
            )
        )
    server = postgres.own_server(place)
    server.settings = SERVER
    supervisor.add(server)
    server.ensure_database()
    return server.url
