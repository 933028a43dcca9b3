"""Asking for access, deciding, following, removing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.engines.exchange import permissions, selectors, services
from tinhso.engines.exchange.guarding import allowed_at
from tinhso.engines.exchange.models import Agreement, AgreementState, Service
from tinhso.faces.exchange.acting import crumbs, doors, form_page, numbered, once
from tinhso.faces.exchange.forms import AskForm, DecideForm, ReasonForm
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted

PER_PAGE = 100


@require_safe
@permitted(permissions.VIEW)
def agreements(request: HttpRequest) -> HttpResponse:
    """Agreements of the reader's units, on either side."""
    state = request.GET.get("tt", "")
    rows = selectors.agreements(actor_of(request))
    rows = rows.filter(state=state) if state in AgreementState.values else rows
    chips = [{"href": "?", "label": _("Tất cả"), "is_current": state not in AgreementState.values}]
    chips += [
        {"href": f"?tt={one.value}", "label": str(one.label), "is_current": state == one} for one in AgreementState
    ]
    context = {"rows": list(rows[:PER_PAGE]), "chips": chips, "doors": doors("agreements")}
    return render(request, "exchanging/agreements.html", context)


@permitted(permissions.ASK)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """A request for a service, in the name of one of the reader's systems."""
    actor = actor_of(request)
    row = get_object_or_404(Service.objects.living().select_related("subsystem__member"), pk=numbered(pk))
    given = request.POST if request.method == "POST" else None
    form = AskForm(
        given, service=row, clients=selectors.clients(actor), initial={"term_from": timezone.localdate().isoformat()}
    )

    def act() -> HttpResponse:
        made = services.ask_access(actor=actor, client=form.client_chosen(), service=row, wish=form.wish())
        messages.success(request, _("Đã gửi đề nghị tới chủ dịch vụ."))
        return redirect("exchanging:agreement", made.pk)

    return form_page(
        request,
        "exchanging/form.html",
        form,
        act,
        title=_("Đề nghị dùng dịch vụ"),
        lead=row.title,
        button=_("Gửi đề nghị"),
        crumbs=crumbs((row.title, f"/lien-thong/dich-vu/{row.pk}/"), (_("Đề nghị dùng"), "")),
    )


@require_safe
@permitted(permissions.VIEW)
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """One agreement, for both sides."""
    return _page(request, _found(request, pk))


@require_POST
@permitted(permissions.DECIDE)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The owner's written answer."""
    row = get_object_or_404(Agreement.objects.of_owner(actor_of(request), permissions.DECIDE), pk=numbered(pk))
    form = DecideForm(request.POST, agreement=row)
    is_granted = request.POST.get("tra-loi") == "cho"

    def act() -> HttpResponse:
        services.decide_access(actor=actor_of(request), agreement=row, decision=form.decision(is_granted=is_granted))
        messages.success(request, _("Đã trả lời đề nghị."))
        return redirect("exchanging:agreement", row.pk)

    whole = _found(request, row.pk)
    return form_page(request, "exchanging/agreement.html", form, act, **_context(request, whole))


@require_POST
@permitted(permissions.VIEW)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends an agreement at once, from either side."""
    row = _found(request, pk)
    return once(
        request,
        lambda: services.remove_access(actor=actor_of(request), agreement=row, reason=request.POST.get("reason", "")),
        _("Đã gỡ. Lời gọi tiếp theo bị từ chối."),
        "exchanging:agreement",
        row.pk,
    )


def _found(request: HttpRequest, pk: int) -> Agreement:
    rows = selectors.agreements(actor_of(request)).select_related("asked_by", "decided_by")
    return get_object_or_404(rows, pk=numbered(pk))


def _page(request: HttpRequest, row: Agreement) -> HttpResponse:
    return render(request, "exchanging/agreement.html", _context(request, row) | {"form": DecideForm(agreement=row)})


def _context(request: HttpRequest, row: Agreement) -> dict[str, object]:
    actor = actor_of(request)
    owner, client = row.service.subsystem.member.unit, row.client.member.unit
    may_decide = Agreement.objects.of_owner(actor, permissions.DECIDE).filter(pk=row.pk).exists()
    is_open = row.state in ("asked", "granted")
    return {
        "row": row,
        "crumbs": crumbs((_("Thoả thuận"), "/lien-thong/thoa-thuan/"), (str(row.client), "")),
        "health": selectors.health(agreement=row),
        "breaches": selectors.breaches(agreement=row),
        "may_decide": may_decide and row.state == "asked",
        "may_remove": is_open and (may_decide or allowed_at(actor, permissions.ASK, client)),
        "reason_form": ReasonForm(),
        "owner": owner,
    }
