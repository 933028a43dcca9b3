"""What passes on when a unit ends: apps register their part; one recorded act calls them all.

An app that keeps something open at a unit (officers' roles, cases, documents in hand) registers in `ready()`:

    register_heir("workflow", _("việc đang xử lý"), pass_on=pass_on_cases, count=count_cases)

`pass_on` moves it inside the running transaction and answers how many it moved; `count` says beforehand how many
there are. Without an heir (`Passing.heir` None) it ends what can end and raises WorkWouldBeLost for what cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tinhso.foundation.numbering.models import Series
from tinhso.foundation.orgs.models import Unit

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tinhso.foundation.access.guard import Actor


@dataclass(frozen=True)
class Passing:
    """One unit ends on `day`; `heir` takes over what is open. `continues`: the heir is the same body in a new row
    (moved in the tree), so what is the unit's own goes along too: number series, office hours."""

    actor: Actor
    predecessor: Unit
    heir: Unit | None
    day: date
    document: str
    continues: bool


@dataclass(frozen=True)
class Heir:
    """One app's part in passing on."""

    name: str
    label: _StrPromise | str
    pass_on: Callable[[Passing], int]
    count: Callable[[Unit, date], int]


HEIRS: dict[str, Heir] = {}


def register_heir(
    name: str,
    label: _StrPromise | str,
    *,
    pass_on: Callable[[Passing], int],
    count: Callable[[Unit, date], int],
) -> None:
    """Declares what an app passes on; a name declared twice is a programming error."""
    if name in HEIRS:
        raise RuntimeError(f"heir {name} is registered twice")
    HEIRS[name] = Heir(name, label, pass_on, count)


def pass_on(passing: Passing) -> dict[str, int]:
    """Calls every registered part in a fixed order (so two acts lock in the same order); how many each moved."""
    return {name: HEIRS[name].pass_on(passing) for name in sorted(HEIRS)}


def open_at(unit: Unit, day: date) -> list[tuple[str, int]]:
    """What would pass on if the unit ended on `day`: (label, how many), for the page that asks to confirm."""
    counted = [(str(heir.label), heir.count(unit, day)) for _name, heir in sorted(HEIRS.items())]
    return [(label, number) for label, number in counted if number]


def pass_on_series(passing: Passing) -> int:
    """Number series go on where the same body goes on; after a merger the old ones are closed as they stand.

    A new body opens its own registers (Decree 30/2020/NĐ-CP: numbers run per issuing body), so nothing is renumbered.
    """
    if not passing.continues or passing.heir is None:
        return 0
    moved = 0
    for series in Series.objects.select_for_update().filter(unit_id=passing.predecessor.pk).order_by("id"):
        Series.objects.get_or_create(
            kind=series.kind,
            unit_id=passing.heir.pk,
            period=series.period,
            defaults={"last_number": series.last_number},
        )
        moved += 1
    return moved


def count_series(unit: Unit, day: date) -> int:
    return Series.objects.filter(unit_id=unit.pk).count()
