"""Sign-in by the identity provider: claims already proved (vneid.py) become our account and person."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.people import events
from tinhso.foundation.people.errors import SignInRefused
from tinhso.foundation.people.models import Account, Person
from tinhso.foundation.text.rules import normalise

_NUMBER = re.compile(r"^\d{12}$", re.ASCII)
ACTOR = "VNeID"


@transaction.atomic
def sign_in_by_identity(*, claims: dict[str, Any], known: Account | None) -> Account:
    """The account of a person whom the provider has just proved; made at the first sign-in.

    Level 2 finds or records the person by the 12-digit number and verifies them. Level 1 proves too little to open
    anybody's record: its account has no person, and filing is refused later with a sentence. `known` is the account
    already tied to this subject. Raises SignInRefused.
    """
    actor = access.Actor.system(ACTOR, is_simulated=bool(claims.get("is_simulated")))
    number, level = str(claims.get("personal_number") or ""), _level(claims)
    if not _NUMBER.match(number):
        raise SignInRefused(_("VNeID không trả về số định danh 12 chữ số hợp lệ. Hãy đăng nhập lại."))
    account = _of_verified_person(actor, claims, number, known) if level >= 2 else _of_level_1(actor, claims, known)
    if not account.is_active:
        raise SignInRefused(_("Tài khoản này đã bị khoá. Hãy liên hệ Trung tâm Phục vụ hành chính công."))
    if account.assurance_level != level:
        account.assurance_level = level
        account.save(update_fields=["assurance_level"])
    return account


def _level(claims: dict[str, Any]) -> int:
    acr = str(claims.get("acr") or "")
    if acr not in {"1", "2"}:
        raise SignInRefused(_("VNeID không cho biết mức độ định danh. Hãy đăng nhập lại."))
    return int(acr)


def _of_level_1(actor: access.Actor, claims: dict[str, Any], known: Account | None) -> Account:
    if known is not None and known.person_id is not None:
        raise SignInRefused(
            _("Tài khoản này đã định danh mức độ 2. Hãy đăng nhập bằng mức độ 2 để xem dữ liệu của bạn.")
        )
    return known or _make_account(actor, claims, None)


def _of_verified_person(actor: access.Actor, claims: dict[str, Any], number: str, known: Account | None) -> Account:
    person = _person(actor, claims, number)
    if known is not None and known.person_id not in (None, person.pk):
        raise SignInRefused(_("Tài khoản VNeID này đã gắn với người khác. Hãy liên hệ quản trị hệ thống."))
    account = known or Account.objects.filter(person=person, kind=Account.Kind.CITIZEN).order_by("pk").first()
    if account is None:
        return _make_account(actor, claims, person)
    if account.person_id is None:
        account.person = person
        account.save(update_fields=["person"])
        audit.record(actor, "people.account.linked", account, person=person.pk)
    return account


def _person(actor: access.Actor, claims: dict[str, Any], number: str) -> Person:
    """Found or recorded by number. What the provider says of name and birth wins; what we know more stays."""
    person, is_new = Person.objects.select_for_update().get_or_create(
        personal_number=number,
        defaults={
            "full_name": normalise(str(claims.get("name") or ""))[:120],
            "source": ACTOR,
            "is_simulated": actor.is_simulated,
        },
    )
    person.full_name = normalise(str(claims.get("name") or person.full_name))[:120]
    person.born_on = _date(claims.get("birthdate")) or person.born_on
    person.sex = {"male": Person.Sex.MALE, "female": Person.Sex.FEMALE}.get(str(claims.get("gender")), person.sex)
    person.address = _address(claims) or person.address
    person.phone = str(claims.get("phone_number") or person.phone)[:15]
    was_verified = person.verified_at is not None
    person.verified_at = timezone.now()
    person.save()
    if is_new:
        audit.record(actor, "people.person.recorded", person, source=ACTOR)
        bus.publish(events.PERSON_RECORDED, subject=person, occurred_on=timezone.localdate())
    if not was_verified:
        audit.record(actor, "people.person.verified", person, document=_("Định danh điện tử mức độ 2"))
        bus.publish(events.PERSON_VERIFIED, subject=person, occurred_on=timezone.localdate())
    return person


def _make_account(actor: access.Actor, claims: dict[str, Any], person: Person | None) -> Account:
    account = Account(
        # The number is not the name: a username is seen by others.
        username=f"vneid-{str(claims['sub']).lower()}"[:150],
        full_name=normalise(str(claims.get("name") or ""))[:120],
        kind=Account.Kind.CITIZEN,
        person=person,
        is_simulated=actor.is_simulated,
    )
    account.set_unusable_password()
    account.save()
    audit.record(actor, "people.account.created", account, kind=account.kind)
    bus.publish(events.ACCOUNT_CREATED, subject=account, occurred_on=timezone.localdate())
    return account


def _address(claims: dict[str, Any]) -> str:
    """The address claim of OpenID Connect is an object; some providers send a plain text."""
    given = claims.get("address")
    text = given.get("formatted") if isinstance(given, dict) else given
    return normalise(str(text or ""))[:300]


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
