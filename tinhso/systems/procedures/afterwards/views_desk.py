"""Officers around a dossier: messages, feedback with its clocks, powers to confirm, co-applicants at the counter."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.calendar.services import calendar_for
from tinhso.foundation.files.serving import serve
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.text.asked import whole_number
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.afterwards import permissions, rules, selectors, services
from tinhso.systems.procedures.afterwards.models import CoApplicant, Feedback, MessageFile, Power
from tinhso.systems.procedures.afterwards.requests import uploads_of, visible
from tinhso.systems.procedures.afterwards.rules import FeedbackState
from tinhso.systems.procedures.afterwards.services.acting import look_at_evidence
from tinhso.systems.procedures.afterwards.words import FEEDBACK_ACTS, FEEDBACK_STATES

PER_LIST = 100
# An officer's steps in the order of the buttons; what the box is for.
STEPS = (
    ("answer", gettext_lazy("Trả lời người gửi")),
    ("ask", gettext_lazy("Cần người gửi bổ sung gì")),
    ("transfer", gettext_lazy("Lý do chuyển")),
    ("send_back", gettext_lazy("Vì sao trả lại, nên gửi đến đâu")),
    ("refuse", gettext_lazy("Vì sao không tiếp nhận")),
    ("publish", gettext_lazy("Tóm tắt công khai: không nêu tên, địa chỉ, số điện thoại của người gửi")),
)


@permitted(permissions.HANDLE)
def feedback_list(request: HttpRequest) -> HttpResponse:
    """What waits, least time first."""
    now = timezone.now()
    is_open = request.GET.get("xong") != "1"
    states = [*rules.OPEN_FEEDBACK, FeedbackState.ANSWERED]
    found = selectors.feedback_of(actor_of(request))
    found = found.filter(state__in=states) if is_open else found.exclude(state__in=states)
    rows = []
    for one in found[:PER_LIST]:
        due = selectors.due_of(one)
        left = calendar_for(one.unit).remaining(timezone.localtime(now), timezone.localtime(due)) if due else None
        rows.append({"one": one, "state": FEEDBACK_STATES[FeedbackState(one.state)], "due": due, "minutes": left})
    return render(request, "afterwards/desk_feedback.html", {"rows": rows, "is_open": is_open})


@permitted(permissions.HANDLE)
def feedback_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One feedback: what was written, every step, what may be done now with its limit."""
    found = get_object_or_404(selectors.feedback_of(actor_of(request)), pk=pk)
    error, typed = "", request.POST
    if request.method == "POST":
        act = typed.get("viec", "")
        if act not in dict(STEPS):
            raise Http404
        number = typed.get("noi", "")
        wanted = whole_number(number, 11) or 0
        unit = Unit.objects.filter(pk=wanted).first() if act == "transfer" else None
        try:
            services.handle_feedback(
                actor=actor_of(request), feedback_id=found.pk, act=act, words=typed.get("noi_dung", ""), unit=unit
            )
            return redirect("afterwards:feedback_list" if act == "transfer" else request.path)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    return render(request, "afterwards/desk_feedback_one.html", _one(found, error, typed), status=409 if error else 200)


def _one(found: Feedback, error: str, typed: Any) -> dict[str, Any]:
    now = timezone.now()
    state = FeedbackState(found.state)
    late = {"refuse": now > found.refuse_due_at, "send_back": now > found.refuse_due_at}
    late["ask"] = now > found.ask_due_at or found.asked_at is not None
    due = {"answer": found.answer_due_at, "ask": found.ask_due_at, "publish": found.publish_due_at}
    due |= {"refuse": found.refuse_due_at, "send_back": found.refuse_due_at}
    units = Unit.objects.as_of(timezone.localdate()).exclude(pk=found.unit_id)
    places = units.filter(kind__in=[UnitKind.SERVICE_CENTRE, UnitKind.COMMUNE_COMMITTEE, UnitKind.DEPARTMENT])
    acts = [
        {"slug": slug, "name": FEEDBACK_ACTS[slug], "label": label, "due": due.get(slug)}
        for slug, label in STEPS
        if state in rules.FEEDBACK_MAY[slug] and not late.get(slug)
    ]
    return {
        "one": found,
        "state": FEEDBACK_STATES[state],
        "steps": [{"step": step, "name": FEEDBACK_ACTS[step.act]} for step in found.steps.select_related("unit")],
        "acts": acts,
        "units": list(places.values_list("pk", "name")) if any(act["slug"] == "transfer" for act in acts) else [],
        "error": error,
        "typed": typed,
        "failed": typed.get("viec", "") if error else "",
    }


