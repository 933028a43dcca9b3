"""Roles by unit and date, and delegations in force."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.faces.admin.forms_accounts import EndForm, RoleForm
from tinhso.faces.admin.views_accounts import PAGE, _account_page, _visible
from tinhso.foundation.access import guard as access
from tinhso.foundation.access import services
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.access.models import Delegation, RoleAssignment
from tinhso.foundation.access.permissions import MANAGE_ROLES
from tinhso.foundation.access.registry import PERMISSIONS, ROLES
from tinhso.foundation.text.asked import day_of
from tinhso.foundation.text.db import Fold
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.text.rules import fold, normalise


@permitted(MANAGE_ROLES)
def roles(request: HttpRequest) -> HttpResponse:
    """Who holds which role at which unit on a day; as of any day."""
    actor: access.Actor = actor_of(request)
    day = _day(request)
    found = (
        RoleAssignment.objects.as_of(day)
        .filter(access.scope(actor, MANAGE_ROLES))
        .select_related("unit", "account")
        .order_by("unit__path", "role", "account__username")
    )
    role, text = request.GET.get("vai_tro", ""), request.GET.get("q", "")
    if role:
        found = found.filter(role=role)
    if normalise(text):
        found = found.annotate(bare=Fold("unit__name")).filter(bare__contains=fold(normalise(text)))
    page = Paginator(found, PAGE).get_page(request.GET.get("trang"))
    lent = (
        Delegation.objects.as_of(day)
        .filter(access.scope(actor, MANAGE_ROLES), revoked_at=None)
        .select_related("unit", "giver", "receiver")
    )
    context = {
        "day": day,
        "page": page,
        "rows": [{"row": row, "name": _name(row.role)} for row in page],
        "delegations": [{"row": row, "name": _name(row.role)} for row in lent.order_by("valid_to")[:100]],
        "role": role,
        "text": text,
        "roles": [("", _("mọi vai trò")), *((code, one.name) for code, one in ROLES.items() if not one.implicit)],
    }
    return render(request, "admin/roles/list.html", context)


def _day(request: HttpRequest) -> date:
    return day_of(request.GET.get("ngay")) or timezone.localdate()


def _name(code: str) -> str:
    return str(ROLES[code].name) if code in ROLES else code


@permitted(MANAGE_ROLES)
def role_sentences(request: HttpRequest) -> HttpResponse:
    """What each role may do, in sentences."""
    rows = [
        {"role": role, "permissions": [PERMISSIONS[code] for code in sorted(role.permissions)]}
        for role in ROLES.values()
    ]
    return render(request, "admin/roles/sentences.html", {"rows": rows})


@require_POST
@permitted(MANAGE_ROLES)
def role_grant(request: HttpRequest, account_id: int) -> HttpResponse:
    """Gives a role; a refusal comes back beside the form, nothing typed is lost."""
    shown = _visible(request, account_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _account_page(request, shown, form)
    try:
        services.grant_role(actor_of(request), account=shown, **form.cleaned_data)
    except access.Denied:
        raise
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return _account_page(request, shown, form)
    messages.success(request, _("Đã giao vai trò."))
    return redirect("admin:account", shown.pk)


@require_http_methods(["GET", "POST"])
@permitted(MANAGE_ROLES)
def role_end(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """Ends a role on a day."""
    actor: access.Actor = actor_of(request)
    found = RoleAssignment.objects.filter(access.scope(actor, MANAGE_ROLES)).select_related("unit", "account")
    assignment = get_object_or_404(found, pk=assignment_id)
    form = EndForm(request.POST or None, initial={"valid_to": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            services.revoke_role(actor, assignment_id=assignment.pk, **form.cleaned_data)
        except access.Denied:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Đã ghi ngày kết thúc vai trò."))
            return redirect("admin:account", assignment.account_id)
    context = {"form": form, "assignment": assignment, "name": _name(assignment.role)}
    return render(request, "admin/roles/end.html", context)


@require_POST
@permitted(MANAGE_ROLES)
def delegation_end(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """Takes back a delegation between others."""
    actor: access.Actor = actor_of(request)
    delegation = get_object_or_404(Delegation.objects.filter(access.scope(actor, MANAGE_ROLES)), pk=delegation_id)
    services.revoke_delegation(actor, delegation_id=delegation.pk, reason=request.POST.get("reason", ""))
    messages.success(request, _("Đã thu hồi uỷ quyền."))
    return redirect("admin:roles")
