"""Papers made electronic: scan, read in the background, settle field by field; the original stays as it came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.files import services as files
from tinhso.systems.procedures.counter import events, extraction, ocr, permissions
from tinhso.systems.procedures.counter.errors import NotScanned, ScanSettled, WrongField, WrongPageCount
from tinhso.systems.procedures.counter.models import ReceivedPaper, Scan, ScanField, ScanState
from tinhso.systems.procedures.counter.rules import right_page_count
from tinhso.systems.procedures.counter.words import FIELDS
from tinhso.systems.procedures.models import DossierPaper
from tinhso.systems.procedures.services.acts import account_id_of

# Scanned papers belong to no question of the form.
FIELD = "ban_quet"


def scan_paper(
    *,
    actor: Actor,
    paper_id: int,
    stream: BinaryIO,
    name: str,
    paper_pages: int,
    noted_pages: int = 0,
    at: datetime | None = None,
) -> Scan:
    """Keeps the scan of a paper; it is read in the background. As many images as pages (Circular 01/2023 art. 8).

    Two transactions on purpose: an infected file's quarantine must outlive the refusal.
    """
    _may_be_scanned(actor, paper_id)
    stored = files.store(actor, stream=stream, name=name, purpose="procedures.scan")
    images = ocr.page_count(stored.read(), stored.media_type)
    if not right_page_count(images=images, pages=paper_pages, noted=noted_pages):
        raise WrongPageCount(images, paper_pages + noted_pages)
    with transaction.atomic():
        paper = _may_be_scanned(actor, paper_id, locked=True)
        scan = Scan.objects.create(
            paper=paper,
            original=stored,
            paper_pages=paper_pages,
            noted_pages=noted_pages,
            image_pages=images,
            scanned_at=at or timezone.now(),
            scanned_by_id=actor.account_id,
        )
        audit.record(
            actor,
            "counter.paper.scanned",
            paper.dossier,
            unit_id=paper.dossier.desk_id,
            paper=paper.label,
            pages=images,
            sha256=stored.sha256,
        )
        bus.publish(
            events.PAPER_SCANNED, subject=scan, unit=paper.dossier.desk, occurred_on=timezone.localdate(scan.scanned_at)
        )
        from tinhso.systems.procedures.counter import jobs

        jobs.read_scan.defer(scan_id=scan.pk)
    return scan


def _may_be_scanned(actor: Actor, paper_id: int, *, locked: bool = False) -> ReceivedPaper:
    """The paper, when the actor digitises at its desk and none of the four exceptions holds."""
    papers = ReceivedPaper.objects.select_related("dossier__desk")
    if locked:
        papers = papers.select_for_update(of=("self",))
    paper = papers.get(pk=paper_id)
    access.require(actor, permissions.DIGITISE, unit=paper.dossier.desk)
    if paper.no_scan:
        raise NotScanned(str(paper.get_no_scan_display()))
    if paper.scans.exclude(state=ScanState.DROPPED).exists():
        raise ScanSettled
    return paper


def read_scan(*, actor: Actor, scan_id: int) -> Scan:
    """Reads the scan and proposes fields. Run twice it ends the same; a failure leaves the fields to be typed.

    The reading takes seconds, so no transaction is held open meanwhile.
    """
    access.require(actor, permissions.DIGITISE)
    scan = Scan.objects.select_related("original", "paper__dossier").get(pk=scan_id)
    if scan.state != ScanState.QUEUED:
        return scan
    try:
        reading = ocr.read(scan.original.read(), scan.original.media_type)
        if reading.pages != scan.image_pages:
            raise ocr.Unread(_("Số trang nhận dạng khác số trang bản quét. Hãy quét lại."))
    except ocr.Unread as problem:
        return _keep_reading(actor, scan_id, None, str(problem))
    return _keep_reading(actor, scan_id, reading, "")


@transaction.atomic
def _keep_reading(actor: Actor, scan_id: int, reading: ocr.Reading | None, problem: str) -> Scan:
    scan = Scan.objects.select_for_update(of=("self",)).select_related("paper__dossier").get(pk=scan_id)
    if scan.state != ScanState.QUEUED:
        return scan
    proposals = {}
    if reading is not None:
        name = f"{scan.paper.dossier.code}-{scan.paper.position}.pdf"
        scan.searchable = files.store_bytes(actor, content=reading.pdf, name=name, purpose="procedures.scan_searchable")
        scan.text, scan.engine = reading.text, reading.engine
        proposals = {one.name: one for one in extraction.propose(reading.text)}
    scan.state = ScanState.READ if reading else ScanState.FAILED
    scan.problem, scan.read_at = problem[:300], timezone.now()
    scan.save()
    for name in extraction.NAMES:
        found = proposals.get(name)
        ScanField.objects.create(
            scan=scan,
            name=name,
            proposed=found.value if found else "",
            confidence=found.confidence if found else 0,
        )
    audit.record(
        actor, "counter.scan.read", scan, unit_id=scan.paper.dossier.desk_id, state=scan.state, found=sorted(proposals)
    )
    return scan


@transaction.atomic
def confirm_scan(*, actor: Actor, scan_id: int, values: Mapping[str, str], at: datetime | None = None) -> Scan:
    """The officer settles each field by the paper in hand; the searchable copy joins the dossier's papers.

    Every field is settled, also with nothing: what the machine proposed is never taken over by silence.
    """
    at = at or timezone.now()
    scan = _open_scan(actor, scan_id)
    for field in scan.fields.select_for_update():
        if field.name not in values:
            raise WrongField(str(FIELDS[field.name]))
        try:
            field.value = extraction.settled(field.name, values[field.name])
        except ValueError:
            raise WrongField(str(FIELDS[field.name])) from None
        field.settled_at = at
        field.save(update_fields=["value", "settled_at"])
    scan.attached = DossierPaper.objects.create(
        dossier=scan.paper.dossier, field=FIELD, label=scan.paper.label, file=scan.searchable or scan.original
    )
    scan.state, scan.confirmed_at, scan.confirmed_by_id = ScanState.CONFIRMED, at, account_id_of(actor)
    scan.save(update_fields=["attached", "state", "confirmed_at", "confirmed_by"])
    corrected = [field.name for field in scan.fields.all() if field.was_corrected]
    audit.record(
        actor,
        "counter.scan.confirmed",
        scan.paper.dossier,
        unit_id=scan.paper.dossier.desk_id,
        paper=scan.paper.label,
        corrected=corrected,
    )
    bus.publish(
        events.SCAN_CONFIRMED,
        subject=scan,
        unit=scan.paper.dossier.desk,
        occurred_on=timezone.localdate(at),
        dossier=scan.paper.dossier_id,
    )
    return scan


@transaction.atomic
def drop_scan(*, actor: Actor, scan_id: int) -> Scan:
    """A bad scan is put aside (it stays on record) so that the paper can be scanned again."""
    scan = _open_scan(actor, scan_id, ScanState.QUEUED, ScanState.READ, ScanState.FAILED)
    scan.state = ScanState.DROPPED
    scan.save(update_fields=["state"])
    audit.record(
        actor, "counter.scan.dropped", scan.paper.dossier, unit_id=scan.paper.dossier.desk_id, paper=scan.paper.label
    )
    return scan


def _open_scan(actor: Actor, scan_id: int, *states: str) -> Scan:
    scan = (
        Scan.objects.select_for_update(of=("self",))
        .select_related("paper__dossier__desk", "original", "searchable")
        .get(pk=scan_id)
    )
    access.require(actor, permissions.DIGITISE, unit=scan.paper.dossier.desk)
    if scan.state not in (states or (ScanState.READ, ScanState.FAILED)):
        raise ScanSettled
    return scan
