"""Cells that may not be written now, because a report that holds them is locked or approved."""

from __future__ import annotations

from collections.abc import Iterable

from tinhso.faces.api.dhis2.calls import Call
from tinhso.faces.api.dhis2.rules.faults import Fault
from tinhso.faces.api.dhis2.rules.periods import Span

Cell = tuple[str, int, Span]


def held(call: Call, cells: Iterable[Cell]) -> dict[Cell, Fault]:
    """For each held cell, why."""
    return {}
