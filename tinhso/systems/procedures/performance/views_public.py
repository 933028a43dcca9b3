"""The public page: how well each unit settles dossiers. No personal data, small cells kept back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.foundation.access.gates import public
from tinhso.foundation.openness.rules.small_cells import LEAST
from tinhso.foundation.orgs.models import Unit
from tinhso.systems.procedures.performance import published
from tinhso.systems.procedures.performance.asked import FIRST_YEAR
from tinhso.systems.procedures.performance.rules.spans import YEAR, Span


@require_safe
@public
def everywhere(request: HttpRequest) -> HttpResponse:
    """All units of the province, one year."""
    span = _year(request)
    found = published.by_unit(span)
    return render(request, "performance/public.html", _shared(request, span, found))


@require_safe
@public
def unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One unit, by procedure. Only whole years and only here: what two tables share cannot be taken apart."""
    place = Unit.objects.filter(published.DECIDING, pk=unit_id).first()
    if place is None:
        raise Http404
    span = _year(request)
    found = published.by_procedure(place, span)
    return render(request, "performance/public.html", {**_shared(request, span, found), "place": place})


def _year(request: HttpRequest) -> Span:
    # The year of the last whole month: early in January nothing of the new year is published yet.
    last = Span.of(timezone.localdate().replace(day=1) - timedelta(days=1), YEAR)
    text = request.GET.get("nam", "")
    if text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:4]) <= last.year and len(text) == 4:
        return Span(int(text), YEAR)
    return last


def _shared(request: HttpRequest, span: Span, found: published.Published) -> dict[str, Any]:
    newest = (timezone.localdate().replace(day=1) - timedelta(days=1)).year
    years = range(newest, max(FIRST_YEAR, newest - 3) - 1, -1)
    return {
        "found": found,
        "span": span,
        "last_day": found.upto,
        "least": LEAST,
        "years": [
            {"label": _("Năm %(year)s") % {"year": year}, "href": f"?nam={year}", "is_current": year == span.year}
            for year in years
        ],
    }
