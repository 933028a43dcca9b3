"""Maps of units as SVG made on the server: one link and one name per unit, sign and pattern beside the colour.

Fed by `places.drawing.sheet_on(day)`: official boundaries where they were loaded, else the schematic, marked "sơ đồ".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from tinhso.foundation.places.sketch import WIDTH, Outline, Sheet
from tinhso.foundation.ui import formats


@dataclass(frozen=True)
class Cell:
    """One unit on the map and one row of its table. `value` and `word` are ready words; empty value: not reported."""

    unit_id: int
    label: str
    value: str = ""
    # A key of LOOKS; what it means here is said by `word` ("đúng lộ trình").
    state: str = ""
    word: str = ""
    href: str = ""
    # Written inside the cell where it fits; the label when nothing shorter is given.
    short: str = ""

    @property
    def name(self) -> str:
        """What a screen reader says, whole."""
        return ": ".join(
            part for part in (self.label, ", ".join(said for said in (self.value, self.word) if said)) if part
        )


@dataclass(frozen=True)
class Look:
    """How a state is drawn: its sign (an icon) and its pattern; the colour is the style sheet's."""

    icon: str
    pattern: str = ""


# In the order of the legend. The keys are the states of targets (LOOK section 2); "" is a unit without a state.
LOOKS = {
    "reached": Look("check"),
    "on_path": Look("ahead"),
    "behind": Look("behind", "lines"),
    "far_behind": Look("alarm", "mesh"),
    "no_threshold": Look("flat"),
    "no_data": Look("none", "hatch"),
    "no_source": Look("none", "hatch"),
    "level_ended": Look("ended", "dots"),
    "ended": Look("ended", "dots"),
    "": Look(""),
}
_PATTERNS = {
    "lines": ("behind", 14, "M-3 17L17 -3M-3 3L3 -3M11 17L17 11"),
    "mesh": ("far", 14, "M-3 17L17 -3M-3 -3L17 17M-3 3L3 -3M11 17L17 11M11 -3L17 3M-3 11L3 17"),
    "hatch": ("none", 12, "M0 6H12"),
    "dots": ("none", 12, "M5 6H7"),
}
# Sizes on a sheet 1000 wide, which is about 700 pixels on a desk and 330 on a phone.
SIGN = 26
LETTER = 12.5
LINE = 24


@dataclass(frozen=True)
class Key:
    """One line of the legend."""

    state: str
    word: str
    count: int
    swatch: SafeString


def context(sheet: Sheet, cells: Iterable[Cell], name: str) -> dict[str, Any]:
    """Everything the component draws."""
    rows = list(cells)
    drawn = [cell for cell in rows if cell.unit_id in sheet.outlines]
    return {
        "name": name,
        "cells": rows,
        "is_schematic": sheet.is_schematic,
        "missing": len(rows) - len(drawn),
        "drawing": _drawing(sheet, drawn, name) if drawn else "",
        "keys": _legend(drawn, name),
    }


def _drawing(sheet: Sheet, cells: Sequence[Cell], name: str) -> SafeString:
    named = {cell.unit_id for cell in cells}
    rest = [outline for unit_id, outline in sheet.outlines.items() if unit_id not in named]
    return format_html(
        '<svg class="map-svg" viewBox="0 0 {} {}" role="group" aria-labelledby="{}-ten"><defs>{}</defs>{}{}</svg>',
        WIDTH,
        sheet.height,
        name,
        format_html_join("", "{}", ((_pattern(name, key),) for key in _patterns_of(cells))),
        # Units the reader may not see, or that were not asked: the ground around the others.
        format_html_join("", '<path class="map-ground" d="{}"/>', ((outline.path,) for outline in rest)),
        format_html_join("", "{}", ((_cell(cell, sheet.outlines[cell.unit_id], name),) for cell in cells)),
    )


def _patterns_of(cells: Iterable[Cell]) -> list[str]:
    return sorted({_look(cell.state).pattern for cell in cells} - {""})


def _look(state: str) -> Look:
    return LOOKS.get(state, LOOKS[""])


