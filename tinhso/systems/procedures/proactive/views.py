"""“Việc tỉnh nhắc bạn”: the list, one matter, the person's answer, refusing. All of it works with scripts off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import signed_in
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.proactive import selectors, services
from tinhso.systems.procedures.proactive.models import Kind, Level
from tinhso.systems.procedures.proactive.requests import own
from tinhso.systems.procedures.proactive.rules import State
from tinhso.systems.procedures.proactive.services.reminding import may_prepare


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """What the person is reminded of, with the reason and its source; what they refuse."""
    actor = actor_of(request)
    lines = [selectors.line(one) for one in selectors.own(actor)[: selectors.MOST]]
    refused = selectors.refused(actor.person_id or 0)
    context = {
        "waiting": [line for line in lines if line.reminder.is_open],
        "past": [line for line in lines if not line.reminder.is_open],
        "refuses_all": "" in refused,
        "kinds": [{"code": kind.value, "name": kind.label, "is_refused": kind.value in refused} for kind in Kind],
        "refusals": list(selectors.refusals(actor.person_id or 0)[:20]),
        "has_person": actor.person_id is not None,
    }
    return render(request, "proactive/mine.html", context)


@signed_in
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One matter: why, from what, what to do next, what is filled in already."""
    return _show(request, pk)


def _show(request: HttpRequest, pk: int, refused: str = "") -> HttpResponse:
    reminder = own(request, pk)
    services.note_opened(actor=actor_of(request), reminder_id=pk)
    step = selectors.next_step(reminder)
    draft = reminder.draft if reminder.dossier_id is None else None
    context: dict[str, Any] = {
        "line": selectors.line(reminder),
        "reminder": reminder,
        "step": step,
        "prepared": selectors.prepared(draft) if draft else None,
        "may_prepare": not draft
        and reminder.level == Level.PREPARE
        and step.is_here
        and may_prepare(reminder)
        and (reminder.is_open or reminder.state == State.LATER),
        "refused": refused,
        "crumbs": [(_("Việc tỉnh nhắc bạn"), "/nhac-viec/"), (str(reminder.rule.title), "")],
    }
    return render(request, "proactive/one.html", context, status=422 if refused else 200)


@require_POST
@signed_in
def answer(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Prepare, not now, done."""
    own(request, pk)
    if act not in ANSWERS:
        raise Http404
    try:
        return ANSWERS[act](request, pk)
    except Refused as refusal:
        return _show(request, pk, refusal.sentence)


def _prepare(request: HttpRequest, pk: int) -> HttpResponse:
    services.prepare_again(actor=actor_of(request), reminder_id=pk)
    messages.success(request, _("Đã chuẩn bị hồ sơ. Bạn kiểm tra, bổ sung rồi quyết định nộp hay không."))
    return redirect("proactive:one", pk)


def _later(request: HttpRequest, pk: int) -> HttpResponse:
    services.say_later(actor=actor_of(request), reminder_id=pk)
    messages.success(request, _("Đã để sau. Bạn vẫn làm được bất cứ lúc nào."))
    return redirect("proactive:mine")


def _done(request: HttpRequest, pk: int) -> HttpResponse:
    services.say_done(actor=actor_of(request), reminder_id=pk)
    messages.success(request, _("Đã ghi là bạn đã làm việc này."))
    return redirect("proactive:mine")


ANSWERS: dict[str, Callable[[HttpRequest, int], HttpResponse]] = {
    "chuan-bi": _prepare,
    "de-sau": _later,
    "da-lam": _done,
}


@require_POST
@signed_in
def opt_out(request: HttpRequest) -> HttpResponse:
    """No more of a kind, or of anything; or reminders again."""
    actor, kind = actor_of(request), request.POST.get("loai", "")
    if actor.person_id is None or (kind and kind not in Kind.values):
        raise Http404
    if request.POST.get("viec") == "nhan-lai":
        services.opt_in(actor=actor, kind=kind)
        messages.success(request, _("Bạn sẽ nhận nhắc việc trở lại."))
    else:
        services.opt_out(actor=actor, kind=kind)
        messages.success(request, _("Đã thôi nhắc, ngay từ bây giờ. Quyền lợi và việc nộp hồ sơ của bạn không đổi."))
    return redirect("proactive:mine")
