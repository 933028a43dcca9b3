"""Standard Webhooks (standardwebhooks.com): what is sent to subscribers is signed so. A pure function."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def signed(own: Sequence[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a signed delivery; while a secret is being changed, one mark for each, parted by spaces."""
    said = f"{message_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{_mark(one, said)}" for one in own),
    }


def _mark(secret: str, said: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
