"""Procedures: the list with its filters, the search, the page of one, its history."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import condition

from tinhso.engines.search.selectors import find
from tinhso.faces.portal.views import procedure_page
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import public
from tinhso.foundation.ui.pickers import with_query
from tinhso.systems.procedures import selectors
from tinhso.systems.procedures.catalogue import everyday, words
from tinhso.systems.procedures.catalogue import selectors as catalogue
from tinhso.systems.procedures.catalogue.models import CatalogueEntry, Level
from tinhso.systems.procedures.fees import selectors as fees
from tinhso.systems.procedures.models import ProcedureVersion, ServiceKind

LONGEST_QUERY = 200
PER_PAGE = 30
# A search looks at this many; filters then choose among them.
MOST_HITS = 60
# What is shown of them: those at least so near as the best.
NEAR = 0.55

# The filters as they stand in the address, and which part of catalogue.Wanted each sets.
FILTERS = {
    "chuyen": "life_event",
    "nhom": "group",
    "linh-vuc": "field",
    "cap": "level",
    "muc": "online",
    "co-quan": "body",
}


def etag(request: HttpRequest, **_named: Any) -> str | None:
    """The same list, language and looks give the same page, for whoever is not signed in and carries no messages."""
    if actor_of(request).is_signed_in or settings.SESSION_COOKIE_NAME in request.COOKIES:
        return None
    looks = [request.COOKIES.get(name, "") for name in sorted(request.COOKIES) if name != settings.CSRF_COOKIE_NAME]
    told = "|".join([catalogue.stamp(), fees.stamp(), _release(), get_language() or "", *looks])
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


@cache
def _release() -> str:
    """Changes with every release: a page kept from before would name style sheets that are gone."""
    folder = Path(__file__).resolve().parents[1] / "templates"
    sizes = "".join(f"{path.name}{path.stat().st_size}" for path in sorted(folder.rglob("*.html")))
    return hashlib.sha256((sizes + getattr(staticfiles_storage, "manifest_hash", "")).encode()).hexdigest()[:12]


@public
@condition(etag_func=etag)
def procedures(request: HttpRequest) -> HttpResponse:
    """All procedures a page at a time, filtered, or those that answer what was typed."""
    query = request.GET.get("q", "")[:LONGEST_QUERY].strip()
    wanted = _wanted(request)
    among = _found(request, query) if query else None
    found = catalogue.chosen(wanted, among)
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "query": query,
        "wanted": wanted,
        "choices": catalogue.choices(wanted, found if query or _is_set(wanted) else catalogue.lines()),
        "levels": [(value, label) for value, label in Level.choices if value != Level.BOTH],
        "kinds": ServiceKind.choices,
        "chips": _chips(request, wanted),
        "lines": [_line(line) for line in shown],
        "sentence": _sentence(len(found), query),
        "pages": _pages(shown),
        "previous_url": with_query(request, trang=str(shown.number - 1)) if shown.has_previous() else "",
        "next_url": with_query(request, trang=str(shown.number + 1)) if shown.has_next() else "",
        "is_filtered": _is_set(wanted),
    }
    response = render(request, "portal/procedures.html", context)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _found(request: HttpRequest, query: str) -> list[str]:
    hits = find(actor_of(request), query, kinds=("procedure",), limit=MOST_HITS)
    return [hit.object_id for hit in hits if hit.score >= NEAR * hits[0].score]


def _wanted(request: HttpRequest) -> catalogue.Wanted:
    given = {name: request.GET.get(key, "")[:LONGEST_QUERY].strip() for key, name in FILTERS.items()}
    return catalogue.Wanted(**given, here=request.GET.get("o-day") == "1")


def _is_set(wanted: catalogue.Wanted) -> bool:
    return wanted != catalogue.Wanted()


def _chips(request: HttpRequest, wanted: catalogue.Wanted) -> list[dict[str, Any]]:
    """What is filtered by, each with the address without it."""
    labels = {"level": dict(Level.choices), "online": dict(ServiceKind.choices)}
    made = []
    for key, name in FILTERS.items():
        value = getattr(wanted, name)
        if value:
            away = with_query(request, **{key: None, "trang": None})
            made.append({"href": away, "label": labels.get(name, {}).get(value, value), "removes": True})
    if wanted.here:
        away = with_query(request, **{"o-day": None, "trang": None})
        made.append({"href": away, "label": _("nộp được tại trang này"), "removes": True})
    return made


def _sentence(count: int, query: str) -> str:
    if query:
        text = ngettext("%(count)s thủ tục gần với “%(query)s”", "%(count)s thủ tục gần với “%(query)s”", count)
        return text % {"count": count, "query": query}
    text = ngettext("%(count)s thủ tục", "%(count)s thủ tục", count)
    return text % {"count": f"{count:,}".replace(",", ".")}


def _pages(shown: Any) -> str:
    return _("Trang %(number)d trên %(count)d") % {"number": shown.number, "count": shown.paginator.num_pages}


def _line(line: catalogue.Line) -> dict[str, Any]:
    told = [Level(line.level).label, words.term_words(line.term_value, line.term_unit) if line.term_value else ""]
    return {"line": line, "about": " · ".join(str(part) for part in [*told, line.field_name] if part)}


@public
@condition(etag_func=etag)
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """Who, what to bring, how long, how much, by which law; where to file and how to start; what is not yet sure."""
    entry, version = _both(code)
    context = procedure_page.context(entry, version)
    response = render(request, "portal/procedure.html", context)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _both(code: str) -> tuple[CatalogueEntry | None, ProcedureVersion | None]:
    """The row of the national list and the version served here; 404 when there is neither."""
    try:
        entry = catalogue.entry(code)
    except CatalogueEntry.DoesNotExist:
        entry = None
    try:
        version = selectors.procedure(code)
    except ProcedureVersion.DoesNotExist:
        version = None
    if entry is None and version is None:
        raise Http404
    return entry, version


@public
@condition(etag_func=etag)
def procedure_history(request: HttpRequest, code: str) -> HttpResponse:
    """Every version of a procedure in the list, with what each changed."""
    found = catalogue.history(code)
    if not found:
        raise Http404
    title = found[0]["entry"].plain_name or everyday.short(found[0]["entry"].name)
    context = {
        "title": title,
        "versions": [_version(one) for one in found],
        "crumbs": [(_("Thủ tục"), "/thu-tuc/"), (title, f"/thu-tuc/{code}/"), (_("Các lần thay đổi"), "")],
    }
    response = render(request, "portal/procedure_history.html", context)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _version(one: dict[str, Any]) -> dict[str, Any]:
    entry: CatalogueEntry = one["entry"]
    changes = [
        {
            "name": words.fact_name(change.fact),
            "before": words.value_words(change.fact, change.before),
            "after": words.value_words(change.fact, change.after),
        }
        for change in one["changes"]
    ]
    # Who confirmed it is on record with the office; the public page shows the source.
    confirmed = [{"name": words.PART_NAMES[part], "source": told["source"]} for part, told in entry.confirmed.items()]
    return {"entry": entry, "changes": changes, "is_first": one["is_first"], "confirmed": confirmed}
