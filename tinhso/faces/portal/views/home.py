"""The first page: what do you need to do?"""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tinhso.foundation.access.gates import public
from tinhso.systems.procedures import selectors

# The catalogue changes by decision, the share by the hour: a minute old is fresh, and the page costs no query.
FRESH_FOR = 60
COMMON = 8


@public
def home(request: HttpRequest) -> HttpResponse:
    """Search box, common tasks, tasks by life event, follow by code, how well the province does."""
    return render(request, "portal/home.html", facts())


def facts() -> dict[str, Any]:
    """What the page shows of procedures and of the province's work, kept for a minute."""
    kept: dict[str, Any] = cache.get_or_set("portal.home", _facts, FRESH_FOR) or {}
    return kept


def _facts() -> dict[str, Any]:
    rows: list[Any] = list(selectors.catalogue().values("code", "plain_name", "life_event", "service_kind"))
    events: dict[str, list[Any]] = {}
    for row in rows:
        if row["life_event"]:
            events.setdefault(row["life_event"], []).append(row)
    return {"common": rows[:COMMON], "life_events": sorted(events.items()), "on_time": _on_time()}


def _on_time() -> dict[str, Any] | None:
    """Share of dossiers settled in time in the last 30 days; None when none was settled: empty is not zero."""
    counted = selectors.on_time_share()
    if not counted["total"]:
        return None
    return {**counted, "percent": 100 * counted["in_time"] / counted["total"]}
