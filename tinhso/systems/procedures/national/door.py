"""The addresses that the national portal calls here. Each authenticates by itself: name and secret, then a session."""

from __future__ import annotations

import hashlib
import hmac
import logging

from django.conf import settings
from django.core import signing
from django.http import FileResponse, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from tinhso.foundation.access.gates import machine
from tinhso.systems.procedures.national import selectors, shapes
from tinhso.systems.procedures.national.composing import FILE_SALT
from tinhso.systems.procedures.national.services import Answer, take_call
from tinhso.systems.procedures.national.shapes import Code

logger = logging.getLogger(__name__)

SESSION_SECONDS = 30 * 60


def _salt() -> str:
    """Changes with the secret, so that a changed secret ends every session."""
    return "tinhso.national.door." + hashlib.sha256(settings.NATIONAL_DOOR_SECRET.encode()).hexdigest()[:16]


def open_session() -> str:
    """A session, good for half an hour in every process."""
    return signing.TimestampSigner(salt=_salt()).sign(settings.NATIONAL_DOOR_USER)


def _is_session(text: str) -> bool:
    if not settings.NATIONAL_DOOR_SECRET:
        return False
    try:
        name = signing.TimestampSigner(salt=_salt()).unsign(text, max_age=SESSION_SECONDS)
    except signing.BadSignature:
        return False
    return bool(name == settings.NATIONAL_DOOR_USER)


def _said(answer: Answer, **more: str) -> JsonResponse:
    return JsonResponse(answer.body | more, status=answer.status, json_dumps_params={"ensure_ascii": False})


def _body(request: HttpRequest) -> bytes | Answer:
    """The bytes of a post within bounds, or what is wrong with it."""
    if request.method != "POST":
        return Answer(Code.SHAPE, _("Chỉ nhận POST."))
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isdigit() or int(length) > shapes.LONGEST_BODY:
        return Answer(Code.TOO_LARGE, _("Tin quá lớn."))
    # Read from the stream: the bound for typed forms is far below a filing with its scans.
    raw: bytes = request.read(shapes.LONGEST_BODY + 1)
    return raw if len(raw) <= shapes.LONGEST_BODY else Answer(Code.TOO_LARGE, _("Tin quá lớn."))


@csrf_exempt
@machine
def sign_in(request: HttpRequest) -> JsonResponse:
    """Name and secret for a session."""
    raw = _body(request)
    if isinstance(raw, Answer):
        return _said(raw)
    try:
        given = shapes.read(raw)
        wrong = shapes.faults("sign_in", given)
    except shapes.Unreadable:
        return _said(Answer(Code.SHAPE, _("Không đọc được tin.")))
    if wrong:
        return _said(Answer(Code.SHAPE, "; ".join(wrong)))
    if not _are_right(str(given["username"]), str(given["password"])):
        logger.warning("the national portal's door refused a sign-in from %s", request.META.get("REMOTE_ADDR", ""))
        return _said(Answer(Code.SIGN_IN, _("Sai tên hoặc mật khẩu.")))
    return _said(Answer(Code.OK, ""), session=open_session())


def _are_right(name: str, secret: str) -> bool:
    """Both compared whole and in constant time; nobody enters while no secret is set."""
    if not settings.NATIONAL_DOOR_SECRET:
        return False
    right = hmac.compare_digest(name.encode(), settings.NATIONAL_DOOR_USER.encode())
    return hmac.compare_digest(secret.encode(), settings.NATIONAL_DOOR_SECRET.encode()) and right


@csrf_exempt
@machine
def call(request: HttpRequest) -> JsonResponse:
    """One call of a service, with the session in the body as the interface has it."""
    raw = _body(request)
    if isinstance(raw, Answer):
        return _said(raw)
    try:
        session = str(shapes.read(raw).get("session", ""))
    except shapes.Unreadable as wrong:
        # Without a readable session nobody knows who sent it, so nothing is kept.
        return _said(Answer(Code.SHAPE, _("Không đọc được tin: %(why)s") % {"why": wrong}))
    if not _is_session(session):
        return _said(Answer(Code.SESSION, _("Phiên không hợp lệ hoặc đã hết hạn.")))
    return _said(take_call(raw=raw, source=request.META.get("REMOTE_ADDR", "")))


@machine
def file(request: HttpRequest, given: str) -> HttpResponseBase:
    """A paper or result named in a message, for the portal's session in the `session` header. Each fetch is audited."""
    if not _is_session(request.headers.get("session", "")):
        return _said(Answer(Code.SESSION, _("Phiên không hợp lệ hoặc đã hết hạn.")))
    try:
        dossier_id, file_id = signing.loads(given, salt=FILE_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return _said(Answer(Code.NO_DOSSIER, _("Không có tệp này.")))
    found: FileResponse | None = selectors.file_for_portal(dossier_id, file_id)
    return found or _said(Answer(Code.NO_DOSSIER, _("Không có tệp này.")))
