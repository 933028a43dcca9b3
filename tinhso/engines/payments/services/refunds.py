"""Refunds: asked for, approved by somebody else, sent to the bank, settled when the bank says so."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.payments import events, ledger, messages, permissions
from tinhso.engines.payments.errors import (
    BadAmount,
    NothingToRefund,
    OutOfOrder,
    ReasonNeeded,
    ReceiverNeeded,
    SamePerson,
)
from tinhso.engines.payments.models import (
    Bill,
    BillState,
    DiscrepancyKind,
    EntryKind,
    LedgerAccount,
    Payment,
    PaymentState,
    Refund,
    RefundState,
)
from tinhso.engines.payments.references import LETTERS
from tinhso.engines.payments.services.posting import open_discrepancy
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.text.asked import fitting


@transaction.atomic
def request_refund(
    *,
    actor: Actor,
    payment_id: int,
    reason: str,
    amount: int | None = None,
    to_name: str = "",
    to_bin: str = "",
    to_number: str = "",
    in_cash: bool = False,
    at: datetime | None = None,
) -> Refund:
    """Asks that a payment, or a part of it, be given back. Asked twice is refused; nothing moves yet."""
    at = at or timezone.now()
    payment = (
        Payment.objects.select_for_update(of=("self",)).select_related("account__unit", "bill__unit").get(pk=payment_id)
    )
    bill = (
        Bill.objects.select_for_update(of=("self",)).select_related("unit", "collector").get(pk=payment.bill_id)
        if (payment.bill_id and payment.state == PaymentState.MATCHED)
        else None
    )
    unit = payment.bill.unit if payment.bill else payment.account.unit
    if not (bill and access.allowed(actor, permissions.REQUEST_REFUND, bill.collector)):
        access.require(actor, permissions.REQUEST_REFUND, unit=unit)
    if payment.state == PaymentState.RETURNED or payment.refunds.exclude(state=RefundState.REJECTED).exists():
        raise NothingToRefund
    asked = payment.amount if amount is None else amount
    if not 0 < asked <= payment.amount:
        raise BadAmount
    if not reason.strip():
        raise ReasonNeeded
    refund = Refund.objects.create(
        reference="HT" + "".join(secrets.choice(LETTERS) for _n in range(10)),
        bill=bill,
        payment=payment,
        unit=unit,
        account=payment.account,
        amount=asked,
        reason=reason.strip(),
        to_name=fitting(to_name, 120) or payment.payer,
        to_bin=fitting(to_bin, 6),
        to_number=fitting(to_number, 19),
        in_cash=in_cash,
        requested_at=at,
        requested_by_id=actor.account_id,
        is_simulated=payment.is_simulated,
    )
    _record(actor, refund, "requested", reason=reason, amount=asked)
    return refund


def _record(actor: Actor, refund: Refund, what: str, **details: Any) -> None:
    audit.record(
        actor,
        f"payments.refund.{what}",
        refund,
        unit_id=refund.unit_id,
        reference=refund.reference,
        bill=refund.bill.reference if refund.bill else "",
        **details,
    )


def _locked(refund_id: int, *states: RefundState) -> Refund:
    refund = (
        Refund.objects.select_for_update(of=("self",))
        .select_related("unit", "account__unit", "payment", "bill")
        .get(pk=refund_id)
    )
    if refund.state not in states:
        raise OutOfOrder(str(refund.get_state_display()))
    return refund


@transaction.atomic
def approve_refund(
    *,
    actor: Actor,
    refund_id: int,
    to_bin: str = "",
    to_number: str = "",
    in_cash: bool | None = None,
    note: str = "",
    at: datetime | None = None,
) -> Refund:
    """The leader approves: from now on the money is owed to the payer. Never the one who asked."""
    at = at or timezone.now()
    refund = _locked(refund_id, RefundState.REQUESTED)
    access.require(actor, permissions.APPROVE_REFUND, unit=refund.unit)
    if refund.requested_by_id is not None and refund.requested_by_id == actor.account_id:
        raise SamePerson
    refund.to_bin = fitting(to_bin, 6) or refund.to_bin
    refund.to_number = fitting(to_number, 19) or refund.to_number
    refund.in_cash = refund.in_cash if in_cash is None else in_cash
    if not refund.in_cash and not (_is_digits(refund.to_bin, 6) and refund.to_number.isalnum()):
        raise ReceiverNeeded
    refund.state, refund.decided_at, refund.decided_note = RefundState.APPROVED, at, note
    refund.decided_by_id = actor.account_id
    refund.save()
    held = refund.payment.state == PaymentState.HELD
    ledger.post(
        key=f"refund:{refund.pk}",
        kind=EntryKind.REFUND_APPROVED,
        book=refund.account,
        unit=refund.unit,
        amounts={
            LedgerAccount.HELD if held else LedgerAccount.FEES: refund.amount,
            LedgerAccount.REFUNDS: -refund.amount,
        },
        memo=f"{refund.reference} · {refund.reason}",
        at=at,
        bill=refund.bill,
        is_simulated=refund.is_simulated,
    )
    _record(actor, refund, "approved", amount=refund.amount)
    bus.publish(events.REFUND_APPROVED, subject=refund, unit=refund.unit, occurred_on=timezone.localdate(at))
    return refund


def _is_digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


@transaction.atomic
def reject_refund(*, actor: Actor, refund_id: int, note: str, at: datetime | None = None) -> Refund:
    """The leader does not approve, and says why."""
    at = at or timezone.now()
    refund = _locked(refund_id, RefundState.REQUESTED)
    access.require(actor, permissions.APPROVE_REFUND, unit=refund.unit)
    if not note.strip():
        raise ReasonNeeded
    refund.state, refund.decided_at, refund.decided_note = RefundState.REJECTED, at, note.strip()
    if refund.requested_by_id != actor.account_id:
        refund.decided_by_id = actor.account_id
    refund.save()
    _record(actor, refund, "rejected", note=note)
    return refund


@transaction.atomic
def mark_sent(*, actor: Actor, refund_id: int, at: datetime | None = None) -> Refund:
    """The order went to the bank. The order's own number makes a second sending the same transfer."""
    at = at or timezone.now()
    refund = _locked(refund_id, RefundState.APPROVED, RefundState.FAILED)
    access.require(actor, permissions.RECONCILE, unit=refund.account.unit)
    refund.state, refund.sent_at = RefundState.SENT, at
    refund.save(update_fields=["state", "sent_at"])
    _record(actor, refund, "sent")
    return refund


