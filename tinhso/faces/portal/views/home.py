"""The first page: what do you need to do?"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from tinhso.foundation.access.gates import public
from tinhso.systems.procedures import selectors
from tinhso.systems.procedures.catalogue import everyday
from tinhso.systems.procedures.catalogue import selectors as catalogue

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
    return {
        "common": _common(rows),
        "life_events": sorted(events.items()),
        "chapters": _chapters(),
        "on_time": _on_time(),
    }


def _common(rows: list[Any]) -> list[Any]:
    """What people come for most, then the others in the list's order, a handful."""
    order = {code: place for place, code in enumerate(everyday.common())}
    return sorted(rows, key=lambda row: order.get(row["code"], len(order)))[:COMMON]


def _chapters() -> list[dict[str, Any]]:
    """Every chapter of life of the whole list, with how many procedures it has."""
    counts = Counter(line.life_event for line in catalogue.lines())
    return [
        {"name": name, "count": counts[name], "query": urlencode({"chuyen": name})}
        for name in everyday.life_events()
        if counts[name]
    ]


def _on_time() -> dict[str, Any] | None:
    """Share of dossiers settled in time in the last 30 days; None when none was settled: empty is not zero."""
    counted = selectors.on_time_share()
    if not counted["total"]:
        return None
    return {**counted, "percent": 100 * counted["in_time"] / counted["total"]}
