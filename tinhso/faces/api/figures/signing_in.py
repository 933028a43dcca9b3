"""How callers of the tidy interface sign in, as its description tells it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from ninja.security.base import AuthBase

from tinhso.faces.api.callers import Caller, caller_of
from tinhso.foundation.text.errors import Refused


class NotClean(Refused):
    """The address holds control characters: for people they are taken out, a program is told."""

    code = "not-clean"


class SignedIn(AuthBase):
    """`Authorization: ApiToken …` or Basic; a browser's session is enough too, for everything here only reads."""

    openapi_type = "apiKey"
    openapi_in = "header"
    openapi_name = "Authorization"

    def __call__(self, request: HttpRequest) -> Any | None:
        raw = QueryDict(request.META.get("QUERY_STRING", ""), encoding=request.encoding)
        if raw != request.GET or any(len(values) > 1 for _name, values in raw.lists()):
            raise NotClean(_("Địa chỉ có ký tự điều khiển, hoặc một tham số lặp lại."))
        return caller_of(request)


def caller(request: HttpRequest) -> Caller:
    """Who was let in."""
    found: Caller = request.auth  # type: ignore[attr-defined]
    return found
