"""What every message of the standard begins with, and how refusals are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4
from xml.sax.saxutils import escape

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.faces.api.encoding import as_json
from tinhso.faces.api.sdmx.rules import faults
from tinhso.faces.api.sdmx.structures import AGENCY

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_BASE = "http://www.sdmx.org/resources/sdmxml/schemas"
_PLACES = {"2.1": f"{_BASE}/v2_1", "3.0": f"{_BASE}/v3_0"}
_PARTS = {
    "structure": {"str": "structure"},
    "generic": {"gen": "data/generic"},
    "specific": {"ss": "data/structurespecific"},
}


def namespaces(standard: str, part: str) -> str:
    """The declarations of a message's root."""
    place = _PLACES[standard]
    named = {"mes": "message", "com": "common", **_PARTS[part]}
    listed = [f'xmlns:{short}="{place}/{long}"' for short, long in named.items()]
    return " ".join([*listed, 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'])


def prepared() -> str:
    return timezone.localtime().isoformat(timespec="seconds")


def header_xml(standard: str, inside: str = "") -> str:
    return (
        f"<mes:Header><mes:ID>IDREF{uuid4().hex[:16]}</mes:ID><mes:Test>false</mes:Test>"
        f'<mes:Prepared>{prepared()}</mes:Prepared><mes:Sender id="{AGENCY}"/>{inside}</mes:Header>'
    )


def header_json(kind: str, version: str) -> dict[str, Any]:
    place = f"https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/{kind}-message/tools/schemas/{version}"
    return {
        "schema": f"{place}/sdmx-json-{kind}-schema.json",
        "id": f"IDREF{uuid4().hex[:16]}",
        "test": False,
        "prepared": prepared(),
        "contentLanguages": ["vi"],
        "sender": {"id": AGENCY},
    }


SENTENCES: dict[int, _StrPromise] = {
    faults.NO_RESULTS: _("Không có số liệu hay danh mục nào như vậy: %(about)s"),
    faults.UNAUTHORISED: _("Hãy đăng nhập: %(about)s"),
    faults.TOO_LARGE: _("Câu trả lời quá lớn. Hãy hỏi hẹp hơn: %(about)s"),
    faults.SYNTAX: _("Không đọc được câu hỏi: %(about)s"),
    faults.SEMANTIC: _("Câu hỏi không hợp lý: %(about)s"),
    faults.INTERNAL: _("Hệ thống gặp lỗi; hãy thử lại sau. %(about)s"),
    faults.NOT_IMPLEMENTED: _("Giao diện này chưa có phần đó: %(about)s"),
    faults.FORBIDDEN: _("Không được phép: %(about)s"),
    faults.NOT_ACCEPTABLE: _("Không có dạng trả lời được hỏi: %(about)s"),
}


def refusal(number: int, about: str, accept: str) -> HttpResponse:
    """An error message, in JSON when that is asked for, else in SDMX-ML."""
    text = str(SENTENCES[number]) % {"about": about}
    status = faults.STATUS[number]
    if "json" in accept:
        return as_json({"errors": [{"code": number, "title": text, "titles": {"vi": text}}]}, status=status)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<mes:Error xmlns:mes="{_PLACES["2.1"]}/message" xmlns:com="{_PLACES["2.1"]}/common">'
        f'<mes:ErrorMessage code="{number}"><com:Text xml:lang="vi">{escape(text)}</com:Text></mes:ErrorMessage>'
        "</mes:Error>"
    )
    return HttpResponse(body, status=status, content_type="application/vnd.sdmx.error+xml;version=2.1")
