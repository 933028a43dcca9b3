"""Charts as plain SVG made on the server: they print, need no script, and carry the same rows as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tinhso.foundation.ui import formats

WIDTH = 640
LINE_HEIGHT = 240
_BAR = '<svg class="bar" viewBox="0 0 640 16" preserveAspectRatio="none" aria-hidden="true">{}</svg>'


@dataclass(frozen=True)
class Point:
    """One named value; None means nobody reported, which is not zero."""

    label: str
    value: float | None
    href: str = ""
    is_marked: bool = False


def points(rows: Sequence[Any]) -> list[Point]:
    """Points from (label, value[, href]) rows or from Points."""
    return [row if isinstance(row, Point) else Point(str(row[0]), row[1], *(row[2:3] or ("",))) for row in rows]


def nice_top(highest: float) -> float:
    """A round number at or above `highest`, so that the axis reads well."""
    if highest <= 0:
        return 1.0
    size = 10.0 ** floor(log10(highest))
    return next(step * size for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * size >= highest - 1e-9)


def bar(value: float | None, top: float, *, is_marked: bool = False, target: float | None = None) -> SafeString:
    """One bar as decoration beside its figure in words; a hatched stub where there is none."""
    if value is None:
        return format_html(_BAR, mark_safe('<rect class="chart-hatch" width="24" height="16"/>'))
    width = round(WIDTH * min(max(value, 0.0), top) / top, 1)
    drawn = format_html(
        '<rect class="chart-bar{}" width="{}" height="16" rx="2"/>', " chart-bar-mark" if is_marked else "", width
    )
    if target is not None:
        x = round(WIDTH * min(target, top) / top, 1)
        drawn += format_html('<line class="chart-target" x1="{0}" x2="{0}" y1="-4" y2="20"/>', x)
    return format_html(_BAR, drawn)


def bar_rows(rows: Sequence[Any], target: float | None = None) -> list[tuple[Point, SafeString]]:
    """Each point with its bar, all on one scale: the chart is its own table."""
    shown = points(rows)
    top = nice_top(max([*(point.value for point in shown if point.value is not None), target or 0.0], default=1.0))
    return [(point, bar(point.value, top, is_marked=point.is_marked, target=target)) for point in shown]


def _worded(value: float | None, unit: str, decimals: int | None) -> str:
    text = formats.number(value, decimals)
    return f"{text}{formats.NBSP}{unit}" if unit else text


def line(
    rows: Sequence[Any],
    *,
    unit: str = "",
    target: float | None = None,
    decimals: int | None = None,
    width: int = 480,
    classes: str = "",
) -> SafeString:
    """A line over periods, broken where a period was not reported; the last point carries its value."""
    plot = _Plot.of(points(rows), target, width)
    parts = [_grid(plot, unit, decimals), *_lines(plot), *_labels(plot), _last(plot, unit, decimals)]
    if target is not None:
        parts.append(_goal(plot, target, unit, decimals))
    inner = format_html_join("", "{}", ((part,) for part in parts))
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}" aria-hidden="true">{}</svg>', classes, width, LINE_HEIGHT, inner
    )


@dataclass(frozen=True)
class _Plot:
    """Where a value of a period lands on the drawing."""

    shown: list[Point]
    top: float
    width: int
    left: int = 52
    right: int = 66
    above: int = 14
    below: int = 28

    @classmethod
    def of(cls, shown: list[Point], target: float | None, width: int) -> _Plot:
        values = [point.value for point in shown if point.value is not None]
        return cls(shown, nice_top(max([*values, target or 0.0], default=1.0)), width)

    def x(self, index: int) -> float:
        across = (self.width - self.left - self.right) / max(1, len(self.shown) - 1)
        return round(self.left + index * across, 1)

    def y(self, value: float) -> float:
        room = LINE_HEIGHT - self.above - self.below
        return round(self.above + room * (1 - value / self.top), 1)


def _lines(plot: _Plot) -> list[SafeString]:
    parts = []
    for run in _runs(plot.shown):
        path = " ".join(f"{plot.x(index)},{plot.y(value)}" for index, value in run)
        parts.append(format_html('<polyline class="chart-line" points="{}"/>', path))
        parts.extend(
            format_html('<circle class="chart-dot" cx="{}" cy="{}" r="3"/>', plot.x(index), plot.y(value))
            for index, value in run
        )
    return parts


def _labels(plot: _Plot) -> list[SafeString]:
    every = max(1, ceil(len(plot.shown) * 56 / (plot.width - plot.left - plot.right)))
    last = len(plot.shown) - 1
    return [
        format_html(
            '<text class="chart-text" x="{}" y="{}" text-anchor="middle">{}</text>',
            plot.x(index),
            LINE_HEIGHT - 6,
            point.label,
        )
        for index, point in enumerate(plot.shown)
        if (last - index) % every == 0
    ]


def _last(plot: _Plot, unit: str, decimals: int | None) -> SafeString:
    known = [(index, point.value) for index, point in enumerate(plot.shown) if point.value is not None]
    if not known:
        return format_html(
            '<text class="chart-text" x="{}" y="{}">{}</text>',
            plot.left + 8,
            plot.y(plot.top / 2),
            _("chưa có số liệu"),
        )
    index, value = known[-1]
    return format_html(
        '<text class="chart-label" x="{}" y="{}">{}</text>',
        plot.x(index) + 8,
        plot.y(value) + 4,
        _worded(value, unit, decimals),
    )


def _goal(plot: _Plot, target: float, unit: str, decimals: int | None) -> SafeString:
    words = _("chỉ tiêu %(value)s") % {"value": _worded(target, unit, decimals)}
    y = plot.y(target)
    return format_html(
        '<line class="chart-target" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="chart-text" x="{}" y="{}">{}</text>',
        plot.left,
        plot.width - plot.right,
        y,
        y,
        plot.left + 4,
        y - 5,
        words,
    )


def _grid(plot: _Plot, unit: str, decimals: int | None) -> SafeString:
    steps = [plot.top * part / 4 for part in range(5)]
    return format_html_join(
        "",
        '<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="chart-text" x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (
                "chart-grid" if step else "chart-axis",
                plot.left,
                plot.width - plot.right,
                plot.y(step),
                plot.y(step),
                plot.left - 8,
                plot.y(step) + 4,
                _worded(step, unit if unit == "%" else "", decimals),
            )
            for step in steps
        ),
    )


def _runs(shown: Sequence[Point]) -> list[list[tuple[int, float]]]:
    """Stretches of reported points; a missing one breaks the line instead of falling to zero."""
    runs: list[list[tuple[int, float]]] = [[]]
    for index, point in enumerate(shown):
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append((index, point.value))
    return [run for run in runs if run]


def spark(values: Sequence[float | None]) -> SafeString:
    """A small line for a tile, without axes; decoration beside the figure in words."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return mark_safe("")
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    across = 116 / max(1, len(values) - 1)
    shown = [Point("", value) for value in values]
    lines = format_html_join(
        "",
        '<polyline class="chart-line" points="{}"/>',
        (
            (" ".join(f"{2 + index * across:.1f},{30 - 26 * (value - low) / span:.1f}" for index, value in run),)
            for run in _runs(shown)
        ),
    )
    return format_html(
        '<svg class="spark" viewBox="0 0 120 34" preserveAspectRatio="none" aria-hidden="true">{}</svg>', lines
    )


def meter(value: float | None, target: float | None = None, top: float = 100.0) -> SafeString:
    """A bar of progress towards a target, as decoration beside the words."""
    if value is None:
        return format_html('<svg class="spark" viewBox="0 0 120 8" aria-hidden="true">{}</svg>', _HATCH)
    width = round(120 * min(max(value, 0.0), top) / top, 1)
    mark: SafeString = mark_safe("")
    if target is not None:
        x = round(120 * min(max(target, 0.0), top) / top, 1)
        mark = format_html('<line class="chart-target" x1="{0}" x2="{0}" y1="0" y2="8"/>', x)
    return format_html(
        '<svg class="spark meter-svg" viewBox="0 0 120 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="chart-track" width="120" height="8" rx="2"/>'
        '<rect class="chart-bar" width="{}" height="8" rx="2"/>{}</svg>',
        width,
        mark,
    )


_HATCH = mark_safe('<rect class="chart-hatch" width="120" height="8" rx="2"/>')
