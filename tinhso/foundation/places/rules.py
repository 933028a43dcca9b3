"""Pure rules of places: distances, and whether a GeoJSON boundary can be used."""

from __future__ import annotations

from math import asin, cos, isfinite, radians, sin, sqrt
from typing import Any

from shapely import GEOSException, Polygon, make_valid
from shapely.geometry import MultiPolygon, shape
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

EARTH_KM = 6371.0088
# Longitude, latitude: the whole earth. A boundary in metres (VN-2000) falls outside and is refused.
WEST, EAST, SOUTH, NORTH = -180.0, 180.0, -90.0, 90.0
MOST_POINTS = 200_000
# A scrap that mending leaves behind, as part of the whole: the tip of a spike, never a piece of land.
LEAST_PART = 0.001


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
            raise BadRing("swapped" if _is_point(_turned(point)) else "not_on_earth", where)
    if ring[0][:2] != ring[-1][:2]:
        raise BadRing("not_closed", where)
    return len(ring)


def _turned(point: Any) -> Any:
    return point[1::-1] if isinstance(point, list) else point


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
        found = _mended(found)
    if found.area <= 0:
        raise BadRing("no_area", "")
    if isinstance(found, Polygon):
        return MultiPolygon([found])
    if not isinstance(found, MultiPolygon):
        raise BadRing("type", "")
    return found


def _mended(shape_given: BaseGeometry) -> MultiPolygon:
    """A ring with a small fault put right: a spike, a point twice. What would change the land itself is refused."""
    why = explain_validity(shape_given)
    mended = make_valid(shape_given)
    parts = [part for part in getattr(mended, "geoms", [mended]) if part.geom_type in ("Polygon", "MultiPolygon")]
    polygons = [one for part in parts for one in getattr(part, "geoms", [part])]
    drawn = list(getattr(shape_given, "geoms", [shape_given]))
    kept = [one for one in polygons if one.area > LEAST_PART * sum(part.area for part in polygons)]
    if not kept or len(kept) != len(drawn):
        raise BadRing("crosses_itself", why)
    return MultiPolygon(kept)


def is_mended(geometry: dict[str, Any]) -> bool:
    """Whether the geometry as given is not valid and had to be put right."""
    return not shape(geometry).is_valid


def square_kilometres(drawn: MultiPolygon) -> float:
    """The area on a plane touching the earth at the shape's middle: right to a few parts in a thousand."""
    _west, south, _east, north = drawn.bounds
    return float(drawn.area * (EARTH_KM * radians(1)) ** 2 * cos(radians((south + north) / 2)))


def degrees_apart(drawn: MultiPolygon, latitude: float, longitude: float) -> float:
    """How far a point lies outside the shape's box, in degrees; 0 inside."""
    west, south, east, north = drawn.bounds
    return float(max(west - longitude, longitude - east, south - latitude, latitude - north, 0.0))
