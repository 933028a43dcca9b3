"""What all ways of paying share: the bill becomes paid, the ledger moves, the receipt has its number."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from tinhso.engines.payments import events, ledger
from tinhso.engines.payments.models import (
    Bill,
    BillState,
    Discrepancy,
    DiscrepancyKind,
    EntryKind,
    LedgerAccount,
    Payment,
    PayWay,
)
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.numbering.services import next_number

WHERE = {
    PayWay.CASH: LedgerAccount.CASH,
    PayWay.CARD: LedgerAccount.CARD,
    PayWay.LOCAL: LedgerAccount.BANK,
    PayWay.NATIONAL: LedgerAccount.BANK,
}


def settle(actor: Actor, bill: Bill, payment: Payment, *, way: PayWay, at: datetime, from_held: bool = False) -> None:
    """The bill, locked by the caller, is paid by `payment`: state, receipt number, one balanced entry, audit, event."""
    year = timezone.localdate(payment.paid_at).year
    bill.state, bill.paid_at, bill.paid_way = BillState.PAID, payment.paid_at, way
    bill.receipt_number = next_number(kind="payments.receipt", unit_id=bill.collector_id, period=str(year))
    bill.save(update_fields=["state", "paid_at", "paid_way", "receipt_number"])
    source = LedgerAccount.HELD if from_held else WHERE[way]
    ledger.post(
        key=f"{'matched' if from_held else 'payment'}:{payment.pk}",
        kind=EntryKind.MATCHED if from_held else EntryKind.PAYMENT,
        book=payment.account,
        unit=bill.unit,
        amounts={source: payment.amount, LedgerAccount.FEES: -payment.amount},
        memo=f"{bill.reference} · {bill.title}",
        at=at,
        on=None if from_held else timezone.localdate(payment.paid_at),
        bill=bill,
        bank_reference="" if from_held or source != LedgerAccount.BANK else payment.provider_reference,
        is_simulated=payment.is_simulated,
    )
    audit.record(
        actor,
        "payments.bill.paid",
        bill,
        unit_id=bill.unit_id,
        reference=bill.reference,
        amount=payment.amount,
        way=str(way),
        transaction=payment.provider_reference,
    )
    bus.publish(
        events.BILL_PAID,
        subject=bill,
        unit=bill.unit,
        occurred_on=timezone.localdate(at),
        of=bill.subject_type,
        of_id=bill.subject_id,
    )


def hold(actor: Actor, payment: Payment, *, at: datetime) -> None:
    """Money that fits no open bill is kept apart until somebody decides."""
    ledger.post(
        key=f"held:{payment.pk}",
        kind=EntryKind.HELD,
        book=payment.account,
        unit=payment.account.unit,
        amounts={LedgerAccount.BANK: payment.amount, LedgerAccount.HELD: -payment.amount},
        memo=payment.description or payment.provider_reference,
        at=at,
        on=timezone.localdate(payment.paid_at),
        bank_reference=payment.provider_reference,
        is_simulated=payment.is_simulated,
    )
    audit.record(
        actor,
        "payments.credit.held",
        payment,
        unit_id=payment.account.unit_id,
        amount=payment.amount,
        transaction=payment.provider_reference,
    )


def open_discrepancy(
    actor: Actor, *, key: str, kind: DiscrepancyKind, sentence: str, at: datetime, on: date | None = None, **facts: Any
) -> Discrepancy:
    """One row per occasion: met again while open it stays, met again after being resolved it stays resolved."""
    found, is_new = Discrepancy.objects.get_or_create(
        key=key[:160],
        defaults={
            "kind": kind,
            "sentence": sentence,
            "opened_at": at,
            "on": on or timezone.localdate(at),
            **facts,
        },
    )
    if is_new:
        unit_id = found.account.unit_id if found.account else None
        audit.record(actor, "payments.discrepancy.opened", found, unit_id=unit_id, kind=str(kind))
        bus.publish(
            events.DISCREPANCY_OPENED,
            subject=found,
            unit=found.account.unit if found.account else None,
            occurred_on=timezone.localdate(at),
        )
    return found
