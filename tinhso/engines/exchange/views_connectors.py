"""The door at which our own data plane finds the connectors. Nobody else is let in."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from tinhso.engines.exchange.connectors.registry import AGREEMENT, MARK, Asked, connector, is_plane, match
from tinhso.engines.exchange.models import Agreement
from tinhso.foundation.access.gates import machine
from tinhso.foundation.database import kept
from tinhso.foundation.text.asked import whole_number

LARGEST_BODY = 1024 * 1024
_AGREEMENT = kept.by_keys(lambda: Agreement.objects.all())


@csrf_exempt
@machine
def serve(request: HttpRequest, name: str, rest: str) -> HttpResponse:
    """One call to a connector, in the words of its contract."""
    if not is_plane(name, request.headers.get(MARK, "")) or (plug := connector(name)) is None:
        return _problem(403, "not-the-plane", "Chỉ nền tảng chia sẻ dữ liệu gọi được địa chỉ này.")
    if not plug.is_ready():
        return _problem(503, "not-configured", "Bộ kết nối chưa được cấu hình.")
    found = match(plug.contract(), request.method or "GET", f"/{rest}")
    if found is None:
        return _problem(404, "no-such-operation", "Hợp đồng không có thao tác này.")
    operation, values = found
    try:
        body = json.loads(request.body) if request.body else None
    except (ValueError, RecursionError):
        return _problem(400, "unreadable", "Nội dung không phải JSON.")
    answered = plug.serve(
        Asked(
            operation,
            values,
            {key: str(value) for key, value in request.GET.items()},
            body,
            request.headers.get("X-Road-Client", "")[:300],
            unquote(request.headers.get("X-Tinhso-Purpose", ""))[:500],
            unquote(request.headers.get("X-Tinhso-Dossier", ""))[:60],
            _granted(request.headers.get(AGREEMENT, "")),
        )
    )
    kind = "application/json" if answered.status < 400 else "application/problem+json"
    return JsonResponse(answered.body, status=answered.status, content_type=kind)


def _granted(number: str) -> tuple[str, ...] | None:
    """The fields of the agreement by which the plane let the call through."""
    wanted = whole_number(number)
    if wanted is None:
        return None
    found = next(iter(_AGREEMENT.ask([wanted])), None)
    return None if found is None else tuple(found.granted_fields)


def _problem(status: int, kind: str, detail: str) -> JsonResponse:
    body: dict[str, Any] = {"type": f"urn:tinhso:exchange:{kind}", "title": kind, "status": status, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")
