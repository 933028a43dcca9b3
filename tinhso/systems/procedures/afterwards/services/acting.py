"""Acting for another: asked with evidence, confirmed by officer or principal, ended by any side, used to file."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.files import services as files
from tinhso.foundation.notices.services import notify
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.people.lookups import record_lookup
from tinhso.foundation.people.models import Account, Enterprise, Person
from tinhso.foundation.people.services.persons import record_person, require_proved_identity
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.rules import fold, normalise
from tinhso.systems.procedures.afterwards import events, permissions, rules
from tinhso.systems.procedures.afterwards.errors import PowerEnded, WrongPower
from tinhso.systems.procedures.afterwards.models import ActingDraft, Power, PowerKind
from tinhso.systems.procedures.afterwards.rules import PowerState
from tinhso.systems.procedures.models import Draft
from tinhso.systems.procedures.services.acts import account_id_of
from tinhso.systems.procedures.services.drafts import own_draft

MOST_ASKED = 20


def ask_power(
    *,
    actor: Actor,
    kind: str,
    principal_name: str,
    principal_number: str,
    valid_from: date,
    valid_to: date,
    desk: Unit,
    stream: BinaryIO,
    name: str,
    procedures: Sequence[str] = (),
    at: datetime | None = None,
) -> Power:
    """Asks to act for a person or an enterprise, with the paper that shows the right. Nothing follows until confirmed.

    The number typed is not looked up for the asker: the answer would tell them about somebody else.
    """
    access.require(actor, permissions.OWN)
    agent = require_proved_identity(actor)
    at = at or timezone.now()
    wanted, number = PowerKind(kind), re.sub(r"[\s.\-]", "", principal_number)
    named = fitting(normalise(principal_name), 250)
    _check(wanted, named, number, agent, valid_from, valid_to, timezone.localdate(at))
    if desk.kind != UnitKind.SERVICE_CENTRE:
        raise WrongPower(_("Hãy chọn nơi xác nhận."))
    if Power.objects.filter(agent_id=actor.account_id, state=PowerState.ASKED).count() >= MOST_ASKED:
        raise WrongPower(_("Bạn đang có quá nhiều đề nghị chờ xác nhận."))
    evidence = files.store(actor, stream=stream, name=name, purpose="procedures.power")
    with transaction.atomic():
        power = Power.objects.create(
            kind=wanted,
            agent_id=account_id_of(actor),
            principal_name=named,
            principal_number=number,
            procedures=sorted(set(procedures)),
            valid_from=valid_from,
            valid_to=valid_to,
            evidence=evidence,
            desk=desk,
            asked_at=at,
            is_simulated=actor.is_simulated,
        )
        audit.record(actor, "afterwards.power.asked", power, unit_id=desk.pk, kind=kind)
    return power


def _check(
    kind: PowerKind, name: str, number: str, agent: Person, valid_from: date, valid_to: date, today: date
) -> None:
    length = (10, 13) if kind == PowerKind.COMPANY else (12,)
    if not (name and number.isascii() and number.isdigit() and len(number) in length):
        raise WrongPower(_("Hãy nhập tên và số định danh 12 chữ số (doanh nghiệp: mã số thuế 10 hoặc 13 chữ số)."))
    if number == agent.personal_number:
        raise WrongPower(_("Bạn không cần uỷ quyền cho chính mình."))
    longest = rules.LONGEST_GUARDIANSHIP_DAYS if kind == PowerKind.GUARDIAN else rules.LONGEST_POWER_DAYS
    if valid_to < valid_from or valid_to < today or (valid_to - valid_from).days > longest:
        raise WrongPower(_("Thời hạn chưa đúng: phải còn hiệu lực và không dài quá mức được phép."))


@transaction.atomic
def confirm_power(
    *, actor: Actor, power_id: int, principal_name: str, principal_number: str, at: datetime | None = None
) -> Power:
    """An officer compared the evidence: name and number as on the paper, typed by the officer, must be those asked."""
    power = _lock(power_id)
    access.require(actor, permissions.CONFIRM, unit=power.desk)
    if power.agent_id == actor.account_id:
        raise WrongPower(_("Bạn không tự xác nhận việc của mình."))
    number = re.sub(r"[\s.\-]", "", principal_number)
    if number != power.principal_number or fold(normalise(principal_name)) != fold(power.principal_name):
        raise WrongPower(_("Tên hoặc số trên giấy tờ khác với đề nghị. Hãy từ chối và ghi rõ lý do."))
    if power.kind == PowerKind.COMPANY:
        power.enterprise = Enterprise.objects.filter(tax_code=number, closed_on=None).first()
        if power.enterprise is None:
            raise WrongPower(_("Chưa có doanh nghiệp đang hoạt động mang mã số thuế này trong hệ thống."))
    else:
        power.person = record_person(
            actor, full_name=power.principal_name, personal_number=number, unit=power.desk, source=_("giấy uỷ quyền")
        )
    return _confirm(actor, power, "officer", at or timezone.now())


@transaction.atomic
def confirm_own_power(*, actor: Actor, power_id: int, at: datetime | None = None) -> Power:
    """The principal agrees in their own account of proved identity; an enterprise's by its representative."""
    access.require(actor, permissions.OWN)
    person = require_proved_identity(actor)
    power = _lock(power_id)
    if power.kind == PowerKind.COMPANY:
        enterprise = Enterprise.objects.filter(
            tax_code=power.principal_number, representative=person, closed_on=None
        ).first()
        if enterprise is None:
            raise Power.DoesNotExist
        power.enterprise = enterprise
    elif power.kind == PowerKind.ATTORNEY and person.personal_number == power.principal_number:
        power.person = person
    else:
        # A ward does not confirm their own guardian: that is the officer's.
        raise Power.DoesNotExist
    return _confirm(actor, power, "level", at or timezone.now())


