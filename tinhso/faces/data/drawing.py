"""A table as a chart and as a map: the largest groups of its first telling column; its points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tinhso.foundation.openness.columns import Column, Kind
from tinhso.foundation.ui.templatetags.ui import vi_number
from tinhso.systems.opendata import selectors, tables
from tinhso.systems.opendata.models import Resource
from tinhso.systems.opendata.rules.query import Aggregate, Query, Sum

MOST_BARS = 12
MOST_POINTS = 2000
WIDTH, HEIGHT = 480.0, 480.0


def cell(value: Any) -> str:
    """A value as people of the province read it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, int) and 1900 <= value <= 2100:
        return str(value)  # most likely a year: 2025, never 2.025; a count of that size reads as well without the point
    if isinstance(value, (int, float)):
        return str(vi_number(value))
    text = str(value)
    return text if len(text) <= 160 else f"{text[:157]}…"


@dataclass(frozen=True)
class Bar:
    """One bar: `width` of 100."""

    label: str
    value: str
    width: int


def bars(labels: list[str], values: list[Any]) -> list[Bar]:
    """Bars for a short table of one text and one number."""
    numbers = [float(value or 0) for value in values]
    top = max([*map(abs, numbers), 1e-9])
    return [
        Bar(label, cell(value), max(1, round(100 * abs(number) / top)))
        for label, value, number in zip(labels, values, numbers, strict=True)
    ]


def chart_of(table: Resource) -> dict[str, Any] | None:
    """The rows counted by the first column that falls into few groups."""
    assert table.table is not None
    columns = selectors.columns_of(table.columns)
    for column in columns:
        if column.kind not in (Kind.STRING, Kind.BOOLEAN, Kind.YEAR) or column.name in table.key[:1]:
            continue
        query = Query(groups=(column.name,), aggregates=(Aggregate(Sum.COUNT),), sorts=(("count", True),), limit=40)
        rows = tables.ask(table.table.sha256, columns, query).rows
        if 2 <= len(rows) < 40 and rows[0][1] > 1:
            rows = rows[:MOST_BARS]
            return {"title": column.title, "bars": bars([cell(row[0]) for row in rows], [row[1] for row in rows])}
    return None


def map_of(table: Resource) -> dict[str, Any] | None:
    """Points of a table that has latitude and longitude, in a box of equal degrees."""
    assert table.table is not None
    columns = selectors.columns_of(table.columns)
    names = {column.name for column in columns}
    if not {"latitude", "longitude"} <= names:
        return None
    told = _label(columns)
    query = Query(columns=("latitude", "longitude", told), limit=MOST_POINTS)
    found = tables.ask(table.table.sha256, columns, query).rows
    rows = [(float(lat), float(lon), label) for _n, lat, lon, label in found if lat is not None and lon is not None]
    if len(rows) < 2:
        return None
    south, north = min(row[0] for row in rows), max(row[0] for row in rows)
    west, east = min(row[1] for row in rows), max(row[1] for row in rows)
    scale = min((WIDTH - 24) / max(east - west, 1e-6), (HEIGHT - 24) / max(north - south, 1e-6))
    points = [
        {"x": f"{12 + (lon - west) * scale:.1f}", "y": f"{12 + (north - lat) * scale:.1f}", "label": label}
        for lat, lon, label in rows
    ]
    width, height = 24 + (east - west) * scale, 24 + (north - south) * scale
    return {"points": points, "width": f"{width:.0f}", "height": f"{height:.0f}", "count": len(points)}


def _label(columns: tuple[Column, ...]) -> str:
    for wanted in ("ten_gon", "ten", "name", "title"):
        if any(column.name == wanted for column in columns):
            return wanted
    return columns[0].name
