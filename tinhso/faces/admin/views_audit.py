"""The audit log for those who may read it: filters, one row with its place in the chain, verification."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.foundation.access import gates
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.audit import acts
from tinhso.foundation.audit import selectors as audit_selectors
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.audit.selectors import Filter
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.oversight import selectors, services
from tinhso.foundation.oversight.models import AuditCheck
from tinhso.foundation.oversight.permissions import AUDIT_READ

PAGE = 50
# Names of the filters in the address, in the reader's language.
PARAMETERS = {
    "actor": "nguoi",
    "act": "hanh-vi",
    "object_type": "loai",
    "object_id": "ma",
    "since": "tu",
    "until": "den",
}


@require_safe
@gates.permitted(AUDIT_READ)
def audit_list(request: HttpRequest) -> HttpResponse:
    """The log, newest first, narrowed by the filters; pages are joined by the last id seen."""
    asked, errors = _asked(request)
    visible = selectors.visible_rows(actor_of(request))
    rows = [] if errors else audit_selectors.search(asked, within=visible, before=_before(request), limit=PAGE + 1)
    shown = rows[:PAGE]
    reads_all = selectors.sees_all(actor_of(request), AUDIT_READ)
    context = {
        "asked": asked,
        "values": {name: request.GET.get(name, "") for name in PARAMETERS.values()},
        "errors": errors,
        "rows": [_line(row) for row in shown],
        "next_url": _next_url(request, shown) if len(rows) > PAGE else "",
        "acts": [("", _("Mọi hành vi")), *((code, acts.sentence(code)) for code in audit_selectors.known_acts())],
        "types": [("", _("Mọi loại")), *_types()],
        "reads_all": reads_all,
        "checks": AuditCheck.objects.all()[:5] if reads_all else [],
        "is_filtered": any(request.GET.get(name) for name in PARAMETERS.values()),
        "export_url": _with(request, reverse("admin:audit_export"), {}),
    }
    return render(request, "admin_face/audit_list.html", context)


@require_safe
@gates.permitted(AUDIT_READ)
def audit_row(request: HttpRequest, row_id: int) -> HttpResponse:
    """One row: the act in words, its details, and its place in the chain."""
    visible = selectors.visible_rows(actor_of(request))
    row = get_object_or_404(visible, pk=_id(row_id))
    before, seal, after = audit_selectors.neighbours(row)
    context = {
        "line": _line(row),
        "row": row,
        "details": json.dumps(row.details, ensure_ascii=False, indent=2, sort_keys=True),
        "unit": Unit.objects.filter(pk=row.unit_id).first() if row.unit_id else None,
        "seal": seal,
        "hashes": _hashes(row, seal),
        "is_sound": audit_selectors.is_sound(row, seal),
        "before": before,
        "after": after,
        "history": [_line(other) for other in _siblings(visible, row)],
    }
    return render(request, "admin_face/audit_row.html", context)


@require_POST
@gates.permitted(AUDIT_READ)
def audit_check(request: HttpRequest) -> HttpResponse:
    """Asks for a verification and leads to its page."""
    check = services.ask_check(actor_of(request))
    return HttpResponseRedirect(reverse("admin:audit_check_result", args=[check.pk]))


@require_safe
@gates.permitted(AUDIT_READ)
def audit_check_result(request: HttpRequest, check_id: int) -> HttpResponse:
    """One verification; the page looks again by itself while it is under way."""
    services.require_whole_log(actor_of(request))
    check = get_object_or_404(AuditCheck, pk=_id(check_id))
    response = render(
        request, "admin_face/audit_check.html", {"check": check, "problems": selectors.problems_of(check)}
    )
    if not check.is_over:
        response["Refresh"] = "3"
    return response


@require_safe
@gates.permitted(AUDIT_READ)
def audit_export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The filtered rows as JSON lines, streamed."""
    asked, errors = _asked(request)
    if errors:
        raise Http404
    visible = selectors.visible_rows(actor_of(request))
    services.note_export(actor_of(request), asked=request.GET.urlencode())
    response = StreamingHttpResponse(
        audit_selectors.export_lines(asked, within=visible), content_type="application/x-ndjson; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="nhat-ky-{timezone.localdate():%Y%m%d}.jsonl"'
    return response


def _asked(request: HttpRequest) -> tuple[Filter, dict[str, str]]:
    """The filter in the address, and what is wrong with it."""
    given = {field: request.GET.get(name, "")[:200] for field, name in PARAMETERS.items()}
    since, since_error = _day(given["since"])
    until, until_error = _day(given["until"])
    errors = {PARAMETERS["since"]: since_error, PARAMETERS["until"]: until_error}
    asked = Filter(given["actor"], given["act"], given["object_type"], given["object_id"], since, until)
    return asked, {name: error for name, error in errors.items() if error}


def _day(text: str) -> tuple[date | None, str]:
    if not text.strip():
        return None, ""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None, _("Hãy ghi ngày theo dạng năm-tháng-ngày, ví dụ 2026-03-10.")
    if not 2000 <= day.year <= 2999:
        return None, _("Năm phải từ 2000 trở đi.")
    return day, ""


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("truoc", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _id(value: int) -> int:
    if value > 2**63 - 1:
        raise Http404
    return value


def _line(row: AuditRow) -> dict[str, Any]:
    return {
        "id": row.pk,
        "at": row.at,
        "actor": row.actor_label,
        "act": acts.sentence(row.act),
        "code": row.act,
        "type": _type_name(row.object_type),
        "object_type": row.object_type,
        "object_id": row.object_id,
        "is_simulated": row.is_simulated,
    }


def _type_name(label: str) -> str:
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return label


def _types() -> list[tuple[str, str]]:
    return [(label, _type_name(label)) for label in audit_selectors.known_types()]


def _hashes(row: AuditRow, seal: Any) -> list[dict[str, str]]:
    shown = [(_("Băm nội dung"), row.content_hash)]
    if seal:
        shown += [(_("Băm dòng trước"), seal.previous_hash), (_("Băm dòng này"), seal.row_hash)]
    return [{"label": label, "value": bytes(value).hex()} for label, value in shown]


def _siblings(visible: Any, row: AuditRow) -> list[AuditRow]:
    same = visible.filter(object_type=row.object_type, object_id=row.object_id).exclude(pk=row.pk)
    return list(same.order_by("-id")[:20])


def _next_url(request: HttpRequest, shown: list[AuditRow]) -> str:
    return _with(request, request.path, {"truoc": str(shown[-1].pk)})


def _with(request: HttpRequest, path: str, more: dict[str, str]) -> str:
    kept = {name: request.GET[name] for name in PARAMETERS.values() if request.GET.get(name)}
    query = urlencode({**kept, **more})
    return f"{path}?{query}" if query else path
