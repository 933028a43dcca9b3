"""Writing the ledger: one function. Called inside acts; the database checks again at the commit."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Sum
from django.utils import timezone

from tinhso.engines.payments.errors import Unbalanced
from tinhso.engines.payments.models import Bill, CollectionAccount, Entry, EntryKind, LedgerAccount, Posting
from tinhso.foundation.orgs.models import Unit


def post(
    *,
    key: str,
    kind: EntryKind,
    book: CollectionAccount,
    unit: Unit,
    amounts: dict[LedgerAccount, int],
    memo: str,
    at: datetime,
    on: date | None = None,
    bill: Bill | None = None,
    bank_reference: str = "",
    is_simulated: bool = False,
) -> Entry:
    """Writes one balanced entry for the occasion `key`; a second time for the same occasion is refused."""
    if sum(amounts.values()) or len(amounts) < 2 or not all(amounts.values()):
        raise Unbalanced
    entry = Entry.objects.create(
        key=key,
        kind=kind,
        at=at,
        on=on or timezone.localdate(at),
        book=book,
        unit=unit,
        bill=bill,
        memo=memo[:300],
        bank_reference=bank_reference,
        is_simulated=is_simulated,
    )
    Posting.objects.bulk_create(
        Posting(entry=entry, account=account, amount=amount) for account, amount in amounts.items()
    )
    return entry


def balances(book: CollectionAccount | None = None, until: date | None = None) -> dict[str, int]:
    """What each account stands at, of one bank account or of all; accounts never used stand at 0."""
    lines = Posting.objects.all()
    if book is not None:
        lines = lines.filter(entry__book=book)
    if until is not None:
        lines = lines.filter(entry__on__lte=until)
    found = dict(lines.values_list("account").annotate(total=Sum("amount")).order_by())
    return {account: int(found.get(account) or 0) for account in LedgerAccount.values}
