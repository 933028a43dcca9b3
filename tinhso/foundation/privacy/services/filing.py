"""Filing a request: from one's own account, for somebody one may act for, or at the counter."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.calendar.selectors import calendar_for
from tinhso.foundation.events import bus
from tinhso.foundation.numbering.services import next_number
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account, Person
from tinhso.foundation.people.services.persons import find_person, require_proved_identity
from tinhso.foundation.privacy import events, permissions, registry, rules, selectors
from tinhso.foundation.privacy.errors import WrongRequest
from tinhso.foundation.privacy.models import Channel, DataRequest
from tinhso.foundation.privacy.rules import Kind
from tinhso.foundation.privacy.services.consents import withdraw_now
from tinhso.foundation.privacy.services.steps import note, words_of
from tinhso.foundation.privacy.words import FIELDS
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.rules import normalise

# Enough for anybody in earnest; more waits until some are answered.
MOST_OPEN = 10


@transaction.atomic
def file_request(
    *,
    actor: access.Actor,
    token: uuid.UUID,
    kind: str,
    details: str = "",
    purposes: list[str] | None = None,
    wanted: dict[str, str] | None = None,
    for_person_id: int | None = None,
    at: datetime | None = None,
) -> DataRequest:
    """A request from the portal, by a proved identity. The same form sent twice is one request.

    Withdrawal takes effect here and now; the desk's clocks run for whatever others must still do.
    """
    access.require(actor, permissions.OWN)
    own = require_proved_identity(actor)
    # The account's row is the queue: the second press of a button finds the first one's request.
    account = _queue(actor)
    known = DataRequest.objects.filter(token=token, filed_by=account).first()
    if known is not None:
        return known
    person, basis = _subject(actor, own, for_person_id)
    asked = _sound(person, kind=kind, details=details, purposes=purposes, wanted=wanted)
    made = {"token": token, "person": person, "filed_by": account, "acting_basis": basis, "channel": Channel.WEB}
    return _open(actor, {**made, **asked}, at or timezone.now())


def _queue(actor: access.Actor) -> Account:
    return Account.objects.select_for_update(no_key=True).get(pk=actor.account_id or 0)


def _subject(actor: access.Actor, own: Person, wanted: int | None) -> tuple[Person, str]:
    if wanted is None or wanted == own.pk:
        return own, ""
    for one in registry.principals_of(actor):
        if one.person.pk == wanted:
            return one.person, one.basis
    raise WrongRequest(_("Bạn không có quyền làm thay người này, hoặc quyền đã hết hạn."))


@transaction.atomic
def file_at_desk(
    *,
    actor: access.Actor,
    unit: Unit,
    token: uuid.UUID,
    personal_number: str,
    document: str,
    kind: str,
    details: str = "",
    purposes: list[str] | None = None,
    wanted: dict[str, str] | None = None,
    at: datetime | None = None,
) -> DataRequest:
    """A request by somebody at the counter; the officer compared their card, and says so."""
    access.require(actor, permissions.RECEIVE, unit=unit)
    account = _queue(actor)
    known = DataRequest.objects.filter(token=token, filed_by=account).first()
    if known is not None:
        return known
    if not normalise(document):
        raise WrongRequest(_("Hãy ghi giấy tờ đã đối chiếu (thẻ căn cước, giấy uỷ quyền)."))
    purpose = _("Nhận yêu cầu về dữ liệu cá nhân tại quầy")
    person = find_person(actor, personal_number=personal_number, purpose=purpose, unit=unit)
    asked = _sound(person, kind=kind, details=details, purposes=purposes, wanted=wanted)
    made = {"token": token, "person": person, "filed_by": account, "channel": Channel.DESK}
    paper = {"document": fitting(normalise(document), 200), "desk": unit}
    return _open(actor, {**made, **paper, **asked}, at or timezone.now())


def _sound(
    person: Person, *, kind: str, details: str, purposes: list[str] | None, wanted: dict[str, str] | None
) -> dict[str, Any]:
    """The request's own facts, or WrongRequest with what is missing."""
    if kind not in [str(one) for one in Kind]:
        raise WrongRequest(_("Hãy chọn bạn muốn yêu cầu điều gì."))
    right = Kind(kind)
    named = list(dict.fromkeys(purposes or [])) if right in rules.ABOUT_PURPOSES else []
    if right in rules.ABOUT_PURPOSES:
        _require_purposes(person, right, named)
    changes = checked_changes(wanted or {}) if right is Kind.CORRECT else {}
    if right is Kind.CORRECT and not changes:
        raise WrongRequest(_("Hãy ghi ít nhất một thông tin cần sửa và nội dung đúng."))
    explained = right in (Kind.PROTECT, Kind.COMPLAIN, Kind.OBJECT, Kind.DELETE)
    words = words_of(details, _("Hãy ghi nội dung yêu cầu.") if explained else "")
    return {"kind": right, "details": words, "purposes": named, "wanted": changes}


