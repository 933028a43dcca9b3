"""Tags of the statistics' pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.safestring import SafeString

from tinhso.foundation.ui.stencils import Stencil
from tinhso.foundation.ui.templatetags.ui import vi_datetime

if TYPE_CHECKING:
    from tinhso.systems.procedures.performance.views import Listed

register = template.Library()

ROW = Stencil("performance/dossier_row.html", ("may_open", "is_simulated", "is_scored", "is_counted"))


@register.simple_tag
def dossier_rows(lines: list[dict[str, Any]]) -> SafeString:
    """The rows of a table of dossiers, of `views.lines_of`."""
    return ROW.draw([_row(line, line["dossier"]) for line in lines])


def _row(line: dict[str, Any], one: Listed) -> dict[str, Any]:
    return {
        "code": one.code,
        "href": line["href"],
        "may_open": line["href"],
        "is_simulated": one.is_simulated,
        "procedure": one.procedure,
        "unit": one.unit or "",
        "person": line["person"],
        "received": vi_datetime(one.received_at, "short"),
        "due": vi_datetime(one.due_at, "short") or "–",
        "finished": vi_datetime(one.finished_at, "short") or "–",
        "state": line["state"],
        "is_scored": line.get("is_counted") is not None,
        "is_counted": line.get("is_counted"),
    }
