"""Telling values by hand or from a file: checked row by row, kept for good, and made facts in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators import events, keeping, permissions
from tinhso.engines.indicators.models import Entry, MeasureDefinition, SourceKind
from tinhso.engines.indicators.periods import AnyPeriod, Period
from tinhso.engines.indicators.telling import (
    Cell,
    EntryRefused,
    NeedsReason,
    SameCellTwice,
    check_period,
    check_unit,
    check_value,
    more_than_whole,
    unknown_measure,
    unknown_unit,
)
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.errors import Refused

# Above this many changed cells, listeners are told one per unit: an open page asks for all its figures anyway.
MOST_MESSAGES = 500


class Outcome(StrEnum):
    """What became of one row."""

    CREATED = "created"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Row:
    """One value to tell. `value` None leaves or makes the cell empty; empty is never zero."""

    measure: str
    unit: Unit | int
    period: AnyPeriod | Period | str
    value: Decimal | int | str | None
    source: str
    evidence: Sequence[StoredFile] = ()
    reason: str = ""
    source_kind: str = SourceKind.MANUAL


@dataclass(frozen=True)
class RowResult:
    """What became of the row at `index`; `sentence` says why it was refused, `code` the kind of refusal."""

    index: int
    outcome: Outcome
    sentence: str = ""
    code: str = ""
    entry_id: int | None = None
    refusal: Refused | None = field(default=None, repr=False, compare=False)


@transaction.atomic
def enter(
    actor: access.Actor,
    *,
    measure: MeasureDefinition | str,
    unit: Unit,
    period: AnyPeriod | Period | str,
    value: Decimal | int | str | None,
    source: str,
    evidence: Sequence[StoredFile] = (),
    reason: str = "",
    source_kind: str = SourceKind.MANUAL,
) -> Entry | None:
    """Nhập một số. Returns the new entry, or None when the cell already stood so. Refused as a whole otherwise."""
    access.require(actor, permissions.ENTER, unit=unit)
    code = measure if isinstance(measure, str) else measure.code
    row = Row(code, unit, period, value, source, tuple(evidence), reason, source_kind)
    [result] = enter_many(actor, rows=[row])
    if result.refusal:
        raise result.refusal
    return Entry.objects.get(pk=result.entry_id) if result.entry_id else None


@transaction.atomic
def enter_many(
    actor: access.Actor,
    *,
    rows: Iterable[Row],
    is_dry_run: bool = False,
    is_all_or_nothing: bool = False,
    today: date | None = None,
) -> list[RowResult]:
    """Nhập nhiều số. Good rows are kept, each refused row says why; a dry run answers the same and keeps nothing.

    With `is_all_or_nothing` one refused row keeps back all. Rows told twice to the same values change nothing.
    """
    batch = _Batch(actor, list(rows), today or timezone.localdate())
    batch.check()
    is_kept = not is_dry_run and not (is_all_or_nothing and batch.refused)
    if is_kept:
        batch.keep()
    return batch.results(is_kept)


@dataclass
class _Plan:
    """A row that may be kept: its cell, its checked value, and the entry it replaces."""

    index: int
    row: Row
    cell: Cell
    value: Decimal | None
    standing: Entry | None = None
    made: Entry | None = None

    @property
    def outcome(self) -> Outcome:
        known = self.standing.value if self.standing else None
        if known == self.value:
            return Outcome.UNCHANGED
        if self.value is None:
            return Outcome.WITHDRAWN
        return Outcome.CREATED if self.standing is None else Outcome.CORRECTED


class _Batch:
    """Rows checked together: a few queries however many rows."""

    def __init__(self, actor: access.Actor, rows: list[Row], today: date) -> None:
        self.actor, self.rows, self.today = actor, rows, today
        self.refused: dict[int, Refused] = {}
        self.plans: dict[int, _Plan] = {}
        codes = {row.measure for row in rows}
        found = MeasureDefinition.objects.filter(code__in=codes).select_related("unit_of_measure", "part_of")
        self.measures = {row.code: row for row in found.prefetch_related("parts")}
        ids = {row.unit for row in rows if not isinstance(row.unit, Unit)}
        self.units = Unit.objects.in_bulk(ids) | {row.unit.pk: row.unit for row in rows if isinstance(row.unit, Unit)}
        self.may: dict[int, Refused | None] = {}
        keeping.lock_measures(self.measures)

    def check(self) -> None:
        """Every row by itself, then against what stands, then parts against their wholes."""
        taken: set[Cell] = set()
        for index, row in enumerate(self.rows):
            try:
                plan = self._plan(index, row)
                if plan.cell in taken:
                    raise SameCellTwice(_("Ô này đã có một dòng khác trong cùng lần nhập."))
                taken.add(plan.cell)
                self.plans[index] = plan
            except Refused as refusal:
                self.refused[index] = refusal
        self._find_standing()
        self._check_parts()

    def _plan(self, index: int, row: Row) -> _Plan:
        measure = self.measures.get(row.measure)
        if measure is None:
            raise unknown_measure(row.measure)
        unit = self.units.get(row.unit.pk if isinstance(row.unit, Unit) else row.unit)
        if unit is None:
            raise unknown_unit()
        self._require(unit)
        period = check_period(measure, row.period, self.today)
        check_unit(measure, unit, period)
        value = check_value(measure, row.value)
        if not row.source.strip():
            raise EntryRefused(_("Hãy ghi số này lấy từ đâu: văn bản, báo cáo, sổ theo dõi."))
        if any(file.state == StoredFile.State.QUARANTINED for file in row.evidence):
            raise EntryRefused(_("Tệp minh chứng đang bị cách ly; hãy đính kèm tệp khác."))
        return _Plan(index, row, Cell(measure.code, unit.pk, period), value)

    def _require(self, unit: Unit) -> None:
        if unit.pk not in self.may:
            try:
                access.require(self.actor, permissions.ENTER, unit=unit)
                self.may[unit.pk] = None
            except Refused as denied:
                self.may[unit.pk] = denied
        known = self.may[unit.pk]
        if known:
            raise known

    def _find_standing(self) -> None:
        known = keeping.standing_entries([plan.cell for plan in self.plans.values()])
        for index, plan in list(self.plans.items()):
            plan.standing = known.get(plan.cell)
            if plan.standing and plan.outcome is not Outcome.UNCHANGED and not plan.row.reason.strip():
                self._refuse(index, NeedsReason(_("Ô này đã có số. Muốn sửa, hãy ghi lý do.")))

    def _check_parts(self) -> None:
        # Refusing a whole may leave its part too large, so the check is repeated until nothing more is refused.
        while (wrong := self._first_too_large()) is not None:
            self._refuse(wrong, more_than_whole(self.measures[self.rows[wrong].measure]))

    def _first_too_large(self) -> int | None:
        values = {plan.cell: plan.value for plan in self.plans.values()}
        missing = {cell for plan in self.plans.values() for cell in self._relatives(plan.cell)} - set(values)
        known = {cell: entry.value for cell, entry in keeping.standing_entries(list(missing)).items()}
        together, told = known | values, values.keys()
        return next((index for index, plan in self.plans.items() if self._is_off(plan, together, told)), None)

    def _relatives(self, cell: Cell) -> list[Cell]:
        measure = self.measures[cell.measure]
        codes = [part.code for part in measure.parts.all()] + ([measure.part_of.code] if measure.part_of else [])
        return [Cell(code, cell.unit_id, cell.period) for code in codes]

    def _is_off(self, plan: _Plan, values: dict[Cell, Decimal | None], told: Collection[Cell]) -> bool:
        if plan.value is None or plan.outcome is Outcome.UNCHANGED:
            return False
        measure = self.measures[plan.cell.measure]
        if measure.part_of:
            whole = values.get(Cell(measure.part_of.code, plan.cell.unit_id, plan.cell.period))
            if whole is not None and plan.value > whole:
                return True
        # A part told in the same batch (`told`) answers for itself.
        parts = [Cell(part.code, plan.cell.unit_id, plan.cell.period) for part in measure.parts.all()]
        standing = [values.get(cell) for cell in parts if cell not in told]
        return any(part is not None and part > plan.value for part in standing)

    def _refuse(self, index: int, refusal: Refused) -> None:
        self.refused[index] = refusal
        del self.plans[index]

    def keep(self) -> None:
        """Writes entries, evidence, facts and their history, audit and messages."""
        changing = [plan for plan in self.plans.values() if plan.outcome is not Outcome.UNCHANGED]
        if not changing:
            return
        now = timezone.now()
        for plan in changing:
            plan.made = self._entry(plan, now)
        made = Entry.objects.bulk_create([plan.made for plan in changing if plan.made], batch_size=1000)
        self._attach(changing)
        keeping.keep_facts(made, now)
        keeping.notify(made, {pk: unit.path for pk, unit in self.units.items()}, most=MOST_MESSAGES)
        self._audit(changing)

    def _entry(self, plan: _Plan, now: datetime) -> Entry:
        return Entry(
            measure_id=plan.cell.measure,
            unit_id=plan.cell.unit_id,
            period_kind=str(plan.cell.period.kind),
            period_on=plan.cell.period.first_day,
            ends_on=plan.cell.period.last_day,
            value=plan.value,
            recorded_at=now,
            recorded_by_id=self.actor.account_id,
            source_kind=plan.row.source_kind,
            source=plan.row.source.strip()[:300],
            reason=plan.row.reason.strip()[:300] if plan.standing else "",
            replaces=plan.standing,
            is_simulated=self.actor.is_simulated,
        )

    def _attach(self, changing: list[_Plan]) -> None:
        link = Entry.evidence.through
        pairs = [(plan.made, file) for plan in changing if plan.made for file in plan.row.evidence]
        link.objects.bulk_create([link(entry=entry, storedfile=file) for entry, file in pairs])

    def _audit(self, changing: list[_Plan]) -> None:
        first = changing[0].made
        if first is None:
            return
        details: dict[str, Any] = {"measures": sorted({plan.cell.measure for plan in changing})[:20]}
        if len(changing) == 1:
            before = changing[0].standing.value if changing[0].standing else None
            details |= {"period": str(first.period), "before": str(before), "now": str(first.value)}
            details["reason"] = first.reason
        audit.record(
            self.actor, "indicators.entry.recorded", first, unit_id=first.unit_id, rows=len(changing), **details
        )
        bus.publish(
            events.ENTRIES_RECORDED,
            subject=first,
            unit=self.units[first.unit_id],
            occurred_on=timezone.localdate(first.recorded_at),
            measures=details["measures"],
            rows=len(changing),
        )

    def results(self, is_kept: bool) -> list[RowResult]:
        """One answer per row, in the order of the rows."""
        return [self._result(index) for index in range(len(self.rows))]

    def _result(self, index: int) -> RowResult:
        refusal = self.refused.get(index)
        if refusal:
            return RowResult(index, Outcome.REFUSED, str(refusal), refusal.code, refusal=refusal)
        plan = self.plans[index]
        return RowResult(index, plan.outcome, entry_id=plan.made.pk if plan.made else None)
