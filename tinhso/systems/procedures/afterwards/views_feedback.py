"""Complaints and proposals on the portal: send, follow by the code, read what was published."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import public
from tinhso.foundation.access.limits import is_too_often
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.text.asked import whole_number
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.afterwards import selectors, services
from tinhso.systems.procedures.afterwards.models import Feedback, FeedbackKind, Verdict
from tinhso.systems.procedures.afterwards.rules import FeedbackState
from tinhso.systems.procedures.afterwards.words import FEEDBACK_ACTS, FEEDBACK_STATES

PER_PAGE = 20
BOXES = ("noi_dung", "ten", "dia_chi", "dien_thoai", "ma_ho_so", "noi", "loai")


@public
def send(request: HttpRequest) -> HttpResponse:
    """What it is about, where, who writes (Decree 20/2008 art. 7). No account is asked for."""
    error = ""
    typed: Any = request.POST
    if request.method == "POST":
        error = _send(request, typed)
        if isinstance(error, Feedback):
            return redirect("afterwards:feedback_follow", error.code)
    context = {
        "typed": {name: typed.get(name, request.GET.get(name, "")) for name in BOXES},
        "kinds": FeedbackKind.choices,
        "kind": typed.get("loai", FeedbackKind.STAFF),
        "desks": _desks(),
        "error": error,
    }
    return render(request, "afterwards/feedback.html", context, status=422 if error else 200)


def _desks() -> list[tuple[str, str]]:
    units = Unit.objects.as_of(timezone.localdate()).filter(kind=UnitKind.SERVICE_CENTRE)
    return [(str(pk), name) for pk, name in units.values_list("pk", "name")]


def _send(request: HttpRequest, typed: Any) -> Any:
    """The feedback sent, or the sentence when it is refused."""
    if is_too_often("afterwards.feedback", str(request.META.get("REMOTE_ADDR", "")), most=10, seconds=600):
        return _("Có quá nhiều phản ánh từ nơi này. Hãy đợi ít phút rồi gửi lại; nội dung bạn viết vẫn còn.")
    number = typed.get("noi", "")
    wanted = whole_number(number, 11) or 0
    unit = Unit.objects.filter(pk=wanted, kind=UnitKind.SERVICE_CENTRE).first()
    if typed.get("loai") not in FeedbackKind.values or (unit is None and not typed.get("ma_ho_so", "").strip()):
        return _("Hãy chọn loại phản ánh và nơi bạn phản ánh (hoặc mã hồ sơ).")
    unit = unit or Unit.objects.filter(kind=UnitKind.SERVICE_CENTRE).order_by("pk").first()
    if unit is None:
        raise Http404
    try:
        return services.send_feedback(
            actor=actor_of(request),
            kind=typed["loai"],
            unit=unit,
            body=typed.get("noi_dung", ""),
            sender_name=typed.get("ten", ""),
            address=typed.get("dia_chi", ""),
            phone=typed.get("dien_thoai", ""),
            dossier_code=typed.get("ma_ho_so", ""),
        )
    except Refused as refusal:
        return refusal.sentence


@public
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Where it stands, for whoever holds the code; reply when asked, judge when answered."""
    found = Feedback.objects.filter(code=code.upper()[:12]).select_related("unit").first()
    if found is None:
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            if request.POST.get("viec") == "nhan-xet":
                services.judge_feedback(
                    actor=actor_of(request), code=found.code, verdict=request.POST.get("y_kien", "")
                )
            else:
                services.reply_feedback(actor=actor_of(request), code=found.code, words=request.POST.get("bo_sung", ""))
            return redirect("afterwards:feedback_follow", found.code)
        except Refused as refusal:
            error = refusal.sentence
    steps = [{"step": step, "name": FEEDBACK_ACTS[step.act]} for step in found.steps.select_related("unit")]
    context = {
        "one": found,
        "state": FEEDBACK_STATES[FeedbackState(found.state)],
        "steps": steps,
        "may_reply": found.state == FeedbackState.ASKED,
        "may_judge": found.state in (FeedbackState.ANSWERED, FeedbackState.PUBLISHED) and not found.verdict,
        "verdicts": [(Verdict.LIKED, Verdict.LIKED.label), (Verdict.DISLIKED, Verdict.DISLIKED.label)],
        "error": error,
    }
    answer = render(request, "afterwards/feedback_follow.html", context, status=409 if error else 200)
    answer["Cache-Control"] = "private, no-store"
    return answer


@public
def public_list(request: HttpRequest) -> HttpResponse:
    """What was published: the officer's summary and the answer."""
    shown = Paginator(selectors.published(), PER_PAGE).get_page(request.GET.get("trang"))
    return render(request, "afterwards/feedback_public.html", {"shown": shown})
