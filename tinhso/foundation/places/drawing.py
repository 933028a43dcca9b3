"""The communes of a day as outlines to draw: official boundaries when every commune has one, else the schematic."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.utils import timezone

from tinhso.foundation.orgs.selectors import communes
from tinhso.foundation.places import rules, sketch
from tinhso.foundation.places.models import Boundary


def sheet_on(day: date | None = None) -> sketch.Sheet:
    """Outlines by commune id as of `day` (today unless said). Two narrow queries; drawn again only after a change.

    A commune without a headquarters' coordinates is not on the sheet: the table beside the map carries it.
    """
    rows = communes(day or timezone.localdate()).order_by("pk").values_list("pk", "latitude", "longitude")
    units = tuple(rows)
    standing = Boundary.objects.standing().filter(unit__in=[pk for pk, *_place in units])
    drawn = tuple(standing.order_by("unit_id").values_list("unit_id", "pk"))
    if units and len(drawn) == len(units):
        return _official(drawn)
    return _schematic(units)


@lru_cache(maxsize=8)
def _schematic(units: tuple[tuple[int, float | None, float | None], ...]) -> sketch.Sheet:
    return sketch.schematic({pk: (lat, lon) for pk, lat, lon in units if lat is not None and lon is not None})


@lru_cache(maxsize=4)
def _official(drawn: tuple[tuple[int, int], ...]) -> sketch.Sheet:
    """Boundary rows never change, so their ids are the whole key."""
    shapes = Boundary.objects.in_bulk([pk for _unit, pk in drawn])
    return sketch.official({unit: rules.boundary(shapes[pk].geometry) for unit, pk in drawn})
