"""Trying a service out from its page: a real call through the data plane, with a key that lives for that call."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
import uuid
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.engines.exchange import permissions, services
from tinhso.engines.exchange.errors import NotInForce, WrongInput
from tinhso.engines.exchange.guarding import require_at
from tinhso.engines.exchange.models import Agreement, Service, Subsystem
from tinhso.foundation.access import guard as access

PATIENCE = 15
MOST_SHOWN = 20_000
SECONDS = 120
# The plane reads the registry anew when it hears of the key; until then it does not know it.
TRIES, PAUSE = 6, 0.15


@dataclass(frozen=True)
class Tried:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    text: str
    milliseconds: int


def try_out(
    *,
    actor: access.Actor,
    client: Subsystem,
    service: Service,
    operation: str,
    values: dict[str, str],
    purpose: str = "",
    dossier: str = "",
) -> Tried:
    """Gọi thử: one call in the client's name under its agreement. It leaves evidence as every call does."""
    require_at(actor, permissions.ASK, unit=client.member.unit)
    if not settings.EXCHANGE_URL:
        raise NotInForce(_("Chưa có tiến trình chuyển dữ liệu nào chạy ở đây, nên chưa gọi thử được."))
    if not Agreement.objects.in_force().filter(client=client, service=service).exists():
        raise NotInForce(_("Hệ thống này chưa được phép dùng dịch vụ."))
    url = settings.EXCHANGE_URL + address(service, operation, values)
    issued = services.issue_token_key(actor=actor, subsystem=client, name=_("Gọi thử từ trang dịch vụ"), days=1)
    try:
        return call(url, client, issued, purpose, dossier)
    finally:
        services.revoke_key(actor=actor, key=issued.key, reason=_("Đã gọi thử xong."))


def address(service: Service, operation: str, values: dict[str, str]) -> str:
    """The X-Road path of one operation with its values filled in."""
    row = next((one for one in service.operations if one["name"] == operation), None)
    if row is None or row["method"] != "GET":
        raise WrongInput(_("Chỉ gọi thử được thao tác đọc (GET) của dịch vụ."))

    def fill(found: re.Match[str]) -> str:
        value = values.get(found[1], "").strip()
        if not value or value in (".", ".."):
            raise WrongInput(_("Hãy điền “%(name)s”.") % {"name": found[1]})
        return quote(value, safe="")

    path = re.sub(r"\{([^}]+)\}", fill, row["path"])
    query = {
        one["name"]: values[one["name"]] for one in row["takes"] if one["in"] == "query" and values.get(one["name"])
    }
    return f"/r1/{service.identifier}{path}" + (f"?{urlencode(query)}" if query else "")


def token(private_pem: str, thumbprint: str, client: str) -> str:
    """A JWT signed with the subsystem's key, good for two minutes and one call."""
    key = serialization.load_pem_private_key(private_pem.encode(), None)
    assert isinstance(key, ed25519.Ed25519PrivateKey)
    now = int(time.time())
    head = {"alg": "EdDSA", "typ": "JWT", "kid": thumbprint}
    claims = {
        "iss": client,
        "aud": settings.EXCHANGE_INSTANCE,
        "iat": now,
        "exp": now + SECONDS,
        "jti": uuid.uuid4().hex,
    }
    signed = b".".join(_b64(json.dumps(part).encode()) for part in (head, claims))
    return (signed + b"." + _b64(key.sign(signed))).decode()


def _b64(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def call(url: str, client: Subsystem, issued: services.Issued, purpose: str, dossier: str) -> Tried:
    """One signed call, said again while the plane does not know the key yet."""
    for attempt in range(TRIES):
        headers = {
            "X-Road-Client": client.identifier,
            "X-Road-Id": str(uuid.uuid4()),
            "Authorization": f"Bearer {token(issued.private_pem, issued.key.thumbprint, client.identifier)}",
            "Accept": "application/json",
        }
        headers |= {"X-Tinhso-Purpose": quote(purpose[:300])} if purpose else {}
        headers |= {"X-Tinhso-Dossier": quote(dossier[:60])} if dossier else {}
        tried = _send(url, headers)
        if tried.status != 401 or attempt == TRIES - 1:
            return tried
        time.sleep(PAUSE)
    raise AssertionError


def _send(url: str, headers: dict[str, str]) -> Tried:
    began = time.monotonic()
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - our own plane's address
    response: Any
    try:
        response = urllib.request.urlopen(request, timeout=PATIENCE)  # noqa: S310
    except urllib.error.HTTPError as error:
        response = error
    except OSError as error:
        raise NotInForce(_("Tiến trình chuyển dữ liệu không trả lời: %(why)s") % {"why": str(error)[:100]}) from error
    with response:
        text = response.read(MOST_SHOWN).decode("utf-8", "replace")
        told = [
            (name, value) for name, value in response.headers.items() if name.lower().startswith(("x-", "content-t"))
        ]
        return Tried(response.status, told, _pretty(text), round((time.monotonic() - began) * 1000))


def _pretty(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text
