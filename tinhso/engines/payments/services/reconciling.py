"""The day's reconciliation of decisions, ledger and statement: what differs is found, what fits by now is closed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.payments import decisions, permissions
from tinhso.engines.payments.models import (
    Bill,
    CollectionAccount,
    Discrepancy,
    DiscrepancyKind,
    Entry,
    EntryKind,
    LedgerAccount,
    Posting,
    Reconciliation,
    Resolution,
    Statement,
    StatementLine,
)
from tinhso.engines.payments.services.posting import open_discrepancy
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit

# Kinds that a reconciliation finds, and closes by itself once they fit.
FOUND = (
    DiscrepancyKind.NOT_IN_LEDGER,
    DiscrepancyKind.NOT_IN_STATEMENT,
    DiscrepancyKind.AMOUNT_DIFFERS,
    DiscrepancyKind.DECISION_DIFFERS,
)


@dataclass
class Day:
    """One day of one account, all three sides."""

    lines: dict[str, StatementLine] = field(default_factory=dict)
    booked: dict[str, tuple[Entry, int]] = field(default_factory=dict)
    bills: list[Bill] = field(default_factory=list)
    decided: dict[int, int] = field(default_factory=dict)
    taken: dict[int, int] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)


@transaction.atomic
def reconcile(*, actor: Actor, account_id: int, day: date, at: datetime | None = None) -> Reconciliation:
    """Compares the three sides of a day. Run again it finds the same, and closes by itself what fits by now."""
    at = at or timezone.now()
    account = CollectionAccount.objects.select_for_update(of=("self",)).select_related("unit").get(pk=account_id)
    access.require(actor, permissions.RECONCILE, unit=account.unit)
    sides = _sides(account, day)
    has_statement = (
        bool(sides.lines) or Statement.objects.filter(account=account, first_on__lte=day, last_on__gte=day).exists()
    )
    _compare_with_bank(actor, account, day, sides, has_statement, at)
    _compare_with_decisions(actor, account, day, sides, at)
    _close_what_fits(account, day, sides.keys, at)
    figures = {
        "decided": sum(sides.decided.values()),
        "decided_count": len(sides.decided),
        "taken": sum(sides.taken.values()),
        "ledger": sum(amount for _entry, amount in sides.booked.values()),
        "ledger_count": len(sides.booked),
        "statement": sum(line.amount for line in sides.lines.values()) if has_statement else None,
        "statement_count": len(sides.lines),
        "matched": len(sides.booked.keys() & sides.lines.keys()),
    }
    made = Reconciliation.objects.create(
        account=account,
        day=day,
        run_at=at,
        run_by_id=actor.account_id,
        figures=figures,
        has_statement=has_statement,
        differences=len(sides.keys),
    )
    audit.record(
        actor,
        "payments.day.reconciled",
        made,
        unit_id=account.unit_id,
        day=day.isoformat(),
        differences=made.differences,
    )
    return made


def _sides(account: CollectionAccount, day: date) -> Day:
    booked = Posting.objects.filter(entry__book=account, entry__on=day, account=LedgerAccount.BANK)
    sides = Day(
        lines={line.reference: line for line in StatementLine.objects.filter(account=account, on=day)},
        booked={
            posting.entry.bank_reference or posting.entry.key: (posting.entry, posting.amount)
            for posting in booked.select_related("entry__bill")
        },
    )
    paid = Entry.objects.filter(book=account, on=day, kind__in=[EntryKind.PAYMENT, EntryKind.MATCHED])
    sides.bills = list(Bill.objects.filter(pk__in=paid.values("bill_id")))
    sides.decided = decisions.decided((bill.pk, bill.subject_type) for bill in sides.bills)
    fees = Posting.objects.filter(entry__in=paid, account=LedgerAccount.FEES)
    sides.taken = {
        bill_id: -total
        for bill_id, total in fees.values_list("entry__bill_id").annotate(total=Sum("amount")).order_by()
    }
    return sides


def _compare_with_bank(
    actor: Actor, account: CollectionAccount, day: date, sides: Day, has_statement: bool, at: datetime
) -> None:
    """Both directions, by the bank's number; the other side may carry another day (a movement around midnight)."""
    unmatched = Posting.objects.filter(
        entry__book=account,
        account=LedgerAccount.BANK,
        entry__bank_reference__in=list(sides.lines.keys() - sides.booked.keys()),
    )
    other_entries = dict(unmatched.values_list("entry__bank_reference", "amount"))
    for reference, line in sides.lines.items():
        booked = sides.booked[reference][1] if reference in sides.booked else other_entries.get(reference)
        if booked is None:
            _found(actor, sides, account, day, at, DiscrepancyKind.NOT_IN_LEDGER, reference, line.amount, line=line)
        elif booked != line.amount:
            _found(actor, sides, account, day, at, DiscrepancyKind.AMOUNT_DIFFERS, reference, line.amount, line=line)
    if not has_statement:
        return
    elsewhere = set(
        StatementLine.objects.filter(
            account=account, reference__in=list(sides.booked.keys() - sides.lines.keys())
        ).values_list("reference", flat=True)
    )
    for reference, (entry, amount) in sides.booked.items():
        if reference not in sides.lines and reference not in elsewhere:
            _found(actor, sides, account, day, at, DiscrepancyKind.NOT_IN_STATEMENT, reference, amount, bill=entry.bill)


