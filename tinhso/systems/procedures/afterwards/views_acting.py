"""Acting for another on the portal: what I hold, who acts for me, ask, agree, end, and for whom a draft is."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import signed_in
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.text.asked import day_of, whole_number
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.afterwards import selectors, services
from tinhso.systems.procedures.afterwards.models import ActingDraft, Power, PowerKind
from tinhso.systems.procedures.afterwards.requests import uploads_of
from tinhso.systems.procedures.afterwards.rules import PowerState
from tinhso.systems.procedures.afterwards.words import POWER_STATES
from tinhso.systems.procedures.models import Draft


def _rows(powers: Any) -> list[dict[str, Any]]:
    today = timezone.localdate()
    return [
        {
            "power": one,
            "state": POWER_STATES[PowerState(one.state)],
            "holds": one.holds_on(today),
            "is_asked": one.state == PowerState.ASKED,
            "is_over": one.state == PowerState.CONFIRMED and one.valid_to < today,
        }
        for one in powers[:100]
    ]


@signed_in
def powers(request: HttpRequest) -> HttpResponse:
    """Both sides on one page."""
    actor = actor_of(request)
    context = {"mine": _rows(selectors.powers_of(actor)), "over_me": _rows(selectors.powers_over(actor))}
    return render(request, "afterwards/powers.html", context)


@signed_in
def ask(request: HttpRequest) -> HttpResponse:
    """Ask to act for a person or an enterprise."""
    error = ""
    typed: Any = request.POST
    if request.method == "POST":
        error = _ask(request, typed)
        if not error:
            messages.success(request, _("Đã gửi đề nghị. Bạn làm thay được khi đề nghị được xác nhận."))
            return redirect("afterwards:powers")
    desks = Unit.objects.as_of(timezone.localdate()).filter(kind=UnitKind.SERVICE_CENTRE)
    context = {
        "kinds": PowerKind.choices,
        "kind": typed.get("can_cu", PowerKind.ATTORNEY),
        "desks": [(str(unit.pk), unit.name) for unit in desks.only("name")],
        "desk": typed.get("noi", ""),
        "typed": {name: typed.get(name, "") for name in ("ten", "so", "tu", "den", "thu_tuc")},
        "error": error,
    }
    return render(request, "afterwards/ask_power.html", context, status=422 if error else 200)


def _ask(request: HttpRequest, typed: Any) -> str:
    """Sends the request; the sentence when it is refused."""
    uploads = uploads_of(request, "tep")
    valid_from, valid_to = day_of(typed.get("tu", "")), day_of(typed.get("den", ""))
    number = typed.get("noi", "")
    wanted = number if number.isascii() and number.isdigit() and len(number) < 12 else "0"
    desk = Unit.objects.filter(pk=int(wanted), kind=UnitKind.SERVICE_CENTRE).first()
    if typed.get("can_cu") not in PowerKind.values or desk is None:
        return _("Hãy chọn căn cứ làm thay và nơi xác nhận.")
    if valid_from is None or valid_to is None:
        return _("Hãy nhập thời hạn: từ ngày, đến hết ngày.")
    if not uploads:
        return _("Hãy gửi kèm giấy tờ chứng minh.")
    try:
        services.ask_power(
            actor=actor_of(request),
            kind=typed["can_cu"],
            principal_name=typed.get("ten", ""),
            principal_number=typed.get("so", ""),
            valid_from=valid_from,
            valid_to=valid_to,
            desk=desk,
            stream=uploads[0][1],
            name=uploads[0][0],
            procedures=_codes(typed.get("thu_tuc", "")),
        )
    except Refused as refusal:
        return refusal.sentence
    return ""


def _codes(text: str) -> list[str]:
    """Procedure codes separated by commas or spaces; those not in force are left out by never matching."""
    return [code for code in text.replace(",", " ").split()[:20] if len(code) <= 30]


@signed_in
def settle(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Agree or turn down as the person named; end as either side."""
    actor = actor_of(request)
    mine, over = selectors.powers_of(actor), selectors.powers_over(actor)
    found = mine.filter(pk=pk).first() or over.filter(pk=pk).first()
    if found is None or act not in ("dong-y", "tu-choi", "cham-dut"):
        raise Http404
    if request.method == "POST":
        try:
            _settle(request, found, act)
        except Power.DoesNotExist:
            raise Http404 from None
        except Refused as refusal:
            messages.error(request, refusal.sentence)
    return redirect("afterwards:powers")


def _settle(request: HttpRequest, found: Power, act: str) -> None:
    actor, reason = actor_of(request), request.POST.get("ly_do", "")
    if act == "dong-y":
        services.confirm_own_power(actor=actor, power_id=found.pk)
    elif act == "tu-choi":
        services.refuse_power(actor=actor, power_id=found.pk, reason=reason or str(_("Người được nêu không đồng ý")))
    else:
        services.end_power(actor=actor, power_id=found.pk, reason=reason)


@signed_in
def draft_for(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """For whom this draft is filled in."""
    actor = actor_of(request)
    draft = (
        Draft.objects.filter(token=token, account_id=actor.account_id or 0, dossier=None)
        .select_related("version")
        .first()
    )
    if draft is None:
        raise Http404
    choices = selectors.usable_powers(actor, draft.version.code)
    error = ""
    if request.method == "POST":
        chosen = request.POST.get("cho", "")
        try:
            number = whole_number(chosen, 11)
            services.act_for(actor=actor, token=token, power_id=number)
            return redirect("portal:check", token)
        except Power.DoesNotExist:
            raise Http404 from None
        except Refused as refusal:
            error = refusal.sentence
    acting = ActingDraft.objects.filter(draft=draft).first()
    context = {"draft": draft, "choices": choices, "acting": acting, "error": error}
    return render(request, "afterwards/draft_for.html", context, status=422 if error else 200)
