"""The lists of revoked certificates, for whoever checks our signatures with other software."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tinhso.engines.signing import ocsp, revocation
from tinhso.foundation.access.gates import public

_ORDER = {"root": 0, "issuing": 1}


@public
def crl(request: HttpRequest, which: str) -> HttpResponse:
    """RFC 5280 list, DER; the address stands in every demo certificate."""
    if which not in _ORDER:
        raise Http404
    response = HttpResponse(revocation.crls()[_ORDER[which]], content_type="application/pkix-crl")
    response["Cache-Control"] = "public, max-age=600"
    return response


@csrf_exempt  # machines ask, without a session; nothing is changed
@public
@require_POST
def ocsp_responder(request: HttpRequest) -> HttpResponse:
    """RFC 6960 answers on the demo authority's certificates. A form is no question: it is answered as malformed."""
    asked = request.body if request.content_type == "application/ocsp-request" else b""
    return HttpResponse(ocsp.respond(asked, timezone.now()), content_type="application/ocsp-response")
