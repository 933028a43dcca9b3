"""Members of the exchange: seen by all who work with it, admitted and removed by administrators."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tinhso.engines.exchange import permissions, services
from tinhso.engines.exchange.models import Member
from tinhso.faces.exchange.acting import doors, form_page, numbered, once
from tinhso.faces.exchange.forms import MemberForm
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted


@permitted(permissions.VIEW)
def members(request: HttpRequest) -> HttpResponse:
    """The list, and the form that admits one."""
    actor = actor_of(request)
    form = MemberForm(request.POST if request.method == "POST" else None)

    def act() -> HttpResponse:
        given = form.cleaned_data
        services.admit_member(
            actor=actor,
            code=given["code"],
            name=given["name"],
            member_class=given["member_class"],
            unit=given["unit"] or None,
        )
        messages.success(request, _("Đã kết nạp thành viên."))
        return redirect("exchanging:members")

    return form_page(
        request,
        "exchanging/members.html",
        form,
        act,
        rows=list(Member.objects.select_related("unit")[:300]),
        doors=doors("members"),
        may_admit=access.allowed(actor, permissions.ADMIT),
    )


@require_POST
@permitted(permissions.ADMIT)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a member off the exchange at once."""
    row = get_object_or_404(Member.objects.select_related("unit"), pk=numbered(pk))
    reason = request.POST.get("reason", "")
    return once(
        request,
        lambda: services.remove_member(actor=actor_of(request), member=row, reason=reason),
        _("Đã đưa thành viên ra khỏi nền tảng."),
        "exchanging:members",
    )
