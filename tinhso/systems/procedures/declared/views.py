"""Fields not asked again: by month and procedure, and the filed forms behind each figure."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tinhso.engines.forms import layout
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.systems.procedures.declared import counting
from tinhso.systems.procedures.declared.models import NotAsked
from tinhso.systems.procedures.declared.permissions import VIEW
from tinhso.systems.procedures.measures import initials
from tinhso.systems.procedures.models import ProcedureVersion
from tinhso.systems.procedures.performance.asked import span_words
from tinhso.systems.procedures.performance.rules.spans import Span

PAGE, MONTHS = 50, 12


def _seen(request: HttpRequest) -> QuerySet[NotAsked]:
    return NotAsked.objects.filter(access.scope(actor_of(request), VIEW, "unit"))


def _asked(request: HttpRequest, today: date) -> Span:
    """The month, quarter or year in the address; this month when it cannot be read or has not come."""
    try:
        span = Span.parse(request.GET.get("ky", ""))
    except ValueError:
        return Span.of(today)
    return span if span.first_day <= today else Span.of(today)


@require_safe
@permitted(VIEW)
def months(request: HttpRequest) -> HttpResponse:
    """A month by procedure, beside the months before it."""
    today = timezone.localdate()
    span, seen = _asked(request, today), _seen(request)
    first = Span.of(today).plus(1 - MONTHS).first_day
    rows = counting.by_procedure(seen.filter(filed_on__gte=span.first_day, filed_on__lt=span.end))
    names = _names([row["procedure"] for row in rows])
    context = {
        "span": span,
        "period": span_words(span),
        "rows": [_with_mean(row) | {"name": names.get(row["procedure"], "")} for row in rows],
        "total": {part: sum(row[part] for row in rows) for part in ("spared", "filed")},
        "months": [
            _with_mean(row) | {"span": str(Span.of(row["month"]))}
            for row in counting.by_month(seen.filter(filed_on__gte=first))
        ],
    }
    return render(request, "declared/months.html", context)


def _with_mean(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"mean": row["spared"] / row["filed"] if row["filed"] else None}


def _names(codes: list[str]) -> dict[str, str]:
    known = ProcedureVersion.objects.filter(code__in=codes).order_by("code", "valid_from")
    return {code: str(name) for code, name in known.values_list("code", "plain_name")}


@require_safe
@permitted(VIEW)
def records(request: HttpRequest, code: str) -> HttpResponse:
    """The filed forms behind one figure: the person by initials, what was filled in and from where, not the values."""
    span = _asked(request, timezone.localdate())
    found = _seen(request).filter(procedure=code, filed_on__gte=span.first_day, filed_on__lt=span.end)
    related = found.select_related("dossier__version__form", "dossier__applicant", "unit")
    shown = Paginator(related.order_by("-filed_on", "-pk"), PAGE).get_page(request.GET.get("trang"))
    name = _names([code]).get(code)
    if name is None:
        raise Http404
    context = {
        "code": code,
        "name": name,
        "period": span_words(span),
        "shown": shown,
        "spared": found.aggregate(all=Sum("fields"))["all"],
        "lines": [_line(row) for row in shown],
        "here": f"?ky={span}",
    }
    return render(request, "declared/records.html", context)


def _line(row: NotAsked) -> dict[str, Any]:
    dossier = row.dossier
    fields = layout.fields(dossier.version.form) if dossier.version.form else {}
    by_words: dict[str, list[str]] = {}
    for name, words in dossier.provenance.items():
        if name in fields:
            by_words.setdefault(words, []).append(fields[name].label)
    return {
        "row": row,
        "person": initials(str(dossier.applicant.full_name)),
        "sources": [{"words": words, "labels": labels} for words, labels in by_words.items()],
    }
