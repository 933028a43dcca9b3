"""The bank's messages: however they come, one posting, and nothing without a trace."""

from __future__ import annotations

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client

from tinhso.engines.payments import ledger, references, vietqr
from tinhso.engines.payments.models import (
    Bill,
    BillState,
    Delivery,
    Discrepancy,
    DiscrepancyKind,
    Entry,
    Payment,
    PaymentState,
    Posting,
)
from tinhso.engines.payments.services import cancel_bill
from tinhso.engines.payments.services.intake import MOST_UNSIGNED_A_DAY
from tinhso.engines.payments.testing import SECRET, SYSTEM, Till, make_till, send
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.testing.cast import Cast


def _kinds() -> list[str]:
    return sorted(Discrepancy.objects.values_list("kind", flat=True))


def test_the_thread_from_bill_to_ledger(till: Till) -> None:
    bill = till.bill(8000)
    code = vietqr.decode(bill.qr)
    assert (code.bin, code.account, code.amount, code.purpose) == ("999999", "0990001", 8000, bill.reference)
    assert references.is_reference(bill.reference)
    assert till.tell(till.credit(bill)) == (200, "posted")
    bill.refresh_from_db()
    assert bill.state == BillState.PAID and bill.paid_way == "local" and bill.receipt_number == 1
    assert ledger.balances() == {"bank": 8000, "fees": -8000, "cash": 0, "card": 0, "held": 0, "refunds": 0}
    assert AuditRow.objects.filter(act="payments.bill.paid", object_id=str(bill.pk)).count() == 1
    assert DomainEvent.objects.filter(name="payments.bill_paid").count() == 1
    assert not Discrepancy.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_ten_deliveries_shuffled_in_parallel_make_one_posting(cast: Cast, settings: Any) -> None:
    settings.BANK_SECRET = SECRET
    till = make_till(cast)
    bill = till.bill(50000)
    one = json.dumps(till.credit(bill)).encode()
    # Seven times the same message; three times the same credit under other numbers.
    sent = [("msg_a", one)] * 7 + [(f"msg_{n}", one) for n in "bcd"]
    random.Random(3).shuffle(sent)

    def deliver(message: tuple[str, bytes]) -> tuple[int, str]:
        try:
            return send(message[1], message[0])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(deliver, sent))
    assert sorted(answers) == [(200, "duplicate")] * 9 + [(200, "posted")]
    assert Payment.objects.count() == 1 == Entry.objects.count()
    assert Delivery.objects.get(message_id="msg_a").times == 7
    assert ledger.balances()["fees"] == -50000
    assert Bill.objects.get().state == BillState.PAID
    # Nor does a line join the entry of an earlier transaction.
    with pytest.raises(DatabaseError, match="closed"), transaction.atomic():
        Posting.objects.create(entry=Entry.objects.get(), account="cash", amount=5)


