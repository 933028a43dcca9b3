"""Data values coming in: each row judged by itself, the good ones kept by the engine's own act, all of them counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators import entries
from tinhso.engines.indicators.entries import Outcome, Row, RowResult
from tinhso.engines.indicators.models import Entry, SourceKind
from tinhso.engines.indicators.periods import AnyPeriod, PeriodKind
from tinhso.faces.api.catalogue import Item
from tinhso.faces.api.dhis2 import drafting
from tinhso.faces.api.dhis2.calls import Call
from tinhso.faces.api.dhis2.datasets import Form
from tinhso.faces.api.dhis2.metadata import DEFAULT_OPTION_COMBO
from tinhso.faces.api.dhis2.payloads import DataValue
from tinhso.faces.api.dhis2.reports import Report
from tinhso.faces.api.dhis2.rules import periods
from tinhso.faces.api.dhis2.rules.faults import Fault
from tinhso.faces.api.dhis2.rules.periods import Span
from tinhso.faces.api.dhis2.values import Schemes
from tinhso.faces.api.dhis2.words import sentence
from tinhso.faces.api.forest import Node

BATCH = 5_000
MOST_CONFLICTS = 2_000
STRATEGIES = {
    "CREATE": "CREATE",
    "NEW": "CREATE",
    "UPDATE": "UPDATE",
    "UPDATES": "UPDATE",
    "CREATE_AND_UPDATE": "CREATE_AND_UPDATE",
    "NEW_AND_UPDATES": "CREATE_AND_UPDATE",
    "DELETE": "DELETE",
    "DELETES": "DELETE",
}
_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,2})?", re.ASCII)
# What the engine refuses, as the interface numbers it.
CODES = {
    "entry_refused": "E7620",
    "wrong_period": "E7632",
    "wrong_unit": "E7636",
    "wrong_value": "E7619",
    "counted_live": "E7610",
    "same_cell_twice": "E7620",
    "refused": "E7617",
}
PROPERTIES = {"E7610": "dataElement", "E7632": "period", "E7611": "period", "E7641": "period", "E7619": "value"}
PROPERTIES |= {"E7612": "orgUnit", "E7617": "orgUnit", "E7636": "orgUnit", "E7618": "value"}

Cell = tuple[str, int, Span]


@dataclass
class Summary:
    """What became of the rows."""

    imported: int = 0
    updated: int = 0
    ignored: int = 0
    deleted: int = 0
    conflicts: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    rejected: list[int] = field(default_factory=list)

    def refuse(self, index: int, about: str, text: str, code: str) -> None:
        """One row is not kept. Rows refused for the same reason are one conflict with many indexes."""
        self.ignored += 1
        self.rejected.append(index)
        key = (about, text, code)
        if key not in self.conflicts and len(self.conflicts) >= MOST_CONFLICTS:
            key = ("", _("Còn những xung đột khác, không liệt kê hết."), "")
        found = self.conflicts.get(key)
        if found is None:
            found = self.conflicts[key] = {"object": key[0], "value": key[1], "indexes": []}
            if key[2]:
                found |= {"errorCode": key[2], "property": PROPERTIES.get(key[2], "dataValue")}
        found["indexes"].append(index)


@dataclass(frozen=True)
class Good:
    """A row that may be kept."""

    index: int
    item: Item
    node: Node
    span: Span
    value: Decimal | None
    comment: str

    @property
    def cell(self) -> Cell:
        return self.item.code, self.node.pk, self.span


class Importer:
    """One import: names resolved from memory, rows kept some thousands at a time."""

    def __init__(self, call: Call, *, strategy: str, is_dry_run: bool) -> None:
        self.call = call
        self.strategy = strategy
        self.is_dry_run = is_dry_run
        self.schemes = Schemes.of(call)
        self.summary = Summary()
        self.done: set[Cell] = set()
        self.today = timezone.localdate()

    @transaction.atomic
    def run(self, rows: Iterable[DataValue], *, form: Form | None = None) -> Summary:
        """All of it in one transaction: what breaks half-way leaves nothing behind."""
        waiting: dict[Cell, Good] = {}
        for index, row in enumerate(rows):
            try:
                good = self._judge(index, row, form)
            except Fault as fault:
                self.summary.refuse(index, fault.about[0] if fault.about else "", sentence(fault), fault.code)
                continue
            # Two rows of one cell follow one another, the later stands: each in a batch of its own.
            if good.cell in waiting or len(waiting) >= BATCH:
                self._keep(list(waiting.values()))
                waiting = {}
            waiting[good.cell] = good
        self._keep(list(waiting.values()))
        return self.summary

    def _judge(self, index: int, row: DataValue, form: Form | None) -> Good:
        item, node = self._item(row), self._node(row)
        for combo, code in ((row.categoryOptionCombo, "E7613"), (row.attributeOptionCombo, "E7615")):
            if combo not in (None, "", DEFAULT_OPTION_COMBO, "default"):
                raise Fault(code, combo)
        span = periods.parse(str(row.period or ""))
        if form is not None and item.code not in form.measures:
            raise Fault("E7633", item.uid, form.uid)
        if span.kind != item.frequency:
            raise Fault("E7632", span, item.uid)
        if span.first > self.today:
            raise Fault("E7641", span)
        is_gone = self.strategy == "DELETE" or bool(row.deleted)
        return Good(index, item, node, span, None if is_gone else self._value(item, row), (row.comment or "")[:200])

    def _item(self, row: DataValue) -> Item:
        known = self.call.catalogue
        name = row.dataElement or ""
        item = known.measures.get(name) if self.schemes.measure == "CODE" else known.measure_by_uid(name)
        if item is None or not item.takes_entries:
            raise Fault("E7610", name)
        return item

    def _node(self, row: DataValue) -> Node:
        node = self.call.unit(row.orgUnit or "", scheme=self.schemes.unit)
        if node is None:
            raise Fault("E7612", row.orgUnit or "")
        return node

    def _value(self, item: Item, row: DataValue) -> Decimal:
        if isinstance(row.value, bool):
            return Decimal(int(row.value))
        text = "" if row.value is None else str(row.value).strip()
        if not text:
            raise Fault("E7618", item.uid)
        if text.lower() in ("true", "false"):
            return Decimal(text.lower() == "true")
        try:
            # A program's number: "1.234" is one and a bit, never a thousand odd.
            return Decimal(text if _NUMBER.fullmatch(text) else "?")
        except InvalidOperation as error:
            raise Fault("E7619", item.uid, text) from error

    def _keep(self, rows: list[Good]) -> None:
        if not rows:
            return
        groups, rest = drafting.parted(self.call, rows)
        for report, mine in groups:
            self._draft(report, mine)
        if rest:
            self._enter(rest)

    def _draft(self, report: Report, rows: list[Good]) -> None:
        """Into the report's draft; a locked or approved report refuses each row."""
        known = drafting.standing(report)
        open_rows = []
        for row in rows:
            fault = drafting.held_back(report, row)
            if fault is not None:
                self.summary.refuse(row.index, row.node.uid, sentence(fault), fault.code)
            elif self._is_wanted(row, {row.cell} if known.get(row.item.code) else set()):
                open_rows.append(row)
        if not open_rows:
            return
        drafted = drafting.draft(self.call, report, open_rows, is_dry_run=self.is_dry_run)
        for row in open_rows:
            if row.index in drafted.refused:
                text, code = drafted.refused[row.index]
                self.summary.refuse(row.index, self._about(row, code), text, code)
            elif row.value is None:
                self.summary.deleted += 1
            elif known.get(row.item.code):
                self.summary.updated += 1
            else:
                self.summary.imported += 1

    def _enter(self, rows: list[Good]) -> None:
        standing = self._standing(rows)
        rows = [row for row in rows if self._is_wanted(row, standing)]
        results = entries.enter_many(
            self.call.caller.actor, rows=[self._row(row) for row in rows], is_dry_run=self.is_dry_run
        )
        for row, result in zip(rows, results, strict=True):
            self._count(row, result, is_known=row.cell in standing)

    def _standing(self, rows: list[Good]) -> set[Cell]:
        found = Entry.objects.standing().filter(
            measure_id__in={row.item.code for row in rows},
            unit_id__in={row.node.pk for row in rows},
            period_on__in={row.span.first for row in rows},
        )
        cells = found.values_list("measure_id", "unit_id", "period_kind", "period_on")
        known = {(str(code), unit, Span.of(kind, day)) for code, unit, kind, day in cells}
        return known | (self.done if self.is_dry_run else set())

    def _is_wanted(self, row: Good, standing: set[Cell]) -> bool:
        """What the strategy leaves alone is ignored without a conflict, as the interface has it."""
        is_known = row.cell in standing
        leaves_alone = {"CREATE": is_known, "UPDATE": not is_known, "DELETE": not is_known}
        if leaves_alone.get(self.strategy, row.value is None and not is_known):
            self.summary.ignored += 1
            return False
        return True

    def _row(self, row: Good) -> Row:
        account = self.call.caller.account.username
        source = _("Giao diện DHIS2, tài khoản %(name)s") % {"name": account}
        return Row(
            measure=row.item.code,
            unit=row.node.pk,
            period=AnyPeriod(PeriodKind(row.span.kind), row.span.first),
            value=row.value,
            source=f"{source}: {row.comment}" if row.comment else source,
            reason=row.comment or _("Số mới từ chương trình gửi"),
            source_kind=SourceKind.IMPORTED,
        )

    def _count(self, row: Good, result: RowResult, *, is_known: bool) -> None:
        match result.outcome:
            case Outcome.REFUSED:
                code = CODES.get(result.code, "E7620")
                self.summary.refuse(row.index, self._about(row, code), result.sentence, code)
                return
            case Outcome.WITHDRAWN:
                self.summary.deleted += 1
            case Outcome.UNCHANGED | Outcome.CORRECTED:
                self.summary.updated += 1
            case Outcome.CREATED:
                if is_known:
                    self.summary.updated += 1
                else:
                    self.summary.imported += 1
        self.done.add(row.cell)

    def _about(self, row: Good, code: str) -> str:
        match PROPERTIES.get(code):
            case "period":
                return str(row.span)
            case "orgUnit":
                return row.node.uid
        return row.item.uid


def completed(rows: Iterable[DataValue], beside: Any) -> Iterator[DataValue]:
    """Rows with what stands beside them filled in."""
    for row in rows:
        row.period = row.period if row.period is not None else beside.period
        row.orgUnit = row.orgUnit or beside.orgUnit
        row.attributeOptionCombo = row.attributeOptionCombo or beside.attributeOptionCombo
        yield row
