"""An agency's own systems: registered, publishing, holding keys, removed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.engines.exchange import permissions, selectors, services
from tinhso.engines.exchange.connectors.registry import offered
from tinhso.engines.exchange.guarding import allowed_at, require_at
from tinhso.engines.exchange.models import Key, Service, Subsystem
from tinhso.faces.exchange.acting import crumbs, doors, form_page, numbered, once
from tinhso.faces.exchange.forms import KeyForm, ReasonForm, ReplaceForm, ServiceForm, SubsystemForm
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted


@require_safe
@permitted(permissions.VIEW)
def systems(request: HttpRequest) -> HttpResponse:
    """The systems of the reader's units."""
    actor = actor_of(request)
    context = {
        "rows": list(selectors.subsystems(actor)[:200]),
        "doors": doors("systems"),
        "may_register": access.allowed(actor, permissions.REGISTER),
    }
    return render(request, "exchanging/systems.html", context)


@permitted(permissions.REGISTER)
def register(request: HttpRequest) -> HttpResponse:
    """A new system."""
    actor = actor_of(request)
    form = SubsystemForm(_given(request), members=selectors.members(actor, permissions.REGISTER))

    def act() -> HttpResponse:
        given = form.cleaned_data
        made = services.register_subsystem(
            actor=actor,
            member=form.member_chosen(),
            code=given["code"],
            name=given["name"],
            contact=given["contact"],
        )
        messages.success(request, _("Đã đăng ký hệ thống."))
        return redirect("exchanging:system", made.pk)

    return form_page(
        request,
        "exchanging/form.html",
        form,
        act,
        title=_("Đăng ký hệ thống"),
        lead=_("Hệ thống của đơn vị sẽ công bố hoặc gọi dịch vụ dữ liệu."),
        button=_("Đăng ký"),
        crumbs=crumbs((_("Hệ thống của đơn vị"), "/lien-thong/he-thong/"), (_("Đăng ký"), "")),
    )


@require_safe
@permitted(permissions.VIEW)
def system(request: HttpRequest, pk: int) -> HttpResponse:
    """One system: services, agreements, keys."""
    return _page(request, _own(request, pk, permissions.VIEW))


@permitted(permissions.REGISTER)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """A new service of a system."""
    row = _own(request, pk, permissions.REGISTER)
    offers = offered(row.member.unit_id, (row.member.member_class, row.member.code))
    form = ServiceForm(_given(request), request.FILES or None, offers=offers)

    def act() -> HttpResponse:
        given = form.cleaned_data
        made = services.publish_service(
            actor=actor_of(request),
            subsystem=row,
            promise=form.promise(),
            **{name: given[name] for name in ("code", "version", "title", "notes", "base_url", "contract")},
        )
        messages.success(request, _("Đã công bố dịch vụ."))
        return redirect("exchanging:service", made.pk)

    return form_page(
        request,
        "exchanging/form.html",
        form,
        act,
        title=_("Công bố dịch vụ"),
        lead=row.name,
        button=_("Kiểm tra và công bố"),
        has_files=True,
        crumbs=_crumbs(row, _("Công bố dịch vụ")),
    )


@permitted(permissions.REGISTER)
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """The next contract of a service."""
    row = _own_service(request, pk)
    form = ReplaceForm(_given(request), request.FILES or None)

    def act() -> HttpResponse:
        given = form.cleaned_data
        services.replace_contract(
            actor=actor_of(request), service=row, contract=given["contract"], accepts_breaks=given["accepts_breaks"]
        )
        messages.success(request, _("Đã thay bản mô tả."))
        return redirect("exchanging:service", row.pk)

    return form_page(
        request,
        "exchanging/form.html",
        form,
        act,
        title=_("Thay bản mô tả"),
        lead=row.title,
        button=_("Kiểm tra và thay"),
        has_files=True,
        crumbs=crumbs((row.title, f"/lien-thong/dich-vu/{row.pk}/"), (_("Thay bản mô tả"), "")),
    )


