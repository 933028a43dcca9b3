"""Reading what a program sends to the registration building block, and finding what it may see."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.workflow.selectors import cases_involving
from tinhso.faces.govstack.shapes import READ
from tinhso.faces.registers.asking import number_of
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.models import Dossier, ProcedureVersion
from tinhso.systems.procedures.permissions import VIEW

MOST = 100
SORTED = {"created": "submitted_at", "registered": "received_at"}


def answer(body: Any, status: int = 200) -> HttpResponse:
    """JSON with its character set said, as the interface demands."""
    kind = "application/json; charset=utf-8"
    return HttpResponse(json.dumps(body, ensure_ascii=False, default=str), status=status, content_type=kind)


def not_there() -> HttpResponse:
    """As plain JSON: the interface knows no problem details."""
    return answer({"code": "404", "message": _("Không có gì ở địa chỉ này.")}, 404)


def clean(text: Any) -> str:
    """A name as the database may compare it."""
    return str(text or "").replace("\x00", "")[:120]


def sent(request: HttpRequest) -> dict[str, Any]:
    """The fields of a form or of a JSON object."""
    if request.content_type != "application/json":
        return dict(request.POST.items())
    try:
        body = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Refused(_("Nội dung gửi đến không phải JSON.")) from error
    if not isinstance(body, dict) or "\\u0000" in request.body.decode("utf-8", "replace"):
        raise Refused(_("Nội dung gửi đến không phải JSON."))
    return body


def versions() -> QuerySet[ProcedureVersion]:
    """The services of today."""
    return ProcedureVersion.objects.as_of(timezone.localdate()).select_related("form").order_by("plain_name", "code")


def dossiers(actor: Actor) -> QuerySet[Dossier]:
    """What the caller's roles let it see, and what has an open branch at an office of the caller's."""
    seen = Dossier.objects.visible_to(actor) | Dossier.objects.filter(case__in=cases_involving(actor, VIEW))
    return seen.select_related(*READ)


def page(request: HttpRequest, rows: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """The part of a list that is asked for, in the order asked for."""
    column = SORTED.get(request.GET.get("sortBy", ""), "submitted_at")
    back = "-" if request.GET.get("sortOrder") == "desc" else ""
    start = number_of(request.GET.get("firstResult"), 10**7)
    count = number_of(request.GET.get("maxResult")) or MOST
    return rows.order_by(f"{back}{column}", "pk")[start : start + min(count, MOST)]
