"""The operator's pages: messages out and in, one message whole, what is not alike on both sides."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.national import hearing, jobs, permissions, selectors, services
from tinhso.systems.procedures.national.models import Reconciliation, SendState, TakeState
from tinhso.systems.procedures.national.words import status_name

PER_PAGE = 50
LARGEST_ID = 2**63 - 1


def _newest(request: HttpRequest, found: QuerySet[Any]) -> dict[str, Any]:
    """One page of a list, newest first, and where the next begins."""
    before = request.GET.get("truoc", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: PER_PAGE + 1])
    kept = request.GET.copy()
    if len(rows) > PER_PAGE:
        kept["truoc"] = str(rows[PER_PAGE - 1].pk)
    return {"rows": rows[:PER_PAGE], "next_url": f"?{kept.urlencode()}" if len(rows) > PER_PAGE else ""}


def _chips(request: HttpRequest, states: Any, counts: dict[str, int] | None = None) -> list[dict[str, Any]]:
    """Filters by state, each with how many there are."""
    now = request.GET.get("tt", "")
    made = [{"href": "?", "label": _("Tất cả"), "is_current": not now}]
    for state in states:
        one = {"href": f"?tt={state.value}", "label": str(state.label), "is_current": now == state.value}
        made.append(one | ({"count": counts.get(state.value, 0)} if counts else {}))
    return made


def _doors(here: str) -> list[dict[str, Any]]:
    """The three pages of the exchange."""
    names = {"outgoing": _("Tin gửi đi"), "incoming": _("Tin đến"), "differences": _("Đối soát")}
    return [
        {"href": reverse(f"national:{name}"), "label": label, "is_current": name == here}
        for name, label in names.items()
    ]


@require_safe
@permitted(permissions.VIEW)
def outgoing_list(request: HttpRequest) -> HttpResponse:
    """Messages to the portal, newest first."""
    actor = actor_of(request)
    counts = selectors.counts(actor)
    code = request.GET.get("ma", "").strip()[:80]
    context = {
        **_newest(request, selectors.outgoing(actor, request.GET.get("tt", ""), code)),
        "chips": _chips(request, SendState, counts),
        "doors": _doors("outgoing"),
        "set_aside": counts[SendState.SET_ASIDE],
        "may_operate": access.allowed(actor, permissions.OPERATE),
        "is_on": hearing.is_on(),
        "simulator": settings.NATIONAL_URL if settings.NATIONAL_IS_SIMULATED else "",
        "code": code,
    }
    for row in context["rows"]:
        row.status = status_name(row.facts.get("TrangThaiHoSo") or row.facts.get("TrangThai") or 0)
    return render(request, "national/outgoing.html", context)


@permitted(permissions.VIEW)
def outgoing_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: what it says, what was answered; sent again or skipped when it waits for a person."""
    actor = actor_of(request)
    row = get_object_or_404(selectors.outgoing(actor), pk=_id(pk))
    error = ""
    if request.method == "POST":
        try:
            return _operate(request, actor, row)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
            row.refresh_from_db()
    context = {
        "row": row,
        "body": _text(row.body or row.facts),
        "answer": _text(row.answer) if row.answer else "",
        "is_set_aside": row.state == SendState.SET_ASIDE,
        "may_operate": access.allowed(actor, permissions.OPERATE, row.dossier.unit),
        "error": error,
    }
    return render(request, "national/outgoing_one.html", context, status=422 if error else 200)


def _operate(request: HttpRequest, actor: access.Actor, row: Any) -> HttpResponse:
    act = request.POST.get("viec", "")
    if act == "gui-lai":
        services.resend_message(actor=actor, message_id=row.pk)
        messages.success(request, _("Tin được đưa lại vào hàng gửi."))
    elif act == "bo-qua":
        services.skip_message(actor=actor, message_id=row.pk, reason=request.POST.get("ly_do", ""))
        messages.success(request, _("Đã bỏ qua tin này. Các tin sau của hồ sơ được gửi tiếp."))
    elif act == "dong-bo":
        services.resync_dossier(actor=actor, dossier_id=row.dossier_id)
        messages.success(request, _("Hồ sơ sẽ được gửi lại toàn bộ theo trạng thái hiện nay."))
    else:
        raise Http404
    return redirect("national:outgoing")


@require_POST
@permitted(permissions.OPERATE)
def resend_all(request: HttpRequest) -> HttpResponse:
    """Gives all that was set aside back to the sender."""
    count = services.resend_all(actor=actor_of(request))
    sentence = ngettext("Đã đưa %(count)s tin vào hàng gửi.", "Đã đưa %(count)s tin vào hàng gửi.", count)
    messages.success(request, sentence % {"count": count})
    return redirect("national:outgoing")


@require_safe
@permitted(permissions.VIEW)
def incoming_list(request: HttpRequest) -> HttpResponse:
    """Messages from the portal, newest first, with why some were not taken."""
    code = request.GET.get("ma", "").strip()[:80]
    found = selectors.incoming(actor_of(request), request.GET.get("tt", ""), code)
    chips, doors = _chips(request, TakeState), _doors("incoming")
    context = {**_newest(request, found), "chips": chips, "doors": doors, "code": code}
    return render(request, "national/incoming.html", context)


@require_safe
@permitted(permissions.VIEW)
def incoming_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One message from the portal, and what was answered."""
    row = get_object_or_404(selectors.incoming(actor_of(request)), pk=_id(pk))
    context = {"row": row, "body": _text(row.body), "answer": _text(row.answer)}
    return render(request, "national/incoming_one.html", context)


@permitted(permissions.VIEW)
def differences(request: HttpRequest) -> HttpResponse:
    """What is not alike on both sides; a comparison can be asked for now."""
    actor = actor_of(request)
    if request.method == "POST":
        access.require(actor, permissions.OPERATE)
        jobs.reconcile_tonight.configure(lock="national.reconcile", queueing_lock=None).defer()
        messages.success(request, _("Đang đối soát. Hãy tải lại trang sau ít phút."))
        return redirect("national:differences")
    context = {
        **_newest(request, selectors.differences(actor)),
        "doors": _doors("differences"),
        "runs": list(Reconciliation.objects.order_by("-pk")[:7]),
        "may_operate": access.allowed(actor, permissions.OPERATE),
        "is_on": hearing.is_on(),
    }
    return render(request, "national/differences.html", context)


@permitted(permissions.OPERATE)
def difference(request: HttpRequest, pk: int) -> HttpResponse:
    """One difference: both sides, and what was done about it."""
    actor = actor_of(request)
    row = get_object_or_404(selectors.differences(actor), pk=_id(pk))
    error = ""
    if request.method == "POST":
        resync = request.POST.get("dong_bo") == "1"
        try:
            services.settle_difference(
                actor=actor, difference_id=row.pk, how=request.POST.get("cach", ""), resync=resync
            )
            messages.success(request, _("Đã ghi cách xử lý chênh lệch."))
            return redirect("national:differences")
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    return render(request, "national/difference.html", {"row": row, "error": error}, status=422 if error else 200)


def _text(value: Any) -> str:
    """A message to be read: indented, personal details masked."""
    return json.dumps(selectors.shown(value), ensure_ascii=False, indent=2)


def _id(value: int) -> int:
    if value > LARGEST_ID:
        raise Http404
    return value
