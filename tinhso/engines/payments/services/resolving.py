"""The acts that end a discrepancy: the money found its bill, goes back, is booked, or was none of ours."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.payments import ledger, messages, permissions, references
from tinhso.engines.payments.errors import BadAmount, NotOpen, OutOfOrder, ReasonNeeded
from tinhso.engines.payments.models import (
    Bill,
    BillState,
    CollectionAccount,
    Discrepancy,
    DiscrepancyKind,
    Entry,
    EntryKind,
    LedgerAccount,
    Payment,
    PaymentState,
    PayWay,
    Resolution,
    StatementLine,
)
from tinhso.engines.payments.services.intake import take_credit
from tinhso.engines.payments.services.posting import settle
from tinhso.engines.payments.services.refunds import request_refund
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.text.asked import fitting

# Money that is here must be matched or given back; these alone may be closed with a reason only.
DISMISSIBLE = (
    DiscrepancyKind.FORGED,
    DiscrepancyKind.STALE,
    DiscrepancyKind.MALFORMED,
    DiscrepancyKind.CONFLICT,
    DiscrepancyKind.UNKNOWN_ACCOUNT,
    DiscrepancyKind.NOT_IN_STATEMENT,
    DiscrepancyKind.DECISION_DIFFERS,
    DiscrepancyKind.AMOUNT_DIFFERS,
    DiscrepancyKind.REFUND_FAILED,
)


@transaction.atomic
def resolve_discrepancy(
    *,
    actor: Actor,
    discrepancy_id: int,
    resolution: str,
    note: str,
    bill_reference: str = "",
    at: datetime | None = None,
    **receiver: Any,
) -> Discrepancy:
    """Ends one discrepancy with a reason: the money found its bill, goes back, is booked, or it was none of ours."""
    at = at or timezone.now()
    found = (
        Discrepancy.objects.select_for_update(of=("self",))
        .select_related("account__unit", "payment", "line", "bill")
        .get(pk=discrepancy_id)
    )
    access.require(actor, permissions.RECONCILE, unit=found.account.unit if found.account else None)
    if found.resolved_at is not None:
        raise OutOfOrder(str(found.get_resolution_display()))
    if not note.strip():
        raise ReasonNeeded
    if resolution == Resolution.MATCHED:
        _match(actor, found, bill_reference, at)
    elif resolution == Resolution.RETURNED:
        _give_back(actor, found, note, at, **receiver)
    elif resolution == Resolution.RECORDED:
        _book_line(actor, found, at)
    elif resolution != Resolution.DISMISSED or found.kind not in DISMISSIBLE:
        raise OutOfOrder(str(found.get_kind_display()))
    found.resolved_at, found.resolved_by_id = at, actor.account_id
    found.resolution, found.note = Resolution(resolution), note.strip()
    found.save(update_fields=["resolved_at", "resolved_by", "resolution", "note"])
    unit_id = found.account.unit_id if found.account else None
    audit.record(
        actor,
        "payments.discrepancy.resolved",
        found,
        unit_id=unit_id,
        kind=found.kind,
        resolution=found.resolution,
        note=found.note,
    )
    return found


def _held(found: Discrepancy) -> Payment:
    if found.payment_id is None:
        raise OutOfOrder(str(found.get_kind_display()))
    payment = Payment.objects.select_for_update(of=("self",)).select_related("account__unit").get(pk=found.payment_id)
    if payment.state != PaymentState.HELD or payment.refunds.exclude(state="rejected").exists():
        raise OutOfOrder(str(payment.get_state_display()))
    return payment


def _match(actor: Actor, found: Discrepancy, bill_reference: str, at: datetime) -> None:
    payment = _held(found)
    bill = (
        Bill.objects.select_for_update(of=("self",))
        .select_related("unit")
        .filter(reference=references.tidy(bill_reference))
        .first()
    )
    if bill is None:
        raise NotOpen(bill_reference, _("không có phiếu thu này"))
    access.require(actor, permissions.RECONCILE, unit=bill.unit)
    if bill.state != BillState.OPEN:
        raise NotOpen(bill.reference, str(bill.get_state_display()))
    if bill.amount != payment.amount or bill.account_id != payment.account_id:
        raise BadAmount
    payment.state, payment.bill = PaymentState.MATCHED, bill
    payment.save(update_fields=["state", "bill"])
    settle(actor, bill, payment, way=PayWay(payment.way), at=at, from_held=True)


def _give_back(actor: Actor, found: Discrepancy, note: str, at: datetime, **receiver: Any) -> None:
    payment = _held(found)
    request_refund(actor=actor, payment_id=payment.pk, reason=note, at=at, **receiver)


def _book_line(actor: Actor, found: Discrepancy, at: datetime) -> None:
    """A credit that only the statement knows is booked as if the bank had told of it."""
    line = found.line
    if found.kind != DiscrepancyKind.NOT_IN_LEDGER or line is None or line.amount <= 0 or found.account is None:
        raise OutOfOrder(str(found.get_kind_display()))
    told = messages.Credit(
        reference=line.reference,
        bin=found.account.bin,
        number=found.account.number,
        amount=line.amount,
        description=line.description,
        payer=line.payer,
        paid_at=line.at,
    )
    take_credit(found.account, told, at=at, actor=actor)


@transaction.atomic
def bank_desk_money(
    *, actor: Actor, account_id: int, source: str, amount: int, bank_reference: str, at: datetime | None = None
) -> Entry:
    """Cash brought to the bank, or the card company's transfer: from the desk's account to the bank's."""
    at = at or timezone.now()
    account = CollectionAccount.objects.select_for_update(of=("self",)).select_related("unit").get(pk=account_id)
    access.require(actor, permissions.RECONCILE, unit=account.unit)
    if source not in (LedgerAccount.CASH, LedgerAccount.CARD) or not bank_reference.strip():
        raise ReasonNeeded
    if not 0 < amount <= ledger.balances(account)[source]:
        raise BadAmount
    line = StatementLine.objects.filter(account=account, reference=bank_reference.strip()).first()
    entry = ledger.post(
        key=f"banked:{account.pk}:{bank_reference.strip()}"[:80],
        kind=EntryKind.BANKED,
        book=account,
        unit=account.unit,
        amounts={LedgerAccount.BANK: amount, LedgerAccount(source): -amount},
        memo=bank_reference.strip(),
        at=at,
        on=line.on if line else None,
        bank_reference=fitting(bank_reference, 64),
        is_simulated=account.is_simulated,
    )
    audit.record(actor, "payments.cash.banked", entry, unit_id=account.unit_id, amount=amount, source=source)
    return entry
