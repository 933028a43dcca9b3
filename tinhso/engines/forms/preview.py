"""Draws a form that is still being made, as people will see it: for whoever builds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinhso.engines.forms import layout
from tinhso.engines.forms.checks import Draft, lint
from tinhso.engines.forms.drawing import Question, draw_page
from tinhso.engines.forms.layout import Page


@dataclass(frozen=True)
class PreviewPage:
    """One page as it is asked; `is_asked` is false when its condition does not hold for the answers given."""

    page: Page
    questions: list[Question]
    is_asked: bool


@dataclass(frozen=True)
class Preview:
    """Every page that can be drawn, and everything still wrong. Template: forms/preview.html with preview=…"""

    pages: list[PreviewPage]
    problems: list[str]


def draw_preview(schema: Any, ui: Any, data: Mapping[str, Any] | None = None) -> Preview:
    """The form as it stands, half-made or not: never an exception, what cannot be drawn yet is among the problems."""
    found = lint(schema, ui)
    answers = dict(data or {})
    draft = Draft(schema, ui)
    try:
        asked = {page.number for page in layout.pages(draft, answers)}
        pages = [
            PreviewPage(page, draw_page(draft, page.number, answers), page.number in asked)
            for page in layout.pages(draft)
        ]
    except (AttributeError, KeyError, TypeError, ValueError):
        pages = []
    return Preview(pages, found)
