"""A citizen beside their own dossier: messages, how the result comes, who files together."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import signed_in
from tinhso.foundation.access.limits import is_too_often
from tinhso.foundation.files.serving import serve
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.text.rules import fold
from tinhso.systems.procedures.afterwards import selectors, services
from tinhso.systems.procedures.afterwards.models import CoApplicant, DeliveryChoice, DeliveryWay, MessageFile
from tinhso.systems.procedures.afterwards.requests import own, shared, uploads_of
from tinhso.systems.procedures.afterwards.services.together import open_invitation
from tinhso.systems.procedures.models import Dossier

TRIES_A_MINUTE = 10


def _crumbs(dossier: Dossier, here: str) -> list[tuple[str, str]]:
    return [(_("Hồ sơ của tôi"), "/ho-so/"), (dossier.code, f"/ho-so/{dossier.code}/"), (here, "")]


@signed_in
def talk(request: HttpRequest, code: str) -> HttpResponse:
    """Messages with the officers, each with name and office; opening the page marks theirs as read."""
    dossier, error, typed = shared(request, code), "", ""
    if request.method == "POST":
        typed = request.POST.get("noi_dung", "")
        try:
            services.send_message(
                actor=actor_of(request),
                dossier_id=dossier.pk,
                body=typed,
                from_office=False,
                uploads=uploads_of(request, "tep"),
            )
            return redirect("afterwards:talk", code)
        except Refused as refusal:
            error = refusal.sentence
    services.mark_read(actor=actor_of(request), dossier_id=dossier.pk, as_office=False)
    context = {
        "dossier": dossier,
        "rows": list(selectors.messages_of(dossier)),
        "error": error,
        "typed": typed,
        "crumbs": _crumbs(dossier, _("Trao đổi")),
    }
    return render(request, "afterwards/talk.html", context, status=422 if error else 200)


@signed_in
def talk_file(request: HttpRequest, code: str, file: int) -> FileResponse:
    """A file of a message on a dossier that one files, alone or together."""
    dossier = shared(request, code)
    found = MessageFile.objects.filter(message__dossier=dossier, pk=file).select_related("file").first()
    if found is None:
        raise Http404
    return serve(found.file, inline=True)


@signed_in
def delivery(request: HttpRequest, code: str) -> HttpResponse:
    """Download, post or at the desk."""
    dossier, error = own(request, code), ""
    typed: Any = request.POST
    if request.method == "POST":
        if typed.get("cach") not in DeliveryWay.values:
            error = _("Hãy chọn cách nhận kết quả.")
        else:
            try:
                services.choose_delivery(
                    actor=actor_of(request),
                    dossier_id=dossier.pk,
                    way=typed["cach"],
                    recipient=typed.get("nguoi_nhan", ""),
                    phone=typed.get("dien_thoai", ""),
                    address=typed.get("dia_chi", ""),
                )
                messages.success(request, _("Đã ghi cách nhận kết quả."))
                return redirect("portal:dossier", code)
            except Refused as refusal:
                error = refusal.sentence
    choice = DeliveryChoice.objects.filter(dossier=dossier).first()
    kept = {
        "cach": typed.get("cach") or (choice.way if choice else DeliveryWay.DOWNLOAD),
        "nguoi_nhan": typed.get("nguoi_nhan") or (choice.recipient if choice else "") or dossier.applicant.full_name,
        "dien_thoai": typed.get("dien_thoai") or (choice.phone if choice else ""),
        "dia_chi": typed.get("dia_chi") or (choice.address if choice else ""),
    }
    context = {
        "dossier": dossier,
        "ways": DeliveryWay.choices,
        "kept": kept,
        "error": error,
        "crumbs": _crumbs(dossier, _("Nhận kết quả")),
    }
    return render(request, "afterwards/delivery.html", context, status=422 if error else 200)


@signed_in
def together(request: HttpRequest, code: str) -> HttpResponse:
    """Who files together; a code for each."""
    dossier, error = own(request, code), ""
    if request.method == "POST":
        try:
            services.invite_co_applicant(
                actor=actor_of(request), dossier_id=dossier.pk, name=request.POST.get("ten", "")
            )
            return redirect("afterwards:together", code)
        except Refused as refusal:
            error = refusal.sentence
    context = {
        "dossier": dossier,
        "rows": list(dossier.co_applicants.exclude(state="withdrawn")),
        "error": error,
        "crumbs": _crumbs(dossier, _("Người cùng nộp")),
    }
    return render(request, "afterwards/together.html", context, status=422 if error else 200)


@signed_in
def take_back(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Takes an unanswered invitation back."""
    dossier = own(request, code)
    if not dossier.co_applicants.filter(pk=pk).exists():
        raise Http404
    if request.method == "POST":
        try:
            services.withdraw_invitation(actor=actor_of(request), invitation_id=pk)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
    return redirect("afterwards:together", code)


@signed_in
def invited(request: HttpRequest) -> HttpResponse:
    """A code received: what it is about, then yes or no. Nothing is shown but to the person named."""
    actor, error = actor_of(request), ""
    code = (request.POST.get("ma") or request.GET.get("ma") or "").strip().upper()[:12]
    found: CoApplicant | None = None
    if code:
        if is_too_often("afterwards.invited", str(actor.account_id), most=TRIES_A_MINUTE, seconds=60):
            error = _("Bạn thử quá nhiều lần. Hãy đợi một phút.")
        else:
            found = open_invitation(code, timezone.now())
            if found is not None and fold(found.name) != fold(actor.label):
                found = None
            error = "" if found else _("Mã mời không đúng, đã dùng, đã hết hạn hoặc không dành cho bạn.")
    if request.method == "POST" and found is not None and request.POST.get("tra_loi") in ("co", "khong"):
        try:
            agrees = request.POST["tra_loi"] == "co"
            services.settle_invitation(actor=actor, code=code, agrees=agrees)
            messages.success(request, _("Đã ghi câu trả lời của bạn."))
            return redirect("portal:mine")
        except Refused as refusal:
            error = refusal.sentence
    context = {"found": found, "code": code, "error": error}
    return render(request, "afterwards/invited.html", context, status=422 if error else 200)
