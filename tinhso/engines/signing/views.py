"""The lists of revoked certificates, for whoever checks our signatures with other software."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from tinhso.engines.signing import revocation
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
