"""Acts of harvesting: a source added and switched, a sitting begun, a page taken in, a run ended.

Nothing outside is asked inside a transaction: `sitting.harvest` fetches between the acts.
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.systems.opendata.harvest import rules, taking
from tinhso.systems.opendata.harvest.errors import AlreadyRunning, BadSource, Endless
from tinhso.systems.opendata.harvest.fetching import checked
from tinhso.systems.opendata.harvest.found import Found, Page
from tinhso.systems.opendata.harvest.models import Fault, Harvested, Run, Source
from tinhso.systems.opendata.models import Organisation
from tinhso.systems.opendata.permissions import MANAGE

logger = logging.getLogger(__name__)
MOST_NOTES = 40
# The code begins the names of the datasets.
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,28}")


class Superseded(Exception):
    """Another sitting has taken the run over: this one writes nothing more."""


@transaction.atomic
def add_source(
    *,
    actor: access.Actor,
    code: str,
    title: str,
    kind: str,
    url: str,
    every_hours: int = 24,
    organisation: Organisation | None = None,
) -> Source:
    """Khai nguồn. The address is looked at here already; it is asked again through the gate at every request."""
    access.require(actor, MANAGE)
    checked(url)
    if kind not in Source.Kind.values:
        raise BadSource(_("Loại nguồn không có trong danh sách."))
    if not 1 <= every_hours <= 8760:
        raise BadSource(_("Chu kỳ phải từ 1 đến 8.760 giờ."))
    if not title.strip() or not _CODE.fullmatch(code):
        raise BadSource(_("Hãy nhập tên nguồn, và mã nguồn gồm chữ thường không dấu, chữ số, gạch nối."))
    if Source.objects.filter(code=code).exists():
        raise BadSource(_("Mã nguồn này đã có."))
    source = Source.objects.create(
        code=code, title=title, kind=kind, url=url, every_hours=every_hours, organisation=organisation,
        is_simulated=actor.is_simulated,
    )  # fmt: skip
    audit.record(actor, "harvest.source.added", source, kind=kind, url=url)
    return source


@transaction.atomic
def switch_source(*, actor: access.Actor, source_id: int, is_enabled: bool) -> Source:
    """Bật, tắt. A run that is open stays where it stopped."""
    access.require(actor, MANAGE)
    source = Source.objects.select_for_update().get(pk=source_id)
    source.is_enabled = is_enabled
    source.save(update_fields=["is_enabled"])
    audit.record(actor, "harvest.source.switched", source, is_enabled=is_enabled)
    return source


@transaction.atomic
def ask_run(*, actor: access.Actor, source_id: int) -> Source:
    """Thu thập ngay: due now; a paused run goes on without waiting for the end of its pause."""
    access.require(actor, MANAGE)
    source = Source.objects.select_for_update().get(pk=source_id)
    if _living(source.runs.filter(finished_at=None).first()):
        raise AlreadyRunning
    source.next_at = timezone.now()
    source.save(update_fields=["next_at"])
    audit.record(actor, "harvest.run.asked", source)
    return source


@transaction.atomic
def abandon_run(*, actor: access.Actor, source_id: int) -> Run | None:
    """Bỏ lần chạy dở: ended where it is; what was taken in stays, the next run begins at the start."""
    access.require(actor, MANAGE)
    source = Source.objects.select_for_update().get(pk=source_id)
    run = source.runs.select_for_update().filter(finished_at=None).first()
    if run is None:
        return None
    if _living(run):
        raise AlreadyRunning
    _finish(source, run, Run.State.ENDED, _("Người quản trị bỏ lần chạy này."))
    audit.record(actor, "harvest.run.abandoned", source, run=run.pk)
    return run


def _living(run: Run | None) -> bool:
    return run is not None and run.state == Run.State.RUNNING and run.touched_at > timezone.now() - rules.SILENCE


@transaction.atomic
def begin_sitting(*, actor: access.Actor, source_id: int) -> Run:
    """A new run, or the open one from where it stopped; refused while another sitting is alive."""
    access.require(actor, MANAGE)
    source = Source.objects.select_for_update().get(pk=source_id)
    run = source.runs.select_for_update().filter(finished_at=None).first()
    if _living(run):
        raise AlreadyRunning
    if run is None:
        old = source.full_at is None or source.full_at < timezone.now() - rules.FULL_EVERY
        is_full = source.kind != Source.Kind.CKAN or old or not source.mark
        return Run.objects.create(source=source, is_full=is_full)
    if run.state == Run.State.RUNNING:
        # The last sitting died at this place. Once may be chance; again and again is the source.
        run.failures += 1
    if rules.pause_after(run.failures) is None and run.failures:
        _finish(source, run, Run.State.FAILED, _("Việc thu thập hỏng nhiều lần ở cùng một chỗ."))
        return run
    run.sitting += 1
    run.state, run.touched_at = Run.State.RUNNING, timezone.now()
    run.save()
    return run


@transaction.atomic
def take_page(*, actor: access.Actor, run_id: int, sitting: int, page: Page, bounds: rules.Bounds) -> Run:
    """One page and the new place in the walk, together or not at all: a dead sitting repeats at most one page."""
    access.require(actor, MANAGE)
    run = _mine(run_id, sitting)
    source = run.source
    fresh = _take_records(source, run, page.found, bounds)
    run.pages, run.bytes = run.pages + 1, run.bytes + page.bytes
    run.claimed = page.claimed if page.claimed is not None else run.claimed
    run.mark, run.etag = page.mark or run.mark, page.etag
    run.failures, run.touched_at = 0, timezone.now()
    run.notes = [*run.notes, *page.notes][:MOST_NOTES]
    barren = 0 if fresh or source.kind == Source.Kind.CSV else int(run.cursor.get("barren", 0)) + 1
    run.cursor = {**(page.cursor or {}), "barren": barren}
    run.save()
    if page.cursor is None:
        _complete(actor, source, run, is_unchanged=page.is_unchanged)
    return run


def _mine(run_id: int, sitting: int) -> Run:
    run = Run.objects.select_for_update(of=("self",)).select_related("source__organisation").get(pk=run_id)
    if run.sitting != sitting or run.finished_at is not None:
        raise Superseded
    return run


def check_bounds(run: Run, bounds: rules.Bounds) -> None:
    """Endless for a run that turns in a circle or is past its bounds."""
    if int(run.cursor.get("barren", 0)) >= rules.MOST_BARREN:
        raise Endless(_("Nguồn đưa lại những trang đã đọc, không có gì mới; dừng tại đây."))
    if run.seen >= bounds.records or run.pages >= bounds.pages or run.bytes >= bounds.run_bytes:
        raise Endless(_("Nguồn vượt giới hạn của một lần thu thập (số bản ghi, số trang hoặc số byte); dừng tại đây."))


def _take_records(source: Source, run: Run, found: list[Found], bounds: rules.Bounds) -> int:
    """How many records this run had not seen before."""
    known = {
        row.identifier: row
        for row in source.records.select_related("dataset").filter(identifier__in=[one.identifier for one in found])
    }
    fresh = 0
    for one in found:
        if one.fault:
            _note_fault(run, one, bounds)
            continue
        row = known.get(one.identifier)
        if row is not None and row.seen_in_id == run.pk:
            continue
        try:
            with transaction.atomic():
                known[one.identifier] = _take(source, run, one, row)
        except DatabaseError:
            logger.exception("record %r of %s cannot be written", one.identifier, source.code)
            _note_fault(run, replace(one, fault=_("Không ghi được bản ghi này.")), bounds)
            continue
        fresh += 1
    run.seen += fresh
    return fresh


def _take(source: Source, run: Run, found: Found, row: Harvested | None) -> Harvested:
    digest = found.digest()
    if row is None:
        dataset = taking.put(source, found, None)
        made = Harvested.objects.create(
            source=source, identifier=found.identifier, digest=digest, dataset=dataset, seen_in=run
        )
        run.added += 1
        return made
    is_changed = row.digest != digest or row.is_gone
    if is_changed:
        taking.put(source, found, row.dataset)
    row.digest, row.seen_in, row.seen_at, row.is_gone = digest, run, timezone.now(), False
    row.save()
    run.changed, run.same = run.changed + is_changed, run.same + (not is_changed)
    return row


def _note_fault(run: Run, found: Found, bounds: rules.Bounds) -> None:
    if run.refused < bounds.faults:
        Fault.objects.create(run=run, identifier=found.identifier, reason=found.fault)
    run.refused += 1


def _complete(actor: access.Actor, source: Source, run: Run, *, is_unchanged: bool) -> None:
    """The end of the walk: what a whole walk did not meet has gone, when the walk may be believed."""
    if is_unchanged:
        run.notes = [*run.notes, _("Nguồn không đổi từ lần trước.")]
    elif run.is_full:
        _withdraw_missing(source, run)
        source.full_at = timezone.now()
    source.mark, source.etag = run.mark or source.mark, run.etag or source.etag
    _finish(source, run, Run.State.DONE)
    audit.record(
        actor, "harvest.run.ended", source, run=run.pk, seen=run.seen, added=run.added, changed=run.changed,
        gone=run.gone, refused=run.refused,
    )  # fmt: skip


def _withdraw_missing(source: Source, run: Run) -> None:
    known = source.records.filter(is_gone=False)
    missing = known.exclude(seen_in=run).select_related("dataset")
    count = len(missing)
    if not count:
        return
    # A record that was refused or skipped on the way looks the same as one that has gone.
    is_sure = not run.refused and (run.claimed is None or run.claimed == run.seen)
    if not is_sure or not rules.may_withdraw(known.count(), count):
        note = _("%(count)s bản ghi không thấy nữa nhưng chưa rút, vì lần đọc này không đủ tin cậy.")
        run.notes = [*run.notes, note % {"count": count}]
        return
    for row in missing:
        row.is_gone = True
        row.save(update_fields=["is_gone"])
        taking.withdraw(row.dataset)
    run.gone = count


def _finish(source: Source, run: Run, state: str, note: str = "") -> None:
    run.state, run.finished_at, run.touched_at = state, timezone.now(), timezone.now()
    run.notes = [*run.notes, *([note] if note else [])][-MOST_NOTES:]
    run.save()
    source.next_at = timezone.now() + timedelta(hours=source.every_hours)
    source.save()


@transaction.atomic
def end_run(*, actor: access.Actor, run_id: int, sitting: int, sentence: str) -> Run:
    """The source leads nowhere: the run ends with the sentence; what was taken in stays, nothing is withdrawn."""
    access.require(actor, MANAGE)
    run = _mine(run_id, sitting)
    _finish(run.source, run, Run.State.ENDED, sentence)
    audit.record(actor, "harvest.run.ended", run.source, run=run.pk, seen=run.seen, why=sentence)
    return run


@transaction.atomic
def pause_run(*, actor: access.Actor, run_id: int, sitting: int, sentence: str = "") -> Run:
    """Goes on later from the same place: at once when the sitting was long, after a growing pause when it failed."""
    access.require(actor, MANAGE)
    run = _mine(run_id, sitting)
    pause: timedelta | None = timedelta(0)
    if sentence:
        run.failures += 1
        pause = rules.pause_after(run.failures)
    if pause is None:
        _finish(run.source, run, Run.State.FAILED, sentence)
        audit.record(actor, "harvest.run.ended", run.source, run=run.pk, seen=run.seen, why=sentence)
        return run
    run.state, run.touched_at = Run.State.PAUSED, timezone.now()
    run.notes = [*run.notes, *([sentence] if sentence else [])][-MOST_NOTES:]
    run.save()
    run.source.next_at = timezone.now() + pause
    run.source.save(update_fields=["next_at"])
    return run


def asked_of(run: Run) -> dict[str, Any]:
    """What a walk needs to know of the source for this run."""
    source = run.source
    return {"url": source.url, "mark": "" if run.is_full else source.mark, "etag": source.etag}
