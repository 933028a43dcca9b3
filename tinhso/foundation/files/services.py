"""Receiving and reading files. Every file of the platform comes in through `store` and goes out through an act."""

from __future__ import annotations

from typing import Any, BinaryIO

from django.db import models, transaction
from django.utils import timezone

from tinhso.foundation.audit import log as audit
from tinhso.foundation.files import blobs, errors, kinds, scanning
from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.files.uploads import OversizedUpload

MEBIBYTE = 1024 * 1024
MAX_BYTES = 10 * MEBIBYTE
ACCEPTED = (kinds.PDF, kinds.JPEG, kinds.PNG)


def store(
    actor: audit.Acting,
    *,
    stream: BinaryIO,
    name: str,
    purpose: str,
    max_bytes: int = MAX_BYTES,
    allowed: tuple[str, ...] = ACCEPTED,
    is_own: bool = False,
) -> StoredFile:
    """Receives one file: bounded, sniffed, inspected, scanned, on disk before the row commits.

    Raises a subclass of `errors.FileRefused` with a sentence for the person. An infected file is kept in
    quarantine. The right to store comes from the act that calls this (submitting, drafting, importing). `is_own`: the
    platform made it this moment, so nobody hid anything in it, and looking through every object is left out.
    """

    from tinhso.foundation.files import inspection

    if isinstance(stream, OversizedUpload):
        raise errors.TooLarge(min(max_bytes, stream.limit))
    name = kinds.clean_name(name)
    with blobs.receive(stream, max_bytes) as arrival:
        verdict = scanning.scan(arrival.path)
        if verdict.is_infected:
            _quarantine(actor, arrival, name, purpose, verdict)
            raise errors.Infected
        media_type = kinds.require_kind(arrival.path, name, allowed)
        if not is_own:
            inspection.inspect(arrival.path, media_type)
        blobs.keep(arrival)
    state = StoredFile.State.PENDING if verdict.is_infected is None else StoredFile.State.CLEAN
    return _record(
        actor, arrival, verdict, state, "files.file.stored", name=name, purpose=purpose, media_type=media_type
    )


@transaction.atomic
def _record(
    actor: audit.Acting,
    arrival: blobs.Arrival,
    verdict: scanning.Verdict,
    state: str,
    act: str,
    **fields: Any,
) -> StoredFile:
    file = StoredFile.objects.create(
        sha256=arrival.sha256,
        size=arrival.size,
        state=state,
        finding=verdict.finding,
        scanned_by=verdict.by,
        account_id=actor.account_id,
        is_simulated=bool(getattr(actor, "is_simulated", False)),
        **fields,
    )
    audit.record(actor, act, file, sha256=arrival.sha256, size=arrival.size, purpose=file.purpose, state=state)
    return file


def _quarantine(
    actor: audit.Acting, arrival: blobs.Arrival, name: str, purpose: str, verdict: scanning.Verdict
) -> None:
    """Blob and note first: if the caller's act rolls the row back, `jobs.sweep` writes it again from the note."""
    facts = {
        "name": name,
        "purpose": purpose,
        "size": arrival.size,
        "finding": verdict.finding,
        "scanned_by": verdict.by,
        "account_id": actor.account_id,
        "at": timezone.now().isoformat(),
    }
    blobs.quarantine(arrival, facts)
    _record(
        actor,
        arrival,
        verdict,
        StoredFile.State.QUARANTINED,
        "files.file.quarantined",
        name=name,
        purpose=purpose,
        media_type=kinds.UNKNOWN,
    )


def store_bytes(actor: audit.Acting, *, content: bytes, name: str, purpose: str, **bounds: Any) -> StoredFile:
    """`store` for content that the platform made itself (a receipt, a signed result)."""
    from io import BytesIO

    return store(actor, stream=BytesIO(content), name=name, purpose=purpose, is_own=True, **bounds)


@transaction.atomic
def read_for(actor: audit.Acting, *, file: StoredFile, subject: models.Model, reason: str) -> BinaryIO:
    """Opens a file for a person whom the calling act has let see `subject`; the reading is audited."""
    stream = file.open()
    about = f"{subject._meta.label_lower}:{subject.pk}"
    audit.record(actor, "files.file.read", file, about=about, reason=reason)
    return stream


ERASED_NAME = "(đã xóa)"


@transaction.atomic
def erase(actor: audit.Acting, *, file: StoredFile, reason: str) -> bool:
    """Empties a file that no law keeps: its row stays without a name, opens no more, and the night's sweep takes the
    content (`upkeep.sweep_orphans`; not at once: somebody may be storing equal content this moment).

    False, and nothing changes, while anything else still stands on the row or the content is in quarantine. The right
    to erase comes from the act that calls this. Other rows with equal content are other people's: they keep theirs.
    """
    file = StoredFile.objects.select_for_update().get(pk=file.pk)
    if file.state in (StoredFile.State.ERASED, StoredFile.State.QUARANTINED) or is_used(file):
        return False
    file.state, file.name = StoredFile.State.ERASED, ERASED_NAME
    file.save(update_fields=["state", "name"])
    audit.record(actor, "files.file.erased", file, sha256=file.sha256, reason=reason)
    return True


def is_used(file: StoredFile) -> bool:
    """Whether any row of any app still names the file; a paper that was taken out of its draft no longer does."""
    # Hidden ones too: most apps keep their files without a way back.
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel):
            continue
        holder: Any = relation.related_model
        rows = holder._default_manager.filter(**{relation.field.name: file})
        if any(field.name == "removed_at" for field in holder._meta.concrete_fields):
            rows = rows.filter(removed_at=None)
        if rows.exists():
            return True
    return False
