"""The golden record: what sources say is kept, the best of it becomes the record's next version."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.registers import permissions, words
from tinhso.engines.registers.errors import NoSuchRecord, WrongRecord
from tinhso.engines.registers.models import Claim, Record, RecordVersion, Register
from tinhso.engines.registers.models.records import Change
from tinhso.engines.registers.rules import golden, quality, values
from tinhso.engines.registers.services import history, writing
from tinhso.foundation.access import guard as access


@transaction.atomic
def receive_claims(
    *,
    actor: access.Actor,
    register: Register,
    key: str,
    said: dict[str, Any],
    source: str,
    confidence: int,
    seen_on: date,
) -> Record:
    """Nhận thông tin từ một nguồn. The record takes a value when the source is surer than what stands there."""
    register = history.locked(actor, register.pk, permissions.CHANGE)
    definition = history.definition_on(register)
    record = Record.objects.current().filter(register=register, key=key).first()
    if record is None:
        raise NoSuchRecord(_("Không có bản ghi đang dùng với khóa này."))
    if not 0 <= confidence <= 100:
        raise WrongRecord(_("Độ tin cậy phải từ 0 đến 100."))
    now = timezone.now()
    for name, given in said.items():
        field = definition.shape.by_name.get(name)
        if field is None or name in definition.shape.keys:
            raise WrongRecord(_("Nguồn không sửa được trường “%(name)s”.") % {"name": name[:60]})
        try:
            value = values.read(field, given)
        except values.BadValue as bad:
            fault = quality.Fault(name, str(bad.wrong), str(given)[:80])
            raise WrongRecord(words.of_fault(definition.shape, fault)) from bad
        Claim.objects.create(
            record=record, field=name, value=value, source=source, confidence=confidence, seen_on=seen_on, at=now
        )
    return _golden(actor, definition, record)


def _golden(actor: access.Actor, definition: Any, record: Record) -> Record:
    standing = RecordVersion.objects.filter(record=record).exclude(provenance={}).order_by("-number").first()
    claims = [
        golden.Claim(one.field, one.value, one.source, one.confidence, one.seen_on) for one in record.claims.all()
    ]
    provenance: dict[str, Any] = dict(standing.provenance) if standing else {}
    for name, told in provenance.items():
        if name in record.data:
            seen = date.fromisoformat(told["on"])
            claims.append(golden.Claim(name, record.data[name], told["source"], told["confidence"], seen))
    best = golden.best(claims)
    kept = {**record.data, **{name: one.value for name, one in best.items()}}
    kept = writing.judged(definition, {name: value for name, value in kept.items() if value is not None}, record)
    fresh = {
        name: {"source": one.source, "confidence": one.confidence, "on": one.seen_on.isoformat()}
        for name, one in best.items()
        if name in kept
    }
    return writing.put(
        actor,
        definition,
        record,
        kept,
        provenance={**{name: told for name, told in provenance.items() if name in kept}, **fresh},
        valid_from=timezone.localdate(),
        change=Change.MERGED,
    )
