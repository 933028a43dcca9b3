"""Paper from desk to office on lists: made, printed, signed by both."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import permissions, selectors, services
from tinhso.systems.procedures.models import HandOverList


@permitted(permissions.VIEW)
def lists(request: HttpRequest) -> HttpResponse:
    """Today's lists and those not signed for; on POST the desk makes one for an office."""
    actor = actor_of(request)
    error = ""
    if request.method == "POST":
        try:
            return _make(request)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    context = {
        "lists": selectors.hand_over_lists(actor, timezone.localdate()),
        "waiting": selectors.unlisted(actor),
        "may_print_register": access.allowed(actor, permissions.RECEIVE),
        "error": error,
    }
    return render(request, "desk/hand_over_lists.html", context, status=409 if error else 200)


def _make(request: HttpRequest) -> HttpResponse:
    chosen = [request.POST.get(name, "") for name in ("ben_giao", "ben_nhan")]
    if not all(one.isdecimal() and len(one) < 19 for one in chosen):
        raise Http404
    desk, office = (get_object_or_404(Unit, pk=int(one)) for one in chosen)
    made = services.make_hand_over_list(actor=actor_of(request), desk=desk, office=office)
    messages.success(request, _("Đã lập danh sách bàn giao. Hãy in để hai bên ký."))
    return redirect("desk:hand_over_list", made.pk)


@permitted(permissions.VIEW)
def one_list(request: HttpRequest, pk: int) -> HttpResponse:
    """One list, fit to print; on POST the office signs for what is there and sends the rest back with reasons."""
    actor = actor_of(request)
    try:
        found = selectors.hand_over_list(actor, pk)
    except HandOverList.DoesNotExist:
        raise Http404 from None
    error = ""
    if request.method == "POST":
        try:
            services.receive_hand_over_list(actor=actor, list_id=found.pk, missing=_missing(request))
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
        else:
            messages.success(request, _("Đã ký nhận danh sách bàn giao."))
            return redirect("desk:hand_over_list", found.pk)
    items = found.items.select_related("dossier__version", "dossier__applicant").order_by("due_at", "id")
    context = {
        "list": found,
        "items": list(items),
        "now": timezone.now(),
        "may_sign": found.received_at is None and access.allowed(actor, permissions.RESOLVE, found.office),
        "error": error,
        "typed": request.POST,
    }
    return render(request, "desk/hand_over_list.html", context, status=409 if error else 200)


def _missing(request: HttpRequest) -> dict[int, str]:
    """The dossiers said to be missing, each with what was typed as its reason."""
    named = [one for one in request.POST.getlist("thieu") if one.isdecimal() and len(one) < 19]
    return {int(one): request.POST.get(f"ly_do_{one}", "") for one in named}
