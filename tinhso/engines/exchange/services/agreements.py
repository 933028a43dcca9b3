"""Asking for access, and the owner's written answer: some fields, not others, with reasons. Removal holds at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.exchange import events, permissions
from tinhso.engines.exchange.contracts.compiled import fields_of
from tinhso.engines.exchange.errors import Clash, NotInForce, WrongInput
from tinhso.engines.exchange.guarding import allowed_at, require_at
from tinhso.engines.exchange.models import Agreement, AgreementState, Service, Subsystem
from tinhso.engines.exchange.services.members import person, reasoned, tell
from tinhso.foundation.access import guard as access
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.rules import normalise, normalise_lines

LONGEST = timedelta(days=366 * 5)
FASTEST = 600_000


@dataclass(frozen=True)
class Wish:
    """What a client asks for."""

    purpose: str
    legal_basis: str
    operations: Sequence[str]
    fields: Sequence[str]
    term_from: date
    term_to: date | None = None
    rate_per_minute: int = 60


@transaction.atomic
def ask_access(*, actor: access.Actor, client: Subsystem, service: Service, wish: Wish) -> Agreement:
    """Đề nghị dùng dịch vụ: purpose, legal ground, operations, fields, term and rate, kept as asked."""
    require_at(actor, permissions.ASK, unit=client.member.unit)
    if client.removed_at or client.member.removed_at:
        raise NotInForce(_("Hệ thống này đã được gỡ."))
    if not Service.objects.living().filter(pk=service.pk).exists():
        raise NotInForce(_("Dịch vụ này đã kết thúc."))
    if client.pk == service.subsystem_id:
        raise WrongInput(_("Hệ thống không cần xin dùng dịch vụ của chính mình."))
    asked = _checked(wish, service)
    if Agreement.objects.filter(client=client, service=service, state__in=["asked", "granted"]).exists():
        raise Clash(_("Hệ thống này đã có đề nghị hoặc thoả thuận đang mở với dịch vụ."))
    try:
        with transaction.atomic():
            made = Agreement.objects.create(
                client=client, service=service, asked_by_id=actor.account_id, **asked, **person(actor)
            )
    except IntegrityError:  # somebody asked in the same moment
        raise Clash(_("Hệ thống này đã có đề nghị hoặc thoả thuận đang mở với dịch vụ.")) from None
    tell(
        actor,
        "exchange.access.asked",
        events.ACCESS_ASKED,
        made,
        service.subsystem.member.unit,
        client=client.identifier,
        service=service.identifier,
        fields=made.asked_fields,
    )
    return made


def _checked(wish: Wish, service: Service) -> dict[str, Any]:
    purpose, basis = fitting(normalise(wish.purpose), 500), fitting(normalise(wish.legal_basis), 500)
    if len(purpose) < 10:
        raise WrongInput(_("Hãy ghi mục đích rõ hơn: dùng dữ liệu vào việc gì."))
    if len(basis) < 5:
        raise WrongInput(_("Hãy ghi căn cứ pháp lý: số, ký hiệu và điều khoản."))
    operations = _known(wish.operations, [row["name"] for row in service.operations], _("thao tác"))
    if not operations:
        raise WrongInput(_("Hãy chọn ít nhất một thao tác."))
    fields = _known(wish.fields, fields_of(service.operations, operations), _("trường"))
    if fields_of(service.operations, operations) and not fields:
        raise WrongInput(_("Hãy chọn ít nhất một trường dữ liệu."))
    _check_term(wish)
    return {
        "purpose": purpose,
        "legal_basis": basis,
        "asked_operations": operations,
        "asked_fields": fields,
        "term_from": wish.term_from,
        "term_to": wish.term_to,
        "rate_per_minute": wish.rate_per_minute,
    }


def _check_term(wish: Wish) -> None:
    if wish.term_to is not None and not wish.term_from < wish.term_to <= wish.term_from + LONGEST:
        raise WrongInput(_("Hạn dùng phải sau ngày bắt đầu và không quá năm năm."))
    if wish.term_to is not None and wish.term_to <= timezone.localdate():
        raise WrongInput(_("Hạn dùng đã qua."))
    if not 1 <= wish.rate_per_minute <= FASTEST:
        raise WrongInput(_("Số lần gọi mỗi phút phải từ 1 đến 600.000."))


def _known(asked: Sequence[str], there: list[str], noun: str) -> list[str]:
    """The asked names in the contract's order; a name that the contract does not know is refused."""
    strange = [one for one in asked if one not in set(there)]
    if strange:
        raise WrongInput(
            _("Hợp đồng của dịch vụ không có %(noun)s “%(name)s”.") % {"noun": noun, "name": strange[0][:100]}
        )
    return [one for one in there if one in set(asked)]


@dataclass(frozen=True)
class Decision:
    """The owner's answer. `refused` gives the reason of each asked field that is not granted."""

    is_granted: bool
    note: str = ""
    fields: Sequence[str] = ()
    operations: Sequence[str] = ()
    refused: tuple[tuple[str, str], ...] = ()
    rate_per_minute: int | None = None
    term_to: date | None = None
    demands_purpose: bool = False
    demands_dossier: bool = False


