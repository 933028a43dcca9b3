"""Rating by link: no account, no pressure, once."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tinhso.foundation.access.gates import public
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.limits import is_too_often
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.afterwards import services
from tinhso.systems.procedures.afterwards.models import Rating, Reason, Score
from tinhso.systems.procedures.afterwards.services.rating import dossier_of


@public
def rate(request: HttpRequest, given: str) -> HttpResponse:
    """Four faces in words, reasons, a line of one's own."""
    dossier = dossier_of(given[:120])
    if dossier is None:
        raise Http404
    error, typed = "", request.POST
    done = Rating.objects.filter(dossier=dossier).exists()
    if request.method == "POST" and not done:
        error = _rate(request, dossier.pk, typed)
        done = not error
    context = {
        "dossier": dossier,
        "done": done,
        "scores": Score.choices,
        "reasons": Reason.choices,
        "chosen": typed.getlist("ly_do"),
        "score": typed.get("muc", ""),
        "comment": typed.get("gop_y", ""),
        "error": error,
    }
    return render(request, "afterwards/rate.html", context, status=422 if error else 200)


def _rate(request: HttpRequest, dossier_id: int, typed: Any) -> str:
    score = typed.get("muc", "")
    reasons = [reason for reason in typed.getlist("ly_do") if reason in Reason.values]
    if score not in {str(value) for value in Score.values}:
        return _("Hãy chọn một mức hài lòng.")
    if is_too_often("afterwards.rate", str(request.META.get("REMOTE_ADDR", "")), most=30, seconds=60):
        return _("Có quá nhiều đánh giá từ nơi này. Hãy đợi một phút.")
    try:
        services.rate_dossier(
            actor=Actor.anonymous(),
            dossier_id=dossier_id,
            score=int(score),
            reasons=reasons,
            comment=typed.get("gop_y", ""),
        )
    except Refused as refusal:
        return refusal.sentence
    return ""
