"""`tinhso bench`: the figures that DESIGN 6 promises, measured here and now, beside their budgets."""

from __future__ import annotations

import os

from rich.table import Table

from tinhso.faces.cli import environment
from tinhso.faces.cli.place import Place
from tinhso.faces.cli.words import Trouble, _, console
from tinhso.foundation.jobs.registry import BENCHES, BenchRow

# `tinhso bench foundation` is all of them; other names choose.
EVERYTHING = "foundation"


def run(place: Place, names: tuple[str, ...]) -> bool:
    """Measures what was asked for, on the installation's own database; True when every budget is met."""
    with environment.django(place):
        wanted = [name for name in BENCHES if not names or EVERYTHING in names or name in names]
        unknown = sorted(set(names) - {EVERYTHING, *BENCHES})
        if unknown:
            raise Trouble(
                _("Không có số đo “{name}”. Có: {known}.").format(name=unknown[0], known=", ".join(sorted(BENCHES)))
            )
        rows = [row for name in wanted for row in BENCHES[name]()]
    show(rows)
    return all(row.is_met for row in rows)


def show(rows: list[BenchRow]) -> None:
    cores = os.cpu_count() or 1
    table = Table(title=_("Số đo trên {cores} nhân").format(cores=cores), title_justify="left", box=None)
    for heading in (_("Việc"), _("Đo được"), _("Định mức"), _("Đạt")):
        table.add_column(heading, overflow="fold", justify="right" if heading == _("Đo được") else "left")
    for row in rows:
        table.add_row(str(row.what), f"{figure(row.measured)} {row.unit}", row.budget, "✓" if row.is_met else "✗")
    console.print(table)


def figure(value: float) -> str:
    """1.234 or 0,35: the Vietnamese way, as on every screen."""
    text = f"{value:,.0f}" if value >= 100 else f"{value:,.2f}" if value < 10 else f"{value:,.1f}"
    return text.translate(str.maketrans(",.", ".,"))