def _require_purposes(person: Person, right: Kind, named: list[str]) -> None:
    known = {one.purpose.code: one for one in selectors.standings_of(person.pk)}
    if not named or any(code not in known for code in named):
        raise WrongRequest(_("Hãy chọn ít nhất một mục đích trong danh sách."))
    if right is Kind.WITHDRAW and not all(known[code].is_given for code in named):
        raise WrongRequest(_("Chỉ rút lại được điều đã đồng ý. Hãy bỏ chọn những mục đích bạn chưa đồng ý."))


def checked_changes(wanted: dict[str, str]) -> dict[str, str]:
    """What a record is to say, field by field; empty ones are left out."""
    found = {name: normalise(str(wanted.get(name, "")))[:300] for name in FIELDS}
    changes = {name: value for name, value in found.items() if value}
    if "born_on" in changes:
        _require_day(changes["born_on"])
    if "email" in changes:
        _require_email(changes["email"])
    phone = changes.get("phone", "")
    if phone and not (phone.isascii() and phone.isdigit() and 9 <= len(phone) <= 15):
        raise WrongRequest(_("Số điện thoại gồm 9 đến 15 chữ số, không có dấu cách."))
    return changes


def _require_day(text: str) -> None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongRequest(_("Ngày sinh chưa đúng. Hãy chọn lại ngày.")) from None
    if not date(1900, 1, 1) <= day <= timezone.localdate():
        raise WrongRequest(_("Ngày sinh phải từ năm 1900 đến hôm nay."))


def _require_email(text: str) -> None:
    try:
        validate_email(text)
    except ValidationError:
        raise WrongRequest(_("Địa chỉ thư điện tử chưa đúng, ví dụ hoa@example.vn.")) from None


def _open(actor: access.Actor, facts: dict[str, Any], at: datetime) -> DataRequest:
    person, unit = facts["person"], selectors.controller()
    if DataRequest.objects.open().filter(person=person).count() >= MOST_OPEN:
        raise WrongRequest(
            _("Bạn đang có %(count)d yêu cầu chờ trả lời. Hãy đợi trả lời rồi gửi thêm.") % {"count": MOST_OPEN}
        )
    calendar, local = calendar_for(unit), timezone.localtime(at)
    number = next_number(kind="privacy.request", unit_id=unit.pk, period=str(local.year))
    made = DataRequest.objects.create(
        **facts,
        code=f"DL-{local.year}-{number:05d}",
        unit=unit,
        received_at=at,
        acknowledge_due_at=rules.acknowledge_due(calendar, local),
        act_due_at=rules.act_due(calendar, local, Kind(facts["kind"])),
        is_simulated=actor.is_simulated or person.is_simulated,
    )
    note(actor, made, "received", at)
    audit.record(actor, "privacy.request.received", made, unit_id=unit.pk, kind=made.kind, channel=made.channel)
    bus.publish(events.REQUEST_RECEIVED, subject=made, unit=unit, occurred_on=timezone.localdate(at))
    if made.kind == Kind.WITHDRAW:
        withdraw_now(actor, made, at)
    return made