def _compare_with_decisions(actor: Actor, account: CollectionAccount, day: date, sides: Day, at: datetime) -> None:
    for bill in sides.bills:
        decided = sides.decided.get(bill.pk)
        if decided is not None and decided != sides.taken.get(bill.pk, 0):
            _found(
                actor,
                sides,
                account,
                day,
                at,
                DiscrepancyKind.DECISION_DIFFERS,
                bill.reference,
                sides.taken.get(bill.pk, 0) - decided,
                bill=bill,
            )


def _found(
    actor: Actor,
    sides: Day,
    account: CollectionAccount,
    day: date,
    at: datetime,
    kind: DiscrepancyKind,
    reference: str,
    amount: int,
    **facts: Any,
) -> None:
    key = f"day:{account.pk}:{day.isoformat()}:{kind}:{reference}"
    sides.keys.add(key)
    sentences = {
        DiscrepancyKind.NOT_IN_LEDGER: _("Sao kê có giao dịch %(reference)s, %(amount)s đồng; sổ chưa ghi."),
        DiscrepancyKind.NOT_IN_STATEMENT: _("Sổ ghi giao dịch %(reference)s, %(amount)s đồng; sao kê không có."),
        DiscrepancyKind.AMOUNT_DIFFERS: _("Giao dịch %(reference)s: sao kê ghi %(amount)s đồng, sổ ghi số khác."),
        DiscrepancyKind.DECISION_DIFFERS: _("Phiếu %(reference)s: số đã thu lệch %(amount)s đồng với quyết định thu."),
    }
    told = {"reference": reference, "amount": f"{amount:,}".replace(",", ".")}
    made = open_discrepancy(
        actor,
        key=key,
        kind=kind,
        sentence=sentences[kind] % told,
        at=at,
        on=day,
        account=account,
        amount=amount,
        is_simulated=account.is_simulated,
        **facts,
    )
    if made.resolution == Resolution.FITTED:
        # It had fitted and does not any more.
        made.resolved_at, made.resolution, made.note = None, "", ""
        made.save(update_fields=["resolved_at", "resolution", "note"])


def _close_what_fits(account: CollectionAccount, day: date, still: set[str], at: datetime) -> None:
    Discrepancy.objects.open().filter(account=account, on=day, kind__in=FOUND).exclude(key__in=still).update(
        resolved_at=at, resolution=Resolution.FITTED, note=_("Đối soát lại đã khớp.")
    )
