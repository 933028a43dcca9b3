"""What every app may publish: its `datasets.py` lists tables, its ready() registers them, the open-data system reads
the list. An app says how to read its rows and what the columns mean; it never learns where they are published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tinhso.foundation.openness.columns import Column, Cycle

Row = Sequence[Any]
# Groups of the portal: by what they are about.
GOVERNMENT, SERVICES, TERRITORY, REPORTS, TIME = (
    "bo-may",
    "dich-vu-cong",
    "dia-gioi",
    "chi-tieu-bao-cao",
    "lich-lam-viec",
)


@dataclass(frozen=True)
class Published:
    """One table to be published. `rows` is called by a job and yields one sequence per row, in the columns' order.

    `opened` names columns that look like personal data and are lawfully public, each with its ground (a rule of law
    or the reason why it concerns no person); without that the publication is refused.
    `people` says that each row stands for one person: such a table must be anonymous in groups of at least 5.
    """

    name: str
    title: str
    rows: Callable[[], Iterable[Row]]
    columns: tuple[Column, ...]
    title_en: str = ""
    notes: str = ""
    notes_en: str = ""
    cycle: Cycle = Cycle.DAILY
    group: str = GOVERNMENT
    themes: tuple[str, ...] = ("GOVE",)
    tags: tuple[str, ...] = ()
    publisher: str = ""  # code of the unit; the province's committee unless said
    key: tuple[str, ...] = ()
    sorted_by: tuple[str, ...] = ()
    opened: tuple[tuple[str, str], ...] = ()
    counts: tuple[str, ...] = ()  # columns that count people or their matters: small cells are closed
    people: bool = False
    legal_basis: str = ""
    source: str = ""
    is_simulated: Callable[[], bool] | bool = False


DATASETS: dict[str, Published] = {}


def register_datasets(published: Iterable[Published]) -> None:
    """Declares an app's open tables, in ready(). A name declared twice is a programming error."""
    for one in published:
        if one.name in DATASETS:
            raise RuntimeError(f"dataset {one.name} is registered twice")
        names = [column.name for column in one.columns]
        unknown = {*one.key, *one.sorted_by, *one.counts, *(name for name, _why in one.opened)} - set(names)
        if len(set(names)) != len(names) or unknown:
            raise RuntimeError(f"dataset {one.name}: columns named twice or unknown: {sorted(unknown)}")
        DATASETS[one.name] = one
