"""Version 1 of the machine face: schemas apart from models, problem details for every refusal.

The OpenAPI description is kept in `openapi.json` beside this file; a test holds the two together
(`python -m tinhso.faces.api.write` writes it anew).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema

from tinhso.faces.api.callers import NotSignedIn
from tinhso.faces.api.encoding import JSON
from tinhso.faces.api.figures.routes import router as figures
from tinhso.faces.api.figures.signing_in import NotClean
from tinhso.foundation.access.guard import Denied
from tinhso.foundation.access.limits import is_too_often
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.text.problems import MEDIA_TYPE, problem
from tinhso.foundation.text.rules import normalise
from tinhso.systems.procedures import selectors, words


class Described(NinjaAPI):
    """Tells in its description what it does: refusals are problem details, whatever the route."""

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**given)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for code, answer in operation["responses"].items():
                    content = answer.get("content", {})
                    if int(code) >= 400 and JSON in content and "Problem" in str(content[JSON]):
                        answer["content"] = {MEDIA_TYPE: content[JSON]}
        return schema


api = Described(
    title="Tỉnh Số",
    version="1.0.0",
    description="Giao diện cho máy. Lỗi trả về theo RFC 9457 (application/problem+json).",
    urls_namespace="api-1",
    docs_url=None,
)
LOOKS_PER_MINUTE = 60
api.add_router("/figures", figures)


class Health(Schema):
    """The web process answers, and whether its database does."""

    status: str
    database: bool


class DossierStatus(Schema):
    """What anyone who knows the code may see: state and dates, nothing of the person."""

    code: str
    procedure: str
    unit: str
    state: str
    state_name: str
    submitted_at: datetime | None
    received_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    is_simulated: bool


class Problem(Schema):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


class TooOften(Refused):
    """The caller asked too many times in a minute."""

    code = "too-often"


@api.get("/health", response={200: Health, 503: Health}, auth=None, summary="Hệ thống có đang chạy không")
def health(request: HttpRequest) -> tuple[int, dict[str, Any]]:
    """For load balancers: 503 while the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return 503, {"status": "down", "database": False}
    return 200, {"status": "ok", "database": True}


@api.get(
    "/dossiers/{code}",
    response={200: DossierStatus, 404: Problem, 429: Problem},
    auth=None,
    summary="Tình trạng công khai của một hồ sơ theo mã",
)
def dossier_status(request: HttpRequest, code: str) -> dict[str, Any]:
    """State and dates of the dossier with this code."""
    caller = str(request.META.get("REMOTE_ADDR", ""))
    if is_too_often("api.dossiers", caller, most=LOOKS_PER_MINUTE, seconds=60):
        raise TooOften(_("Hỏi quá nhanh. Hãy chờ một phút rồi hỏi lại."))
    found = selectors.public_status(normalise(code)[:60])
    if found is None:
        raise Http404(_("Không có hồ sơ nào mang mã này."))
    return {
        **found,
        "procedure": found["version__plain_name"],
        "unit": found["unit__name"],
        "state_name": str(words.state_name(found["state"])),
    }


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "not-found", str(error) or _("Không có địa chỉ này."))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [{"at": ".".join(map(str, fault["loc"])), "message": fault["msg"]} for fault in error.errors]
    return problem(422, "invalid", _("Dữ liệu gửi lên chưa đúng; xem danh sách lỗi."), errors=faults)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    found = next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 409)
    answer = problem(found, error.code, error.sentence)
    if found == 401:
        answer["WWW-Authenticate"] = 'Basic realm="api", charset="UTF-8"'
    return answer


_STATUSES: dict[type[Refused], int] = {TooOften: 429, NotSignedIn: 401, NotClean: 422, Denied: 403}


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    import logging

    logging.getLogger(__name__).error("the machine face broke at %s", request.path, exc_info=error)
    return problem(500, "broken", _("Hệ thống gặp lỗi. Việc của bạn chưa được ghi; hãy thử lại sau."))
