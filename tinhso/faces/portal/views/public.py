"""Open to all: where a dossier stands, by its code; whether a signed file is genuine."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tinhso.faces.portal.requests import caller_of
from tinhso.foundation.access.gates import public
from tinhso.foundation.access.limits import is_too_often
from tinhso.foundation.files.uploads import max_file
from tinhso.foundation.text.rules import normalise
from tinhso.systems.procedures import selectors, words

LOOKS_PER_MINUTE = 20
CHECKS_PER_MINUTE = 10


@public
def follow(request: HttpRequest) -> HttpResponse:
    """State and dates of the dossier with this code: nothing of the person, and no guessing by the thousand."""
    code = normalise(request.GET.get("ma", ""))[:60]
    error, found, status = "", None, 200
    if code and is_too_often("follow", caller_of(request), most=LOOKS_PER_MINUTE, seconds=60):
        error, status = _("Bạn tra cứu quá nhanh. Hãy chờ một phút rồi thử lại."), 429
    elif code:
        found = selectors.public_status(code)
        if found is None:
            error = _(
                "Không có hồ sơ nào mang mã này. Hãy xem lại mã in trên giấy tiếp nhận, ví dụ A01.14-260310-0007."
            )
        else:
            found["state_name"] = words.state_name(found["state"])
    response = render(request, "portal/follow.html", {"code": code, "found": found, "error": error}, status=status)
    response["Cache-Control"] = "no-store"
    return response


@public
def check_signature(request: HttpRequest) -> HttpResponse:
    """The verdict on an uploaded PDF, in plain words. The file is judged in memory and not kept."""

    from tinhso.engines.signing.verification import verify_pdf

    if request.method != "POST":
        return render(request, "portal/signature.html")
    if is_too_often("signature", caller_of(request), most=CHECKS_PER_MINUTE, seconds=60):
        return _refuse(request, _("Bạn kiểm tra quá nhiều tệp một lúc. Hãy chờ một phút rồi thử lại."), 429)
    upload = request.FILES.get("tep")
    if upload is None:
        return _refuse(request, _("Hãy chọn tệp PDF cần kiểm tra."), 422)
    if (upload.size or 0) > max_file():
        return _refuse(request, _("Tệp lớn quá nên không kiểm tra được ở đây."), 422)
    verdict = verify_pdf(upload.read())
    response = render(request, "portal/signature.html", {"verdict": verdict, "name": upload.name})
    response["Cache-Control"] = "no-store"
    return response


def _refuse(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    return render(request, "portal/signature.html", {"error": sentence}, status=status)
