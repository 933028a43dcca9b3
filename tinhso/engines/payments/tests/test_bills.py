"""Making, cancelling and paying a bill at the desk: who may, twice at once, in the wrong order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connections

from tinhso.engines.payments import ledger, services
from tinhso.engines.payments.errors import AlreadyPaid, BadAmount, NotOpen
from tinhso.engines.payments.models import Bill, BillState, CollectionAccount, Payment
from tinhso.engines.payments.services.bills import Line
from tinhso.engines.payments.testing import SYSTEM, Till, make_till
from tinhso.foundation.access.guard import Denied
from tinhso.foundation.testing.cast import Cast


def test_a_second_bill_for_the_same_subject_is_the_first_one(till: Till) -> None:
    subject = till.cast.units.province
    first = till.bill(8000, subject)
    assert till.bill(9000, subject) == first and first.amount == 8000
    services.cancel_bill(actor=SYSTEM, bill_id=first.pk, reason="lập lại")
    second = till.bill(9000, subject)
    assert second != first and second.amount == 9000 and second.reference != first.reference


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_make_one_bill(cast: Cast) -> None:
    till = make_till(cast)

    def make(_n: int) -> int:
        try:
            return till.bill(8000, till.cast.units.province).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(make, range(6)))) == 1
    assert Bill.objects.count() == 1


def test_a_bill_asks_for_something(till: Till) -> None:
    u = till.cast.units
    for lines in ([], [Line("x", 1, 0, 0)], [Line("x", 1, -5, -5)], [Line("a", 1, 9, 9), Line("b", 1, -1, -1)]):
        with pytest.raises(BadAmount):
            services.make_bill(
                actor=SYSTEM, subject=u.province, title="x", unit=u.commune_committee, collector=u.commune_centre,
                payer=None, payer_name="x", lines=lines, sentences=[],
            )  # fmt: skip


@pytest.mark.parametrize("way", ["cash", "card"])
def test_the_desk_takes_money_once(till: Till, way: str) -> None:
    bill = till.bill(8000)
    actor = till.cast.actor("desk_officer")
    services.take_at_desk(actor=actor, bill_id=bill.pk, way=way)
    bill.refresh_from_db()
    assert bill.is_paid and bill.paid_way == way and bill.receipt_text.endswith("-0000001")
    assert ledger.balances()[way] == 8000
    with pytest.raises(NotOpen):
        services.take_at_desk(actor=actor, bill_id=bill.pk, way=way)
    with pytest.raises(AlreadyPaid):
        services.cancel_bill(actor=SYSTEM, bill_id=bill.pk, reason="x")


def test_nobody_else_takes_money(till: Till) -> None:
    bill = till.bill()
    for who in ("citizen", "desk_officer_elsewhere", "resolving_officer", "leader", "auditor", "stranger"):
        with pytest.raises(Denied):
            services.take_at_desk(actor=till.cast.actor(who), bill_id=bill.pk, way="cash")
    assert not Payment.objects.exists()


def test_online_is_no_way_at_the_desk(till: Till) -> None:
    with pytest.raises(BadAmount):
        services.take_at_desk(actor=till.cast.actor("desk_officer"), bill_id=till.bill().pk, way="local")


@pytest.mark.django_db(transaction=True)
def test_the_desk_and_the_bank_at_once(cast: Cast, settings: object) -> None:
    from tinhso.engines.payments.testing import SECRET

    settings.BANK_SECRET = SECRET  # type: ignore[attr-defined]
    till = make_till(cast)
    bill = till.bill(8000)
    body = till.credit(bill)

    def pay(n: int) -> str:
        try:
            if n:
                return till.tell(body)[1]
            services.take_at_desk(actor=till.cast.actor("desk_officer"), bill_id=bill.pk, way="cash")
            return "taken"
        except NotOpen:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        ended = set(pool.map(pay, range(2)))
    assert ended in ({"taken", "set-aside"}, {"refused", "posted"})
    bill.refresh_from_db()
    assert bill.state == BillState.PAID and -ledger.balances()["fees"] == 8000


def test_receipts_are_numbered_without_a_gap(till: Till) -> None:
    for number in (1, 2, 3):
        bill = till.bill()
        till.tell(till.credit(bill))
        bill.refresh_from_db()
        assert bill.receipt_number == number


def test_the_nearest_account_collects(till: Till) -> None:
    u = till.cast.units
    services.open_account(
        actor=SYSTEM, unit=u.province, bank_name="x", bank_bin="999999", number="1", holder="x",
        valid_from=date(2025, 7, 1),
    )  # fmt: skip
    nearest = CollectionAccount.objects.nearest  # type: ignore[attr-defined]
    assert nearest(u.commune_centre, date(2026, 1, 1)) == till.account
    assert nearest(u.other_centre, date(2026, 1, 1)).number == "1"
    assert nearest(u.commune_centre, date(2025, 6, 30)) is None


def test_bills_of_another_commune_are_not_seen(till: Till) -> None:
    till.bill()
    seen = {who for who in till.cast.NAMES if Bill.objects.visible_to(till.cast.actor(who)).exists()}
    assert seen == {"desk_officer", "leader", "auditor"}
