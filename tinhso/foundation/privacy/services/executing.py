"""Carrying a request out: the copy of everything, purposes stopped, records corrected, what no law keeps emptied."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.people.services.persons import correct_person
from tinhso.foundation.privacy import permissions, registry, rules, selectors
from tinhso.foundation.privacy.models import DataCopy, DataRequest, PartDecision, Restriction
from tinhso.foundation.privacy.rules import Kind, State
from tinhso.foundation.privacy.services.consents import stop_use


def carry_out(actor: access.Actor, found: DataRequest, at: datetime) -> State:
    """What one officer may do alone; returns how the request ends."""
    kind = Kind(found.kind)
    if kind in rules.COPYING:
        make_copy(found, at)
    if kind is Kind.WITHDRAW:
        return _withdrawn(found)
    if kind in rules.STOPPING:
        return _stop(actor, found, at)
    return State.DONE


def make_copy(found: DataRequest, at: datetime) -> DataCopy:
    """Everything held about the person now, frozen with its digest."""
    content = {"request": found.code, "full_name": found.person.full_name, **selectors.collect(found.person)}
    return DataCopy.objects.create(request=found, content=content, sha256=digest(content), made_at=at)


def as_bytes(content: dict[str, Any]) -> bytes:
    """The copy as the JSON file that is handed over: the same content, the same bytes."""
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()


def digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(as_bytes(content)).hexdigest()


def _withdrawn(found: DataRequest) -> State:
    """It took effect when it was filed; here it is only written down purpose by purpose."""
    for one in selectors.standings_of(found.person_id, list(found.purposes)):
        _part(found, one.purpose.code, one.purpose.sentence, "")
    return State.DONE


def _stop(actor: access.Actor, found: DataRequest, at: datetime) -> State:
    """Restricts each purpose that the law leaves open; says of the others why they go on."""
    honoured = kept = 0
    for one in selectors.standings_of(found.person_id, list(found.purposes)):
        open_to_it = one.purpose.asks or one.purpose.may_object
        if open_to_it:
            made = {"request": found, "since": at}
            Restriction.objects.get_or_create(person=found.person, code=one.purpose.code, lifted_at=None, defaults=made)
            stop_use(actor, found.person, one.purpose.code)
        because = _("Luật buộc xử lý: %(basis)s") % {"basis": one.purpose.legal_basis}
        _part(found, one.purpose.code, one.purpose.sentence, "" if open_to_it else because)
        honoured, kept = honoured + open_to_it, kept + (not open_to_it)
    return rules.outcome(honoured, kept)


def correct(actor: access.Actor, found: DataRequest, changes: dict[str, str]) -> State:
    """Writes the agreed corrections into the person's record, through the register's own act."""
    values: dict[str, Any] = dict(changes)
    if "born_on" in values:
        values["born_on"] = date.fromisoformat(values["born_on"])
    correct_person(
        actor,
        person_id=found.person_id,
        changes=values,
        reason=_("Theo yêu cầu %(code)s của chủ thể dữ liệu") % {"code": found.code},
        document=found.code,
        unit=found.unit,
        right=permissions.CHECK,
    )
    return State.DONE


def erase(actor: access.Actor, found: DataRequest) -> State:
    """Empties category by category what no law keeps; of the rest each says its law and time."""
    honoured = kept = 0
    for one in registry.in_order():
        gone = one.erase(actor, found.person) if one.erase is not None else 0
        if gone:
            _part(found, f"{one.code}.gone", str(one.title), "", gone)
            audit.record(actor, "privacy.data.erased", found, unit_id=found.unit_id, category=one.code, count=gone)
        left = len(one.rows(found.person)) if one.retention else 0
        if left:
            _part(found, one.code, str(one.title), str(one.retention), left)
        honoured, kept = honoured + bool(gone), kept + bool(left)
    return rules.outcome(honoured, kept)


def _part(found: DataRequest, part: str, title: str, reason: str, count: int = 0) -> None:
    PartDecision.objects.create(
        request=found, part=part, title=title[:300], is_honoured=not reason, reason=reason, count=count
    )