@transaction.atomic
def decide_access(*, actor: access.Actor, agreement: Agreement, decision: Decision) -> Agreement:
    """Cho phép hoặc từ chối: fields granted, fields refused in writing. Whoever asked does not decide."""
    agreement = _locked(agreement)
    unit = agreement.service.subsystem.member.unit
    require_at(actor, permissions.DECIDE, unit=unit)
    if agreement.state != AgreementState.ASKED:
        raise Clash(_("Đề nghị này đã được quyết định."))
    if actor.account_id is not None and actor.account_id == agreement.asked_by_id:
        raise WrongInput(_("Người đề nghị không tự quyết định đề nghị của mình."))
    changes = _granted(agreement, decision) if decision.is_granted else {"decision_note": reasoned(decision.note)}
    agreement.state = AgreementState.GRANTED if decision.is_granted else AgreementState.REFUSED
    agreement.decided_at, agreement.decided_by_id = timezone.now(), actor.account_id
    for name, value in changes.items():
        setattr(agreement, name, value)
    agreement.save()
    word, event = ("granted", events.ACCESS_GRANTED) if decision.is_granted else ("refused", events.ACCESS_REFUSED)
    tell(
        actor,
        f"exchange.access.{word}",
        event,
        agreement,
        unit,
        granted=agreement.granted_fields,
        refused=agreement.refused_fields,
        note=agreement.decision_note[:300],
    )
    return agreement


def _granted(agreement: Agreement, decision: Decision) -> dict[str, Any]:
    """What the row says once granted. Never more than was asked, nor longer, nor faster."""
    fields = _known(decision.fields, agreement.asked_fields, _("trường"))
    operations = _known(decision.operations or agreement.asked_operations, agreement.asked_operations, _("thao tác"))
    if agreement.asked_fields and not fields:
        raise WrongInput(_("Không cho trường nào thì hãy từ chối đề nghị."))
    term_to = decision.term_to or agreement.term_to
    if term_to is not None and (term_to <= agreement.term_from or (agreement.term_to and term_to > agreement.term_to)):
        raise WrongInput(_("Hạn cho phép phải nằm trong hạn đã đề nghị."))
    rate = decision.rate_per_minute or agreement.rate_per_minute
    if not 1 <= rate <= agreement.rate_per_minute:
        raise WrongInput(_("Số lần gọi cho phép không được quá số đã đề nghị."))
    return {
        "granted_fields": narrowed(fields, [one for one in agreement.asked_fields if one not in fields]),
        "granted_operations": operations,
        "refused_fields": _refusals(agreement, fields, dict(decision.refused)),
        "rate_per_minute": rate,
        "term_to": term_to,
        "demands_purpose": decision.demands_purpose,
        "demands_dossier": decision.demands_dossier,
        "decision_note": normalise_lines(decision.note)[:2000],
    }


def narrowed(granted: list[str], refused: list[str]) -> list[str]:
    """Granting "owner" and refusing "owner.phone" grants only the rest below: the whole would carry the part along."""
    return [one for one in granted if not any(name.startswith((f"{one}.", f"{one}[]")) for name in refused)]


def _refusals(agreement: Agreement, granted: list[str], reasons: dict[str, str]) -> list[dict[str, str]]:
    """Every asked field that is not granted, with its written reason (Decree 194/2025)."""
    rows = []
    for name in agreement.asked_fields:
        if name in granted:
            continue
        reason = normalise(reasons.get(name, ""))[:500]
        if len(reason) < 8:
            raise WrongInput(_("Hãy ghi lý do không cho dùng trường “%(name)s”.") % {"name": name})
        rows.append({"field": name, "reason": reason})
    return rows


@transaction.atomic
def remove_access(*, actor: access.Actor, agreement: Agreement, reason: str) -> None:
    """Gỡ quyền dùng: the owner, or the client that no longer needs it. The next call is refused."""
    agreement = _locked(agreement)
    owner, client = agreement.service.subsystem.member.unit, agreement.client.member.unit
    if not allowed_at(actor, permissions.ASK, client):
        require_at(actor, permissions.DECIDE, unit=owner)
    if agreement.state not in ("asked", "granted"):
        raise NotInForce(_("Thoả thuận này không còn hiệu lực."))
    agreement.state = AgreementState.REMOVED
    agreement.removed_at, agreement.removed_by_id = timezone.now(), actor.account_id
    agreement.removed_reason = reasoned(reason)
    agreement.save()
    tell(
        actor, "exchange.access.removed", events.ACCESS_REMOVED, agreement, owner, reason=agreement.removed_reason[:300]
    )


def _locked(agreement: Agreement) -> Agreement:
    """The row as it is now, locked: of two decisions at once the second finds the first."""
    return (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("client__member__unit", "service__subsystem__member__unit")
        .get(pk=agreement.pk)
    )
