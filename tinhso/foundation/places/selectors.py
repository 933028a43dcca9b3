"""Reads of places: which commune holds a point, and the residential areas of a commune."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils import timezone
from shapely import Point, prepare
from shapely.geometry import MultiPolygon

from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.places import rules
from tinhso.foundation.places.models import Boundary, ResidentialArea, ResidentialAreaQuerySet

# Without boundaries a headquarters farther than this says nothing: communes here are seldom wider than 40 km.
FARTHEST_KM = 25.0


@dataclass(frozen=True)
class Located:
    """The commune of a point. `is_estimate`: by the nearest headquarters, for want of a boundary; screens say so."""

    commune: Unit
    is_estimate: bool
    distance_km: float | None = None


def commune_at(latitude: float, longitude: float, day: date | None = None) -> Located | None:
    """The commune that holds the point on `day`; None outside the province. On a border: the first."""
    day = day or timezone.localdate()
    communes = Unit.objects.as_of(day).filter(kind=UnitKind.COMMUNE)
    point = Point(longitude, latitude)
    near = Boundary.objects.standing().around(latitude, longitude).filter(unit__in=communes)
    for pk, unit_id in near.order_by("unit__code").values_list("pk", "unit_id"):
        if _polygon(pk).covers(point):
            return Located(communes.get(pk=unit_id), is_estimate=False)
    return _nearest(latitude, longitude, day)


@lru_cache(maxsize=256)
def _polygon(boundary_id: int) -> MultiPolygon:
    """The prepared polygon of a boundary row; rows never change, so the id is the whole key."""
    polygon = rules.boundary(Boundary.objects.values_list("geometry", flat=True).get(pk=boundary_id))
    prepare(polygon)
    return polygon


def _nearest(latitude: float, longitude: float, day: date) -> Located | None:
    """By headquarters, among the communes whose boundary is not loaded."""
    unknown = Unit.objects.as_of(day).filter(kind=UnitKind.COMMUNE).exclude(latitude=None).exclude(longitude=None)
    unknown = unknown.exclude(boundaries__in=Boundary.objects.standing())
    found = [
        (rules.kilometres(latitude, longitude, unit.latitude, unit.longitude), unit.pk, unit)
        for unit in unknown
        if unit.latitude is not None and unit.longitude is not None
    ]
    if not found:
        return None
    distance, _pk, unit = min(found)
    return Located(unit, is_estimate=True, distance_km=round(distance, 1)) if distance <= FARTHEST_KM else None


def areas_of(commune: Unit, day: date | None = None) -> ResidentialAreaQuerySet:
    """The residential areas of a commune on `day`, in Vietnamese order with numbers as numbers."""
    return ResidentialArea.objects.as_of(day or timezone.localdate()).filter(unit=commune)
