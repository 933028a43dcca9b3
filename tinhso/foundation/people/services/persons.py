"""Acts on persons' records: recorded once, verified, corrected with a reason, merged when found to be one."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people import events, permissions
from tinhso.foundation.people.errors import CannotMerge, LevelTooLow, NotFound, PurposeMissing, WrongNumber
from tinhso.foundation.people.lookups import record_lookup
from tinhso.foundation.people.masking import mask_email, mask_number, mask_phone
from tinhso.foundation.people.models import Account, Person, PersonChange
from tinhso.foundation.privacy.permissions import CHECK
from tinhso.foundation.text.rules import normalise

_NUMBER = re.compile(r"^\d{12}$", re.ASCII)
CORRECTABLE = ("personal_number", "full_name", "born_on", "sex", "phone", "email", "address", "commune_id")


@transaction.atomic
def record_person(
    actor: access.Actor,
    *,
    full_name: str,
    personal_number: str | None = None,
    unit: Unit | None = None,
    is_simulated: bool = False,
    source: str = "",
    **fields: Any,
) -> Person:
    """Writes a person once. A known 12-digit number gives the record already there, unchanged. Raises WrongNumber."""
    access.require(actor, permissions.VERIFY_PERSONS, unit=unit)
    number = checked_number(personal_number)
    known = Person.objects.filter(personal_number=number).first() if number else None
    if known is not None:
        record_lookup(actor, person=known, purpose=_("Tiếp nhận hồ sơ: tìm theo số định danh"), unit=unit)
        return known.merged_into or known
    simulated = is_simulated or actor.is_simulated
    person = Person.objects.create(
        full_name=full_name, personal_number=number, is_simulated=simulated, source=source, **fields
    )
    audit.record(actor, "people.person.recorded", person, unit_id=unit.pk if unit else None, source=source)
    bus.publish(events.PERSON_RECORDED, subject=person, unit=unit, occurred_on=timezone.localdate())
    return person


def checked_number(number: str | None) -> str | None:
    """The 12 digits without spaces, or None when empty; raises WrongNumber otherwise."""
    digits = re.sub(r"[\s.]", "", number or "")
    if not digits:
        return None
    if not _NUMBER.match(digits):
        raise WrongNumber(_("Số định danh cá nhân phải gồm đúng 12 chữ số."))
    return digits


@transaction.atomic
def find_person(
    actor: access.Actor, *, personal_number: str, purpose: str, unit: Unit, subject: models.Model | None = None
) -> Person:
    """The person of a 12-digit number, for a purpose that they will read. Every find is in the look-up log.

    One number at a time: there is no way to list people one does not serve. Raises NotFound, PurposeMissing, Denied.
    """
    access.require(actor, permissions.VIEW_PERSONS, unit=unit)
    if not normalise(purpose):
        raise PurposeMissing(_("Hãy ghi mục đích xem thông tin cá nhân."))
    person = Person.objects.filter(personal_number=checked_number(personal_number) or "-").first()
    if person is None:
        raise NotFound(_("Chưa có người mang số định danh này trong hệ thống. Hãy kiểm tra lại số."))
    record_lookup(actor, person=person, purpose=purpose, subject=subject, unit=unit)
    return person.merged_into or person


@transaction.atomic
def verify_person(actor: access.Actor, *, person_id: int, unit: Unit, document: str) -> Person:
    """Records that an officer compared the person with their card at the desk."""
    access.require(actor, permissions.VERIFY_PERSONS, unit=unit)
    person = Person.objects.select_for_update().get(pk=person_id)
    if not person.personal_number:
        raise WrongNumber(_("Chưa có số định danh cá nhân nên chưa xác thực được. Hãy bổ sung số trước."))
    person.verified_at = timezone.now()
    person.save(update_fields=["verified_at", "sort_key"])
    record_lookup(actor, person=person, purpose=_("Xác thực danh tính tại quầy"), unit=unit)
    audit.record(actor, "people.person.verified", person, unit_id=unit.pk, document=document)
    bus.publish(events.PERSON_VERIFIED, subject=person, unit=unit, occurred_on=timezone.localdate())
    return person


@transaction.atomic
def correct_person(
    actor: access.Actor,
    *,
    person_id: int,
    changes: dict[str, Any],
    reason: str,
    document: str,
    unit: Unit,
    right: str = permissions.CORRECT_PERSONS,
) -> Person:
    """Corrects a record; what it was stays in PersonChange. Only CORRECTABLE fields; a reason is required.

    `right`: the permission of the act that leads here, when it is another than the register's own.
    """
    access.require(actor, right, unit=unit)
    if not normalise(reason):
        raise PurposeMissing(_("Hãy ghi lý do sửa thông tin cá nhân."))
    unknown = set(changes) - set(CORRECTABLE)
    if unknown:
        raise RuntimeError(f"fields of a person that cannot be corrected: {sorted(unknown)}")
    if "personal_number" in changes:
        changes = {**changes, "personal_number": checked_number(changes["personal_number"])}
    person = Person.objects.select_for_update().get(pk=person_id)
    before = {name: _plain(getattr(person, name)) for name in changes}
    for name, value in changes.items():
        setattr(person, name, value)
    _refuse_taken_number(person)
    person.save()
    after = {name: _plain(getattr(person, name)) for name in changes}
    _note_change(actor, person, before, after, reason, document)
    record_lookup(actor, person=person, purpose=_("Sửa thông tin cá nhân"), unit=unit)
    audit.record(actor, "people.person.corrected", person, unit_id=unit.pk, fields=sorted(changes), reason=reason)
    bus.publish(events.PERSON_CORRECTED, subject=person, unit=unit, occurred_on=timezone.localdate())
    return person


@transaction.atomic
def forget_contact(actor: access.Actor, *, person_id: int) -> int:
    """Empties telephone and e-mail of a person who asked for it; the change keeps only their masked forms.

    Returns how many fields were emptied. Done by the second officer of a request for deletion (foundation/privacy).
    """
    access.require(actor, CHECK)
    person = Person.objects.select_for_update().get(pk=person_id)
    before = {"phone": mask_phone(person.phone), "email": mask_email(person.email) if person.email else ""}
    held = {name: words for name, words in before.items() if words}
    if not held:
        return 0
    person.phone = person.email = ""
    person.save()
    _note_change(actor, person, held, dict.fromkeys(held, ""), _("Theo yêu cầu xoá dữ liệu"), "")
    audit.record(actor, "people.person.corrected", person, fields=sorted(held), reason=_("Theo yêu cầu xoá dữ liệu"))
    bus.publish(events.PERSON_CORRECTED, subject=person, occurred_on=timezone.localdate())
    return len(held)


def _refuse_taken_number(person: Person) -> None:
    taken = Person.objects.filter(personal_number=person.personal_number).exclude(pk=person.pk)
    if person.personal_number and taken.exists():
        raise WrongNumber(
            _("Số định danh %(number)s đã thuộc về hồ sơ khác. Nếu là cùng một người, hãy nhập chung hai hồ sơ.")
            % {"number": mask_number(person.personal_number)}
        )


def _note_change(
    actor: access.Actor, person: Person, before: dict[str, Any], after: dict[str, Any], reason: str, document: str
) -> None:
    PersonChange.objects.create(
        person=person,
        actor_id=actor.account_id,
        actor_label=actor.label,
        before=before,
        after=after,
        reason=reason,
        document=document,
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def merge_persons(
    actor: access.Actor, *, kept_id: int, duplicate_id: int, reason: str, document: str, unit: Unit
) -> Person:
    """Points a duplicate record to the one that goes on; accounts follow. Nothing is deleted.

    Refused when both carry a number and the numbers differ: two numbers are two people (CannotMerge).
    """
    access.require(actor, permissions.CORRECT_PERSONS, unit=unit)
    # Locked in id order, so two merges the other way round cannot wait for each other.
    rows = {p.pk: p for p in Person.objects.select_for_update().filter(pk__in=[kept_id, duplicate_id]).order_by("pk")}
    if len(rows) != 2:
        raise CannotMerge(_("Hãy chọn hai hồ sơ khác nhau để nhập chung."))
    kept, duplicate = rows[kept_id], rows[duplicate_id]
    if kept.merged_into_id or duplicate.merged_into_id:
        raise CannotMerge(_("Một trong hai hồ sơ đã được nhập vào hồ sơ khác."))
    if kept.personal_number and duplicate.personal_number:
        raise CannotMerge(_("Hai hồ sơ mang hai số định danh khác nhau nên không phải một người."))
    before = {"merged_into": None, "personal_number": duplicate.personal_number}
    if duplicate.personal_number:
        number, duplicate.personal_number = duplicate.personal_number, None
        duplicate.save()
        kept.personal_number = number
        kept.save()
    duplicate.merged_into = kept
    duplicate.save()
    Person.objects.filter(merged_into=duplicate).update(merged_into=kept)
    Account.objects.filter(person=duplicate).update(person=kept)
    _note_change(actor, duplicate, before, {"merged_into": kept.pk}, reason, document)
    for person in (kept, duplicate):
        record_lookup(actor, person=person, purpose=_("Nhập chung hồ sơ cá nhân"), unit=unit)
    audit.record(actor, "people.person.merged", duplicate, unit_id=unit.pk, into=kept.pk, reason=reason)
    bus.publish(events.PERSONS_MERGED, subject=duplicate, unit=unit, occurred_on=timezone.localdate(), into=kept.pk)
    return kept


def require_proved_identity(actor: access.Actor) -> Person:
    """The person behind an account, when proved by level 2 or at a desk; raises LevelTooLow with what to do."""
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    if person is None or person.verified_at is None:
        raise LevelTooLow(
            _(
                "Nộp hồ sơ cần tài khoản định danh mức độ 2. Hãy nâng mức trong ứng dụng VNeID, "
                "hoặc mang thẻ căn cước đến Trung tâm Phục vụ hành chính công để được xác thực."
            )
        )
    return person
