"""A person's word on a purpose: given, declined, withdrawn; at once, and as easily one way as the other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.lookups import record_lookup
from tinhso.foundation.people.models import Person
from tinhso.foundation.people.services.persons import find_person
from tinhso.foundation.privacy import events, permissions, registry, selectors
from tinhso.foundation.privacy.errors import NotAsked, WordingChanged, WrongRequest
from tinhso.foundation.privacy.models import Channel, Consent, DataRequest, Purpose, Restriction
from tinhso.foundation.privacy.rules import Decision
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.rules import normalise

_ACTS = {
    Decision.GIVEN: "privacy.consent.given",
    Decision.DECLINED: "privacy.consent.declined",
    Decision.WITHDRAWN: "privacy.consent.withdrawn",
}


@transaction.atomic
def decide(
    *, actor: access.Actor, code: str, decision: str, purpose_id: int | None = None, at: datetime | None = None
) -> Consent:
    """The signed-in person's own word on one purpose. Giving names the wording that was read; saying it again
    changes nothing. Raises NotAsked, WordingChanged."""
    access.require(actor, permissions.OWN)
    if actor.person_id is None:
        raise WrongRequest(_("Tài khoản này chưa gắn với cá nhân nào nên chưa có dữ liệu để quyết định."))
    return _say(actor, actor.person_id, code, Decision(decision), purpose_id, Channel.WEB, "", at)


@transaction.atomic
def decide_at_desk(
    *,
    actor: access.Actor,
    unit: Unit,
    personal_number: str,
    document: str,
    code: str,
    decision: str,
    at: datetime | None = None,
) -> Consent:
    """The word of somebody who came to the counter with their card; the look is in their log."""
    access.require(actor, permissions.RECEIVE, unit=unit)
    if not normalise(document):
        raise WrongRequest(_("Hãy ghi giấy tờ đã đối chiếu."))
    purpose = _("Ghi ý kiến của người dân về việc dùng dữ liệu")
    person = find_person(actor, personal_number=personal_number, purpose=purpose, unit=unit)
    return _say(actor, person.pk, code, Decision(decision), None, Channel.DESK, fitting(normalise(document), 200), at)


def _say(
    actor: access.Actor,
    person_id: int,
    code: str,
    decision: Decision,
    purpose_id: int | None,
    channel: Channel,
    document: str,
    at: datetime | None,
) -> Consent:
    # The person's row is the queue: two clicks, or a click and an officer, are two words one after the other.
    person = Person.objects.select_for_update(no_key=True).get(pk=person_id)
    standing = next(iter(selectors.standings_of(person_id, [code])), None)
    if standing is None or not standing.purpose.asks:
        raise NotAsked(_("Việc này không dựa trên sự đồng ý nên không có gì để đồng ý hay rút lại."))
    if decision == Decision.GIVEN and purpose_id is not None and purpose_id != standing.purpose.pk:
        raise WordingChanged(_("Nội dung vừa được thay đổi. Hãy đọc nội dung mới rồi quyết định lại."))
    if standing.word is not None and standing.is_current and standing.word.decision == decision:
        return standing.word
    if decision == Decision.WITHDRAWN and not standing.is_given:
        raise WrongRequest(_("Bạn chưa đồng ý việc này nên không có gì để rút lại."))
    return _write(actor, person, standing.purpose, decision, channel, document, at)


def _write(
    actor: access.Actor,
    person: Person,
    purpose: Purpose,
    decision: Decision,
    channel: Channel,
    document: str,
    at: datetime | None,
) -> Consent:
    word = Consent.objects.create(
        person=person,
        code=purpose.code,
        purpose=purpose,
        decision=decision,
        at=at or timezone.now(),
        channel=channel,
        account_id=actor.account_id,
        account_label=actor.label[:200],
        document=document,
        is_simulated=actor.is_simulated or person.is_simulated,
    )
    audit.record(actor, _ACTS[decision], word, purpose=purpose.code, version=purpose.version, channel=channel)
    if decision == Decision.WITHDRAWN:
        stop_use(actor, person, purpose.code)
    if decision == Decision.GIVEN:
        for start in registry.starts_of(purpose.code):
            start(actor, person)
    name = events.CONSENT_GIVEN if decision == Decision.GIVEN else events.CONSENT_WITHDRAWN
    if decision != Decision.DECLINED:
        day = timezone.localdate(word.at)
        bus.publish(name, subject=word, occurred_on=day, person=person.pk, purpose=purpose.code)
    return word


def stop_use(actor: access.Actor, person: Person, code: str) -> None:
    """Lets every app stop the use now, in this transaction: withdrawal takes effect at once."""
    for stop in registry.stops_of(code):
        stop(actor, person)


@transaction.atomic
def lift_restriction(*, actor: access.Actor, code: str, at: datetime | None = None) -> Restriction:
    """The person lets a use go on that they had restricted."""
    access.require(actor, permissions.OWN)
    mine = Restriction.objects.filter(person_id=actor.person_id or 0, code=code, lifted_at=None)
    held = mine.select_for_update().first()
    if held is None:
        raise WrongRequest(_("Việc dùng dữ liệu này không bị hạn chế."))
    held.lifted_at = at or timezone.now()
    held.save(update_fields=["lifted_at"])
    audit.record(actor, "privacy.restriction.lifted", held, purpose=code)
    return held


@transaction.atomic
def export_proof(*, actor: access.Actor, person: Person, unit: Unit | None = None) -> dict[str, Any]:
    """The proof of a person's consents, for themselves or for an officer who must show it; the taking is written."""
    if actor.person_id != person.pk:
        access.require(actor, permissions.HANDLE, unit=unit)
        record_lookup(actor, person=person, purpose=_("Xuất bằng chứng đồng ý dùng dữ liệu"), unit=unit)
    else:
        access.require(actor, permissions.OWN)
    audit.record(actor, "privacy.consent.exported", person)
    return selectors.proof_of(person)


def withdraw_now(actor: access.Actor, request: DataRequest, at: datetime) -> None:
    """What a request to withdraw names is withdrawn in the act that files it."""
    person = Person.objects.select_for_update(no_key=True).get(pk=request.person_id)
    for one in selectors.standings_of(person.pk, list(request.purposes)):
        if one.is_given:
            _write(actor, person, one.purpose, Decision.WITHDRAWN, Channel(request.channel), request.document, at)
