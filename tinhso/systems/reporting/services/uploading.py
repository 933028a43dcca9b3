"""A workbook in two acts: tried first, with every bad cell named; then taken over by the person's confirmation."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from django.db import transaction
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.files import services as files
from tinhso.foundation.files.kinds import XLSX
from tinhso.systems.reporting import errors, permissions
from tinhso.systems.reporting.models import Step, Upload
from tinhso.systems.reporting.rules.states import OPEN
from tinhso.systems.reporting.services import acts, judging
from tinhso.systems.reporting.services.filling import Given, Saved, save_cells

if TYPE_CHECKING:
    from tinhso.systems.reporting.intake import Found

MAX_BYTES = 8 * 1024 * 1024


def try_workbook(
    *, actor: Actor, submission_id: int, stream: BinaryIO, name: str, at: datetime | None = None
) -> Upload:
    """Reads a workbook and writes no figure. Raises BadWorkbook, or a refusal of the file store."""

    from tinhso.systems.reporting import intake

    submission = acts.find(submission_id)
    acts.require_for(actor, permissions.FILL, submission.duty.holder)
    if submission.state not in OPEN:
        raise errors.WrongOrder(submission.get_state_display())
    # The store sees to size, kind, bombs and malware before anything looks inside.
    file = files.store(
        actor, stream=stream, name=name, purpose="reporting.upload", max_bytes=MAX_BYTES, allowed=(XLSX,)
    )
    found = intake.read(file.read(), submission, judging.figures_of(submission))
    return _kept(actor, submission.pk, file.pk, found, at or timezone.now())


@transaction.atomic
def _kept(actor: Actor, submission_id: int, file_id: int, found: Found, at: datetime) -> Upload:
    upload = Upload.objects.create(
        submission_id=submission_id, file_id=file_id, account_id=actor.account_id, at=at, found=found.as_json()
    )
    audit.record(
        actor,
        "reporting.workbook.tried",
        upload,
        unit_id=upload.submission.duty.holder_id,
        cells=len(found.values),
        faults=len(found.faults),
    )
    return upload


@transaction.atomic
def take_workbook(*, actor: Actor, upload_id: int, at: datetime | None = None) -> Saved:
    """Writes the good cells of a tried workbook. A cell that somebody changed after the download is left and told."""
    at = at or timezone.now()
    upload = Upload.objects.select_for_update(of=("self",)).select_related("submission").get(pk=upload_id)
    if upload.state != Upload.State.TRIED or upload.submission.state not in OPEN:
        raise errors.Stale
    given = {code: Given(str(one[0]), int(one[1])) for code, one in upload.found.get("values", {}).items()}
    saved = save_cells(actor=actor, submission_id=upload.submission_id, given=given, way="excel", at=at)
    upload.state = Upload.State.TAKEN
    upload.save(update_fields=["state"])
    Step.objects.create(
        submission=upload.submission, act="uploaded", at=at, account_id=actor.account_id, label=actor.label[:200]
    )
    audit.record(
        actor,
        "reporting.workbook.taken",
        upload,
        unit_id=upload.submission.duty.holder_id,
        cells=len(saved.written),
        conflicts=len(saved.conflicts),
    )
    return saved
