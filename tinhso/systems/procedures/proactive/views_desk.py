"""Officers: how many were reminded, prepared, filed, by event; the lines behind, with initials only."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.ui.pickers import with_query
from tinhso.systems.procedures.measures import initials
from tinhso.systems.procedures.proactive import selectors, words
from tinhso.systems.procedures.proactive.models import Kind
from tinhso.systems.procedures.proactive.permissions import VIEW
from tinhso.systems.procedures.proactive.requests import period
from tinhso.systems.procedures.proactive.rules import State

PER_PAGE = 50


@require_safe
@permitted(VIEW)
def figures(request: HttpRequest) -> HttpResponse:
    """By kind of event: told, read, prepared, filed, put off, done, ended."""
    first, last = period(request)
    rows = selectors.tally(actor_of(request), first, last)
    refusing = selectors.refusing()
    for row in rows:
        row["refusing"] = refusing.get(row["kind"], 0)
    total = {name: sum(row[name] for row in rows) for name in ("told", "read", "prepared", "filed", "later", "done", "ended")}  # fmt: skip  # noqa: E501
    context = {
        "rows": rows,
        "total": total,
        "refusing_all": refusing.get("", 0),
        "first": first,
        "last": last,
        "first_iso": first.isoformat(),
        "last_iso": last.isoformat(),
        "sweep": selectors.last_sweep(),
        "is_simulated": any(row["simulated"] for row in rows),
    }
    return render(request, "proactive/figures.html", context)


@require_safe
@permitted(VIEW)
def behind(request: HttpRequest, kind: str) -> HttpResponse:
    """The reminders behind one line."""
    if kind not in Kind.values:
        raise Http404
    first, last = period(request)
    shown = Paginator(selectors.behind(actor_of(request), kind, first, last), PER_PAGE).get_page(
        request.GET.get("trang")
    )
    rows = [
        {"one": one, "person": initials(str(one.person.full_name)), "state": words.STATES[State(one.state)]}
        for one in shown
    ]
    context = {
        "title": Kind(kind).label,
        "rows": rows,
        "first": first,
        "last": last,
        "pages": _("Trang %(number)d trên %(count)d") % {"number": shown.number, "count": shown.paginator.num_pages},
        "previous_url": with_query(request, trang=str(shown.number - 1)) if shown.has_previous() else "",
        "next_url": with_query(request, trang=str(shown.number + 1)) if shown.has_next() else "",
        "crumbs": [(_("Nhắc việc chủ động"), "/can-bo/nhac-viec/"), (str(Kind(kind).label), "")],
    }
    return render(request, "proactive/behind.html", context)
