"""The one-stop forms as PDF: 01 to 05 of a dossier, 06 from its log, 07 of a desk."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from tinhso.faces.desk import views
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.asked import day_of
from tinhso.systems.procedures import papers, permissions
from tinhso.systems.procedures.printing.sets import FOR_THE_APPLICANT, FormSet, set_named


def _wanted_set(request: HttpRequest) -> FormSet | None:
    """?bo=2018 shows the same in another set."""
    try:
        return set_named(request.GET["bo"]) if "bo" in request.GET else None
    except KeyError:
        raise Http404 from None


@permitted(permissions.VIEW)
def form(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Forms 01 to 05 of a dossier, as issued."""
    found, wanted = views.visible(request, pk), _wanted_set(request)
    if form not in FOR_THE_APPLICANT or (wanted is not None and not wanted.has(form)):
        raise Http404
    return views.pdf(papers.form_pdf(found, form, wanted), f"{found.code}-{form}.pdf")


@permitted(permissions.VIEW)
def control(request: HttpRequest, pk: int) -> HttpResponse:
    """Form 06: who handed the dossier to whom, when, and whether in time."""
    found = views.visible(request, pk)
    return views.pdf(papers.control_pdf(found, _wanted_set(request)), f"{found.code}-kiem-soat.pdf")


@permitted(permissions.RECEIVE)
def register(request: HttpRequest) -> HttpResponse:
    """Form 07 of the officer's desk, this month unless said (?tu=2026-11-01&den=2026-11-22); ?noi= of several desks."""
    actor, today = actor_of(request), timezone.localdate()
    desks = Unit.objects.as_of(today).filter(access.units(actor, permissions.RECEIVE)).order_by("sort_key", "id")
    asked = request.GET.get("noi", "")
    desk = desks.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 10 else desks.first()
    if desk is None:
        raise Http404
    first = day_of(request.GET.get("tu")) or today.replace(day=1)
    last = day_of(request.GET.get("den")) or today
    made = papers.register_pdf(actor=actor, desk=desk, first=first, last=last, form_set=_wanted_set(request))
    return views.pdf(made, f"so-theo-doi-{first:%Y%m%d}-{last:%Y%m%d}.pdf")
