"""Problem details (RFC 9457): how machines are told what is wrong, with the same sentence that people read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse

MEDIA_TYPE = "application/problem+json"


def problem(status: int, code: str, sentence: str, **more: Any) -> JsonResponse:
    """The answer. `code` is the stable name a program may act on, `sentence` is for whoever reads the log."""
    body = {"type": f"urn:tinhso:problem:{code}", "title": sentence, "status": status, "detail": sentence, **more}
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})


def wants_problem(request: HttpRequest) -> bool:
    """True for the machine face, and for whoever asks for JSON rather than a page."""
    if request.path.startswith("/api/"):
        return True
    preferred = request.get_preferred_type(["text/html", MEDIA_TYPE, "application/json"])
    return preferred in (MEDIA_TYPE, "application/json")
