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
from tinhso.engines.registers.models import Record, RecordVersion, Register, RegisterDefinition
from tinhso.engines.registers.rules.schema import Sensitivity
from tinhso.engines.registers.services import history
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.database import kept
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
    definition: RegisterDefinition | None = None,
) -> Found:
    """Tra cứu theo khóa. Written in the audit log and, for a person's record, before that person's eyes.

    `fields` None: every open and shared field; personal ones must be asked by name, restricted ones besides that only
    by those who hold the permission at the owner. Raises NoSuchRecord, FieldNotGranted,
    and WrongRequest without a purpose. `definition`: the one in force, for who has just read it.
    """
    found = _register(register)
    access.require(actor, permissions.LOOK_UP, unit=found.owner if not _is_far(actor) else None)
    if not normalise(purpose):
        raise WrongRequest(_("Hãy ghi mục đích tra cứu."))
    shape = (definition or history.definition_on(found)).shape
    wanted = list(fields) if fields is not None else [*shape.named(Sensitivity.OPEN), *shape.named(Sensitivity.SHARED)]
    unknown = [name for name in wanted if name not in shape.by_name]
    if unknown:
        raise FieldNotGranted(_("Cơ sở dữ liệu không có trường “%(name)s”.") % {"name": str(unknown[0])[:60]})
    if set(wanted) & set(shape.named(Sensitivity.RESTRICTED)):
        access.require(actor, permissions.LOOK_UP, unit=found.owner)
    answer, whole = _answer(found, key, wanted, day)
    _note(actor, found, answer, str(whole.get(shape.subject) or ""), purpose, subject, wanted)
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


# The present word on the record of a key, in one question: what nearly every look-up asks.
def _present(register: Any, key: Any) -> models.QuerySet[RecordVersion]:
    now = [
        '"registers_record"."register_id" = %s',
        '"registers_record"."key" = %s',
        '"registers_recordversion"."number" = "registers_record"."number"',
    ]
    found = RecordVersion.objects.select_related("record").order_by()
    return found.extra(where=now, params=[register, key])  # noqa: S610 - our own words; values are parameters


_PRESENT = kept.Question(_present)
_PERSON = kept.Question(
    lambda number: Person.objects.extra(where=['"people_person"."personal_number" = %s'], params=[number])
)


def _version(register: Register, key: str, day: date | None) -> RecordVersion | None:
    """The version of a key's record in force on the day (today)."""
    today, key = timezone.localdate(), key.strip().upper()
    if day is None:
        found = next(iter(_PRESENT.ask(register.pk, key)), None)
        if found is None:
            return None
        one = found.record
        # Closed, joined to another, or changed from a day to come: the history says what holds.
        if one.closed_on is None and one.joined_to_id is None and found.valid_from <= today:
            return found
    record = Record.objects.filter(register=register, key=key).select_related("joined_to").first()
    if record is not None and record.joined_to is not None and day is None:
        record = record.joined_to
    versions = RecordVersion.objects.filter(record=record) if record else RecordVersion.objects.none()
    return versions.select_related("record").as_of(day or today).first()


def _answer(register: Register, key: str, wanted: list[str], day: date | None) -> tuple[Found, dict[str, Any]]:
    """What is told, and the whole record for finding whom it speaks of."""
    version = _version(register, key, day)
    if version is None:
        raise NoSuchRecord(_("Không có bản ghi đang dùng với khóa này."))
    record = version.record
    found = Found(
        record.pk,
        record.key,
        version.number,
        version.valid_from,
        {name: version.data[name] for name in wanted if name in version.data},
        {name: version.provenance[name] for name in wanted if name in version.provenance},
        register.name,
        timezone.localdate(version.at),
    )
    return found, version.data


def _note(
    actor: access.Actor,
    register: Register,
    answer: Found,
    number: str,
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
    person = next(iter(_PERSON.ask(number)), None) if number else None
    if person is not None:
        words = _("Tra cứu “%(register)s”: %(purpose)s") % {"register": register.name, "purpose": purpose}
        record_lookup(actor, person=person, purpose=words, subject=subject)
