"""Filling in: cell by cell, by several people at once, so that nobody's typing is lost and nobody's is overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.text.rules import normalise_lines
from tinhso.systems.reporting import errors, events, permissions, words
from tinhso.systems.reporting.models import CellChange, CellValue, Duty, Submission
from tinhso.systems.reporting.rules import numbers
from tinhso.systems.reporting.rules.content import CellKind, CellSpec
from tinhso.systems.reporting.services import acts

LONGEST_TEXT = 4000


@dataclass(frozen=True)
class Given:
    """What somebody wrote into a cell, and which version of the cell they were looking at."""

    text: str
    seen: int


@dataclass(frozen=True)
class Conflict:
    """Somebody else changed the cell meanwhile: both writings are shown, the person decides."""

    code: str
    mine: str
    theirs: str
    who: str
    at: datetime
    version: int


@dataclass
class Saved:
    """What became of a saving: the cells written, refused with a sentence, or changed by another meanwhile."""

    written: list[str] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, Conflict] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not (self.faults or self.conflicts)


@transaction.atomic
def begin(*, actor: Actor, duty_id: int, at: datetime | None = None) -> Submission:
    """Opens the report of a duty for filling in; the one that is open when somebody was first.

    A unit that has ended reports no more: its heir holds the duty. Raises NotDue, UnitEnded, Denied.
    """
    at = at or timezone.now()
    # The duty's row is the queue: of two who open it at once the second finds the first one's report.
    duty = (
        Duty.objects.select_for_update(of=("self",)).select_related("regime", "form", "holder", "unit").get(pk=duty_id)
    )
    acts.require_for(actor, permissions.FILL, duty.holder)
    if duty.lapsed_at is not None:
        raise errors.NotDue(_("Kỳ báo cáo này không phải gửi nữa: %(why)s") % {"why": duty.lapsed_reason})
    known = duty.submissions.order_by("-number").first()
    if known is not None:
        return known
    if duty.holder.valid_to is not None and duty.holder.valid_to <= timezone.localdate(at):
        raise errors.UnitEnded(str(duty.holder), f"{duty.holder.valid_to:%d/%m/%Y}")
    submission = Submission.objects.create(duty=duty, is_simulated=actor.is_simulated or duty.is_simulated)
    acts.trace(actor, submission, step="begun", act="reporting.report.begun", event=events.DUTY_OPENED, at=at)
    return submission


@transaction.atomic
def save_cells(
    *,
    actor: Actor,
    submission_id: int,
    given: Mapping[str, Given],
    way: str = "web",
    at: datetime | None = None,
) -> Saved:
    """Writes what can be written. A cell that cannot be read is refused alone; one that somebody else changed since
    `seen` is left as it is and both writings are returned. Never loses either."""
    at = at or timezone.now()
    submission = acts.lock(submission_id, "fill")
    acts.require_for(actor, permissions.FILL, submission.duty.holder)
    work = _Work(actor, submission, at, way)
    for code, one in given.items():
        work.take(code, one)
    work.write()
    return work.saved


class _Work:
    """One saving over many cells, in few queries."""

    def __init__(self, actor: Actor, submission: Submission, at: datetime, way: str) -> None:
        self.actor, self.submission, self.at, self.way = actor, submission, at, way
        self.specs = submission.duty.form.form.cells
        self.held = {cell.code: cell for cell in submission.cells.all()}
        self.saved = Saved()
        self.new: list[CellValue] = []
        self.old: list[CellValue] = []
        self.changes: list[CellChange] = []

    def take(self, code: str, one: Given) -> None:
        spec = self.specs.get(code)
        if spec is None or not spec.is_filled_by_hand:
            self.saved.faults[code] = _("Ô này đã khoá hoặc không có trong biểu mẫu, không nhập tay được.")
            return
        try:
            value, text = read(spec, one.text)
        except numbers.BadNumber as bad:
            self.saved.faults[code] = words.number_sentence(bad, spec)
            return
        cell = self.held.get(code)
        written, standing = shown(value, text), shown(cell.value, cell.text) if cell else ""
        if written == standing:
            return
        version = cell.version if cell else 0
        if one.seen != version and cell is not None:
            if written == self._at_version(code, one.seen):
                return  # This person left the cell as it was; what the other wrote stays.
            self.saved.conflicts[code] = Conflict(
                code, one.text, standing, cell.changed_label, cell.changed_at, cell.version
            )
            return
        self._change(code, cell, value, text, standing, written)

    def _at_version(self, code: str, version: int) -> str | None:
        if version == 0:
            return ""
        row = CellChange.objects.filter(submission=self.submission, code=code, version=version).first()
        return row.after if row else None

    def _change(
        self, code: str, cell: CellValue | None, value: Decimal | None, text: str, before: str, after: str
    ) -> None:
        if cell is None:
            cell = CellValue(submission=self.submission, code=code)
            self.new.append(cell)
            self.held[code] = cell
        else:
            self.old.append(cell)
        cell.value, cell.text, cell.version = value, text, cell.version + 1
        cell.changed_at, cell.changed_by_id, cell.changed_label = self.at, self.actor.account_id, self.actor.label[:200]
        self.changes.append(
            CellChange(
                submission=self.submission,
                code=code,
                version=cell.version,
                before=before,
                after=after,
                at=self.at,
                account_id=self.actor.account_id,
                label=self.actor.label[:200],
                way=self.way,
            )
        )
        self.saved.written.append(code)

    def write(self) -> None:
        if not self.changes:
            return
        CellValue.objects.bulk_create(self.new, batch_size=2000)
        fields = ["value", "text", "version", "changed_at", "changed_by", "changed_label"]
        CellValue.objects.bulk_update(self.old, fields, batch_size=500)
        CellChange.objects.bulk_create(self.changes, batch_size=2000)
        acts.keep(self.submission)
        audit.record(
            self.actor,
            "reporting.report.filled",
            self.submission,
            unit_id=self.submission.duty.holder_id,
            cells=len(self.changes),
            way=self.way,
        )


def read(spec: CellSpec, text: str) -> tuple[Decimal | None, str]:
    """The value or the words that a cell keeps. Raises BadNumber."""
    if spec.kind is CellKind.TEXT:
        return None, normalise_lines(text)[:LONGEST_TEXT].strip()
    return numbers.parse(text, spec.shape), ""


def shown(value: Decimal | None, text: str) -> str:
    """How a cell's content is compared and remembered."""
    return numbers.write(value) if value is not None else text
