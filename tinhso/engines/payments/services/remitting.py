"""Paying the collected fees over to the State Treasury: every fee posting stands on exactly one list."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from tinhso.engines.payments import ledger, permissions
from tinhso.engines.payments.errors import NothingToRemit, OutOfOrder, ReasonNeeded
from tinhso.engines.payments.models import (
    CollectionAccount,
    EntryKind,
    LedgerAccount,
    Posting,
    Remittance,
    RemittanceLine,
)
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.numbering.services import next_number
from tinhso.foundation.text.asked import fitting


def unlisted(account: CollectionAccount, until: date) -> QuerySet[Posting]:
    """Fee postings up to a day that stand on no list yet; refunds among them are deductions."""
    return (
        Posting.objects.filter(
            entry__book=account, entry__on__lte=until, account=LedgerAccount.FEES, remitted_in__isnull=True
        )
        .exclude(entry__kind=EntryKind.REMITTED)
        .order_by("id")
    )


@transaction.atomic
def list_remittance(*, actor: Actor, account_id: int, until: date, at: datetime | None = None) -> Remittance:
    """Makes the numbered list of what was collected and not yet paid over."""
    at = at or timezone.now()
    # Two lists at once would name the same postings; the account's lock makes them one after the other.
    account = CollectionAccount.objects.select_for_update(of=("self",)).select_related("unit").get(pk=account_id)
    access.require(actor, permissions.REMIT, unit=account.unit)
    postings = unlisted(account, until)
    amount = -(postings.aggregate(total=Sum("amount"))["total"] or 0)
    if amount <= 0:
        raise NothingToRemit
    year = timezone.localdate(at).year
    made = Remittance.objects.create(
        account=account,
        unit=account.unit,
        number=next_number(kind=f"payments.remittance:{account.pk}", unit_id=account.unit_id, period=str(year)),
        year=year,
        until=until,
        amount=amount,
        made_at=at,
        made_by_id=actor.account_id,
        is_simulated=account.is_simulated,
    )
    RemittanceLine.objects.bulk_create(RemittanceLine(remittance=made, posting=posting) for posting in postings)
    audit.record(actor, "payments.remittance.listed", made, unit_id=account.unit_id, number=str(made), amount=amount)
    return made


@transaction.atomic
def pay_remittance(*, actor: Actor, remittance_id: int, bank_reference: str, at: datetime | None = None) -> Remittance:
    """The bank paid the list over; its number of the movement is what the statement will show."""
    at = at or timezone.now()
    made = Remittance.objects.select_for_update(of=("self",)).select_related("account", "unit").get(pk=remittance_id)
    access.require(actor, permissions.REMIT, unit=made.unit)
    if made.state != Remittance.State.LISTED:
        raise OutOfOrder(str(made.get_state_display()))
    if not bank_reference.strip():
        raise ReasonNeeded
    made.state, made.paid_at, made.bank_reference = Remittance.State.PAID, at, fitting(bank_reference, 64)
    made.save(update_fields=["state", "paid_at", "bank_reference"])
    ledger.post(
        key=f"remitted:{made.pk}",
        kind=EntryKind.REMITTED,
        book=made.account,
        unit=made.unit,
        amounts={LedgerAccount.FEES: made.amount, LedgerAccount.BANK: -made.amount},
        memo=str(made),
        at=at,
        bank_reference=made.bank_reference,
        is_simulated=made.is_simulated,
    )
    audit.record(
        actor, "payments.remittance.paid", made, unit_id=made.unit_id, number=str(made), transaction=bank_reference
    )
    return made
