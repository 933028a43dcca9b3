"""The catalogue and the developer page of a service: contract, health, try-out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from tinhso.engines.exchange import permissions, selectors, trying
from tinhso.engines.exchange.guarding import allowed_at
from tinhso.engines.exchange.models import Agreement, Service
from tinhso.faces.exchange.acting import crumbs, doors, numbered
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.text.asked import whole_number
from tinhso.foundation.text.errors import Refused


@require_safe
@permitted(permissions.VIEW)
def home(request: HttpRequest) -> HttpResponse:
    """Services that may be asked for, and requests that wait for the reader's decision."""
    actor, query = actor_of(request), request.GET.get("q", "").strip()[:100]
    context = {
        "services": selectors.catalogue(query),
        "query": query,
        "doors": doors("home"),
        "waiting": list(selectors.waiting(actor)[:20]),
        "may_register": access.allowed(actor, permissions.REGISTER),
    }
    return render(request, "exchanging/home.html", context)


@require_safe
@permitted(permissions.VIEW)
def service(request: HttpRequest, pk: int) -> HttpResponse:
    """The developer page."""
    return _page(request, _found(pk))


@require_safe
@permitted(permissions.VIEW)
def contract(request: HttpRequest, pk: int) -> HttpResponse:
    """The description as it was published."""
    kept = _found(pk).contracts.order_by("-number").first()
    text = kept.text if kept else ""
    is_xml = bool(kept and kept.format == "wsdl")
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    name = f"service-{pk}.{'wsdl' if is_xml else 'yaml'}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@permitted(permissions.ASK)
def try_out(request: HttpRequest, pk: int) -> HttpResponse:
    """One real call through the data plane."""
    actor, row = actor_of(request), _found(pk)
    client = get_object_or_404(selectors.subsystems(actor, permissions.ASK), pk=_number(request.POST.get("client")))
    values = {key[2:]: value for key, value in request.POST.items() if key.startswith("v-")}
    asked: dict[str, Any] = {"operation": request.POST.get("operation", ""), "values": values}
    asked |= {"purpose": request.POST.get("purpose", ""), "dossier": request.POST.get("dossier", "")}
    try:
        tried = trying.try_out(actor=actor, client=client, service=row, **asked)
    except access.Denied:
        raise
    except Refused as refusal:
        return _page(request, row, asked=asked, error=refusal.sentence, status=422)
    return _page(request, row, asked=asked, tried=tried)


def _found(pk: int) -> Service:
    return get_object_or_404(Service.objects.select_related("subsystem__member__unit"), pk=numbered(pk))


def _number(text: str | None) -> int:
    number = whole_number(text)
    return -1 if number is None else number


def _page(request: HttpRequest, row: Service, *, status: int = 200, **more: Any) -> HttpResponse:
    actor = actor_of(request)
    unit = row.subsystem.member.unit
    is_owner = selectors.services_of(actor).filter(pk=row.pk).exists()
    clients = selectors.clients(actor)
    trying_for = [
        one.client
        for one in Agreement.objects.in_force().filter(service=row, client__in=clients).select_related("client__member")
    ]
    context = {
        "row": row,
        "crumbs": crumbs((row.title, "")),
        "health": selectors.health(service=row),
        "hours": selectors.hours(row),
        "breaches": selectors.breaches(service=row) if is_owner else [],
        "agreements": list(row.agreements.select_related("client__member")[:50]) if is_owner else [],
        "kept": row.contracts.order_by("-number").first(),
        "is_owner": is_owner,
        "is_living": Service.objects.living().filter(pk=row.pk).exists(),
        "may_change": is_owner and allowed_at(actor, permissions.REGISTER, unit),
        "may_ask": bool(clients),
        "trying_for": trying_for,
        "readable": [one for one in row.operations if one["method"] == "GET"],
        "has_plane": bool(settings.EXCHANGE_URL),
    }
    return render(request, "exchanging/service.html", context | more, status=status)
