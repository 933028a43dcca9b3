"""Pure rules of places: distances, and whether a GeoJSON boundary can be used."""

from __future__ import annotations

from math import asin, cos, isfinite, radians, sin, sqrt
from typing import Any

from shapely import GEOSException, Polygon
from shapely.geometry import MultiPolygon, shape
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

EARTH_KM = 6371.0088
# Longitude, latitude: the whole earth. A boundary in metres (VN-2000) falls outside and is refused.
WEST, EAST, SOUTH, NORTH = -180.0, 180.0, -90.0, 90.0
MOST_POINTS = 200_000


def kilometres(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance (haversine)."""
    half = sin(radians(lat2 - lat1) / 2) ** 2
    half += cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


class BadRing(ValueError):
    """A geometry that cannot be a boundary. args: (reason code, where)."""


def boundary(geometry: Any) -> MultiPolygon:
    """The geometry as a valid MultiPolygon in degrees. Raises BadRing with a reason code and the ring."""
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise BadRing("type", "")
    given = geometry.get("coordinates")
    polygons = [given] if geometry["type"] == "Polygon" else given
    if not isinstance(polygons, list) or not polygons:
        raise BadRing("empty", "")
    total = 0
    for number, rings in enumerate(polygons, start=1):
        if not isinstance(rings, list) or not rings:
            raise BadRing("empty", f"{number}")
        for place, ring in enumerate(rings):
            total += _check_ring(ring, f"{number}.{place + 1}")
    if total > MOST_POINTS:
        raise BadRing("too_many_points", f"{total}")
    return _valid(geometry)


def _check_ring(ring: Any, where: str) -> int:
    if not isinstance(ring, list) or len(ring) < 4:
        raise BadRing("too_short", where)
    for point in ring:
        if not _is_point(point):
            raise BadRing("not_on_earth", where)
    if ring[0][:2] != ring[-1][:2]:
        raise BadRing("not_closed", where)
    return len(ring)


def _is_point(point: Any) -> bool:
    if not isinstance(point, list) or len(point) < 2:
        return False
    if not all(isinstance(n, (int, float)) and not isinstance(n, bool) and isfinite(n) for n in point[:2]):
        return False
    return bool(WEST <= point[0] <= EAST and SOUTH <= point[1] <= NORTH)


def _valid(geometry: dict[str, Any]) -> MultiPolygon:
    try:
        found: BaseGeometry = shape(geometry)
    except (GEOSException, ValueError, TypeError) as error:
        raise BadRing("broken", str(error)) from None
    if not found.is_valid:
        raise BadRing("crosses_itself", explain_validity(found))
    if found.area <= 0:
        raise BadRing("no_area", "")
    if isinstance(found, Polygon):
        return MultiPolygon([found])
    if not isinstance(found, MultiPolygon):
        raise BadRing("type", "")
    return found
