"""What is known of a call while it goes through, and the receipt that it becomes."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from multidict import CIMultiDict

from tinhso.engines.exchange.rules import receipts


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
    request_body: Any = field(default_factory=hashlib.sha512)
    request_bytes: int = 0
    has_body: bool = False

    def request_hash(self) -> bytes:
        return receipts.message_digest(self.request_headers, self.request_body.digest() if self.has_body else None)

    def receipt(self, status: int, answer_headers: bytes, answer_body: bytes, answer_bytes: int) -> dict[str, Any]:
        return {
            "v": 1,
            "id": self.uid,
            "message_id": clean(self.message_id),
            "at": datetime.fromtimestamp(self.at, UTC).isoformat(timespec="microseconds"),
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
                "headers": self.request_headers.hex(),
                "body": self.request_body.hexdigest(),
                "message": self.request_hash().hex(),
                "bytes": self.request_bytes,
            },
            "answer": {
                "headers": answer_headers.hex(),
                "body": answer_body.hex(),
                "message": receipts.message_digest(answer_headers, answer_body).hex(),
                "bytes": answer_bytes,
            },
        }


def clean(text: str) -> str:
    """Text that canonical JSON and PostgreSQL both take."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def headers_digest(status: int, headers: CIMultiDict[str]) -> bytes:
    return receipts.headers_digest(
        f"{status}".encode(),
        ((name.encode(), value.encode("utf-8", "surrogateescape")) for name, value in headers.items()),
    )
