"""Making a bill, cancelling it, taking money for it at the desk."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from tinhso.engines.payments import events, permissions, references, vietqr
from tinhso.engines.payments.errors import AlreadyPaid, BadAmount, NoAccount, NotOpen
from tinhso.engines.payments.models import Bill, BillState, CollectionAccount, Payment, PaymentState, PayWay
from tinhso.engines.payments.models.bills import DESK_WAYS
from tinhso.engines.payments.services.posting import settle
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Person


@dataclass(frozen=True)
class Line:
    """One item of a bill, in whole đồng."""

    name: str
    quantity: int
    unit_price: int
    amount: int

    def as_row(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "quantity": self.quantity,
            "unit_price": self.unit_price,
            "amount": self.amount,
        }


@transaction.atomic
def open_account(
    *,
    actor: Actor,
    unit: Unit,
    bank_name: str,
    bank_bin: str,
    number: str,
    holder: str,
    valid_from: date,
    is_simulated: bool = False,
) -> CollectionAccount:
    """Names the bank account that a unit's fees go to; the same account named twice is one."""
    access.require(actor, permissions.RECONCILE, unit=unit)
    account, is_new = CollectionAccount.objects.get_or_create(
        bin=bank_bin,
        number=number,
        defaults={
            "unit": unit,
            "bank_name": bank_name,
            "holder": holder,
            "valid_from": valid_from,
            "is_simulated": is_simulated,
        },
    )
    if is_new:
        audit.record(actor, "payments.account.opened", account, unit_id=unit.pk, bin=bank_bin, number=number)
    return account


@transaction.atomic
def make_bill(
    *,
    actor: Actor,
    subject: models.Model,
    title: str,
    unit: Unit,
    collector: Unit,
    payer: Person | None,
    payer_name: str,
    lines: list[Line],
    sentences: list[str],
    purpose: str = "fee",
    at: datetime | None = None,
    is_simulated: bool = False,
) -> Bill:
    """The bill of a subject with its VietQR; asked again while one stands, it is that one (the first amount holds).

    No permission of its own: the act of the system that calls decides who may (as the workflow engine does).
    """
    at = at or timezone.now()
    standing = Bill.objects.living().of(subject).filter(purpose=purpose).first()
    if standing is not None:
        return standing
    amount = sum(line.amount for line in lines)
    if amount <= 0 or amount > vietqr.LARGEST_AMOUNT or any(line.amount < 0 for line in lines):
        raise BadAmount
    account = CollectionAccount.objects.nearest(unit, timezone.localdate(at))
    if account is None:
        raise NoAccount(str(unit.name))
    reference = references.new_reference()
    try:
        with transaction.atomic():
            bill = Bill.objects.create(
                reference=reference,
                subject_type=subject._meta.label_lower,
                subject_id=str(subject.pk),
                purpose=purpose,
                title=title,
                unit=unit,
                collector=collector,
                account=account,
                payer=payer,
                payer_name=payer_name,
                amount=amount,
                lines=[line.as_row() for line in lines],
                sentences=sentences,
                qr=vietqr.encode(vietqr.Code(account.bin, account.number, amount, reference, reference)),
                made_at=at,
                made_by_id=actor.account_id,
                is_simulated=is_simulated or account.is_simulated,
            )
    except IntegrityError:
        # Two requests at once: the database kept the first bill, and this one is answered with it.
        made = Bill.objects.living().of(subject).filter(purpose=purpose).first()
        if made is None:
            raise
        return made
    _trace(actor, bill, "payments.bill.made", events.BILL_MADE, at, amount=amount)
    return bill


def _trace(actor: Actor, bill: Bill, act: str, event: str, at: datetime, **details: Any) -> None:
    audit.record(actor, act, bill, unit_id=bill.unit_id, reference=bill.reference, **details)
    bus.publish(
        event,
        subject=bill,
        unit=bill.unit,
        occurred_on=timezone.localdate(at),
        of=bill.subject_type,
        of_id=bill.subject_id,
    )


@transaction.atomic
def cancel_bill(*, actor: Actor, bill_id: int, reason: str, at: datetime | None = None) -> Bill:
    """Closes a bill that nobody paid. Money that still comes for it is held and shown as a discrepancy.

    No permission of its own, as `make_bill`.
    """
    at = at or timezone.now()
    bill = Bill.objects.select_for_update().select_related("unit").get(pk=bill_id)
    if bill.state == BillState.CANCELLED:
        return bill
    if bill.state != BillState.OPEN:
        raise AlreadyPaid(bill.reference)
    bill.state, bill.ended_at, bill.ended_reason = BillState.CANCELLED, at, reason
    bill.save(update_fields=["state", "ended_at", "ended_reason"])
    _trace(actor, bill, "payments.bill.cancelled", events.BILL_CANCELLED, at, reason=reason)
    return bill


@transaction.atomic
def take_at_desk(*, actor: Actor, bill_id: int, way: str, slip: str = "", at: datetime | None = None) -> Payment:
    """The desk takes the whole amount in cash or by card; the receipt has its number at once.

    The bill's lock closes the race with the bank: who comes second finds the bill paid.
    """
    at = at or timezone.now()
    bill = Bill.objects.select_for_update().select_related("unit", "collector", "account").get(pk=bill_id)
    access.require(actor, permissions.TAKE, unit=bill.collector)
    if way not in DESK_WAYS:
        raise BadAmount
    if bill.state != BillState.OPEN:
        raise NotOpen(bill.reference, str(bill.get_state_display()))
    payment = Payment.objects.create(
        provider="desk",
        provider_reference=f"{bill.reference}-{uuid.uuid4().hex[:12]}",
        account=bill.account,
        bill=bill,
        amount=bill.amount,
        way=way,
        paid_at=at,
        taken_at=at,
        payer=bill.payer_name,
        description=slip[:500],
        taken_by_id=actor.account_id,
        state=PaymentState.MATCHED,
        is_simulated=bill.is_simulated,
    )
    settle(actor, bill, payment, way=PayWay(way), at=at)
    return payment
