"""Standard Webhooks (standardwebhooks.com): signing what is sent, judging what arrives. Pure functions."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE_SECONDS = 5 * 60
LONGEST_ID = 100


class Verdict(StrEnum):
    """What the signature says of a delivery."""

    GOOD = "good"
    UNSIGNED = "unsigned"
    FORGED = "forged"
    STALE = "stale"


@dataclass(frozen=True)
class Judged:
    """The verdict and the message's own number, as far as it could be read."""

    verdict: Verdict
    message_id: str = ""


def key_of(secret: str) -> bytes:
    """The bytes of a secret: `whsec_` and base64, else the text itself."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error as wrong:
            raise ValueError("a secret after whsec_ must be base64") from wrong
    return secret.encode()


def is_secret(secret: str) -> bool:
    """False for a text that promises base64 and holds none."""
    try:
        return bool(key_of(secret))
    except ValueError:
        return False


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`."""
    content = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key_of(secret), content, hashlib.sha256).digest()).decode()


def headers_for(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a delivery."""
    return {ID: message_id, TIMESTAMP: str(timestamp), SIGNATURE: sign(secret, message_id, timestamp, body)}


def judge(secrets: Iterable[str], headers: Mapping[str, str], body: bytes, now: int) -> Judged:
    """Forged before stale: what is not signed by us is not believed in any part, its time included.

    Several secrets hold during a change of secret; several signatures may stand in the header.
    """
    message_id, timestamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    given = [part[3:] for part in headers.get(SIGNATURE, "").split() if part.startswith("v1,")]
    is_moment = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
    if not message_id or len(message_id) > LONGEST_ID or not message_id.isascii() or not is_moment or not given:
        return Judged(Verdict.UNSIGNED, message_id[:LONGEST_ID])
    right = [sign(secret, message_id, int(timestamp), body)[3:] for secret in secrets]
    matches = [
        hmac.compare_digest(one.encode(), other.encode("utf-8", "replace")) for one in right for other in given[:8]
    ]
    if not any(matches):
        return Judged(Verdict.FORGED, message_id)
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        return Judged(Verdict.STALE, message_id)
    return Judged(Verdict.GOOD, message_id)
