"""The door of the DHIS2-shaped interface: /dhis2/api and /dhis2/api/<version>."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt

from tinhso.faces.api.callers import NotSignedIn, caller_of
from tinhso.faces.api.dhis2 import analytics, approvals, completions, lists, metadata, places, system, values, writing
from tinhso.faces.api.dhis2.calls import Call
from tinhso.faces.api.dhis2.rules.faults import Fault
from tinhso.faces.api.dhis2.words import message, no_such, refused
from tinhso.faces.api.encoding import TooMuch
from tinhso.foundation.access.gates import machine
from tinhso.foundation.access.guard import Denied
from tinhso.foundation.text.errors import Refused

logger = logging.getLogger(__name__)

# The API version told in system/info; callers may write any of the versions below into the address.
OLDEST, NEWEST = 25, 42
FORMS = ("json", "csv", "geojson", "xml")
MOST_PARTS = 6

Handler = Callable[[Call], HttpResponseBase]


@csrf_exempt
@machine
@cache_control(private=True, no_cache=True)
def entry(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    """Every address of the interface: finds the handler, and tells every refusal in the interface's own way."""
    try:
        version, parts, form = _read(rest)
        if parts == ["ping"]:
            return HttpResponse("pong", content_type="text/plain")
        call = Call(request, caller_of(request), version, form)
        handler = _handler(call, parts)
        return handler(call) if handler else no_such("resource", rest)
    except Fault as fault:
        return refused(fault)
    except NotSignedIn as refusal:
        answer = message(401, refusal.sentence)
        answer["WWW-Authenticate"] = 'Basic realm="DHIS2", charset="UTF-8"'
        return answer
    except Denied as refusal:
        return message(403, refusal.sentence, code="E1006")
    except TooMuch as refusal:
        return message(413, refusal.sentence)
    except Refused as refusal:
        return message(409, refusal.sentence)
    except Exception as error:
        logger.error("the DHIS2-shaped interface broke at %s", request.path, exc_info=error)
        return message(500, _("Hệ thống gặp lỗi. Việc của bạn chưa được ghi; hãy thử lại sau."))


def _read(rest: str) -> tuple[int, list[str], str]:
    """Version (0: none written), the parts of the address, and the form asked by an extension."""
    parts = [part for part in rest.split("/") if part][:MOST_PARTS]
    version = 0
    if parts and parts[0].isascii() and parts[0].isdigit() and OLDEST <= int(parts[0][:4]) <= NEWEST:
        version = int(parts.pop(0))
    form = ""
    if parts:
        name, dot, extension = parts[-1].rpartition(".")
        if dot and extension in FORMS:
            parts[-1], form = name, extension
    return version, parts, form


def _handler(call: Call, parts: list[str]) -> Handler | None:
    method = "GET" if call.request.method == "HEAD" else str(call.request.method)
    match parts:
        case [name] if (method, name) in FIGURES:
            return FIGURES[(method, name)]
        case [name] if (method, name) in system.HANDLERS:
            return system.HANDLERS[(method, name)]
        case ["system", name] if method == "GET" and name in system.SYSTEM:
            return system.SYSTEM[name]
        case ["identifiableObjects", uid] if method == "GET":
            return lambda call: lists.any_object(call, uid)
        case ["organisationUnits"] if method == "GET" and call.form == "geojson":
            return places.as_geojson
        case [name] if name in metadata.OBJECTS and method == "GET":
            return lambda call: lists.listing(call, name)
        case [name, uid] if name in metadata.OBJECTS and method == "GET":
            return lambda call: lists.single(call, name, uid)
        case [name, *_rest] if name in metadata.OBJECTS:
            return _read_only
    return None


FIGURES: dict[tuple[str, str], Handler] = {
    ("GET", "analytics"): analytics.analytics,
    ("GET", "dataValueSets"): values.value_sets,
    ("POST", "dataValueSets"): writing.import_set,
    ("GET", "dataValues"): values.one_value,
    ("POST", "dataValues"): writing.set_value,
    ("DELETE", "dataValues"): writing.remove_value,
    ("GET", "completeDataSetRegistrations"): completions.listed,
    ("POST", "completeDataSetRegistrations"): completions.register,
    ("DELETE", "completeDataSetRegistrations"): completions.remove,
    ("GET", "dataApprovals"): approvals.status,
    ("POST", "dataApprovals"): approvals.approve,
    ("DELETE", "dataApprovals"): approvals.give_back,
}


def _read_only(call: Call) -> HttpResponse:
    text = _("Đơn vị, chỉ tiêu và biểu mẫu chỉ sửa được trên màn hình quản trị, không qua giao diện này.")
    return message(405, text)