@transaction.atomic
def settle_refund(*, actor: Actor, refund_id: int, bank_reference: str = "", at: datetime | None = None) -> Refund:
    """The payer has the money back: in cash at the desk, or the bank says the transfer went through."""
    at = at or timezone.now()
    refund = _locked(refund_id, RefundState.APPROVED, RefundState.SENT, RefundState.FAILED)
    access.require(actor, permissions.RECONCILE, unit=refund.account.unit)
    if not refund.in_cash and not bank_reference.strip():
        raise ReasonNeeded
    _settle(actor, refund, bank_reference.strip(), at, timezone.localdate(at))
    return refund


def _settle(actor: Actor, refund: Refund, bank_reference: str, at: datetime, on: Any) -> None:
    refund.state, refund.settled_at, refund.bank_reference = RefundState.SETTLED, at, bank_reference
    refund.save(update_fields=["state", "settled_at", "bank_reference"])
    source = LedgerAccount.CASH if refund.in_cash else LedgerAccount.BANK
    ledger.post(
        key=f"refunded:{refund.pk}",
        kind=EntryKind.REFUND_PAID,
        book=refund.account,
        unit=refund.unit,
        amounts={LedgerAccount.REFUNDS: refund.amount, source: -refund.amount},
        memo=f"{refund.reference} · {refund.to_name}",
        at=at,
        on=on,
        bill=refund.bill,
        bank_reference=bank_reference,
        is_simulated=refund.is_simulated,
    )
    payment = refund.payment
    if refund.amount == payment.amount:
        payment.state = PaymentState.RETURNED
        payment.save(update_fields=["state"])
        _close_bill(actor, refund, at)
    _record(actor, refund, "settled", transaction=bank_reference)
    bus.publish(events.REFUND_SETTLED, subject=refund, unit=refund.unit, occurred_on=timezone.localdate(at))


def _close_bill(actor: Actor, refund: Refund, at: datetime) -> None:
    if refund.bill is None:
        return
    bill = Bill.objects.select_for_update().get(pk=refund.bill.pk)
    bill.state, bill.ended_at, bill.ended_reason = BillState.REFUNDED, at, refund.reason
    bill.save(update_fields=["state", "ended_at", "ended_reason"])
    audit.record(actor, "payments.bill.refunded", bill, unit_id=bill.unit_id, reference=bill.reference)


def note_transfer(told: messages.Transfer, *, at: datetime) -> None:
    """The bank says how an ordered transfer ended. Told twice, or for an order that is not ours, nothing moves."""
    refund = (
        Refund.objects.select_for_update(of=("self",))
        .select_related("unit", "account__unit", "payment", "bill")
        .filter(reference=told.order)
        .first()
    )
    if refund is None or refund.state not in (RefundState.SENT, RefundState.APPROVED, RefundState.FAILED):
        return
    actor = Actor.system("Ngân hàng", is_simulated=refund.is_simulated)
    if told.is_settled:
        _settle(actor, refund, told.reference, at, timezone.localdate(told.at))
        return
    refund.state = RefundState.FAILED
    refund.save(update_fields=["state"])
    _record(actor, refund, "failed", reason=told.reason)
    open_discrepancy(
        actor,
        key=f"refund_failed:{refund.reference}:{told.at.isoformat()}",
        kind=DiscrepancyKind.REFUND_FAILED,
        sentence=_("Lệnh chuyển trả %(order)s không thành: %(reason)s.") % {"order": told.order, "reason": told.reason},
        at=at,
        account=refund.account,
        bill=refund.bill,
        refund=refund,
        amount=refund.amount,
        is_simulated=refund.is_simulated,
    )
