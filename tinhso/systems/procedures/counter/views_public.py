"""What stands in the hall: the kiosk that gives numbers and the screen that calls them. Nothing of any person."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access.gates import public
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.counter import selectors, services
from tinhso.systems.procedures.counter.models import DeskSetup, Priority, ServiceGroup, Ticket


def _setup(key: uuid.UUID) -> DeskSetup:
    return get_object_or_404(DeskSetup.objects.select_related("desk"), kiosk_key=key)


@public
def kiosk(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Touch the group, take the number. The address is known to the desk's own machine only."""
    setup = _setup(key)
    if request.method == "POST":
        return _take(request, setup)
    return _kiosk(request, setup)


def _kiosk(request: HttpRequest, setup: DeskSetup, *, error: str = "") -> HttpResponse:
    waiting = selectors.waiting_by_group(setup.desk)
    groups = [
        {"group": group, "waiting": waiting.get(group.pk, 0)}
        for group in ServiceGroup.objects.in_use().filter(desk=setup.desk)
    ]
    context = {"setup": setup, "groups": groups, "priorities": Priority.choices, "error": error}
    return render(request, "counter/kiosk.html", context, status=409 if error else 200)


def _take(request: HttpRequest, setup: DeskSetup) -> HttpResponse:
    actor: Actor = Actor.system(_("Máy lấy số"))
    priority = request.POST.get("uu_tien", Priority.NONE)
    priority = priority if priority in Priority.values else Priority.NONE
    try:
        if code := request.POST.get("ma", "").strip():
            made = services.arrive(actor=actor, code=code[:12], desk_id=setup.desk_id, priority=priority)
        else:
            group = get_object_or_404(
                ServiceGroup.objects.in_use().filter(desk=setup.desk), letter=request.POST.get("nhom", "")
            )
            made = services.take_ticket(actor=actor, group=group, priority=priority)
    except Refused as refusal:
        return _kiosk(request, setup, error=refusal.sentence)
    return redirect("counter:ticket", setup.kiosk_key, made.pk)


@public
def ticket(request: HttpRequest, key: uuid.UUID, ticket: int) -> HttpResponse:
    """The number just taken, to print or remember; the kiosk goes back to its first page by itself."""
    setup = _setup(key)
    found = get_object_or_404(Ticket.objects.select_related("series", "group"), pk=ticket, desk=setup.desk)
    context = {"setup": setup, "ticket": found, "ahead": selectors.ahead_of(found)}
    answer = render(request, "counter/ticket.html", context)
    answer["Refresh"] = f"12; url={reverse('counter:kiosk', args=[setup.kiosk_key])}"
    return answer


def _desk(pk: int) -> Unit:
    return get_object_or_404(Unit, pk=pk, kind=UnitKind.SERVICE_CENTRE)


@public
def screen(request: HttpRequest, desk: int) -> HttpResponse:
    """The television in the hall. With scripts it asks for news and says when the line is down; without, it reloads."""
    unit = _desk(desk)
    return render(request, "counter/screen.html", {"desk": unit, **_news(unit)})


def _news(desk: Unit) -> dict[str, Any]:
    return {
        "calls": selectors.calls(desk),
        "waiting": sum(selectors.waiting_by_group(desk).values()),
        "now": timezone.now(),
    }


@public
def calling(request: HttpRequest, desk: int) -> HttpResponse:
    """The part of the screen that changes; 304 while nothing has."""
    unit = _desk(desk)
    news = _news(unit)
    state = repr([(row["label"], row["counter"], row["calls"]) for row in news["calls"]]) + str(news["waiting"])
    tag = f'"{hashlib.sha256(state.encode()).hexdigest()[:24]}"'
    if request.headers.get("If-None-Match") == tag:
        answer = HttpResponse(status=304)
    else:
        answer = render(request, "counter/parts/calling.html", {"desk": unit, **news})
    answer["ETag"] = tag
    answer["Cache-Control"] = "no-cache"
    return answer
