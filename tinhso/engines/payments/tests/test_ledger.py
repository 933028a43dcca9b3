"""The ledger sums to zero, always; the database says so when the program does not."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.engines.payments import ledger
from tinhso.engines.payments.errors import Unbalanced
from tinhso.engines.payments.models import Bill, Entry, EntryKind, LedgerAccount, Payment, Posting
from tinhso.engines.payments.testing import Till


def _post(till: Till, key: str, amounts: dict[Any, int]) -> Entry:
    return ledger.post(
        key=key,
        kind=EntryKind.CORRECTED,
        book=till.account,
        unit=till.account.unit,
        amounts=amounts,
        memo="thử",
        at=timezone.now(),
    )


def _check_now() -> None:
    """What the commit would check."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(list(LedgerAccount)), st.integers(-(10**12), 10**12), max_size=6))
def test_whatever_is_posted_sums_to_zero_or_is_refused(till: Till, amounts: dict[Any, int]) -> None:
    balanced = len(amounts) >= 2 and not sum(amounts.values()) and all(amounts.values())
    with transaction.atomic():
        try:
            _post(till, "x", amounts)
        except Unbalanced:
            assert not balanced
        else:
            assert balanced
        _check_now()
        assert sum(ledger.balances().values()) == 0
        transaction.set_rollback(True)


def _raw(till: Till, lines: list[tuple[str, int]]) -> None:
    """Past the program, straight into the tables."""
    entry = Entry.objects.create(
        key="raw", kind="corrected", at=timezone.now(), on=timezone.localdate(), book=till.account,
        unit=till.account.unit, memo="x",
    )  # fmt: skip
    Posting.objects.bulk_create(Posting(entry=entry, account=account, amount=amount) for account, amount in lines)
    _check_now()


def test_the_database_refuses_what_does_not_balance(till: Till) -> None:
    for lines in (
        [],
        [("bank", 5)],
        [("bank", 5), ("fees", -4)],
        [("bank", 5), ("fees", 5)],
        [("bank", 0), ("fees", 0)],
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            _raw(till, lines)


STATEMENTS = (
    "UPDATE payments_posting SET amount = amount * 2",
    "DELETE FROM payments_posting",
    "UPDATE payments_entry SET memo = 'khác'",
    "DELETE FROM payments_entry",
    "TRUNCATE payments_posting, payments_remittanceline",
    "UPDATE payments_bill SET amount = 1",
    "UPDATE payments_bill SET qr = 'x'",
    "DELETE FROM payments_bill",
    "UPDATE payments_payment SET amount = 1",
    "DELETE FROM payments_payment",
)


def test_what_is_booked_stays(till: Till) -> None:
    till.tell(till.credit(till.bill()))
    _check_now()
    for statement in STATEMENTS:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Posting.objects.count() == 2 and Bill.objects.get().amount == Payment.objects.get().amount == 8000


def test_the_same_occasion_is_posted_once(till: Till) -> None:
    _post(till, "x", {LedgerAccount.BANK: 5, LedgerAccount.FEES: -5})
    with pytest.raises(DatabaseError), transaction.atomic():
        _post(till, "x", {LedgerAccount.BANK: 5, LedgerAccount.FEES: -5})
