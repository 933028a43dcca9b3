"""Looking a record up by its key: for a purpose, only fields that may be had, and the person sees who looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.registers import permissions
from tinhso.engines.registers.errors import FieldNotGranted, NoSuchRecord, WrongRequest
from tinhso.engines.registers.models import Record, RecordVersion, Register
from tinhso.engines.registers.rules.schema import Sensitivity
from tinhso.engines.registers.services import history
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.people.lookups import record_lookup
from tinhso.foundation.people.models import Person
from tinhso.foundation.text.rules import normalise


@dataclass(frozen=True)
class Found:
    """What a look-up answers: the fields asked, of which day, from which sources."""

    record_id: int
    key: str
    number: int
    valid_from: date
    values: dict[str, Any]
    provenance: dict[str, Any]
    register_name: str
    recorded_on: date


@transaction.atomic
def look_up(
    actor: access.Actor,
    *,
    register: Register | str,
    key: str,
    fields: Sequence[str] | None = None,
    purpose: str,
    subject: models.Model | None = None,
    day: date | None = None,
) -> Found:
    """Tra cứu theo khóa. Written in the audit log and, for a person's record, before that person's eyes.

    `fields` None: every open and shared field; personal ones must be asked by name, restricted ones besides that only
    by those who hold the permission at the owner. Raises NoSuchRecord, FieldNotGranted,
    and WrongRequest without a purpose.
    """
    found = _register(register)
    access.require(actor, permissions.LOOK_UP, unit=found.owner if not _is_far(actor) else None)
    if not normalise(purpose):
        raise WrongRequest(_("Hãy ghi mục đích tra cứu."))
    definition = history.definition_on(found)
    shape = definition.shape
    wanted = list(fields) if fields is not None else [*shape.named(Sensitivity.OPEN), *shape.named(Sensitivity.SHARED)]
    unknown = [name for name in wanted if name not in shape.by_name]
    if unknown:
        raise FieldNotGranted(_("Cơ sở dữ liệu không có trường “%(name)s”.") % {"name": str(unknown[0])[:60]})
    if set(wanted) & set(shape.named(Sensitivity.RESTRICTED)):
        access.require(actor, permissions.LOOK_UP, unit=found.owner)
    answer = _answer(found, key, wanted, day)
    _note(actor, found, answer, shape.subject, purpose, subject, wanted)
    return answer


def _is_far(actor: access.Actor) -> bool:
    """Officers at desks look up for their own work, wherever the register's owner sits."""
    return actor.kind == "account"


def _register(given: Register | str) -> Register:
    if isinstance(given, Register):
        return given
    found = Register.objects.select_related("owner").filter(code=given).first()
    if found is None:
        raise NoSuchRecord(_("Không có cơ sở dữ liệu này."))
    return found


def _answer(register: Register, key: str, wanted: list[str], day: date | None) -> Found:
    record = Record.objects.filter(register=register, key=key.strip().upper()).select_related("joined_to").first()
    if record is not None and record.joined_to is not None and day is None:
        record = record.joined_to
    versions = RecordVersion.objects.filter(record=record) if record else RecordVersion.objects.none()
    version = versions.as_of(day or timezone.localdate()).first()
    if record is None or version is None:
        raise NoSuchRecord(_("Không có bản ghi đang dùng với khóa này."))
    return Found(
        record.pk,
        record.key,
        version.number,
        version.valid_from,
        {name: version.data[name] for name in wanted if name in version.data},
        {name: version.provenance[name] for name in wanted if name in version.provenance},
        register.name,
        timezone.localdate(version.at),
    )


def _note(
    actor: access.Actor,
    register: Register,
    answer: Found,
    subject_field: str,
    purpose: str,
    subject: models.Model | None,
    wanted: list[str],
) -> None:
    record = Record(pk=answer.record_id)
    audit.record(
        actor,
        "registers.record.looked_up",
        record,
        unit_id=register.owner_id,
        register=register.code,
        fields=wanted,
        purpose=purpose,
    )
    person = person_of(answer.record_id, subject_field)
    if person is not None:
        words = _("Tra cứu “%(register)s”: %(purpose)s") % {"register": register.name, "purpose": purpose}
        record_lookup(actor, person=person, purpose=words, subject=subject)


def person_of(record_id: int, subject_field: str) -> Person | None:
    """The person that a record speaks of, when the house knows them."""
    if not subject_field:
        return None
    number = Record.objects.filter(pk=record_id).values_list(f"data__{subject_field}", flat=True).first()
    return Person.objects.filter(personal_number=number).first() if number else None