def _pattern(name: str, key: str) -> SafeString:
    tone, size, strokes = _PATTERNS[key]
    return format_html(
        '<pattern id="{0}-{1}" class="map-pattern-{2}" width="{3}" height="{3}" patternUnits="userSpaceOnUse">'
        '<rect width="{3}" height="{3}"/><path d="{4}"/></pattern>',
        name,
        key,
        tone,
        size,
        strokes,
    )


def _cell(cell: Cell, outline: Outline, name: str) -> SafeString:
    inner = format_html(
        '<path class="map-fill" aria-hidden="true"{} d="{}"><title>{}</title></path>{}',
        _fill(cell.state, name),
        outline.path,
        cell.name,
        _writing(cell, outline),
    )
    classes = f"map-cell map-{cell.state or 'plain'}"
    # For the map that the browser draws from this drawing.
    about = format_html(
        'data-unit="{}" data-state="{}" data-value="{}"', cell.unit_id, cell.state or "plain", cell.value
    )
    if cell.href:
        return format_html(
            '<a class="{}" {} href="{}" aria-label="{}">{}</a>', classes, about, cell.href, cell.name, inner
        )
    return format_html('<g class="{}" {} role="img" aria-label="{}">{}</g>', classes, about, cell.name, inner)


def _fill(state: str, name: str) -> SafeString:
    pattern = _look(state).pattern
    return format_html(' fill="url(#{}-{})"', name, pattern) if pattern else mark_safe("")


def _writing(cell: Cell, outline: Outline) -> SafeString:
    """The sign, and the name under it where the cell has room for both."""
    lines = _fitted(cell.short or cell.label, outline) if outline.radius >= SIGN + 4 else []
    icon = _look(cell.state).icon
    up = len(lines) * LINE // 2 if icon else 0
    first = outline.y - up + (SIGN // 2 if icon else -LINE * len(lines) // 2) - 5
    words = format_html_join(
        " ",
        '<text class="map-name" x="{}" y="{}">{} </text>',  # the space: two lines read as two words
        ((outline.x, first + LINE * number, line) for number, line in enumerate(lines, start=1)),
    )
    return format_html("{}{}", _sign(icon, outline.x, outline.y - up), words)


def _sign(icon: str, x: int, y: int) -> SafeString:
    if not icon:
        return mark_safe("")
    return format_html(
        '<g transform="translate({} {})"><use class="map-sign" href="{}#{}" x="{}" y="{}" width="{}" height="{}"/></g>',
        x,
        y,
        static("ui/icons.svg"),
        icon,
        -SIGN // 2,
        -SIGN // 2,
        SIGN,
        SIGN,
    )


def _fitted(text: str, outline: Outline) -> list[str]:
    """The name on one line, else on two, else not at all: the link's own name and the table carry it."""
    if len(text) * LETTER <= outline.room:
        return [text]
    words = text.split()
    best = min(
        ((" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))),
        key=lambda pair: max(map(len, pair)),
        default=None,
    )
    if best and max(map(len, best)) * LETTER <= min(outline.room, outline.radius * 1.8) and outline.radius >= 2 * LINE:
        return list(best)
    return []


def _legend(cells: Sequence[Cell], name: str) -> list[Key]:
    found: dict[tuple[str, str], int] = {}
    for cell in cells:
        found[(cell.state, cell.word)] = found.get((cell.state, cell.word), 0) + 1
    order = list(LOOKS)
    listed = sorted(found.items(), key=lambda item: (order.index(item[0][0]) if item[0][0] in LOOKS else 99, item[0]))
    return [Key(state, word, count, _swatch(state, name)) for (state, word), count in listed if word]


def _swatch(state: str, name: str) -> SafeString:
    return format_html(
        '<svg class="map-swatch map-cell map-{}" viewBox="0 0 48 36" aria-hidden="true">'
        '<rect class="map-fill"{} x="2" y="2" width="44" height="32"/>{}</svg>',
        state or "plain",
        _fill(state, name),
        _sign(_look(state).icon, 24, 18),
    )


def value_words(value: float | None, unit: str = "") -> str:
    """1.234,5 % or empty: nothing reported stays empty, never 0."""
    text = formats.number(value, None) if value is not None else ""
    return f"{text}{formats.NBSP}{unit}" if text and unit else text
