"""The bank's door: one address that machines post to."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.http.request import RawPostDataException
from django.views.decorators.csrf import csrf_exempt

from tinhso.engines.payments import messages, signatures
from tinhso.engines.payments.errors import NoSecret
from tinhso.engines.payments.services.intake import take_delivery
from tinhso.foundation.access.gates import machine
from tinhso.foundation.text.problems import problem


@csrf_exempt
@machine
def webhook(request: HttpRequest) -> JsonResponse:
    """Standard Webhooks: authenticated by the signature over the body alone, so no session and no token."""
    if request.method != "POST":
        return problem(405, "payments.post-only", "POST only")
    if int(request.META.get("CONTENT_LENGTH") or 0) > messages.LONGEST_BODY:
        return problem(413, "payments.too-long", "body too long")
    given = {
        name: request.headers.get(name, "") for name in (signatures.ID, signatures.TIMESTAMP, signatures.SIGNATURE)
    }
    try:
        body = request.body
    except RawPostDataException:
        # A form, already taken apart: no bank sends one.
        return problem(415, "payments.not-json", "JSON only")
    try:
        answer = take_delivery(body=body, headers=given, source=request.META.get("REMOTE_ADDR", ""))
    except NoSecret as missing:
        return problem(503, missing.code, missing.sentence)
    if answer.status >= 400:
        return problem(answer.status, f"payments.{answer.word}", answer.word)
    return JsonResponse({"status": answer.word})
