"""The client of the national platform: a token by client credentials, then one envelope for every database.

The shape follows what is commonly described of NDXP and NDOP: OAuth 2 client credentials at /token; each database under
its own path, asked by POST with the request's number and the agency's code, answered with MaLoi ("00" is good), MoTaLoi
and DuLieu. The platform's own documents are not public: the names must be checked against them before real use.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
import uuid
from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

PATIENCE = 8
LARGEST = 4 * 1024 * 1024
GOOD, MISSING, SESSION = "00", "01", "09"


class PlatformFailed(Exception):
    """The platform did not answer, or not in its own shape."""


def is_configured() -> bool:
    return bool(settings.NATIONAL_DATA_URL and settings.NATIONAL_DATA_CLIENT)


class Platform:
    """One conversation with the platform; the token is kept until shortly before its end."""

    def __init__(self) -> None:
        self._token, self._until, self._lock = "", 0.0, threading.Lock()

    def ask(self, path: str, question: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """(MaLoi, DuLieu) of one question; a token that the platform has forgotten is fetched again once."""
        for is_last in (False, True):
            answer = self._post(path, question, self._signed_in())
            code = str(answer.get("MaLoi", ""))
            if code == SESSION and not is_last:
                self._until = 0.0
                continue
            data = answer.get("DuLieu")
            if not code or not isinstance(data, dict | None):
                raise PlatformFailed("no MaLoi or DuLieu in the answer")
            return code, data or {}
        raise PlatformFailed("not signed in")

    def _signed_in(self) -> str:
        with self._lock:
            if time.monotonic() < self._until:
                return self._token
            pair = f"{settings.NATIONAL_DATA_CLIENT}:{settings.NATIONAL_DATA_SECRET}".encode()
            given = self._send(
                "/token",
                urlencode({"grant_type": "client_credentials"}).encode(),
                {
                    "Authorization": f"Basic {b64encode(pair).decode()}",
                    "Content-Type": "application/x-www-form-urlencoded",
                },
            )
            token, seconds = given.get("access_token"), given.get("expires_in")
            if not isinstance(token, str) or not isinstance(seconds, int | float):
                raise PlatformFailed("no token")
            self._token, self._until = token, time.monotonic() + max(0.0, float(seconds) - 30)
            return token

    def _post(self, path: str, question: dict[str, Any], token: str) -> dict[str, Any]:
        body = json.dumps(question | {"MaYeuCau": str(uuid.uuid4())}).encode()
        return self._send(path, body, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})

    def _send(self, path: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
        request = urllib.request.Request(settings.NATIONAL_DATA_URL + path, body, headers)  # noqa: S310 - configured
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310
                raw = response.read(LARGEST + 1)
        except (OSError, urllib.error.URLError, ValueError) as error:
            raise PlatformFailed(str(error)) from error
        try:
            answer = json.loads(raw)
        except ValueError as error:
            raise PlatformFailed("the answer is not JSON") from error
        if len(raw) > LARGEST or not isinstance(answer, dict):
            raise PlatformFailed("the answer is not an envelope")
        return answer


platform = Platform()
