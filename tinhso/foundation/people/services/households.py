"""Acts on households: who lives in which, from when to when. One household at a time, one head at a time."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people import events, permissions
from tinhso.foundation.people.errors import AlreadyLinked, MembershipOverlaps
from tinhso.foundation.people.models import Household, HouseholdMember, Person


@transaction.atomic
def record_household(
    actor: access.Actor, *, code: str, commune: Unit, address: str, unit: Unit, recorded_on: date
) -> Household:
    """Writes a household; its code is given once."""
    access.require(actor, permissions.MANAGE_HOUSEHOLDS, unit=unit)
    household, is_new = Household.objects.get_or_create(
        code=code, defaults={"commune": commune, "address": address, "is_simulated": actor.is_simulated}
    )
    if not is_new:
        raise AlreadyLinked(_("Mã hộ %(code)s đã có.") % {"code": code})
    audit.record(actor, "people.household.recorded", household, unit_id=unit.pk)
    bus.publish(events.HOUSEHOLD_RECORDED, subject=household, unit=unit, occurred_on=recorded_on)
    return household


@transaction.atomic
def join_household(
    actor: access.Actor, *, household_id: int, person: Person, relation: str, joined_on: date, unit: Unit
) -> HouseholdMember:
    """Adds a member from a date. Raises MembershipOverlaps when they, or another head, are there already."""
    access.require(actor, permissions.MANAGE_HOUSEHOLDS, unit=unit)
    household = Household.objects.select_for_update().get(pk=household_id)
    try:
        with transaction.atomic():
            member = HouseholdMember.objects.create(
                household=household, person=person, relation=relation, valid_from=joined_on
            )
    except IntegrityError:
        raise MembershipOverlaps(
            _("Người này đang thuộc một hộ khác, hoặc hộ đã có chủ hộ vào ngày đó. Hãy ghi ngày rời hộ trước.")
        ) from None
    audit.record(actor, "people.household.joined", household, unit_id=unit.pk, person=person.pk, relation=relation)
    bus.publish(events.HOUSEHOLD_CHANGED, subject=household, unit=unit, occurred_on=joined_on, person=person.pk)
    return member


@transaction.atomic
def leave_household(actor: access.Actor, *, member_id: int, left_on: date, unit: Unit) -> HouseholdMember:
    """Ends a membership on a date (that day no longer counted)."""
    access.require(actor, permissions.MANAGE_HOUSEHOLDS, unit=unit)
    member = HouseholdMember.objects.select_for_update().select_related("household").get(pk=member_id)
    if left_on <= member.valid_from:
        raise MembershipOverlaps(_("Ngày rời hộ phải sau ngày vào hộ."))
    member.valid_to = left_on
    member.save(update_fields=["valid_to"])
    audit.record(actor, "people.household.left", member.household, unit_id=unit.pk, person=member.person_id)
    bus.publish(
        events.HOUSEHOLD_CHANGED, subject=member.household, unit=unit, occurred_on=left_on, person=member.person_id
    )
    return member
