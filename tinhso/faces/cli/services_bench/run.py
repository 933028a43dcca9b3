"""The whole of `tinhso bench services`: a scratch installation, the load, what must hold, the measures."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tinhso.faces.cli import environment, postgres, prepare
from tinhso.faces.cli.demo import parts, wait_for_page
from tinhso.faces.cli.place import Place, free_port
from tinhso.faces.cli.processes import Supervisor, stoppable
from tinhso.faces.cli.words import Trouble, _, say
from tinhso.foundation.jobs.registry import BenchRow

SIZE = 1_000_000
LOAD_SECONDS = 600
# Room on the disk for one dossier with all that its acts write, indexes and the writing log included (bytes).
PER_DOSSIER = 26_000
# Beside the launcher's own settings: a server that is filled once and then used. Commits stay on disk.
SERVER = {
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "1GB",
    "effective_cache_size": "4GB",
}


def services(size: int = SIZE, soak_minutes: float = 0) -> bool:
    """Loads, asks, measures; True when every budget is met."""
    from tinhso.faces.cli.bench import show

    given = os.environ.get("TINHSO_BENCH_DATABASE", "")
    supervisor = Supervisor()
    with stoppable(), tempfile.TemporaryDirectory(prefix="tinhso-bench-") as folder:
        Path(folder).chmod(0o755)
        place = Place(Path(os.environ.get("TINHSO_BENCH_DATA") or Path(folder) / "data"), free_port())
        place.make()
        try:
            rows = list(_measured(place, supervisor, given, size, soak_minutes))
        finally:
            supervisor.stop()
            if not given:
                postgres.forget(place)
    show(rows)
    return all(row.is_met for row in rows)


def _measured(place: Place, supervisor: Supervisor, given: str, size: int, soak_minutes: float) -> Iterator[BenchRow]:
    os.environ.pop("TINHSO_SECRET_KEY", None)
    url = given or _own_database(place, supervisor, size)
    push_port = free_port()
    children = environment.apply(place, url, **environment.for_demo(place, push_port, free_port(), free_port()))
    environment.setup()
    prepare.prepare()
    if not given:
        prepare.play(2026, most=prepare.BASE_DATA)
        yield from _load(size, url)
    for part in parts(place, children, push_port):
        if part.name in ("web", "worker"):
            supervisor.add(part)
    wait_for_page(place, supervisor)
    from tinhso.faces.cli.services_bench.measure import Bench, soak
    from tinhso.faces.cli.services_bench.pulled import pulled

    bench = Bench(place.port, supervisor)
    if soak_minutes:
        yield from soak(bench, soak_minutes)
        return
    yield from bench.queries()
    bench.load_everything()
    before = bench.memory()
    yield from bench.reads()
    yield from bench.writes()
    yield from bench.memory_rows(before)
    yield from pulled(bench.cast.signer, bench.drafted())


def _own_database(place: Place, supervisor: Supervisor, size: int) -> str:
    say(_("» Dựng một bản cài đặt tạm để đo…"))
    free = os.statvfs(place.data).f_bavail * os.statvfs(place.data).f_frsize
    if free < size * PER_DOSSIER:
        raise Trouble(
            _(
                "Cần {need:.0f} GB đĩa trống để nạp {size} hồ sơ; nay còn {free:.0f} GB. Hãy đo với --size nhỏ hơn."
            ).format(need=size * PER_DOSSIER / 1e9, size=size, free=free / 1e9)
        )
    server = postgres.own_server(place)
    server.settings = SERVER
    supervisor.add(server)
    server.ensure_database()
    return server.url


def _load(size: int, url: str) -> Iterator[BenchRow]:
    """The load and, after it, what must hold; the audit log is verified row by row."""
    from tinhso.faces.cli.services_bench import invariants, stage
    from tinhso.foundation.audit.verify import verify_fully

    done = 0

    def advance(count: int) -> None:
        nonlocal done
        if done // 100_000 != (done + count) // 100_000:
            say(f"  {done + count:,}")
        done += count

    loaded = stage.load(size, url, lambda word: say(f"  {word}…"), advance)
    rows = sum(loaded.done.rows.values())
    budget = LOAD_SECONDS * max(size, 1) / SIZE
    yield BenchRow(
        _("Nạp %(size)s hồ sơ, %(rows)s dòng, khóa và chỉ mục") % {"size": f"{size:,}", "rows": f"{rows:,}"},
        loaded.seconds, _("giây"), f"≤ {budget:.0f}", loaded.seconds <= budget,
    )  # fmt: skip
    began = time.monotonic()
    asked = list(invariants.ask(loaded.before, loaded.done))
    for one in asked:
        if not one.holds:
            say(f"  ! {one.what}: {one.found} ≠ {one.expected}", "red")
    wrong = sum(not one.holds for one in asked)
    say(_("  {count} điều phải đúng: {seconds:.0f} giây").format(count=len(asked), seconds=time.monotonic() - began))
    yield BenchRow(_("Điều phải đúng sau khi nạp: số điều sai"), wrong, f"/ {len(asked)}", "= 0", wrong == 0)
    began = time.monotonic()
    report = verify_fully(None)
    yield BenchRow(
        _("Nhật ký: %(rows)s dòng đối chiếu, số lỗi") % {"rows": f"{report.rows:,}"},
        len(report.problems), f"({time.monotonic() - began:.0f} {_('giây')})", "= 0", not report.problems,
    )  # fmt: skip
