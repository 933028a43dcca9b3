"""Cleans what comes in before anything reads it: no view, form or query ever meets a null byte or hidden character."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, QueryDict
from django.utils.translation import gettext as _

from tinhso.foundation.text.problems import problem
from tinhso.foundation.text.rules import clean

# Kept as typed: a passphrase is compared, never shown.
_AS_TYPED = ("password", "passphrase")


class CleanTextMiddleware:
    """Applies `rules.clean` to the query string and to forms; an address with control characters does not exist."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _has_controls(request.path_info):
            if request.path_info.startswith("/api/"):
                return problem(404, "not-found", _("Không có địa chỉ này."))
            # A plain answer: nothing behind us, pages included, should meet such an address.
            return HttpResponseNotFound(_("Không có trang này."), content_type="text/plain; charset=utf-8")
        for name in [name for name, value in request.COOKIES.items() if _has_controls(value)]:
            del request.COOKIES[name]
        if request.META.get("QUERY_STRING"):
            request.GET = _cleaned(request.GET)  # type: ignore[assignment]
        if request.method == "POST":
            # Reads the form as the CSRF check after us would; files have been streamed to disk by then.
            request.POST = _cleaned(request.POST)  # type: ignore[assignment]
        return self.get_response(request)


def _has_controls(text: str) -> bool:
    return any(ch < " " or ch == "\x7f" or "\ud800" <= ch <= "\udfff" for ch in text)


def _cleaned(given: QueryDict) -> QueryDict:
    if all(_is_plain(name) and all(map(_is_plain, values)) for name, values in given.lists()):
        return given
    made = QueryDict(mutable=True, encoding=given.encoding)
    for name, values in given.lists():
        as_typed = any(word in name.lower() for word in _AS_TYPED)
        made.setlist(clean(name), [value.replace("\x00", "") if as_typed else clean(value) for value in values])
    made._mutable = False
    return made


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()
