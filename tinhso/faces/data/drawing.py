"""A table as a chart: the largest groups of its first telling column; cells as people read them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tinhso.foundation.openness.columns import Kind
from tinhso.foundation.ui.templatetags.ui import vi_number
from tinhso.systems.opendata import selectors, tables
from tinhso.systems.opendata.models import Resource
from tinhso.systems.opendata.rules.query import Aggregate, Query, Sum

MOST_BARS = 12
_SHAPE = re.compile(r'\{"type": ?"(\w+)", ?"coordinates"')
_CORNER = re.compile(r"\[ ?-?[0-9]")
SHAPES = {
    "Point": _lazy("điểm"), "MultiPoint": _lazy("nhiều điểm"), "LineString": _lazy("đường"),
    "MultiLineString": _lazy("nhiều đường"), "Polygon": _lazy("vùng"), "MultiPolygon": _lazy("nhiều vùng"),
}  # fmt: skip


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
    if shape := _SHAPE.match(text):
        # A shape is drawn on the map; in a table its numbers say nothing to anybody.
        kind = SHAPES.get(shape[1], shape[1])
        return _("%(kind)s, %(n)s đỉnh") % {"kind": kind, "n": vi_number(len(_CORNER.findall(text)))}
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
