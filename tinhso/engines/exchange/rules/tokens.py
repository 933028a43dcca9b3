"""Signed tokens of clients: a JWT with EdDSA over Ed25519, short-lived, for one call chain, by a registered key."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from tinhso.engines.exchange.rules.errors import unproved

LONGEST_LIFE = 300
SKEW = 30


@dataclass(frozen=True, slots=True)
class Token:
    """A token taken apart; nothing of it is proved before its signature is."""

    kid: str
    issuer: str
    audience: str
    issued: int
    expires: int
    jti: str
    signed: bytes
    signature: bytes
    # Whom an exchange speaks for; tokens of subsystems speak for themselves.
    subject: str = ""


def _part(text: str) -> bytes:
    if "=" in text or "+" in text or "/" in text:
        raise ValueError(text)
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def parse(text: str) -> Token:
    """Takes a compact JWT apart. Only EdDSA: no algorithm is the holder's to choose."""
    try:
        if len(text) > 4096:
            raise ValueError(text)
        head, body, signature = text.split(".")
        header: Any = json.loads(_part(head))
        claims: Any = json.loads(_part(body))
        token = Token(
            header["kid"], claims["iss"], claims["aud"], claims["iat"], claims["exp"], claims["jti"],
            f"{head}.{body}".encode("ascii"), _part(signature), claims.get("sub", ""),
        )  # fmt: skip
        texts = (token.kid, token.issuer, token.audience, token.jti, token.subject or "-")
        numbers = (token.issued, token.expires)
        if header["alg"] != "EdDSA" or "crit" in header or not all(isinstance(one, str) and one for one in texts):
            raise ValueError(text)
        if not all(type(one) is int for one in numbers) or len(token.signature) != 64 or len(token.jti) > 200:
            raise ValueError(text)
    except (ValueError, KeyError, TypeError, UnicodeError, binascii.Error, RecursionError):
        raise unproved("InvalidToken", "Thẻ không đúng dạng JWT ký bằng EdDSA.") from None
    return token


def check_claims(token: Token, *, holder: str, audience: str, now: float) -> None:
    """Time and names of a token whose key belongs to `holder`."""
    if token.issuer != holder or token.audience != audience:
        raise unproved("InvalidToken", "Thẻ được lập cho hệ thống hoặc nền tảng khác.")
    if token.expires - token.issued > LONGEST_LIFE or token.expires <= token.issued or token.issued > now + SKEW:
        raise unproved("InvalidToken", "Thời hạn của thẻ không hợp lệ (nhiều nhất năm phút).")
    if token.expires <= now:
        raise unproved("TokenExpired", "Thẻ đã hết hạn.")
