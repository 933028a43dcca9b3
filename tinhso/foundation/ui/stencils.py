"""Rows of long lists: the row's own template is drawn once with holes, and every row only fills them.

A list of a hundred rows asked the template engine a hundred times for the same words, addresses and icons. The row
stays a template like any other; what varies in it is bare `{{ row.name }}` (escaped here as there) and
`{% if row.flag %}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# Private-use characters, which no template of ours contains; values are filled in after the cutting.
_HOLE = re.compile("\ue0f0(\\w+)\ue0f1")


class _Holes(dict[str, Any]):
    """A row whose flags are known and whose every other value is a hole."""

    def __missing__(self, name: str) -> SafeString:
        return mark_safe(f"\ue0f0{name}\ue0f1")  # noqa: S308 - a name of the template


class Stencil:
    """Rows of one template. `flags` are what the template asks about; everything else is only printed."""

    def __init__(self, template: str, flags: tuple[str, ...] = ()) -> None:
        self.template, self.flags = template, flags
        self._cut: dict[tuple[Any, ...], tuple[str, tuple[str, ...]]] = {}

    def draw(self, rows: Iterable[Mapping[str, Any]], **flags: bool) -> SafeString:
        """The rows one under another; flags given here hold for all of them."""
        language = get_language()
        drawn = []
        for row in rows:
            known = tuple(bool(flags[name] if name in flags else row[name]) for name in self.flags)
            text, holes = self._cut.get((language, known)) or self._cut_out(language, known)
            drawn.append(text % tuple([conditional_escape(row[name]) for name in holes]))
        return mark_safe("".join(drawn))  # noqa: S308 - each value was escaped

    def _cut_out(self, language: str | None, known: tuple[bool, ...]) -> tuple[str, tuple[str, ...]]:
        """The template's text with places for values, and their names in order."""
        row = _Holes(zip(self.flags, known, strict=True))
        text = render_to_string(self.template, {"row": row}).replace("%", "%%")
        made = _HOLE.sub("%s", text), tuple(_HOLE.findall(text))
        self._cut[language, known] = made
        return made
