"""Heads: the ends of all chains, signed at intervals and written outside the database.

Whoever rules the database can cut a chain's tail and leave it sound. He cannot make the exported heads agree. Copy the
folder DATA_DIR/audit-heads to a place that he does not rule (write-once storage, another office, paper).
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from tinhso.foundation.audit import keys
from tinhso.foundation.audit.models import AuditHead

# Only one head is taken at a time; the number is the lock's name.
_LOCK = 5_204_611


@dataclass(frozen=True)
class Head:
    """One signed statement, wherever it was read from."""

    statement: bytes
    signature: bytes
    public_key: bytes
    source: str

    @property
    def is_signed(self) -> bool:
        return keys.is_signed(self.public_key, self.signature, self.statement)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.statement).hexdigest()

    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.statement)
        return content


def folder() -> Path:
    return Path(settings.DATA_DIR) / "audit-heads"


@transaction.atomic
def take_head() -> AuditHead | None:
    """Signs the ends of the chains and appends the statement to this month's file; None when nothing is new."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    ends = _ends()
    last = AuditHead.objects.order_by("-id").first()
    known: dict[str, Any] = json.loads(last.statement)["streams"] if last else {}
    if ends == known:
        return None
    key, now = keys.signing_key(), timezone.now()
    statement = json.dumps(
        {
            "at": now.isoformat(),
            "before": hashlib.sha256(last.statement.encode()).hexdigest() if last else None,
            "streams": ends,
        },
        separators=(",", ":"),
    )
    head = AuditHead.objects.create(
        taken_at=now,
        statement=statement,
        signature=key.sign(statement.encode()),
        key_id=keys.key_id(keys.public_bytes(key)),
    )
    _append(head, keys.public_bytes(key))
    return head


def _ends() -> dict[str, list[Any]]:
    """{stream: [sequence, hash]} of the last seal of each stream."""
    with connection.cursor() as cursor:
        # A step from stream to stream along the index, instead of reading every seal.
        cursor.execute(
            "WITH RECURSIVE ends AS ("
            " (SELECT stream, sequence, row_hash FROM audit_auditseal ORDER BY stream DESC, sequence DESC LIMIT 1)"
            " UNION ALL SELECT n.* FROM ends e CROSS JOIN LATERAL (SELECT stream, sequence, row_hash"
            " FROM audit_auditseal s WHERE s.stream < e.stream ORDER BY stream DESC, sequence DESC LIMIT 1) n"
            ") SELECT stream, sequence, row_hash FROM ends ORDER BY stream"
        )
        return {stream: [sequence, bytes(row_hash).hex()] for stream, sequence, row_hash in cursor.fetchall()}


def _append(head: AuditHead, public: bytes) -> None:
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    line = json.dumps(
        {"statement": head.statement, "signature": bytes(head.signature).hex(), "public_key": public.hex()},
        separators=(",", ":"),
    )
    path = folder() / f"{timezone.localtime(head.taken_at):%Y-%m}.jsonl"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write(line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def exported(path: Path | None = None) -> list[Head]:
    """The heads of one file, or of the whole folder, in their order."""
    paths = [path] if path else sorted(folder().glob("*.jsonl"))
    found: list[Head] = []
    for one in paths:
        for number, line in enumerate(one.read_text().splitlines(), start=1):
            found.append(_read(line, f"{one.name}:{number}"))
    return found


def _read(line: str, source: str) -> Head:
    try:
        data = json.loads(line)
        parts = (data["statement"].encode(), bytes.fromhex(data["signature"]), bytes.fromhex(data["public_key"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Head(line.encode(), b"", b"", source)
    return Head(*parts, source)


def stored() -> list[Head]:
    """The heads kept in the database; their key is the installation's own."""
    public = keys.public_bytes()
    return [
        Head(head.statement.encode(), bytes(head.signature), public, f"AuditHead {head.pk}")
        for head in AuditHead.objects.order_by("id").iterator()
    ]
