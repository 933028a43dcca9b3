"""Speaking to the portal: one session for the process, JSON both ways, and what every kind of silence means."""

from __future__ import annotations

import http.client
import json
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from tinhso.systems.procedures.national import shapes
from tinhso.systems.procedures.national.shapes import KEY_HEADER, Code, Service

LONGEST_ANSWER = 8 * 1024 * 1024
SIGN_IN_PATH, SERVICE_PATH = "/dang-nhap", "/dich-vu"


class Unanswered(Exception):
    """No answer that can be read: the portal may have taken the message or not."""

    def __init__(self, sentence: str, *, was_reached: bool = True) -> None:
        self.was_reached = was_reached
        super().__init__(sentence)


class PortalRefused(Exception):
    """The portal answered, and did not take it."""

    def __init__(self, code: str, sentence: str) -> None:
        self.error_code = code
        super().__init__(f"{code}: {sentence}")


@dataclass
class _Session:
    """The session of this process, by the address and name it was opened with."""

    opened_for: tuple[str, str] = ("", "")
    value: str = ""


_session = _Session()
_lock = threading.Lock()


def call(service: Service, *, key: str = "", **fields: Any) -> dict[str, Any]:
    """One call; signs in first when needed, and once more when the portal has forgotten the session."""
    for again in (False, True):
        session = _signed_in(anew=again)
        body = {"session": session, "madonvi": settings.NATIONAL_UNIT, "service": str(service), **fields}
        told = _post(SERVICE_PATH, body, {KEY_HEADER: key} if key else {})
        code = str(told.get("error_code", ""))
        if code in (Code.OK, "0"):
            return told
        if code != Code.SESSION or again:
            raise PortalRefused(code or "?", str(told.get("message", ""))[:500])
    raise AssertionError("two rounds always end")


def forget_session() -> None:
    """The next call signs in again."""
    with _lock:
        _session.value = ""


def _signed_in(*, anew: bool) -> str:
    wanted = (settings.NATIONAL_URL, settings.NATIONAL_USER)
    with _lock:
        if anew or _session.opened_for != wanted or not _session.value:
            told = _post(SIGN_IN_PATH, {"username": settings.NATIONAL_USER, "password": settings.NATIONAL_SECRET}, {})
            if str(told.get("error_code", "")) not in (Code.OK, "0") or not told.get("session"):
                raise PortalRefused(str(told.get("error_code", "?")), str(told.get("message", ""))[:500])
            _session.opened_for, _session.value = wanted, str(told["session"])
        return _session.value


def _post(path: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    asked = urllib.request.Request(  # noqa: S310 - the portal's address, from the settings
        settings.NATIONAL_URL + path,
        json.dumps(body, ensure_ascii=False).encode(),
        {"Content-Type": "application/json", "Accept": "application/json", **headers},
    )
    try:
        with urllib.request.urlopen(asked, timeout=settings.NATIONAL_PATIENCE) as answer:  # noqa: S310
            raw = answer.read(LONGEST_ANSWER + 1)
    except urllib.error.HTTPError as refused:
        raw = _body_of(refused)
    except (OSError, http.client.HTTPException) as fault:
        raise Unanswered(f"{type(fault).__name__}: {fault}"[:500], was_reached=_was_reached(fault)) from fault
    try:
        return shapes.read(raw)
    except shapes.Unreadable as wrong:
        raise Unanswered(f"không đọc được câu trả lời: {wrong}"[:500]) from wrong


def _body_of(refused: urllib.error.HTTPError) -> bytes:
    """A refusal in the interface's shape is an answer, with whatever status; a fault of the portal's server is none."""
    try:
        raw = refused.read(LONGEST_ANSWER)
    except (OSError, http.client.HTTPException) as fault:
        raise Unanswered(f"HTTP {refused.code}: {type(fault).__name__}") from fault
    if refused.code >= 500:
        raise Unanswered(f"HTTP {refused.code}")
    return bytes(raw)


def _was_reached(fault: Exception) -> bool:
    """False when no byte can have arrived: nothing listens there, or the name is unknown."""
    reason = getattr(fault, "reason", fault)
    return not isinstance(reason, ConnectionRefusedError) and "getaddrinfo" not in str(reason)