@pytest.mark.django_db(transaction=True)
def test_two_credits_for_one_bill_at_once_pay_it_once(cast: Cast, settings: Any) -> None:
    settings.BANK_SECRET = SECRET
    till = make_till(cast)
    bill = till.bill(50000)
    bodies = [json.dumps(till.credit(bill)).encode() for _n in range(4)]

    def deliver(n: int) -> tuple[int, str]:
        try:
            return send(bodies[n], f"msg_{n}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(deliver, range(4)))
    assert answers == [(200, "posted")] + [(200, "set-aside")] * 3
    assert Payment.objects.filter(state=PaymentState.MATCHED).count() == 1
    assert _kinds() == [DiscrepancyKind.PAID_TWICE] * 3
    assert ledger.balances() | {} == {
        "bank": 200000, "fees": -50000, "held": -150000, "cash": 0, "card": 0, "refunds": 0,
    }  # fmt: skip


def test_the_national_portals_payments_are_kept_apart(till: Till) -> None:
    bill = till.bill()
    assert till.tell(till.credit(bill, channel="elsewhere")) == (422, "payments.malformed")
    assert till.tell(till.credit(bill, channel="national")) == (200, "posted")
    bill.refresh_from_db()
    assert bill.paid_way == "national"


def test_a_bad_signature_moves_nothing_and_is_listed(till: Till) -> None:
    bill = till.bill()
    body = till.credit(bill)
    for _n in range(3):
        assert till.tell(body, number="msg_x", secret="whsec_AAAA") == (401, "payments.bad-signature")
    assert not Payment.objects.exists() and not Entry.objects.exists()
    assert _kinds() == [DiscrepancyKind.FORGED]
    assert Delivery.objects.get().times == 3
    # The true message with the same number still counts.
    assert till.tell(body, number="msg_x") == (200, "posted")


def test_without_headers_nothing_is_believed(till: Till) -> None:
    answer = Client().post("/thanh-toan/ngan-hang/", b"{}", "application/json")
    assert answer.status_code == 401 and _kinds() == [DiscrepancyKind.FORGED]
    assert Client().get("/thanh-toan/ngan-hang/").status_code == 405
    assert Client().post("/thanh-toan/ngan-hang/", {"a": "1"}).status_code == 415


def test_old_and_future_timestamps_are_refused_and_listed(till: Till) -> None:
    bill = till.bill()
    now = int(time.time())
    assert till.tell(till.credit(bill), at=now - 400) == (400, "payments.stale")
    assert till.tell(till.credit(bill), at=now + 400) == (400, "payments.stale")
    assert _kinds() == [DiscrepancyKind.STALE] * 2 and not Entry.objects.exists()


def test_a_replay_later_is_stale_and_moves_nothing(till: Till) -> None:
    bill = till.bill()
    body = json.dumps(till.credit(bill)).encode()
    assert till.tell(body, number="msg_1") == (200, "posted")
    assert till.tell(body, number="msg_1", at=int(time.time()) - 3600) == (400, "payments.stale")
    assert Entry.objects.count() == 1


def test_a_wrong_amount_is_held_whole(till: Till) -> None:
    bill = till.bill(8000)
    for amount in (7999, 8001):
        assert till.tell(till.credit(bill, amount=amount)) == (200, "set-aside")
    bill.refresh_from_db()
    assert bill.state == BillState.OPEN and _kinds() == [DiscrepancyKind.WRONG_AMOUNT] * 2
    assert ledger.balances()["held"] == -16000 and ledger.balances()["fees"] == 0
    assert till.tell(till.credit(bill)) == (200, "posted")


def test_an_unknown_bill_is_held(till: Till) -> None:
    assert till.tell(till.credit(None)) == (200, "set-aside")
    never = references.new_reference()
    assert till.tell(till.credit(None, description=f"{never} nop phi")) == (200, "set-aside")
    assert _kinds() == [DiscrepancyKind.UNKNOWN_BILL] * 2
    assert ledger.balances()["held"] == -16000


def test_money_for_a_cancelled_bill_is_held(till: Till) -> None:
    bill = till.bill()
    cancel_bill(actor=SYSTEM, bill_id=bill.pk, reason="Rút hồ sơ")
    assert till.tell(till.credit(bill)) == (200, "set-aside")
    assert _kinds() == [DiscrepancyKind.BILL_CLOSED]


def test_an_account_that_is_not_ours(till: Till) -> None:
    bill = till.bill()
    body = till.credit(bill, account={"bin": "970436", "number": "1"})
    assert till.tell(body) == (200, "set-aside")
    assert _kinds() == [DiscrepancyKind.UNKNOWN_ACCOUNT] and not Payment.objects.exists()


def test_one_number_with_two_contents_is_a_conflict(till: Till) -> None:
    bill = till.bill()
    body = till.credit(bill)
    assert till.tell(body, number="msg_1") == (200, "posted")
    body["data"]["amount"] += 1
    assert till.tell(body, number="msg_1") == (409, "payments.conflict")
    assert till.tell(body, number="msg_2") == (200, "conflict")
    assert _kinds() == [DiscrepancyKind.CONFLICT] * 2 and Entry.objects.count() == 1


def test_signed_nonsense_is_refused_and_listed(till: Till) -> None:
    bodies = (b"", b"{}", b"null", b'{"type": 1}', b'{"type":"transaction.credited"}', b"\xff\xfe")
    for body in bodies:
        assert till.tell(body) == (422, "payments.malformed"), body
    assert _kinds() == [DiscrepancyKind.MALFORMED] * len(bodies)


def test_other_types_are_counted_and_ignored(till: Till) -> None:
    assert till.tell({"type": "account.closed", "data": {}}) == (200, "ignored")
    assert Delivery.objects.get().verdict == Delivery.Verdict.IGNORED and not Discrepancy.objects.exists()


def test_hostile_text_is_kept_harmless(till: Till) -> None:
    body = till.credit(None, description="<script>alert(1)</script>\x00\x1b\ud800", payer_name="'; DROP TABLE--")
    assert till.tell(body) == (200, "set-aside")
    assert "\x00" not in Payment.objects.get().description


def test_a_flood_of_unsigned_messages_does_not_fill_the_disk(till: Till) -> None:
    moment = datetime.now(UTC)
    Delivery.objects.bulk_create(
        Delivery(digest=f"{n:064d}", verdict="forged", first_at=moment, last_at=moment)
        for n in range(MOST_UNSIGNED_A_DAY)
    )
    for n in range(5):
        till.tell({"n": n}, secret="wrong")
    assert Delivery.objects.count() == MOST_UNSIGNED_A_DAY + 1
    assert Delivery.objects.get(message_id="overflow").times == 5


def test_without_a_secret_nothing_is_taken(till: Till, settings: Any) -> None:
    for nothing in ("", " ", "whsec_***"):
        settings.BANK_SECRET = nothing
        assert till.tell(till.credit(None)) == (503, "payments.no-secret")


def test_a_body_too_long_is_refused(till: Till) -> None:
    status, _word = till.tell(b"x" * (65 * 1024))
    assert status == 413


def test_no_bill_without_an_account(cast: Cast) -> None:
    from tinhso.engines.payments.errors import NoAccount

    with pytest.raises(NoAccount):
        Till(cast, None).bill()  # type: ignore[arg-type]