@permitted(permissions.CONFIRM)
def powers_to_confirm(request: HttpRequest) -> HttpResponse:
    """Requests to act for another that wait at this desk."""
    rows = list(selectors.powers_to_confirm(actor_of(request))[:PER_LIST])
    return render(request, "afterwards/desk_powers.html", {"rows": rows})


def _power(request: HttpRequest, pk: int) -> Power:
    scope = access.scope(actor_of(request), permissions.CONFIRM, "desk")
    related = Power.objects.filter(scope).select_related("agent__person", "desk", "evidence", "person", "enterprise")
    return get_object_or_404(related, pk=pk)


@permitted(permissions.CONFIRM)
def power(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare with the evidence, type what the paper says, confirm; or refuse, or end."""
    found, error, typed = _power(request, pk), "", request.POST
    actor = actor_of(request)
    if request.method == "POST":
        try:
            if typed.get("viec") == "xac-nhan":
                services.confirm_power(
                    actor=actor,
                    power_id=found.pk,
                    principal_name=typed.get("ten", ""),
                    principal_number=typed.get("so", ""),
                )
            elif typed.get("viec") == "cham-dut":
                services.end_power(actor=actor, power_id=found.pk, reason=typed.get("ly_do", ""))
            else:
                services.refuse_power(actor=actor, power_id=found.pk, reason=typed.get("ly_do", ""))
            messages.success(request, _("Đã ghi."))
            return redirect("afterwards:powers_to_confirm")
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    kept = {name: typed.get(name, "") for name in ("ten", "so", "ly_do")}
    context = {"power": found, "error": error, "typed": kept}
    return render(request, "afterwards/desk_power.html", context, status=409 if error else 200)


@permitted(permissions.CONFIRM)
def evidence(request: HttpRequest, pk: int) -> FileResponse:
    """The paper that shows the right."""
    found = _power(request, pk)
    look_at_evidence(actor_of(request), found)
    return serve(found.evidence, inline=True)


@permitted(permissions.ANSWER)
def talk(request: HttpRequest, pk: int) -> HttpResponse:
    """Messages with the citizen; the officer's name and office go with each."""
    dossier, error, typed = visible(request, pk), "", ""
    if request.method == "POST":
        typed = request.POST.get("noi_dung", "")
        try:
            services.send_message(
                actor=actor_of(request),
                dossier_id=dossier.pk,
                body=typed,
                from_office=True,
                uploads=uploads_of(request, "tep"),
            )
            return redirect("afterwards:desk_talk", pk)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    services.mark_read(actor=actor_of(request), dossier_id=dossier.pk, as_office=True)
    context = {"dossier": dossier, "rows": list(selectors.messages_of(dossier)), "error": error, "typed": typed}
    return render(request, "afterwards/desk_talk.html", context, status=422 if error else 200)


@permitted(permissions.ANSWER)
def talk_file(request: HttpRequest, pk: int, file: int) -> FileResponse:
    """A file of a message."""
    found = MessageFile.objects.filter(message__dossier=visible(request, pk), pk=file).select_related("file").first()
    if found is None:
        raise Http404
    return serve(found.file, inline=True)


@permitted(permissions.CONFIRM)
def confirm_together(request: HttpRequest, pk: int) -> HttpResponse:
    """A co-applicant came with their card."""
    scope = access.scope(actor_of(request), permissions.CONFIRM, "dossier__desk")
    found = get_object_or_404(CoApplicant.objects.filter(scope), pk=pk)
    if request.method == "POST":
        try:
            services.confirm_at_desk(
                actor=actor_of(request),
                invitation_id=found.pk,
                name=request.POST.get("ten", ""),
                number=request.POST.get("so", ""),
            )
            messages.success(request, _("Đã ghi người cùng nộp xác nhận tại quầy."))
        except access.Denied:
            raise
        except Refused as refusal:
            messages.error(request, refusal.sentence)
    return redirect("desk:dossier", found.dossier_id)
