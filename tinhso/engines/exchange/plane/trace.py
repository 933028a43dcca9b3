"""What is known of a call while it goes through, and the receipt that it becomes."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from multidict import CIMultiDict

from tinhso.engines.exchange.rules import peers, receipts

if TYPE_CHECKING:
    from tinhso.engines.exchange.plane.envelopes import Envelope

# X-Road's request hash is SHA-512; answers, the larger part, are hashed three times as fast by processors with SHA.
ANSWERS = hashlib.sha256
NOTHING = hashlib.sha512().hexdigest()


@dataclass(slots=True)
class Trace:
    """What is known of a call so far; becomes its receipt."""

    uid: str
    message_id: str
    at: float
    began: float
    method: str
    request_headers: bytes
    client: str = ""
    service: str = ""
    service_id: int | None = None
    agreement: int | None = None
    operation: str = ""
    purpose: str = ""
    dossier: str = ""
    provider_ms: float | None = None
    breach: str = ""
    is_cached: bool = False
    error: str = ""
    # SHA-512 of the request's body; None without one.
    request_body: Any = None
    request_bytes: int = 0
    # A SOAP call's envelope; None for all others.
    envelope: Envelope | None = None
    # A call between two exchanges: the other one, its own number of the call, and what both know of it alike.
    peer: str = ""
    peer_request: str = ""
    passed: str = ""

    def request_hash(self) -> bytes:
        return receipts.message_digest(self.request_headers, self.request_body.digest() if self.request_body else None)

    def between(self) -> dict[str, Any]:
        """What a receipt says of the other exchange; nothing for calls that stay at home."""
        if not self.peer:
            return {}
        both = peers.passed(self.passed, (self.request_body or hashlib.sha512()).digest())
        return {"peer": {"instance": self.peer, "request": clean(self.peer_request), "passed": both}}

    def receipt(self, status: int, answer_headers: bytes, answer_body: bytes, answer_bytes: int) -> dict[str, Any]:
        return {
            **self.between(),
            "v": 2,
            "id": self.uid,
            "message_id": clean(self.message_id),
            "at": instant(self.at),
            "client": self.client,
            "service": self.service,
            "service_id": self.service_id,
            "agreement": self.agreement,
            "method": self.method[:8],
            "operation": clean(self.operation),
            "status": status,
            "error": self.error,
            "duration_ms": round((time.monotonic() - self.began) * 1000, 3),
            "provider_ms": self.provider_ms,
            "purpose": clean(self.purpose),
            "dossier": clean(self.dossier),
            "breach": clean(self.breach),
            "cached": self.is_cached,
            "request": {
                "algorithm": "SHA-512",
                "headers": self.request_headers.hex(),
                "body": self.request_body.hexdigest() if self.request_body else NOTHING,
                "message": self.request_hash().hex(),
                "bytes": self.request_bytes,
            },
            "answer": {
                "algorithm": "SHA-256",
                "headers": answer_headers.hex(),
                "body": answer_body.hex(),
                "message": ANSWERS(answer_headers + answer_body).hexdigest(),
                "bytes": answer_bytes,
            },
        }


@lru_cache(maxsize=2)
def _second(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def instant(at: float) -> str:
    """ISO 8601 in UTC with microseconds."""
    return f"{_second(int(at))}.{int(at % 1 * 1e6):06d}+00:00"


def clean(text: str) -> str:
    """Text that canonical JSON and PostgreSQL both take."""
    if text.isascii() and text.isprintable():
        return text
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def headers_digest(status: int, headers: CIMultiDict[str]) -> bytes:
    """SHA-256 over the status and the answer's headers, one a line, as they will leave."""
    lines = [f"{status}", *(f"{name}: {value}" for name, value in headers.items()), ""]
    return ANSWERS("\r\n".join(lines).encode("utf-8", "surrogateescape")).digest()


def new_id() -> str:
    """A random UUID (RFC 9562, version 4) as text; uuid.uuid4 takes four times as long."""
    text = os.urandom(16).hex()
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89ab'[int(text[16], 16) & 3]}{text[17:20]}-{text[20:]}"
