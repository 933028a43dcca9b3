"""Deciding a dossier's fee, making its bill, answering claims, taking money at the desk, giving it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.payments import services as payments
from tinhso.engines.payments.models import Bill, BillState, Payment, PaymentState
from tinhso.engines.payments.services.bills import Line as BillLine
from tinhso.engines.payments.services.refunds import request_refund
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.text.asked import fitting
from tinhso.systems.procedures import permissions
from tinhso.systems.procedures.fees import explaining, rules, selectors
from tinhso.systems.procedures.fees.errors import (
    BasisNeeded,
    ClaimOpen,
    FeeDecided,
    FeePaid,
    FeeUnknown,
    NoClaim,
    NotAnExemption,
    TooLate,
)
from tinhso.systems.procedures.fees.models import DueBefore, Exemption, ExemptionClaim, FeeDecision, FeeRule
from tinhso.systems.procedures.models import Dossier, FeeState, ProcedureVersion
from tinhso.systems.procedures.services import set_fee_state
from tinhso.systems.procedures.services.acts import lock, needs_reason

# The order of waiting: the strictest of several fees holds for the dossier.
STRICTEST = (DueBefore.RECEPTION, DueBefore.WORK, DueBefore.RESULT, DueBefore.NOTHING)
LARGEST_BY_HAND = 10**12


def _locked(actor: Actor, dossier_id: int, *, own: bool = False) -> Dossier:
    """The dossier, locked; the person whose it is (when `own`) or an officer of its desk."""
    if own and actor.is_signed_in and Dossier.objects.belonging_to(actor).filter(pk=dossier_id).exists():
        access.require(actor, permissions.FILE)
        return lock(dossier_id, "view")
    dossier = lock(dossier_id, "view")
    access.require(actor, permissions.RECEIVE, unit=dossier.desk)
    return dossier


@transaction.atomic
def fix_fee(
    *,
    actor: Actor,
    dossier_id: int,
    quantity: int | None = None,
    at: datetime | None = None,
    version: ProcedureVersion | None = None,
    tariff: selectors.Tariff | None = None,
) -> FeeDecision:
    """Decides the fee by the rules of today and makes the bill. Decided once: a second call gives the first decision.

    The amount stays what it is on this bill, whatever the rules become before it is paid. `version` (the dossier's)
    and `tariff` (of it, today) when the caller has read them for many.
    """
    at = at or timezone.now()
    dossier = _locked(actor, dossier_id, own=True)
    if version is not None:
        dossier.version = version
    if selectors.has_nothing_yet(dossier):
        return _decide(actor, dossier, at, quantity, tariff=tariff, accepted=frozenset())
    known = selectors.decision_of(dossier)
    if known is not None:
        return known
    if selectors.open_claim(dossier) is not None:
        raise ClaimOpen
    return _decide(actor, dossier, at, quantity)


def _decide(
    actor: Actor,
    dossier: Dossier,
    at: datetime,
    quantity: int | None,
    *,
    tariff: selectors.Tariff | None = None,
    accepted: frozenset[int] | None = None,
) -> FeeDecision:
    if not dossier.is_open:
        raise TooLate
    if accepted is None:
        claims = ExemptionClaim.objects.filter(dossier=dossier, state=ExemptionClaim.State.ACCEPTED)
        accepted = frozenset(claims.values_list("exemption_id", flat=True))
    worked_out = selectors.quote(
        dossier.version.code,
        day=timezone.localdate(at),
        case=dossier.case_code,
        channel=dossier.channel,
        data=dossier.data,
        quantity=quantity,
        claimed=accepted,
        tariff=tariff,
    )
    if worked_out.amount is None:
        raise FeeUnknown
    relief = next((line.relief for line in worked_out.lines if line.relief), None)
    return _write(
        actor,
        dossier,
        at,
        amount=worked_out.amount,
        full_amount=sum(line.full or 0 for line in worked_out.lines),
        quantity=quantity,
        lines=[_row(line) for line in worked_out.lines],
        sentences=explaining.sentences(worked_out),
        exemption_id=relief.pk if relief else None,
        due_before=_due_before(worked_out),
        basis="; ".join(sorted({line.rule.basis for line in worked_out.lines if line.rule.basis})),
    )


def _row(line: rules.Line) -> dict[str, Any]:
    return {
        "rule": line.rule.pk,
        "name": line.rule.name,
        "quantity": line.quantity,
        "full": line.full or 0,
        "amount": line.amount or 0,
    }


def _due_before(worked_out: rules.Quote) -> DueBefore:
    charged = [line.rule.pk for line in worked_out.lines if line.amount]
    found = FeeRule.objects.filter(pk__in=charged)
    named = set(found.values_list("due_before", flat=True)) if charged else set()
    return next((one for one in STRICTEST if one in named), DueBefore.NOTHING)


def _write(actor: Actor, dossier: Dossier, at: datetime, *, amount: int, **facts: Any) -> FeeDecision:
    bill = _bill(actor, dossier, at, amount, facts["lines"], facts["sentences"]) if amount else None
    decision = FeeDecision.objects.create(
        dossier=dossier,
        decided_at=at,
        decided_by_id=actor.account_id,
        on=timezone.localdate(at),
        amount=amount,
        bill=bill,
        **facts,
    )
    audit.record(
        actor,
        "procedures.fee.decided",
        dossier,
        unit_id=dossier.unit_id,
        code=dossier.code,
        amount=amount,
        bill=bill.reference if bill else "",
        sentences=facts["sentences"],
    )
    exempt = FeeState.EXEMPT if facts["full_amount"] or facts.get("exemption_id") else FeeState.NONE
    wanted = FeeState.DUE if amount else exempt
    if dossier.fee_state != wanted:  # the row is locked since the act began
        set_fee_state(actor=actor, dossier_id=dossier.pk, fee_state=wanted, at=at)
    return decision


def _bill(
    actor: Actor, dossier: Dossier, at: datetime, amount: int, lines: list[dict[str, Any]], sentences: list[str]
) -> Bill:
    return payments.make_bill(
        actor=actor,
        subject=dossier,
        title=_("Phí, lệ phí hồ sơ %(code)s") % {"code": dossier.code},
        unit=dossier.unit,
        collector=dossier.desk,
        payer=dossier.applicant,
        payer_name=str(dossier.applicant.full_name),
        lines=[
            BillLine(one["name"], one["quantity"], one["amount"] // one["quantity"], one["amount"])
            for one in lines
            if one["amount"]
        ],
        sentences=sentences,
        at=at,
        is_simulated=dossier.is_simulated,
    )


@transaction.atomic
def claim_exemption(
    *, actor: Actor, dossier_id: int, exemption_id: int, note: str = "", at: datetime | None = None
) -> ExemptionClaim:
    """The person says why they pay less; an unpaid bill is cancelled until the desk has looked at the proof."""
    at = at or timezone.now()
    dossier = _locked(actor, dossier_id, own=True)
    if not dossier.is_open:
        raise TooLate
    if selectors.open_claim(dossier) is not None:
        raise ClaimOpen
    day = timezone.localdate(at)
    if exemption_id not in [one.pk for one in selectors.claimable(dossier.version.code, day)]:
        raise NotAnExemption
    exemption = Exemption.objects.get(pk=exemption_id)
    _replace(actor, dossier, at, _("Đề nghị miễn, giảm: %(name)s") % {"name": exemption.name})
    claim = ExemptionClaim.objects.create(
        dossier=dossier, exemption=exemption, asked_at=at, asked_by_id=actor.account_id, note=fitting(note, 2000)
    )
    audit.record(
        actor, "procedures.fee.claimed", dossier, unit_id=dossier.unit_id, code=dossier.code, exemption=exemption.name
    )
    return claim


def _replace(actor: Actor, dossier: Dossier, at: datetime, reason: str) -> None:
    """The decision in force, if any, gives way; its unpaid bill is cancelled. A paid one stands."""
    decision = selectors.decision_of(dossier)
    if decision is None:
        return
    if decision.bill is not None:
        bill = Bill.objects.select_for_update().get(pk=decision.bill.pk)
        if bill.state == BillState.PAID:
            raise FeePaid
        payments.cancel_bill(actor=actor, bill_id=bill.pk, reason=reason, at=at)
    decision.replaced_at = at
    decision.save(update_fields=["replaced_at"])
    set_fee_state(actor=actor, dossier_id=dossier.pk, fee_state=FeeState.NONE, at=at)


@transaction.atomic
def answer_claim(
    *, actor: Actor, dossier_id: int, accepted: bool, reason: str = "", at: datetime | None = None
) -> FeeDecision | None:
    """The desk looked at the proof: yes or no (with its reason); then the fee is decided. None when it is unknown."""
    at = at or timezone.now()
    dossier = _locked(actor, dossier_id)
    claim = selectors.open_claim(dossier)
    if claim is None:
        raise NoClaim
    claim.state = ExemptionClaim.State.ACCEPTED if accepted else ExemptionClaim.State.REFUSED
    claim.reason = reason.strip() if accepted else needs_reason(reason)
    claim.decided_at, claim.decided_by_id = at, actor.account_id
    claim.save()
    audit.record(
        actor,
        f"procedures.fee.claim_{claim.state}",
        dossier,
        unit_id=dossier.unit_id,
        code=dossier.code,
        exemption=claim.exemption.name,
        reason=claim.reason,
    )
    try:
        return _decide(actor, dossier, at, None)
    except FeeUnknown:
        return None


@transaction.atomic
def grant_exemption(
    *, actor: Actor, dossier_id: int, exemption_id: int, note: str = "", at: datetime | None = None
) -> FeeDecision | None:
    """The desk has the proof in hand: claimed and accepted in one act."""
    claim_exemption(actor=actor, dossier_id=dossier_id, exemption_id=exemption_id, note=note, at=at)
    return answer_claim(actor=actor, dossier_id=dossier_id, accepted=True, at=at)


@transaction.atomic
def set_fee_by_hand(
    *, actor: Actor, dossier_id: int, amount: int, basis: str, name: str = "", at: datetime | None = None
) -> FeeDecision:
    """The desk sets an amount that the rules do not know, and says by which document."""
    at = at or timezone.now()
    dossier = _locked(actor, dossier_id)
    if selectors.decision_of(dossier) is not None:
        raise FeeDecided
    if selectors.open_claim(dossier) is not None:
        raise ClaimOpen
    if not dossier.is_open:
        raise TooLate
    if not 0 <= amount <= LARGEST_BY_HAND or not basis.strip():
        raise BasisNeeded
    name = name.strip() or str(_("Phí, lệ phí"))
    price = explaining.dong(amount) if amount else str(_("không thu"))
    told = _("%(name)s: %(price)s, cán bộ một cửa xác định theo %(basis)s.")
    return _write(
        actor,
        dossier,
        at,
        amount=amount,
        full_amount=amount,
        quantity=1,
        lines=[{"rule": None, "name": name, "quantity": 1, "full": amount, "amount": amount}],
        sentences=[told % {"name": name, "price": price, "basis": basis.strip()}],
        is_by_hand=True,
        basis=basis.strip(),
    )


@transaction.atomic
def renew_fee(
    *, actor: Actor, dossier_id: int, reason: str, quantity: int | None = None, at: datetime | None = None
) -> FeeDecision:
    """The desk counts again (another quantity, a rule put right): the unpaid bill is cancelled, a new one made."""
    at = at or timezone.now()
    dossier = _locked(actor, dossier_id)
    _replace(actor, dossier, at, needs_reason(reason))
    return _decide(actor, dossier, at, quantity)


@transaction.atomic
def take_at_desk(*, actor: Actor, dossier_id: int, way: str, slip: str = "", at: datetime | None = None) -> Payment:
    """The desk takes the fee in cash or by card; the dossier shows it as paid at once."""
    at = at or timezone.now()
    dossier = _locked(actor, dossier_id)
    decision = selectors.decision_of(dossier)
    if decision is None or decision.bill is None:
        raise FeeUnknown
    payment = payments.take_at_desk(actor=actor, bill_id=decision.bill.pk, way=way, slip=slip, at=at)
    set_fee_state(actor=actor, dossier_id=dossier.pk, fee_state=FeeState.PAID, at=at)
    return payment


@transaction.atomic
def ask_refund(
    *, actor: Actor, dossier_id: int, reason: str, in_cash: bool = False, at: datetime | None = None, **receiver: str
) -> Any:
    """The desk asks that a paid fee be given back."""
    at = at or timezone.now()
    dossier = _locked(actor, dossier_id)
    return _refund(actor, dossier, needs_reason(reason), at, in_cash=in_cash, **receiver)


def _refund(actor: Actor, dossier: Dossier, reason: str, at: datetime, **receiver: Any) -> Any:
    from tinhso.engines.payments.errors import NothingToRefund

    decision = selectors.decision_of(dossier)
    payment = (
        Payment.objects.filter(bill=decision.bill, state=PaymentState.MATCHED).first()
        if decision and decision.bill
        else None
    )
    if payment is None:
        raise NothingToRefund
    return request_refund(
        actor=actor,
        payment_id=payment.pk,
        reason=reason,
        to_name=str(dossier.applicant.full_name),
        at=at,
        **receiver,
    )


@transaction.atomic
def wind_up(*, actor: Actor, dossier_id: int, at: datetime | None = None) -> str:
    """The dossier ended without a result: an unpaid bill is cancelled; a paid fee is to be given back when work on the
    dossier had not begun. Called again it changes nothing. Returns what was done, for the log."""
    at = at or timezone.now()
    dossier = lock(dossier_id, "view")
    decision = selectors.decision_of(dossier)
    ExemptionClaim.objects.filter(dossier=dossier, state="asked").update(
        state=ExemptionClaim.State.REFUSED, reason=_("Hồ sơ đã kết thúc."), decided_at=at
    )
    if decision is None or decision.bill is None:
        return ""
    bill = Bill.objects.select_for_update().get(pk=decision.bill.pk)
    if bill.state == BillState.OPEN:
        payments.cancel_bill(
            actor=actor, bill_id=bill.pk, reason=_("Hồ sơ %(code)s kết thúc, không thu") % {"code": dossier.code}, at=at
        )
        set_fee_state(actor=actor, dossier_id=dossier.pk, fee_state=FeeState.NONE, at=at)
        return "cancelled"
    if bill.state != BillState.PAID or dossier.handed_over_at is not None:
        return ""
    if any(payment.refunds.exists() for payment in bill.payments.all()):
        return ""
    reason = _("Hồ sơ %(code)s bị từ chối hoặc được rút trước khi thụ lý") % {"code": dossier.code}
    _refund(actor, dossier, reason, at)
    return "refund"
