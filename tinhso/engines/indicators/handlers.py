"""From an event to the cells it names. Events carry no amounts: the cell is counted again with the owner's query."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tinhso.engines.indicators import registry, services
from tinhso.foundation.events.models import DomainEvent

Cells = list[tuple[int, date]]


def recount_touched(events: Iterable[DomainEvent]) -> None:
    """Recounts every cell that the events touch: one named by a hundred of them is counted once.

    Running it twice ends the same. Measures and cells come in one order, so two workers cannot wait on each other.
    """
    batch = list(events)
    for measure in sorted(registry.MEASURES.values(), key=lambda item: item.code):
        touched = [cell for event in batch if event.name in measure.touched_by for cell in cells_of(measure, event)]
        if touched:
            services.recount_touched_cells(measure, touched)


def cells_of(measure: registry.Measure, event: DomainEvent) -> Cells:
    """(unit, day) pairs: by the measure's own look-up, else the payload's `cells`, else the event's unit and day."""
    if measure.cells is not None:
        return list(measure.cells(event))
    listed = event.payload.get("cells")
    if isinstance(listed, list):
        return [(int(unit), date.fromisoformat(day)) for unit, day in listed]
    return [(event.unit_id, event.occurred_on)] if event.unit_id else []


HANDLER_NAME = f"{recount_touched.__module__}.{recount_touched.__qualname__}"
