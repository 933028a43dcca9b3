"""Bank statements: their lines are kept once, whatever is sent twice."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.payments import permissions, statement_file
from tinhso.engines.payments.errors import BadStatement
from tinhso.engines.payments.models import CollectionAccount, Statement, StatementLine
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit


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
