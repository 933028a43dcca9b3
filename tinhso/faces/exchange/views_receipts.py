"""Receipts of calls: found by the code of a call or under an agreement, taken as a file that openssl can check."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.engines.exchange import permissions, selectors, services
from tinhso.engines.exchange.models import Message
from tinhso.engines.signing.authority import root_pem
from tinhso.faces.exchange.acting import crumbs, doors, numbered
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.text.errors import Refused

MOST_SHOWN = 50


@require_safe
@permitted(permissions.VIEW)
def receipts(request: HttpRequest) -> HttpResponse:
    """The call with this code (`ma`), or the last ones of an agreement (`thoa-thuan`)."""
    typed, agreement = request.GET.get("ma", "").strip()[:80], request.GET.get("thoa-thuan", "")
    rows: list[Message] = []
    if typed:
        code = _code(typed)
        rows = list(_seen(request, code)[:MOST_SHOWN]) if code else []
    elif agreement:
        rows = _of_agreement(request, agreement)
    context = {
        "rows": rows,
        "typed": typed,
        "is_asked": bool(typed or agreement),
        "most": MOST_SHOWN,
        "doors": doors("receipts"),
        "crumbs": crumbs((_("Biên nhận"), "")),
    }
    return render(request, "exchanging/receipts.html", context)


@require_POST
@permitted(permissions.VIEW)
def export(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The ZIP of one receipt; a refusal is said on the page of receipts."""
    row = get_object_or_404(_seen(request, uid)[:1])
    try:
        packed = services.export_receipt(actor=actor_of(request), message=row, demo=root_pem)
    except access.Denied:
        raise
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect(f"{reverse('exchanging:receipts')}?ma={uid}")
    answer = HttpResponse(packed, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="bien-nhan-{uid}.zip"'
    answer["Cache-Control"] = "no-store"
    return answer


def _seen(request: HttpRequest, code: UUID) -> QuerySet[Message]:
    return selectors.calls(actor_of(request)).filter(uid=code).select_related("batch").order_by("-at")


def _of_agreement(request: HttpRequest, text: str) -> list[Message]:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else -1
    agreement = get_object_or_404(selectors.agreements(actor_of(request)), pk=numbered(number))
    return list(Message.objects.filter(agreement=agreement).select_related("batch").order_by("-at")[:MOST_SHOWN])


def _code(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
