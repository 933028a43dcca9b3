"""A table as a map drawn by the server: its shapes, or its points, in a box of equal degrees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import shapely

from tinhso.foundation.openness.columns import Column, Kind
from tinhso.systems.opendata import selectors, tables
from tinhso.systems.opendata.models import Resource
from tinhso.systems.opendata.placing import geometry
from tinhso.systems.opendata.rules.query import Query

MOST_POINTS = 2000
MOST_SHAPES = 500
WIDTH, HEIGHT, EDGE = 480.0, 480.0, 12.0
# Lines are told this exactly, in the map's own units; more cannot be seen.
FINE = 0.4
Place = Callable[[float, float], tuple[float, float]]


@dataclass
class Map:
    """What the page draws: points, outlines, and the size of the sheet."""

    width: str
    height: str
    points: list[dict[str, str]] = field(default_factory=list)
    shapes: list[dict[str, str]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.points) + len(self.shapes)


def map_of(table: Resource) -> Map | None:
    """The table's first shapes or points; None when fewer than two points, or no shape, have a place."""
    assert table.table is not None
    columns = selectors.columns_of(table.columns)
    shaped = next((column.name for column in columns if column.kind is Kind.GEOMETRY), "")
    if shaped:
        return _shapes_of(list(_drawn(table, columns, shaped)))
    if not {"latitude", "longitude"} <= {column.name for column in columns}:
        return None
    query = Query(columns=("latitude", "longitude", _label(columns)), limit=MOST_POINTS)
    found = tables.ask(table.table.sha256, columns, query).rows
    return _points_of([(float(lon), float(lat), label) for _n, lat, lon, label in found if None not in (lat, lon)])


def _label(columns: tuple[Column, ...]) -> str:
    names = [column.name for column in columns]
    return next((wanted for wanted in ("ten_gon", "ten", "name", "title") if wanted in names), names[0])


def _sheet(bounds: Iterable[tuple[float, float, float, float]]) -> tuple[Map, Place, float]:
    """An empty sheet around all of it, how a place is put on it, and how many units a degree is."""
    west, south, east, north = zip(*bounds, strict=True)
    left, top, wide, high = min(west), max(north), max(east) - min(west), max(north) - min(south)
    scale = min((WIDTH - 2 * EDGE) / max(wide, 1e-6), (HEIGHT - 2 * EDGE) / max(high, 1e-6))
    made = Map(f"{2 * EDGE + wide * scale:.0f}", f"{2 * EDGE + high * scale:.0f}")
    return made, lambda lon, lat: (EDGE + (lon - left) * scale, EDGE + (top - lat) * scale), scale


def _points_of(rows: list[tuple[float, float, Any]]) -> Map | None:
    if len(rows) < 2:
        return None
    made, place, _scale = _sheet((lon, lat, lon, lat) for lon, lat, _label in rows)
    for lon, lat, label in rows:
        x, y = place(lon, lat)
        made.points.append({"x": f"{x:.1f}", "y": f"{y:.1f}", "label": str(label)})
    return made


def _drawn(table: Resource, columns: tuple[Column, ...], shaped: str) -> Iterator[tuple[shapely.Geometry, str]]:
    assert table.table is not None
    query = Query(columns=(shaped, _label(columns)), limit=MOST_SHAPES)
    for _number, text, label in tables.ask(table.table.sha256, columns, query).rows:
        drawn = geometry(text)
        if drawn is not None and not drawn.is_empty:
            yield drawn, str(label)


def _shapes_of(drawn: list[tuple[shapely.Geometry, str]]) -> Map | None:
    if not drawn:
        return None
    made, place, scale = _sheet(one.bounds for one, _label in drawn)
    for one, label in drawn:
        lines = "".join(_line(part, place) for part in _parts(one.simplify(FINE / scale)))
        if lines:
            made.shapes.append({"lines": lines, "label": label})
        elif one.geom_type == "Point":
            x, y = place(one.x, one.y)
            made.points.append({"x": f"{x:.1f}", "y": f"{y:.1f}", "label": label})
    return made


def _parts(one: Any) -> Iterator[tuple[list[tuple[float, float]], bool]]:
    """Every ring and line of a shape; rings are closed."""
    if one.geom_type == "Polygon":
        for ring in (one.exterior, *one.interiors):
            yield list(ring.coords), True
    elif one.geom_type in ("LineString", "LinearRing"):
        yield list(one.coords), False
    else:
        for part in getattr(one, "geoms", ()):
            yield from _parts(part)


def _line(part: tuple[list[tuple[float, float]], bool], place: Place) -> str:
    corners, is_ring = part
    told = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(corner[0], corner[1]) for corner in corners))
    return f"M{told}{'Z' if is_ring else ''}" if told else ""
