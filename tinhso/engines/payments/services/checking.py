"""The day's reconciliation of decisions, ledger and statement, and the acts that end a discrepancy."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.payments import decisions, ledger, messages, permissions, references, statement_file
from tinhso.engines.payments.errors import BadAmount, BadStatement, NotOpen, OutOfOrder, ReasonNeeded
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
    Posting,
    Reconciliation,
    Resolution,
    Statement,
    StatementLine,
)
from tinhso.engines.payments.services.intake import take_credit
from tinhso.engines.payments.services.posting import open_discrepancy, settle
from tinhso.engines.payments.services.refunds import request_refund
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.text.asked import fitting

# Kinds that a reconciliation finds, and closes by itself once they fit.
FOUND = (
    DiscrepancyKind.NOT_IN_LEDGER,
    DiscrepancyKind.NOT_IN_STATEMENT,
    DiscrepancyKind.AMOUNT_DIFFERS,
    DiscrepancyKind.DECISION_DIFFERS,
)
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


def _faults() -> dict[str, str]:
    return {
        "too-long": _("Tệp quá 5 MB."),
        "not-utf8": _("Tệp không phải văn bản UTF-8."),
        "not-json": _("Tệp JSON hỏng."),
        "no-lines": _("Tệp JSON không có danh sách “lines”."),
        "no-columns": _("Tệp CSV cần các cột reference, at, amount ở dòng đầu."),
        "not-csv": _("Tệp CSV hỏng."),
        "too-many": _("Tệp quá 100.000 dòng."),
        "reference": _("thiếu mã giao dịch"),
        "amount": _("số tiền không phải số nguyên đồng"),
        "at": _("thời điểm không đúng dạng 2026-11-22T10:30"),
        "twice": _("mã giao dịch lặp lại trong tệp"),
        "changed": _("giao dịch này đã đọc trước đó với số tiền hoặc ngày khác"),
        "account": _("Sao kê của tài khoản khác."),
    }


@transaction.atomic
def read_statement(
    *, actor: Actor, account_id: int, content: bytes, name: str, at: datetime | None = None
) -> Statement:
    """Keeps the lines of a statement; the same file again changes nothing, one bad row and nothing is kept."""
    at = at or timezone.now()
    # One reader at a time per account: two uploads at once would both think a line is new.
    account = CollectionAccount.objects.select_for_update(of=("self",)).select_related("unit").get(pk=account_id)
    access.require(actor, permissions.RECONCILE, unit=account.unit)
    sha256 = hashlib.sha256(content).hexdigest()
    known = Statement.objects.filter(account=account, sha256=sha256).first()
    if known is not None:
        return known
    told = statement_file.read(content)
    faults = list(told.faults)
    if (told.bin or told.number) and (told.bin, told.number) != (account.bin, account.number):
        faults.insert(0, (0, "account"))
    had = {
        line.reference: (line.amount, line.on)
        for line in StatementLine.objects.filter(account=account, reference__in=[one.reference for one in told.lines])
    }
    for number, line in enumerate(told.lines, start=1):
        if had.get(line.reference, (line.amount, timezone.localdate(line.at))) != (
            line.amount,
            timezone.localdate(line.at),
        ):
            faults.append((number, "changed"))
    if faults:
        words = _faults()
        raise BadStatement(
            [
                words[why] if number == 0 else _("Dòng %(number)s: %(why)s.") % {"number": number, "why": words[why]}
                for number, why in sorted(faults)
            ]
        )
    return _keep(actor, account, sha256, name, [one for one in told.lines if one.reference not in had], len(had), at)


def _keep(
    actor: Actor,
    account: CollectionAccount,
    sha256: str,
    name: str,
    lines: list[statement_file.Line],
    known: int,
    at: datetime,
) -> Statement:
    days = sorted(timezone.localdate(line.at) for line in lines)
    statement = Statement.objects.create(
        account=account,
        sha256=sha256,
        name=name[:200],
        first_on=days[0] if days else None,
        last_on=days[-1] if days else None,
        new_lines=len(lines),
        known_lines=known,
        read_at=at,
        read_by_id=actor.account_id,
    )
    StatementLine.objects.bulk_create(
        StatementLine(
            statement=statement,
            account=account,
            reference=line.reference,
            at=line.at,
            on=timezone.localdate(line.at),
            amount=line.amount,
            description=line.description,
            payer=line.counterparty,
        )
        for line in lines
    )
    audit.record(
        actor,
        "payments.statement.read",
        statement,
        unit_id=account.unit_id,
        sha256=sha256,
        lines=len(lines),
        known=known,
    )
    return statement


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
