"""The communes of a day as outlines to draw: official boundaries when every commune has one, else the schematic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import shapely
from django.utils import timezone
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from tinhso.foundation.orgs.selectors import communes
from tinhso.foundation.places import rules, sketch
from tinhso.foundation.places.models import Boundary

Units = tuple[tuple[int, float | None, float | None], ...]
Drawn = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Shapes:
    """GeoJSON geometries (text) by commune id, in degrees. `is_schematic`: cells, not boundaries."""

    geometries: Mapping[int, str]
    is_schematic: bool


def sheet_on(day: date | None = None) -> sketch.Sheet:
    """Outlines by commune id as of `day` (today unless said). Two narrow queries; drawn again only after a change.

    A commune without a headquarters' coordinates is not on the sheet: the table beside the map carries it.
    """
    units, drawn = _standing_on(day or timezone.localdate())
    return _schematic(units) if drawn is None else _official(drawn)


def shapes_on(day: date | None = None) -> Shapes:
    """The same communes in degrees, for a map in the browser. Two narrow queries; made again only after a change."""
    units, drawn = _standing_on(day or timezone.localdate())
    return _cells_on_earth(units) if drawn is None else _boundaries_on_earth(drawn)


def _standing_on(day: date) -> tuple[Units, Drawn | None]:
    """The communes with their headquarters, and their boundary rows when every one has one."""
    units: Units = tuple(communes(day).order_by("pk").values_list("pk", "latitude", "longitude"))
    standing = Boundary.objects.standing().filter(unit__in=[pk for pk, *_place in units])
    drawn: Drawn = tuple(standing.order_by("unit_id").values_list("unit_id", "pk"))
    return units, drawn if units and len(drawn) == len(units) else None


def _places(units: Units) -> dict[int, sketch.Place]:
    return {pk: (lat, lon) for pk, lat, lon in units if lat is not None and lon is not None}


@lru_cache(maxsize=8)
def _schematic(units: Units) -> sketch.Sheet:
    return sketch.schematic(_places(units))


@lru_cache(maxsize=8)
def _cells_on_earth(units: Units) -> Shapes:
    return _written(sketch.cells_on_earth(_places(units)), is_schematic=True)


@lru_cache(maxsize=4)
def _official(drawn: Drawn) -> sketch.Sheet:
    """Boundary rows never change, so their ids are the whole key."""
    return sketch.official(_boundaries(drawn))


@lru_cache(maxsize=4)
def _boundaries_on_earth(drawn: Drawn) -> Shapes:
    return _written(sketch.boundaries_on_earth(_boundaries(drawn)), is_schematic=False)


def _written(areas: Mapping[int, BaseGeometry], *, is_schematic: bool) -> Shapes:
    return Shapes({unit: shapely.to_geojson(area) for unit, area in areas.items()}, is_schematic=is_schematic)


def _boundaries(drawn: Drawn) -> dict[int, MultiPolygon]:
    shapes = Boundary.objects.in_bulk([pk for _unit, pk in drawn])
    return {unit: rules.boundary(shapes[pk].geometry) for unit, pk in drawn}
