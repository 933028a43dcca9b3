"""The shapes of one dataset in memory: read once per version, searched by a tree of boxes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shapely import STRtree
from shapely import box as rectangle
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from tinhso.systems.opendata.rules.record import Box, Column, DatasetRecord, Kind

# A dataset with more shapes is served by its files; memory stays bounded.
MOST_FEATURES = 200_000


@dataclass(frozen=True)
class Feature:
    """One row with its shape. `key` is its stable identifier within the version: the unique column, or its number."""

    key: str
    geometry: BaseGeometry | None
    drawn: Mapping[str, Any] | None
    properties: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"type": "Feature", "id": self.key, "geometry": self.drawn, "properties": self.properties}


class Collection:
    """All features of one version."""

    def __init__(self, record: DatasetRecord, rows: Iterable[Mapping[str, Any]]) -> None:
        assert record.has_shapes, "a collection has shapes"
        self.record = record
        self.features = list(_features(record.columns, record.geometry, rows))
        self._by_key = {feature.key: feature for feature in self.features}

    @cached_property
    def _tree(self) -> tuple[STRtree, list[int]]:
        placed = [number for number, feature in enumerate(self.features) if feature.geometry is not None]
        return STRtree([self.features[number].geometry for number in placed]), placed

    @cached_property
    def box(self) -> Box | None:
        """The smallest rectangle around everything."""
        placed = [feature.geometry.bounds for feature in self.features if feature.geometry is not None]
        if not placed:
            return None
        west, south, east, north = zip(*placed, strict=True)
        return Box(min(west), min(south), max(east), max(north))

    def one(self, key: str) -> Feature | None:
        return self._by_key.get(key)

    def within(self, box: Box | None, equal: Mapping[str, str]) -> list[Feature]:
        """Features meeting a box and equal in the named properties, in the order of the table."""
        found = self.features
        if box is not None:
            tree, placed = self._tree
            hits = tree.query(rectangle(box.west, box.south, box.east, box.north), predicate="intersects")
            found = [self.features[placed[hit]] for hit in sorted(hits)]
        if not equal:
            return found
        return [feature for feature in found if all(_is(feature, name, text) for name, text in equal.items())]


def _is(feature: Feature, name: str, text: str) -> bool:
    value = feature.properties.get(name)
    return value is not None and (str(value).lower() if isinstance(value, bool) else str(value)) == text


def _features(
    columns: tuple[Column, ...], geometry: Column | None, rows: Iterable[Mapping[str, Any]]
) -> Iterable[Feature]:
    named = next((column.name for column in columns if column.is_unique), "")
    others = [column.name for column in columns if column.kind is not Kind.GEOMETRY]
    used: set[str] = set()
    for number, row in enumerate(rows, 1):
        if number > MOST_FEATURES:
            return
        drawn = _drawn(row.get(geometry.name)) if geometry else _point(row)
        key = str(row.get(named) or number) if named else str(number)
        key = key if key not in used else f"{key}-{number}"
        used.add(key)
        yield Feature(key, _shaped(drawn), drawn, {name: _plain(row.get(name)) for name in others})


def _point(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A point by its two columns; half a point is none."""
    try:
        longitude, latitude = float(row["longitude"]), float(row["latitude"])
    except (KeyError, TypeError, ValueError):
        return None
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        return None
    return {"type": "Point", "coordinates": [longitude, latitude]}


def _drawn(value: Any) -> Mapping[str, Any] | None:
    """GeoJSON, given as text or as a mapping; what is neither is no shape."""
    if isinstance(value, str) and value:
        try:
            value = json.loads(value)
        except ValueError:
            return None
    return value if isinstance(value, Mapping) and "type" in value else None


def _shaped(drawn: Mapping[str, Any] | None) -> BaseGeometry | None:
    if drawn is None:
        return None
    try:
        return shape(drawn)
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None


def _plain(value: Any) -> Any:
    """What JSON can hold: days and exact numbers become text and numbers."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return float(value) if hasattr(value, "as_tuple") else str(value)
