"""Importing a file: every row judged, every bad one named by its number, the good ones written in one stream."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from tinhso.engines.registers import events, permissions, words
from tinhso.engines.registers.errors import WrongFile
from tinhso.engines.registers.models import ImportFault, ImportRun, Record, Register, RegisterDefinition, RegisterHead
from tinhso.engines.registers.models.records import Change
from tinhso.engines.registers.rules import quality, tables
from tinhso.engines.registers.rules.schema import RuleKind
from tinhso.engines.registers.services import history
from tinhso.engines.registers.services.writing import LONGEST_KEY, provenance_of, unique_fields
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.rules import normalise

LARGEST = 512 * 1024 * 1024
# Rows of a file are held as values; so many at once are judged before the register is locked.
FAULT_COLUMNS = ("run_id", "row", "field", "code", "shown", "sentence")
RECORD_COLUMNS = ("id", "register_id", "key", "title", "data", "number", "valid_from", "is_simulated")


@dataclass
class _Judged:
    """A file read whole: what may be written by key, and what is wrong by row."""

    rows: int = 0
    good: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    faults: list[tuple[int, quality.Fault]] = field(default_factory=list)
    bad_rows: set[int] = field(default_factory=set)

    def refuse(self, row: int, faults: Iterable[quality.Fault]) -> None:
        self.bad_rows.add(row)
        self.faults += [(row, one) for one in faults]


def import_rows(
    *,
    actor: access.Actor,
    register: Register,
    data: bytes,
    file_name: str,
    source: str,
    confidence: int = 80,
    valid_from: date | None = None,
    all_or_nothing: bool = False,
) -> ImportRun:
    """Nhập một tệp CSV hoặc XLSX. The run names each refused row by number; good rows are written together, in one
    transaction, unless `all_or_nothing` and a row is bad. Raises WrongFile for what is no file of rows."""
    started = time.monotonic()
    definition = history.definition_on(register)
    history.require_changer(actor, definition)
    if len(data) > LARGEST:
        raise WrongFile(_("Tệp lớn hơn 512 MB. Hãy chia nhỏ tệp."))
    if not normalise(source):
        raise WrongFile(_("Hãy ghi nguồn của tệp: cơ quan, hệ thống nào lập."))
    try:
        table = tables.opened(data, definition.shape)
        judged = _judge(definition, table)
    except tables.BadFile as bad:
        raise WrongFile(words.of_file(bad)) from bad
    run = ImportRun(
        register=register,
        definition=definition,
        file_name=file_name[:255],
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=table.encoding,
        separator=table.separator[:1],
        source=fitting(normalise(source), 120),
        confidence=min(max(confidence, 0), 100),
        is_all_or_nothing=all_or_nothing,
        rows=judged.rows,
        unknown_columns=list(table.unknown)[:100],
        at=timezone.now(),
        account_id=actor.account_id,
        account_label=actor.label[:200],
        is_simulated=actor.is_simulated,
    )
    return _write(actor, register, run, judged, valid_from or timezone.localdate(), started)


def _judge(definition: RegisterDefinition, table: tables.Table) -> _Judged:
    """Pure work, before any lock. A key twice in the file: both rows stay out, for nobody knows which is right."""
    shape, found = definition.shape, _Judged()
    twice: set[str] = set()
    unique = {name: dict[Any, int]() for name in unique_fields(shape)}
    for row in table.rows:
        found.rows += 1
        if row.wrong:
            found.refuse(row.number, [quality.Fault("", row.wrong, row.about)])
            continue
        kept, faults = quality.judge(shape, row.values)
        key = shape.key_of(kept)
        if not faults:
            faults = _against_file(found, twice, unique, row.number, key, kept)
        if faults:
            found.refuse(row.number, faults)
        else:
            found.good[key] = (row.number, kept)
    for key in twice:
        number, _kept = found.good.pop(key)
        found.refuse(number, [quality.Fault(shape.keys[0], "key_twice", key[:80])])
    found.faults.sort(key=lambda one: one[0])
    return found


def _against_file(
    found: _Judged, twice: set[str], unique: dict[str, dict[Any, int]], number: int, key: str, kept: dict[str, Any]
) -> list[quality.Fault]:
    if len(key) > LONGEST_KEY:
        return [quality.Fault("", "long_key")]
    if key in found.good:
        twice.add(key)
        return [quality.Fault("", "key_twice", key[:80])]
    faults = []
    for name, seen in unique.items():
        value = kept.get(name)
        if value is not None and seen.setdefault(value, number) != number:
            faults.append(quality.Fault(name, str(RuleKind.UNIQUE), str(value)[:80]))
    return faults


@transaction.atomic
def _write(
    actor: access.Actor, register: Register, run: ImportRun, judged: _Judged, valid_from: date, started: float
) -> ImportRun:
    register = history.locked(actor, register.pk, permissions.CHANGE)
    definition = run.definition
    definition.register = register
    known = _known(register, judged)
    _against_register(definition, judged, known)
    run.refused = len(judged.bad_rows)
    run.is_written = not (run.is_all_or_nothing and judged.bad_rows)
    run.save()
    history.copy_rows(ImportFault._meta.db_table, FAULT_COLUMNS, _fault_rows(run, judged))
    if run.is_written:
        _put_all(actor, definition, run, judged, known, valid_from)
    run.milliseconds = round(1000 * (time.monotonic() - started))
    run.save()
    _tell(actor, register, run)
    return run


Known = dict[str, tuple[int, int, dict[str, Any], date | None]]


def _known(register: Register, judged: _Judged) -> Known:
    """What stands under the keys of the file."""
    wanted = list(judged.good)
    found: Known = {}
    for start in range(0, len(wanted), 10_000):
        rows = Record.objects.filter(register=register, key__in=wanted[start : start + 10_000])
        found |= {
            key: (pk, number, data, closed)
            for key, pk, number, data, closed in rows.values_list("key", "pk", "number", "data", "closed_on")
        }
    return found


def _against_register(definition: RegisterDefinition, judged: _Judged, known: Known) -> None:
    """Closed records are not opened by a file; what must be unique is unique in the register too."""
    for key, (_pk, _number, _data, closed) in known.items():
        if closed is not None:
            number, _kept = judged.good.pop(key)
            judged.refuse(number, [quality.Fault("", "closed", key[:80])])
    for name in unique_fields(definition.shape):
        others = Record.objects.current().filter(register=definition.register, **{f"data__{name}__isnull": False})
        holders = {str(value): key for value, key in others.values_list(f"data__{name}", "key")}
        for key, (number, kept) in list(judged.good.items()):
            value = kept.get(name)
            if value is not None and holders.get(str(value), key) != key:
                del judged.good[key]
                judged.refuse(number, [quality.Fault(name, str(RuleKind.UNIQUE), str(value)[:80])])


def _fault_rows(run: ImportRun, judged: _Judged) -> Iterator[tuple[Any, ...]]:
    for number, one in judged.faults:
        yield run.pk, number, one.field, one.code, one.shown.replace("\x00", ""), one.sentence[:300]


def _put_all(
    actor: access.Actor, definition: RegisterDefinition, run: ImportRun, judged: _Judged, known: Known, valid_from: date
) -> None:
    """New records in one stream, changed ones in one update, all versions in one stream."""
    fresh = [key for key in judged.good if key not in known]
    changed = [key for key, (_n, kept) in judged.good.items() if key in known and known[key][2] != kept]
    run.created, run.updated = len(fresh), len(changed)
    run.unchanged = len(judged.good) - run.created - run.updated
    simulated = actor.is_simulated or definition.register.is_simulated
    ids = dict(zip(fresh, _next_ids(len(fresh)), strict=True))
    shape, register = definition.shape, definition.register
    history.copy_rows(
        Record._meta.db_table,
        RECORD_COLUMNS,
        (
            (ids[key], register.pk, key, shape.title_of(kept)[:300], Jsonb(kept), 1, valid_from, simulated)
            for key in fresh
            for kept in [judged.good[key][1]]
        ),
    )
    _update(definition, judged, known, changed, valid_from)
    history.append(
        register, definition, _entries(run, judged, known, ids, fresh, changed, valid_from), actor=actor, at=run.at
    )


def _next_ids(count: int) -> list[int]:
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Record._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def _update(
    definition: RegisterDefinition, judged: _Judged, known: Known, changed: list[str], valid_from: date
) -> None:
    rows = [
        Record(
            pk=known[key][0],
            title=definition.shape.title_of(judged.good[key][1])[:300],
            data=judged.good[key][1],
            number=known[key][1] + 1,
            valid_from=valid_from,
        )
        for key in changed
    ]
    Record.objects.bulk_update(rows, ["title", "data", "number", "valid_from"], batch_size=2000)


def _entries(
    run: ImportRun,
    judged: _Judged,
    known: Known,
    ids: dict[str, int],
    fresh: list[str],
    changed: list[str],
    valid_from: date,
) -> Iterator[history.Entry]:
    on = timezone.localdate(run.at)
    for key in fresh:
        kept = judged.good[key][1]
        said = provenance_of(kept, run.source, run.confidence, on)
        yield history.Entry(ids[key], 1, key, kept, Change.IMPORTED, valid_from, said, run_id=run.pk)
    for key in changed:
        kept, (pk, number, _data, _closed) = judged.good[key][1], known[key]
        said = provenance_of(kept, run.source, run.confidence, on)
        yield history.Entry(pk, number + 1, key, kept, Change.IMPORTED, valid_from, said, run_id=run.pk)


def _tell(actor: access.Actor, register: Register, run: ImportRun) -> None:
    head = RegisterHead.objects.filter(register=register, size=register.size).values_list("root", flat=True).first()
    audit.record(
        actor,
        "registers.file.imported" if run.is_written else "registers.file.refused",
        run,
        unit_id=register.owner_id,
        register=register.code,
        sha256=run.sha256,
        rows=run.rows,
        refused=run.refused,
        size=register.size,
        root=bytes(head).hex() if head else "",
    )
    on: datetime = run.at
    bus.publish(
        events.IMPORTED,
        subject=run,
        unit=register.owner,
        occurred_on=timezone.localdate(on),
        register=register.pk,
        run=run.pk,
    )
