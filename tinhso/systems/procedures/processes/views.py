"""Screens of the work between offices: what we are asked, what we ask, and our part of parallel steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.workflow import permissions as workflow
from tinhso.engines.workflow.models import Opinion, OpinionState, Verdict
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.files import services as files
from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.files.serving import serve
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.asked import whole_number
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import permissions
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.processes import selectors, services


@permitted(workflow.ANSWER)
def opinions(request: HttpRequest) -> HttpResponse:
    """What other offices ask ours, and our branches of parallel steps; the nearest deadline first."""
    actor, now = actor_of(request), timezone.now()
    rows = selectors.opinions_to_answer(actor, now)
    context = {"rows": rows, "late": sum(row["late"] for row in rows), "branches": selectors.branches_to_do(actor)}
    return render(request, "processes/opinions.html", context)


@permitted(workflow.ANSWER)
def opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """One question: read it, answer it. A refusal keeps what was typed."""
    seen = _opinion(request, pk)
    if request.method != "POST":
        return render(request, "processes/opinion.html", _page(request, *seen))
    try:
        _answer(request, seen[0])
    except access.Denied:
        raise
    except Refused as refusal:
        page = _page(request, *seen, error=refusal.sentence, typed=request.POST)
        return render(request, "processes/opinion.html", page, status=409)
    messages.success(request, _("Đã gửi trả lời về hồ sơ %(code)s.") % {"code": seen[1].code})
    return redirect("processes:opinions")


def _answer(request: HttpRequest, found: Opinion) -> None:
    actor, typed = actor_of(request), request.POST
    upload: Any = request.FILES.get("tep")
    stored: StoredFile | None = None
    if upload is not None and access.allowed(actor, workflow.ANSWER, found.unit):
        stored = files.store(actor, stream=upload, name=upload.name or "", purpose="procedures.opinion")
    services.answer_opinion(
        actor=actor,
        opinion_id=found.pk,
        verdict=typed.get("y_kien", ""),
        answer=typed.get("noi_dung", ""),
        document=typed.get("van_ban", ""),
        file=stored,
        version=_number(typed.get("seen", "")),
    )


def _opinion(request: HttpRequest, pk: int) -> tuple[Opinion, Dossier]:
    seen = selectors.opinion_seen_by(actor_of(request), pk)
    if seen is None:
        raise Http404
    return seen


def _page(
    request: HttpRequest, found: Opinion, dossier: Dossier, *, error: str = "", typed: Any = None
) -> dict[str, Any]:
    actor = actor_of(request)
    open_to = found.state in (OpinionState.ASKED, OpinionState.UNANSWERED) and found.case.ended_at is None
    return {
        "opinion": found,
        "dossier": dossier,
        "is_late": found.is_late_at(timezone.now()),
        "may_answer": open_to and access.allowed(actor, workflow.ANSWER, found.unit),
        "sees_dossier": Dossier.objects.visible_to(actor).filter(pk=dossier.pk).exists(),
        "verdicts": Verdict.choices,
        "error": error,
        "typed": typed or {},
    }


@permitted(workflow.ANSWER)
def answer_file(request: HttpRequest, pk: int) -> FileResponse:
    """The paper that came with an answer."""
    found, _dossier = _opinion(request, pk)
    if found.answer_file is None:
        raise Http404
    return serve(found.answer_file)


@permitted(permissions.VIEW)
def work(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything between offices on one dossier: the picture, the branches, the opinions, asking for more of them."""
    return _work(request, _dossier(request, pk))


def _work(request: HttpRequest, dossier: Dossier, *, error: str = "", status: int = 200) -> HttpResponse:
    context = {
        **selectors.work_between(actor_of(request), dossier, timezone.now()),
        "dossier": dossier,
        "error": error,
        "typed": request.POST,
        "chosen": request.POST.getlist("don_vi"),
    }
    return render(request, "processes/work.html", context, status=status)


def _dossier(request: HttpRequest, pk: int) -> Dossier:
    dossier = selectors.dossier_seen_by(actor_of(request), pk)
    if dossier is None:
        raise Http404
    return dossier


@permitted(permissions.VIEW)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks the offices ticked, with content and deadline."""
    dossier = _dossier(request, pk)
    if request.method != "POST":
        return redirect("processes:work", pk)
    typed = request.POST
    try:
        asked = services.ask_opinions(
            actor=actor_of(request),
            dossier_id=dossier.pk,
            units=list(Unit.objects.as_of(timezone.localdate()).filter(pk__in=_numbers(typed.getlist("don_vi")))),
            question=typed.get("noi_dung", ""),
            days=_days(typed.get("so_ngay", "")),
            document=typed.get("van_ban", ""),
            seen=_number(typed.get("seen", "")),
        )
    except access.Denied:
        raise
    except Refused as refusal:
        return _work(request, dossier, error=refusal.sentence, status=409)
    messages.success(request, _("Đã gửi lấy ý kiến đến %(count)s cơ quan.") % {"count": len(asked)})
    return redirect("processes:work", pk)


@permitted(permissions.VIEW)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a question back, with the reason."""
    _found, dossier = _opinion(request, pk)
    if request.method != "POST":
        return redirect("processes:opinion", pk)
    try:
        services.withdraw_opinion(
            actor=actor_of(request),
            opinion_id=pk,
            reason=request.POST.get("ly_do", ""),
            version=_number(request.POST.get("seen", "")),
        )
    except access.Denied:
        raise
    except Refused as refusal:
        return _work(request, dossier, error=refusal.sentence, status=409)
    messages.success(request, _("Đã rút câu hỏi."))
    return redirect("processes:work", dossier.pk)


@permitted(permissions.VIEW)
def branch(request: HttpRequest, pk: int, token: int) -> HttpResponse:
    """Goes on with one branch of parallel steps."""
    dossier = _dossier(request, pk)
    if dossier.case is None or not dossier.case.tokens.filter(pk=token).exists():
        raise Http404
    if request.method != "POST":
        return redirect("processes:work", pk)
    typed = request.POST
    try:
        services.move_branch(
            actor=actor_of(request),
            dossier_id=dossier.pk,
            token_id=token,
            transition=typed.get("buoc", ""),
            note=typed.get("ghi_chu", ""),
            version=_number(typed.get("seen", "")),
        )
    except access.Denied:
        raise
    except Refused as refusal:
        return _work(request, dossier, error=refusal.sentence, status=409)
    messages.success(request, _("Đã chuyển bước."))
    return redirect("processes:work", pk)


def _number(text: str) -> int | None:
    return whole_number(text, 9)


def _numbers(texts: list[str]) -> list[int]:
    return [number for text in texts[:100] if (number := _number(text)) is not None]


def _days(text: str) -> float:
    """Working days as people write them, a comma for parts; 0 (refused by the act) for anything else."""
    try:
        days = float(text.replace(",", ".")) if len(text) < 8 else 0.0
    except ValueError:
        return 0.0
    return days if days == days else 0.0
