"""The store's own acts: rows for what was set apart, second scans, and blobs that no row names."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.db import transaction

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.files import blobs, kinds, scanning
from tinhso.foundation.files.models import StoredFile

# Longer than any act may take: a blob is on disk before its row commits.
ORPHAN_AFTER_SECONDS = 24 * 3600
State = StoredFile.State


def sweep_orphans() -> int:
    """Removes blobs that no row names, or only erased ones, and half-arrived files, after a day. Says how many."""
    removed = 0
    for path in list(blobs.older_than("blobs", ORPHAN_AFTER_SECONDS)):
        if not StoredFile.objects.filter(sha256=path.name).exclude(state=State.ERASED).exists():
            removed += _unlink(path)
    for path in list(blobs.older_than("incoming", ORPHAN_AFTER_SECONDS)):
        removed += _unlink(path)
    return removed


def _unlink(path: Path) -> int:
    with suppress(FileNotFoundError):
        path.unlink()
        return 1
    return 0


def adopt_quarantined() -> int:
    """Writes the rows of infected files whose act rolled back, from the notes beside them. Says how many."""
    adopted = 0
    for note in sorted(blobs.folder("quarantine").glob("*.json")):
        sha256 = note.stem
        if not StoredFile.objects.filter(sha256=sha256, state=State.QUARANTINED).exists():
            _adopt(sha256, json.loads(note.read_text(encoding="utf-8")))
            adopted += 1
    return adopted


@transaction.atomic
def _adopt(sha256: str, facts: dict[str, object]) -> None:
    account = facts.get("account_id")
    file = StoredFile.objects.create(
        sha256=sha256,
        name=str(facts["name"]),
        size=int(str(facts["size"])),
        media_type=kinds.UNKNOWN,
        state=State.QUARANTINED,
        purpose=str(facts["purpose"]),
        finding=str(facts["finding"]),
        scanned_by=str(facts["scanned_by"]),
        account_id=int(str(account)) if account is not None else None,
    )
    at = datetime.fromisoformat(str(facts["at"]))
    audit.record(Actor.system(), "files.file.quarantined", file, sha256=sha256, received_at=at, account_id=account)


def rescan_pending(limit: int = 200) -> int:
    """Scans the files that came while the scanner was silent. Says how many are decided now."""
    decided = 0
    for pk in StoredFile.objects.filter(state=State.PENDING).order_by("id").values_list("pk", flat=True)[:limit]:
        decided += _rescan(pk)
    return decided


@transaction.atomic
def _rescan(pk: int) -> int:
    # Two workers at once: the second skips the row that the first holds.
    file = StoredFile.objects.select_for_update(skip_locked=True).filter(pk=pk, state=State.PENDING).first()
    if file is None or not blobs.blob_path(file.sha256).exists():
        return 0
    verdict = scanning.scan(blobs.blob_path(file.sha256))
    if verdict.is_infected is None:
        return 0
    file.state = State.QUARANTINED if verdict.is_infected else State.CLEAN
    file.finding, file.scanned_by = verdict.finding, verdict.by
    file.save(update_fields=["state", "finding", "scanned_by"])
    audit.record(Actor.system(), "files.file.scanned", file, state=file.state, finding=verdict.finding)
    if verdict.is_infected:
        _set_apart_everywhere(file, verdict)
    return 1


def _set_apart_everywhere(file: StoredFile, verdict: scanning.Verdict) -> None:
    """The same content under any other row is the same virus."""
    StoredFile.objects.filter(sha256=file.sha256).update(
        state=State.QUARANTINED, finding=verdict.finding, scanned_by=verdict.by
    )
    facts = {"name": file.name, "purpose": file.purpose, "size": file.size, "finding": verdict.finding}
    blobs.set_blob_apart(file.sha256, facts | {"scanned_by": verdict.by, "account_id": file.account_id})
