"""A subsystem proves itself at our own doors as it does at the data plane: by a JWT signed with its registered key."""

from __future__ import annotations

import base64
import binascii
import json
import time
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from django.conf import settings

from tinhso.engines.exchange.models import Key, Subsystem
from tinhso.engines.exchange.models.used import UsedToken

LONGEST_LIFE, SKEW = 300, 30


class Unproved(Exception):
    """The caller did not prove who it is."""


def prove(header: str, claimed: str) -> Subsystem:
    """The living subsystem that signed `header` ("Bearer …") and is the one it claims to be. Each token works once."""
    head, claims, signed, signature = _parts(header.removeprefix("Bearer ").strip())
    key = Key.objects.living().filter(kind="token", thumbprint=str(head.get("kid", ""))[:64]).first()
    if key is None or head.get("alg") != "EdDSA" or "crit" in head:
        raise Unproved("unknown key")
    public = serialization.load_pem_public_key(key.public_pem.encode())
    assert isinstance(public, ed25519.Ed25519PublicKey)
    try:
        public.verify(signature, signed)
    except InvalidSignature:
        raise Unproved("signature") from None
    holder = Subsystem.objects.living().select_related("member__unit").filter(pk=key.subsystem_id).first()
    if holder is None or claims.get("iss") != holder.identifier or claimed.strip("/") != holder.identifier:
        raise Unproved("another system")
    _in_time(claims)
    _once(key, claims)
    return holder


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    try:
        first, second, third = token[:8192].split(".")
        head, claims = json.loads(_raw(first)), json.loads(_raw(second))
        if not isinstance(head, dict) or not isinstance(claims, dict):
            raise ValueError
        return head, claims, f"{first}.{second}".encode("ascii"), _raw(third)
    except (ValueError, UnicodeError, binascii.Error, RecursionError):
        raise Unproved("no token") from None


def _raw(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _in_time(claims: dict[str, Any]) -> None:
    issued, expires, now = claims.get("iat"), claims.get("exp"), time.time()
    if type(issued) is not int or type(expires) is not int or claims.get("aud") != settings.EXCHANGE_INSTANCE:
        raise Unproved("claims")
    if not issued - SKEW <= now < expires or not 0 < expires - issued <= LONGEST_LIFE:
        raise Unproved("time")


def _once(key: Key, claims: dict[str, Any]) -> None:
    """The database decides which of two equal tokens came first."""
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= 200 or "\x00" in jti:
        raise Unproved("jti")
    until = datetime.fromtimestamp(claims["exp"], UTC)
    _row, is_new = UsedToken.objects.get_or_create(key=key, jti=jti, defaults={"until": until})
    if not is_new:
        raise Unproved("used before")
