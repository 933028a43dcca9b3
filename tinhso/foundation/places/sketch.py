"""Outlines of units on a flat sheet: Voronoi cells around headquarters ("sơ đồ"), or official boundaries. Pure.

A schematic cell says which unit is where and who its neighbours are; its edges are no boundary and bound nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, radians

import numpy
import shapely
from shapely import LineString, MultiPoint, Point, Polygon
from shapely.affinity import affine_transform
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

WIDTH = 1000
# A degree of latitude in kilometres; one of longitude shrinks with the cosine of the latitude.
DEGREE_KM = 111.32
# How far the sheet reaches past the outermost headquarters: as far as neighbours usually stand apart.
MARGIN = 0.75
MARGIN_PX = 8
# Bends of a boundary smaller than this (about 90 metres) are left out of what a browser draws.
SHORTEST_DEGREES = 0.0008

Place = tuple[float, float]


@dataclass(frozen=True)
class Outline:
    """One unit on the sheet: its SVG path, the spot farthest from its edges, and the free width across that spot."""

    path: str
    x: int
    y: int
    room: int
    radius: int


@dataclass(frozen=True)
class Sheet:
    """Outlines by unit id, drawn on `WIDTH` × `height`. `is_schematic`: cells, not boundaries; the drawing says so."""

    height: int
    outlines: Mapping[int, Outline]
    is_schematic: bool


EMPTY = Sheet(1, {}, True)


def schematic(headquarters: Mapping[int, Place]) -> Sheet:
    """A cell for each (latitude, longitude), clipped to a hull around all of them. Order of input changes nothing."""
    if not headquarters:
        return EMPTY
    middle = _middle(headquarters)
    spots = _apart({key: _flat(*place, middle) for key, place in sorted(headquarters.items())})
    return _sheet(_cells(spots), is_schematic=True)


def cells_on_earth(headquarters: Mapping[int, Place]) -> dict[int, BaseGeometry]:
    """The same cells in degrees (longitude, latitude), for a map that draws by itself."""
    if not headquarters:
        return {}
    middle = _middle(headquarters)
    spots = _apart({key: _flat(*place, middle) for key, place in sorted(headquarters.items())})
    back = [1 / (DEGREE_KM * cos(radians(middle))), 0, 0, -1 / DEGREE_KM, 0, 0]
    return {key: rounded(affine_transform(cell, back)) for key, cell in _cells(spots).items()}


def boundaries_on_earth(boundaries: Mapping[int, BaseGeometry]) -> dict[int, BaseGeometry]:
    """Official boundaries in degrees with fewer points, neighbours on one common line."""
    if not boundaries:
        return {}
    drawn = thinned(dict(sorted(boundaries.items())), SHORTEST_DEGREES)
    return {key: rounded(shape) for key, shape in drawn.items()}


def rounded(shape: BaseGeometry) -> BaseGeometry:
    """Corners to ten metres; the same corner of two neighbours stays the same."""
    return shapely.transform(shape, lambda corners: numpy.round(corners, 4))


def official(boundaries: Mapping[int, BaseGeometry]) -> Sheet:
    """Boundaries in degrees, flattened; neighbours keep one common line when it is simplified."""
    if not boundaries:
        return EMPTY
    boxes = [shape.bounds for shape in boundaries.values()]
    middle = (min(box[1] for box in boxes) + max(box[3] for box in boxes)) / 2
    across = DEGREE_KM * cos(radians(middle))
    flat = {key: affine_transform(shape, [across, 0, 0, -DEGREE_KM, 0, 0]) for key, shape in sorted(boundaries.items())}
    return _sheet(flat, is_schematic=False)


def thinned(shapes: Mapping[int, BaseGeometry], tolerance: float) -> dict[int, BaseGeometry]:
    """Fewer points, with the lines between neighbours still the same on both sides; a shape never vanishes."""
    keys = list(shapes)
    drawn = shapely.coverage_simplify([shapes[key] for key in keys], tolerance)
    return {key: shape if shape.area > 0 else shapes[key] for key, shape in zip(keys, drawn, strict=True)}


def _middle(headquarters: Mapping[int, Place]) -> float:
    latitudes = [latitude for latitude, _longitude in headquarters.values()]
    return (min(latitudes) + max(latitudes)) / 2


def _flat(latitude: float, longitude: float, middle: float) -> Place:
    """Kilometres east and south on a plane: right to a few parts in a thousand over one province."""
    return longitude * DEGREE_KM * cos(radians(middle)), -latitude * DEGREE_KM


def _apart(spots: dict[int, Place]) -> dict[int, Place]:
    """Two offices at one address still get a cell each: the later ones step fifty metres aside."""
    taken: set[Place] = set()
    found = {}
    for key, (x, y) in spots.items():
        while (round(x, 3), round(y, 3)) in taken:
            x += 0.05
        taken.add((round(x, 3), round(y, 3)))
        found[key] = (x, y)
    return found


def _cells(spots: dict[int, Place]) -> dict[int, BaseGeometry]:
    points = MultiPoint(list(spots.values()))
    hull = _hull(points)
    if len(spots) == 1:
        return dict.fromkeys(spots, hull)
    drawn = shapely.voronoi_polygons(points, extend_to=hull)
    tree = shapely.STRtree(list(drawn.geoms))
    found = {}
    for key, spot in spots.items():
        cell = drawn.geoms[int(tree.nearest(Point(spot)))]
        found[key] = cell.intersection(hull)
    return found


def _hull(points: MultiPoint) -> BaseGeometry:
    """The land around the headquarters, with rounded edges, following the province's bends rather than its box."""
    spots = list(points.geoms)
    if len(spots) < 2:
        return points.buffer(5)
    step = sorted(_nearest(spots))[len(spots) // 2] * MARGIN + 1
    return shapely.concave_hull(points, ratio=0.35).buffer(step * 1.5).buffer(-step * 0.5)


def _nearest(spots: list[Point]) -> list[float]:
    return [min(one.distance(other) for other in spots if other is not one) for one in spots]


def _sheet(shapes: Mapping[int, BaseGeometry], *, is_schematic: bool) -> Sheet:
    west, north, east, south = shapely.total_bounds(list(shapes.values()))
    scale = (WIDTH - 2 * MARGIN_PX) / max(east - west, (south - north) / 1.5, 1e-9)
    place = [scale, 0, 0, scale, MARGIN_PX - west * scale, MARGIN_PX - north * scale]
    drawn = {key: affine_transform(shape, place) for key, shape in shapes.items()}
    if not is_schematic:
        drawn = thinned(drawn, 2.0)
    height = round((south - north) * scale) + 2 * MARGIN_PX
    return Sheet(height, {key: _outline(shape) for key, shape in drawn.items()}, is_schematic)


def _outline(shape: BaseGeometry) -> Outline:
    parts = _polygons(shape)
    largest = max(parts, key=lambda part: part.area)
    circle = shapely.maximum_inscribed_circle(largest)
    x, y = circle.coords[0]
    path = "".join(_ring(ring.coords) for part in parts for ring in (part.exterior, *part.interiors))
    return Outline(path, round(x), round(y), _room(largest, x, y), round(circle.length))


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    if isinstance(shape, Polygon):
        return [shape]
    if isinstance(shape, MultiPolygon):
        return list(shape.geoms)
    return [part for part in getattr(shape, "geoms", ()) if isinstance(part, Polygon)]


def _room(shape: Polygon, x: float, y: float) -> int:
    """How wide a line of writing may be at the spot."""
    line = LineString([(shape.bounds[0] - 1, y), (shape.bounds[2] + 1, y)]).intersection(shape)
    runs = [run for run in getattr(line, "geoms", [line]) if run.distance(Point(x, y)) < 0.01]
    if not runs:
        return 0
    west, _south, east, _north = runs[0].bounds
    return int(2 * min(x - west, east - x))


def _ring(points: shapely.coords.CoordinateSequence) -> str:
    spots: list[str] = []
    for x, y, *_height in points:
        spot = f"{round(x)} {round(y)}"
        if not spots or spots[-1] != spot:
            spots.append(spot)
    return f"M{'L'.join(spots[:-1])}Z" if len(spots) > 3 else ""
