"""JSON out, quickly, and bytes in, within bounds."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tinhso.foundation.files.uploads import declared_length
from tinhso.foundation.text.errors import Refused

JSON = "application/json"


class TooMuch(Refused):
    """The body is larger than this address takes."""

    code = "too-large"


def as_json(body: Any, *, status: int = 200, media_type: str = JSON) -> HttpResponse:
    return HttpResponse(orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS), status=status, content_type=media_type)


def body_of(request: HttpRequest, most: int) -> bytes:
    """The body, read from the stream: the bound for typed forms is far below a program's."""
    if declared_length(request) > most:
        raise TooMuch(_("Nội dung gửi lên quá lớn; hãy chia nhỏ."))
    raw: bytes = request.read(most + 1)
    if len(raw) > most:
        raise TooMuch(_("Nội dung gửi lên quá lớn; hãy chia nhỏ."))
    return raw
