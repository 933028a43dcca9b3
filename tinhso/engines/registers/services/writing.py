"""Writing one record: by the program and by approved requests. People go through requests."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.registers import events, permissions, words
from tinhso.engines.registers.errors import NoSuchRecord, WrongRecord
from tinhso.engines.registers.models import Record, Register, RegisterDefinition, RegisterHead
from tinhso.engines.registers.models.records import Change
from tinhso.engines.registers.rules import quality
from tinhso.engines.registers.rules.schema import RuleKind, Shape
from tinhso.engines.registers.services import history
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.text.asked import fitting

LONGEST_KEY = 300


def judged(definition: RegisterDefinition, given: dict[str, Any], record: Record | None = None) -> dict[str, Any]:
    """The values as they are kept. Raises WrongRecord with every fault named."""
    shape = definition.shape
    kept, faults = quality.judge(shape, given)
    faults += [] if faults else taken(definition, kept, record)
    unknown = [name for name in given if name not in shape.by_name]
    if unknown:
        raise WrongRecord(_("Cơ sở dữ liệu không có trường “%(name)s”.") % {"name": str(unknown[0])[:60]})
    if len(shape.key_of(kept)) > LONGEST_KEY:
        faults.append(quality.Fault("", "long_key"))
    if faults:
        said = tuple((one.field, words.of_fault(shape, one)) for one in faults)
        raise WrongRecord(" ".join(sentence for _name, sentence in said[:5]), said)
    return kept


def taken(definition: RegisterDefinition, kept: dict[str, Any], record: Record | None) -> list[quality.Fault]:
    """Fields that must differ from those of every other record, and do not."""
    found: list[quality.Fault] = []
    for name in unique_fields(definition.shape):
        if kept.get(name) is None:
            continue
        others = Record.objects.current().filter(register=definition.register, data__contains={name: kept[name]})
        if others.exclude(pk=record.pk if record else 0).exists():
            found.append(quality.Fault(name, str(RuleKind.UNIQUE), str(kept[name])[:80]))
    return found


def unique_fields(shape: Shape) -> list[str]:
    """Fields that a rule says no two records share."""
    return [rule.field for rule in shape.rules if rule.kind is RuleKind.UNIQUE]


def provenance_of(data: dict[str, Any], source: str, confidence: int, on: date) -> dict[str, Any]:
    """The same source for every field."""
    said = {"source": source, "confidence": confidence, "on": on.isoformat()}
    return dict.fromkeys(data, said)


@transaction.atomic
def write_record(
    *,
    actor: access.Actor,
    register: Register,
    values: dict[str, Any],
    source: str,
    confidence: int = 90,
    valid_from: date | None = None,
    reason: str = "",
    document: str = "",
    change: str = "",
) -> Record:
    """Ghi bản ghi theo khóa: new, or its next version. What changes nothing writes nothing. Raises WrongRecord.

    For programs (the exchange, other systems): people ask for a change that somebody else approves.
    """
    register = history.locked(actor, register.pk, permissions.CHANGE)
    definition = history.definition_on(register)
    history.require_changer(actor, definition)
    key = definition.shape.key_of(quality.judge(definition.shape, values)[0])
    known = Record.objects.filter(register=register, key=key).first()
    kept = judged(definition, values, known)
    return put(
        actor,
        definition,
        known,
        kept,
        provenance=provenance_of(kept, source, confidence, timezone.localdate()),
        valid_from=valid_from or timezone.localdate(),
        reason=reason,
        document=document,
        change=change,
    )


def put(
    actor: access.Actor,
    definition: RegisterDefinition,
    known: Record | None,
    kept: dict[str, Any],
    *,
    provenance: dict[str, Any],
    valid_from: date,
    reason: str = "",
    document: str = "",
    change: str = "",
) -> Record:
    """The row, its version, audit and event. The caller holds the register's row and has asked who may."""
    register, shape = definition.register, definition.shape
    if known is not None and known.data == kept and known.closed_on is None:
        return known
    record = known or Record(register=register, number=0, is_simulated=actor.is_simulated or register.is_simulated)
    was_closed = record.closed_on is not None
    record.key, record.data, record.title = shape.key_of(kept), kept, shape.title_of(kept)[:300]
    record.number += 1
    record.valid_from, record.closed_on = valid_from, None
    record.save()
    default = Change.REOPENED if was_closed else Change.CREATED if known is None else Change.CORRECTED
    entry = history.Entry(
        record.pk,
        record.number,
        record.key,
        kept,
        change or default,
        valid_from,
        provenance,
        fitting(reason, 300),
        fitting(document, 200),
    )
    note(actor, definition, record, entry)
    return record


def note(actor: access.Actor, definition: RegisterDefinition, record: Record, entry: history.Entry) -> None:
    """The version's row in the history, in the audit log with the history's root, and told to others."""
    register, at = definition.register, timezone.now()
    history.append(register, definition, [entry], actor=actor, at=at)
    root = RegisterHead.objects.filter(register=register, size=register.size).values_list("root", flat=True)[0]
    audit.record(
        actor,
        "registers.record.written",
        record,
        unit_id=register.owner_id,
        register=register.code,
        number=entry.number,
        change=str(entry.change),
        size=register.size,
        root=bytes(root).hex(),
    )
    bus.publish(
        events.RECORD_CHANGED,
        subject=record,
        unit=register.owner,
        occurred_on=timezone.localdate(at),
        register=register.pk,
        record=record.pk,
    )


@transaction.atomic
def close_record(
    *, actor: access.Actor, register: Register, key: str, reason: str, document: str = "", on: date | None = None
) -> Record:
    """Đóng bản ghi từ một ngày: it stays with its history, and answers nobody from that day. Raises NoSuchRecord."""
    register = history.locked(actor, register.pk, permissions.CHANGE)
    definition = history.definition_on(register)
    history.require_changer(actor, definition)
    record = Record.objects.current().filter(register=register, key=key).first()
    if record is None:
        raise NoSuchRecord(_("Không có bản ghi đang dùng với khóa này."))
    return shut(actor, definition, record, reason, document, on or timezone.localdate())


def shut(
    actor: access.Actor, definition: RegisterDefinition, record: Record, reason: str, document: str, on: date
) -> Record:
    """Closes; the caller holds the register's row and has asked who may."""
    record.closed_on, record.number = on, record.number + 1
    record.save(update_fields=["closed_on", "number"])
    entry = history.Entry(
        record.pk,
        record.number,
        record.key,
        record.data,
        Change.CLOSED,
        on,
        {},
        fitting(reason, 300),
        fitting(document, 200),
    )
    note(actor, definition, record, entry)
    return record
