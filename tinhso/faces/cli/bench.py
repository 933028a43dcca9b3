"""`tinhso bench`: the figures that DESIGN 6 promises, measured here and now, beside their budgets.

Measured on a scratch installation of its own: a durable PostgreSQL by the launcher's order, the province loaded, web,
worker and push running. Nothing is ever written to the installation at hand.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rich.table import Table

from tinhso.faces.cli import bench_gateway, bench_stack, build, environment, postgres, prepare
from tinhso.faces.cli.demo import parts, wait_for_page
from tinhso.faces.cli.place import Place, free_port
from tinhso.faces.cli.processes import Supervisor, stoppable
from tinhso.faces.cli.words import Trouble, _, console, say
from tinhso.foundation.jobs.registry import BENCHES, BenchRow

# `tinhso bench foundation` is all of them; other names choose.
EVERYTHING = "foundation"
OWN = {
    "acts": bench_stack.acts,
    "home": bench_stack.home,
    "gateway": bench_gateway.look_up,
    "memory": bench_stack.memory,
}


def run(names: tuple[str, ...]) -> bool:
    """Measures what was asked for; True when every budget is met."""
    supervisor = Supervisor()
    with stoppable(), scratch() as place:
        try:
            rows = list(_measured(place, supervisor, names))
        finally:
            supervisor.stop()
    show(rows)
    return all(row.is_met for row in rows)


@contextlib.contextmanager
def scratch() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="tinhso-bench-") as folder:
        Path(folder).chmod(0o755)
        place = Place(Path(folder) / "data", free_port())
        place.make()
        try:
            yield place
        finally:
            postgres.forget(place)


def _measured(place: Place, supervisor: Supervisor, names: tuple[str, ...]) -> Iterator[BenchRow]:
    say(_("» Dựng một bản cài đặt tạm để đo…"))
    os.environ.pop("TINHSO_SECRET_KEY", None)
    server = postgres.own_server(place)
    supervisor.add(server)
    server.ensure_database()
    push_port = free_port()
    children = environment.apply(place, server.url, **environment.for_demo(place, push_port, free_port(), free_port()))
    environment.setup()
    wanted = chosen(names)
    build.front_end()
    prepare.prepare()
    for part in parts(place, children, push_port):
        supervisor.add(part)
    wait_for_page(place, supervisor)
    prepare.play(2026, most=prepare.BASE_DATA)
    play_a_little()
    for name in wanted:
        say(f"  {name}…")
        yield from OWN[name](place, supervisor) if name in OWN else BENCHES[name]()


class Enough(Exception):
    """A few steps of a long play are all that the measures need."""


class FewSteps(prepare.Bar):
    """Ends a play after its first steps; each step is whole, for it went through the services."""

    MOST = 16

    def advance(self, steps: int = 1) -> None:
        super().advance(steps)
        if self.steps >= self.MOST:
            raise Enough


def play_a_little() -> None:
    """Some real work for the measures to stand on, its events delivered by the running worker."""
    from tinhso.foundation.access.guard import Actor
    from tinhso.foundation.events.dispatch import waiting
    from tinhso.foundation.jobs.registry import SEEDS

    actor = Actor.system("tinhso bench", is_simulated=True)
    for order, name in sorted(SEEDS):
        if order >= prepare.BASE_DATA:
            with contextlib.suppress(Enough), prepare.bar() as shown:
                SEEDS[order, name](actor, FewSteps(shown.shown), 2026)
    until = time.monotonic() + 60
    while waiting() and time.monotonic() < until:
        time.sleep(0.5)


def chosen(names: tuple[str, ...]) -> list[str]:
    """Ours last: memory is read once everything has worked."""
    known = [*BENCHES, *OWN]
    unknown = sorted(set(names) - {EVERYTHING, *known})
    if unknown:
        raise Trouble(
            _("Không có số đo “{name}”. Có: {known}.").format(name=unknown[0], known=", ".join(sorted(known)))
        )
    return [name for name in known if not names or EVERYTHING in names or name in names]


def show(rows: list[BenchRow]) -> None:
    """The rows as a table: what, how much, the budget, whether met."""
    cores = len(os.sched_getaffinity(0))
    title = _("Số đo trên {cores} nhân").format(cores=cores)
    table = Table(title=title, title_justify="left", box=None)
    table.add_column(_("Việc"), overflow="fold")
    table.add_column(_("Đo được"), justify="right", no_wrap=True)
    table.add_column(_("Định mức"), no_wrap=True)
    table.add_column(_("Đạt"))
    for row in rows:
        table.add_row(str(row.what), f"{figure(row.measured)} {row.unit}", str(row.budget), "✓" if row.is_met else "✗")
    console.print(table)
    load = os.getloadavg()[0]
    if load > cores + 1:
        say(_("! Máy đang bận việc khác (tải {load:.1f}): số đo thấp hơn thực lực.").format(load=load), "yellow")


def figure(value: float) -> str:
    """1.234 or 0,35: the Vietnamese way, as on every screen."""
    text = f"{value:,.0f}" if value >= 100 else f"{value:,.2f}" if value < 10 else f"{value:,.1f}"
    return text.translate(str.maketrans(",.", ".,"))