def _confirm(actor: Actor, power: Power, how: str, at: datetime) -> Power:
    power.state, power.settled_at, power.settled_by_id = PowerState.CONFIRMED, at, actor.account_id
    power.confirmed_how = how
    power.save()
    audit.record(actor, "afterwards.power.confirmed", power, unit_id=power.desk_id, how=how)
    bus.publish(events.POWER_CONFIRMED, subject=power, unit=power.desk, occurred_on=timezone.localdate(at))
    _tell(actor, power, "afterwards.power_confirmed")
    return power


@transaction.atomic
def refuse_power(*, actor: Actor, power_id: int, reason: str, at: datetime | None = None) -> Power:
    """Turned down by the officer, or by the person named."""
    power = _lock(power_id)
    if not _is_principal(actor, power):
        access.require(actor, permissions.CONFIRM, unit=power.desk)
    power.state, power.settled_at, power.settled_by_id = PowerState.REFUSED, at or timezone.now(), actor.account_id
    power.reason = fitting(normalise(reason), 300)
    if not power.reason:
        raise WrongPower(_("Hãy ghi rõ lý do."))
    power.save()
    audit.record(actor, "afterwards.power.refused", power, unit_id=power.desk_id, reason=power.reason)
    _tell(actor, power, "afterwards.power_refused")
    return power


@transaction.atomic
def end_power(*, actor: Actor, power_id: int, reason: str, at: datetime | None = None) -> Power:
    """Revoked by the principal, given up by the agent, or ended by an officer. From now on it opens nothing."""
    power = _lock(power_id, PowerState.CONFIRMED)
    if power.agent_id != actor.account_id and not _is_principal(actor, power):
        access.require(actor, permissions.CONFIRM, unit=power.desk)
    power.state, power.ended_at, power.ended_by_id = PowerState.REVOKED, at or timezone.now(), actor.account_id
    power.reason = fitting(normalise(reason), 300)
    power.save()
    audit.record(actor, "afterwards.power.ended", power, unit_id=power.desk_id, reason=power.reason)
    bus.publish(events.POWER_ENDED, subject=power, unit=power.desk, occurred_on=timezone.localdate(power.ended_at))
    _tell(actor, power, "afterwards.power_ended")
    return power


def _lock(power_id: int, state: PowerState = PowerState.ASKED) -> Power:
    found = (
        Power.objects.select_for_update(of=("self",))
        .select_related("desk", "agent__person", "person", "enterprise__representative")
        .get(pk=power_id)
    )
    if found.state != state:
        raise WrongPower(_("Đề nghị này đã được xử lý trước đó."))
    return found


def _is_principal(actor: Actor, power: Power) -> bool:
    """The person named: by number while asked, by record once confirmed; for an enterprise its representative."""
    if actor.person_id is None:
        return False
    if power.person_id is not None:
        return power.person_id == actor.person_id
    if power.enterprise is not None:
        return bool(power.enterprise.representative_id == actor.person_id)
    own = Person.objects.filter(pk=actor.person_id, verified_at__isnull=False).first()
    if own is None:
        return False
    if power.kind == PowerKind.COMPANY:
        return Enterprise.objects.filter(tax_code=power.principal_number, representative=own).exists()
    return own.personal_number == power.principal_number


def _tell(actor: Actor, power: Power, text: str) -> None:
    told = [power.agent]
    if power.person_id is not None:
        told += Account.objects.filter(person_id=power.person_id, is_active=True).exclude(pk=power.agent_id)
    for account in told:
        notify(
            actor,
            account=account,
            text=text,
            values={
                "name": power.principal_name,
                "agent": power.agent.full_name,
                "until": f"{power.valid_to:%d/%m/%Y}",
            },
            link="/lam-thay/",
            key=f"{text}:{power.pk}:{account.pk}",
        )


@transaction.atomic
def act_for(*, actor: Actor, token: uuid.UUID, power_id: int | None, at: datetime | None = None) -> Draft:
    """For whom the draft is: one of the actor's living powers, or oneself again (None).

    What was filled in from the agent's own record is taken out: it is not the principal's.
    """
    access.require(actor, permissions.OWN)
    draft = own_draft(actor, token, locked=True)
    if getattr(draft, "dossier", None) is not None:
        raise PowerEnded
    if power_id is None:
        ActingDraft.objects.filter(draft=draft).delete()
        return draft
    power = Power.objects.filter(pk=power_id, agent_id=account_id_of(actor)).first()
    if power is None:
        raise Power.DoesNotExist
    if not usable(power, draft, at or timezone.now()):
        raise PowerEnded
    ActingDraft.objects.update_or_create(draft=draft, defaults={"power": power})
    draft.data = {name: value for name, value in draft.data.items() if name not in draft.provenance}
    draft.provenance, draft.pages_done = {}, []
    draft.save(update_fields=["data", "provenance", "pages_done", "updated_at"])
    return draft


def usable(power: Power, draft: Draft, at: datetime) -> bool:
    """Holds today and covers this procedure."""
    return power.holds_on(timezone.localdate(at)) and rules.covers(power.procedures, draft.version.code)


def look_at_evidence(actor: Actor, power: Power) -> None:
    """An officer opens the evidence: the look is in the principal's log once the principal is known."""
    if power.person is not None:
        record_lookup(actor, person=power.person, purpose=_("Xác nhận quyền làm thay"), unit=power.desk)