@require_POST
@permitted(permissions.REGISTER)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends a service at once."""
    row = _own_service(request, pk)
    reason = request.POST.get("reason", "")
    return once(
        request,
        lambda: services.end_service(actor=actor_of(request), service=row, reason=reason),
        _("Dịch vụ đã kết thúc. Lời gọi tiếp theo bị từ chối."),
        "exchanging:service",
        row.pk,
    )


@never_cache
@permitted(permissions.ISSUE_KEYS)
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """A key, whose private half is on this one page and nowhere else."""
    row = _own(request, pk, permissions.ISSUE_KEYS)
    # Asked before the form is filled in, so that nothing typed is lost to the fresh proof.
    require_at(actor_of(request), permissions.ISSUE_KEYS, unit=row.member.unit)
    form = KeyForm(_given(request))

    def act() -> HttpResponse:
        issued = _issued(actor_of(request), row, form.cleaned_data)
        return render(request, "exchanging/key.html", {"row": row, "issued": issued, "crumbs": _crumbs(row, _("Khoá"))})

    return form_page(
        request,
        "exchanging/form.html",
        form,
        act,
        title=_("Cấp khoá kết nối"),
        lead=row.name,
        button=_("Cấp khoá"),
        crumbs=_crumbs(row, _("Cấp khoá")),
    )


def _issued(actor: access.Actor, row: Subsystem, given: dict[str, Any]) -> services.Issued:
    shared: dict[str, Any] = {"actor": actor, "subsystem": row, "name": given["name"], "days": given["days"]}
    if given["kind"] == "mtls":
        return services.issue_certificate(request_pem=given["public"], **shared)
    return services.issue_token_key(public_pem=given["public"], **shared)


@require_POST
@permitted(permissions.ISSUE_KEYS)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends a key at once."""
    mine = selectors.subsystems(actor_of(request), permissions.ISSUE_KEYS)
    key = get_object_or_404(
        Key.objects.filter(subsystem__in=mine).select_related("subsystem__member__unit"), pk=numbered(pk)
    )
    reason = request.POST.get("reason", "")
    return once(
        request,
        lambda: services.revoke_key(actor=actor_of(request), key=key, reason=reason),
        _("Đã thu hồi khoá. Lời gọi tiếp theo bằng khoá này bị từ chối."),
        "exchanging:system",
        key.subsystem_id,
    )


@require_POST
@permitted(permissions.REGISTER)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a system off the exchange at once."""
    row = _own(request, pk, permissions.REGISTER)
    reason = request.POST.get("reason", "")
    return once(
        request,
        lambda: services.remove_subsystem(actor=actor_of(request), subsystem=row, reason=reason),
        _("Đã gỡ hệ thống."),
        "exchanging:system",
        row.pk,
    )


def _given(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _own(request: HttpRequest, pk: int, code: str) -> Subsystem:
    return get_object_or_404(selectors.subsystems(actor_of(request), code), pk=numbered(pk))


def _own_service(request: HttpRequest, pk: int) -> Service:
    mine = selectors.subsystems(actor_of(request), permissions.REGISTER)
    rows = Service.objects.filter(subsystem__in=mine).select_related("subsystem__member__unit")
    return get_object_or_404(rows, pk=numbered(pk))


def _crumbs(row: Subsystem, last: str) -> list[tuple[str, str]]:
    return crumbs(
        (_("Hệ thống của đơn vị"), "/lien-thong/he-thong/"), (row.name, f"/lien-thong/he-thong/{row.pk}/"), (last, "")
    )


def _page(request: HttpRequest, row: Subsystem) -> HttpResponse:
    actor, unit = actor_of(request), row.member.unit
    is_living = row.removed_at is None and row.member.removed_at is None
    context = {
        "row": row,
        "crumbs": crumbs((_("Hệ thống của đơn vị"), "/lien-thong/he-thong/"), (row.name, "")),
        "services": list(row.services.all()),
        "agreements": list(row.agreements.select_related("service__subsystem__member")[:50]),
        "keys": list(selectors.keys(row)[:40]),
        "is_living": is_living,
        "may_register": is_living and allowed_at(actor, permissions.REGISTER, unit),
        "may_key": is_living and allowed_at(actor, permissions.ISSUE_KEYS, unit),
        "reason_form": ReasonForm(),
    }
    return render(request, "exchanging/system.html", context)
