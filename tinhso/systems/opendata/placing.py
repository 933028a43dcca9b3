"""Where the rows of a table lie: the rectangle around its shapes or points; None when no row has a place.

A dataset without one is not offered on maps, as GeoJSON or as OGC features, whatever its columns promise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import orjson
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape

from tinhso.foundation.openness.columns import Column, Kind
from tinhso.systems.opendata.reader import literal
from tinhso.systems.opendata.rules.query import quoted
from tinhso.systems.opendata.rules.record import Box

_AT_ONCE = 2000
_POINTS = """SELECT min(longitude), min(latitude), max(longitude), max(latitude) FROM read_parquet({table})
WHERE longitude BETWEEN -180 AND 180 AND latitude BETWEEN -90 AND 90"""


def box(connection: duckdb.DuckDBPyConnection, table: Path, columns: Sequence[Column]) -> Box | None:
    """The rectangle around everything that has a place, in degrees."""
    shaped = next((column.name for column in columns if column.kind is Kind.GEOMETRY), None)
    if shaped:
        return _around(_bounds(connection, f"SELECT {quoted(shaped)} FROM read_parquet({literal(table)})"))  # noqa: S608
    numbers = {column.name for column in columns if column.kind in (Kind.NUMBER, Kind.INTEGER)}
    if not {"latitude", "longitude"} <= numbers:
        return None
    found = connection.execute(_POINTS.format(table=literal(table))).fetchone()
    return Box(*found) if found and found[0] is not None else None


def _bounds(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[tuple[float, float, float, float]]:
    cursor = connection.execute(sql)
    while batch := cursor.fetchmany(_AT_ONCE):
        for (text,) in batch:
            drawn = geometry(text)
            if drawn is not None and not drawn.is_empty:
                yield drawn.bounds


def _around(bounds: Iterator[tuple[float, float, float, float]]) -> Box | None:
    met = list(bounds)
    if not met:
        return None
    west, south, east, north = zip(*met, strict=True)
    return Box(min(west), min(south), max(east), max(north))


def geometry(text: Any) -> shapely.Geometry | None:
    """A cell of GeoJSON as a shape; None when it is none."""
    try:
        return shape(orjson.loads(text)) if text else None
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None
