"""Three sides of a day, and what is done about what does not fit."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tinhso.engines.payments import decisions, ledger, services, statement_file
from tinhso.engines.payments.errors import BadAmount, BadStatement, NothingToRemit, NotOpen, OutOfOrder, ReasonNeeded
from tinhso.engines.payments.models import (
    Bill,
    Discrepancy,
    DiscrepancyKind,
    Payment,
    PaymentState,
    Refund,
    Remittance,
    Resolution,
    Statement,
    StatementLine,
)
from tinhso.engines.payments.testing import SYSTEM, Till
from tinhso.foundation.access.guard import Actor, Denied
from tinhso.foundation.testing.cast import make_account


@pytest.fixture
def accountant(till: Till) -> Actor:
    account = make_account("ketoan", "Đỗ Thị Kế", role="accountant", unit=till.cast.units.commune_committee)
    return Actor.of(account, stepped_up=True)


def _line(told: dict[str, Any], **changes: Any) -> dict[str, Any]:
    data = told["data"]
    line = {
        "reference": data["reference"],
        "at": data["paid_at"],
        "amount": data["amount"],
        "description": data["description"],
        "counterparty": data["payer_name"],
    }
    return line | changes


def _read(till: Till, actor: Actor, lines: list[dict[str, Any]], name: str = "saoke.json") -> Statement:
    told = {"account": {"bin": till.account.bin, "number": till.account.number}, "lines": lines}
    return services.read_statement(
        actor=actor, account_id=till.account.pk, content=json.dumps(told).encode(), name=name
    )


def _run(till: Till, actor: Actor) -> Any:
    return services.reconcile(actor=actor, account_id=till.account.pk, day=timezone.localdate())


def test_a_day_that_fits(till: Till, accountant: Actor) -> None:
    told = [till.credit(till.bill(amount)) for amount in (8000, 50_000)]
    for one in told:
        till.tell(one)
    _read(till, accountant, [_line(one) for one in told])
    run = _run(till, accountant)
    assert run.differences == 0 and run.has_statement
    assert run.figures["ledger"] == run.figures["statement"] == run.figures["taken"] == 58_000
    assert run.figures["matched"] == 2


def test_without_a_statement_nothing_is_said_to_be_missing(till: Till, accountant: Actor) -> None:
    till.tell(till.credit(till.bill()))
    run = _run(till, accountant)
    assert not run.has_statement and run.figures["statement"] is None and run.differences == 0


def test_a_lost_message_is_found_and_booked_from_the_statement(till: Till, accountant: Actor) -> None:
    bill = till.bill(8000)
    lost = till.credit(bill)
    _read(till, accountant, [_line(lost)])
    assert _run(till, accountant).differences == 1
    found = Discrepancy.objects.get(kind=DiscrepancyKind.NOT_IN_LEDGER)
    services.resolve_discrepancy(actor=accountant, discrepancy_id=found.pk, resolution="recorded", note="theo sao kê")
    bill.refresh_from_db()
    assert bill.is_paid and _run(till, accountant).differences == 0
    # The message arrives after all: nothing moves.
    assert till.tell(lost) == (200, "duplicate")
    assert ledger.balances()["fees"] == -8000


def test_what_the_bank_does_not_know_and_what_it_knows_otherwise(till: Till, accountant: Actor) -> None:
    ghost, other, good = (till.credit(till.bill()) for _n in range(3))
    for one in (ghost, other, good):
        till.tell(one)
    _read(till, accountant, [_line(other, amount=7000), _line(good)])
    assert _run(till, accountant).differences == 2
    kinds = {one.kind for one in Discrepancy.objects.all()}
    assert kinds == {DiscrepancyKind.NOT_IN_STATEMENT, DiscrepancyKind.AMOUNT_DIFFERS}
    # The next statement brings the missing line: the difference closes by itself.
    _read(till, accountant, [_line(ghost)])
    assert _run(till, accountant).differences == 1
    closed = Discrepancy.objects.get(kind=DiscrepancyKind.NOT_IN_STATEMENT)
    assert closed.resolution == Resolution.FITTED and closed.resolved_at is not None


def test_a_movement_around_midnight_is_no_difference(till: Till, accountant: Actor) -> None:
    told = till.credit(till.bill())
    till.tell(told)
    tomorrow = (timezone.localtime() + timedelta(days=1)).isoformat()
    _read(till, accountant, [_line(told, at=tomorrow)])
    for day in (timezone.localdate(), timezone.localdate() + timedelta(days=1)):
        assert services.reconcile(actor=accountant, account_id=till.account.pk, day=day).differences == 0


def test_the_decision_is_a_witness_of_its_own(till: Till, accountant: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    bill = till.bill(8000)
    monkeypatch.setitem(decisions.SOURCES, bill.subject_type, lambda ids: dict.fromkeys(ids, 9000))
    till.tell(till.credit(bill))
    assert _run(till, accountant).differences == 1
    assert Discrepancy.objects.get().kind == DiscrepancyKind.DECISION_DIFFERS


def test_running_twice_finds_the_same(till: Till, accountant: Actor) -> None:
    _read(till, accountant, [_line(till.credit(till.bill()))])
    assert [_run(till, accountant).differences for _n in range(3)] == [1, 1, 1]
    assert Discrepancy.objects.count() == 1


def test_held_money_finds_its_bill(till: Till, accountant: Actor) -> None:
    bill, wrong = till.bill(8000), till.bill(9000)
    till.tell(till.credit(None))
    found = Discrepancy.objects.get()
    with pytest.raises(BadAmount):
        _resolve(accountant, found, "matched", bill_reference=wrong.reference)
    with pytest.raises(NotOpen):
        _resolve(accountant, found, "matched", bill_reference="TS0000000000")
    with pytest.raises(OutOfOrder):
        _resolve(accountant, found, "dismissed")
    with pytest.raises(ReasonNeeded):
        services.resolve_discrepancy(actor=accountant, discrepancy_id=found.pk, resolution="matched", note=" ")
    _resolve(accountant, found, "matched", bill_reference=bill.reference.lower())
    bill.refresh_from_db()
    assert bill.is_paid and bill.receipt_number == 1
    assert ledger.balances()["held"] == 0 and ledger.balances()["fees"] == -8000
    with pytest.raises(OutOfOrder):
        _resolve(accountant, found, "matched", bill_reference=wrong.reference)


def _resolve(actor: Actor, found: Discrepancy, how: str, **more: Any) -> Discrepancy:
    return services.resolve_discrepancy(actor=actor, discrepancy_id=found.pk, resolution=how, note="đã xem", **more)


def test_held_money_goes_back(till: Till, accountant: Actor) -> None:
    bill = till.bill(8000)
    for _n in range(2):
        till.tell(till.credit(bill))
    _resolve(accountant, Discrepancy.objects.get(), "returned", to_bin="970436", to_number="123")
    refund = Refund.objects.get()
    leader = till.cast.actor("leader")
    services.approve_refund(actor=leader, refund_id=refund.pk)
    services.mark_sent(actor=accountant, refund_id=refund.pk)
    body = {
        "type": "transfer.settled",
        "data": {"order": refund.reference, "reference": "FTOUT1", "at": timezone.now().isoformat()},
    }
    for _n in range(3):
        assert till.tell(body)[0] == 200
    refund.refresh_from_db()
    bill.refresh_from_db()
    assert refund.state == "settled" and bill.is_paid
    assert ledger.balances() | {} == {
        "bank": 8000, "fees": -8000, "held": 0, "refunds": 0, "cash": 0, "card": 0,
    }  # fmt: skip


def test_only_whoever_reconciles_resolves(till: Till, accountant: Actor) -> None:
    till.tell(till.credit(None))
    found = Discrepancy.objects.get()
    for who in ("desk_officer", "leader", "leader_elsewhere", "citizen", "auditor", "stranger"):
        actor = till.cast.actor(who)
        with pytest.raises(Denied):
            _resolve(actor, found, "returned")
        with pytest.raises(Denied):
            _run(till, actor)
        with pytest.raises(Denied):
            _read(till, actor, [])
        assert not Discrepancy.objects.visible_to(actor).exists()
    elsewhere = Actor.of(make_account("kt2", "Kế Khác", role="accountant", unit=till.cast.units.other_committee))
    with pytest.raises(Denied):
        _resolve(elsewhere, found, "returned")
    assert not Discrepancy.objects.visible_to(elsewhere).exists()
    assert Discrepancy.objects.visible_to(accountant).exists()


def test_the_same_file_again_changes_nothing(till: Till, accountant: Actor) -> None:
    lines = [_line(till.credit(None))]
    assert _read(till, accountant, lines) == _read(till, accountant, lines)
    assert StatementLine.objects.count() == 1
    again = _read(till, accountant, [*lines, _line(till.credit(None))])
    assert (again.new_lines, again.known_lines) == (1, 1)


BAD_FILES = (
    (b"\xff\xfe", "UTF-8"),
    (b"{", "hỏng"),
    (b'{"lines": 5}', "lines"),
    (b"a,b\n1,2", "cột"),
    (b"reference,at,amount\nF1,2026-11-22T10:00,8.000", "Dòng 1"),
    (b"reference,at,amount\nF1,2026-11-22T10:00,5\nF1,2026-11-22T10:00,5", "Dòng 2.*lặp"),
    (b"reference,at,amount\nF1,22/11/2026,5\n,2026-11-22T10:00,5", "Dòng 1.*Dòng 2"),
    (b'{"account": {"bin": "970436", "number": "9"}, "lines": []}', "tài khoản khác"),
    (b'{"lines": [{"reference": "F", "at": "2026-11-22T10:00", "amount": true}]}', "Dòng 1"),
    (b"x" * (statement_file.LONGEST_FILE + 1), "5 MB"),
)


def test_bad_files_write_nothing(till: Till, accountant: Actor) -> None:
    for content, why in BAD_FILES:
        with pytest.raises(BadStatement, match=why):
            services.read_statement(actor=accountant, account_id=till.account.pk, content=content, name="x")
    assert not Statement.objects.exists() and not StatementLine.objects.exists()


def test_a_line_that_changed_is_refused(till: Till, accountant: Actor) -> None:
    line = _line(till.credit(None))
    _read(till, accountant, [line])
    with pytest.raises(BadStatement, match="số tiền hoặc ngày khác"):
        _read(till, accountant, [line | {"amount": 1}])


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_named(content: bytes) -> None:
    read = statement_file.read(content)
    assert read.faults or not read.lines or all(line.amount for line in read.lines)


def test_a_refund_takes_two_people_and_one_way(till: Till, accountant: Actor) -> None:
    bill = till.bill(8000)
    till.tell(till.credit(bill))
    payment = Payment.objects.get()
    desk, leader = till.cast.actor("desk_officer"), till.cast.actor("leader")
    for amount in (0, 8001, -1):
        with pytest.raises(BadAmount):
            services.request_refund(actor=desk, payment_id=payment.pk, reason="x", amount=amount)
    refund = services.request_refund(actor=desk, payment_id=payment.pk, reason="Rút hồ sơ")
    with pytest.raises(Exception, match="đã có đề nghị"):
        services.request_refund(actor=desk, payment_id=payment.pk, reason="lần nữa")
    with pytest.raises(Denied):
        services.approve_refund(actor=desk, refund_id=refund.pk)
    with pytest.raises(Denied):
        services.approve_refund(actor=till.cast.actor("leader_elsewhere"), refund_id=refund.pk)
    with pytest.raises(Denied, match="xác thực lại"):
        services.approve_refund(actor=till.cast.actor("leader", stepped_up=False), refund_id=refund.pk)
    with pytest.raises(Exception, match="tài khoản của người nhận"):
        services.approve_refund(actor=leader, refund_id=refund.pk)
    services.approve_refund(actor=leader, refund_id=refund.pk, to_bin="970436", to_number="123")
    assert ledger.balances()["refunds"] == -8000 and ledger.balances()["fees"] == 0
    with pytest.raises(OutOfOrder):
        services.approve_refund(actor=leader, refund_id=refund.pk)
    with pytest.raises(OutOfOrder):
        services.reject_refund(actor=leader, refund_id=refund.pk, note="x")
    failed = {
        "type": "transfer.failed",
        "data": {"order": refund.reference, "reason": "sai số tài khoản", "at": timezone.now().isoformat()},
    }
    assert till.tell(failed)[0] == 200
    assert Discrepancy.objects.get().kind == DiscrepancyKind.REFUND_FAILED
    services.settle_refund(actor=accountant, refund_id=refund.pk, bank_reference="FTOUT")
    bill.refresh_from_db()
    payment.refresh_from_db()
    assert bill.state == "refunded" and payment.state == PaymentState.RETURNED
    assert set(ledger.balances().values()) == {0}
    assert till.bill(9000, till.cast.units.commune).pk != bill.pk


def test_whoever_asked_does_not_approve(till: Till) -> None:
    bill = till.bill(8000)
    till.tell(till.credit(bill))
    both = make_account("cahai", "Vừa Là", role="accountant", unit=till.cast.units.commune_committee)
    from tinhso.foundation.access.models import RoleAssignment

    RoleAssignment.objects.create(
        account=both, role="unit_leader", unit=till.cast.units.commune_committee, valid_from="2025-07-01"
    )
    actor = Actor.of(both, stepped_up=True)
    refund = services.request_refund(actor=actor, payment_id=Payment.objects.get().pk, reason="x")
    with pytest.raises(Exception, match="không được tự duyệt"):
        services.approve_refund(actor=actor, refund_id=refund.pk, in_cash=True)


def test_the_treasury_list_names_each_fee_once(till: Till, accountant: Actor) -> None:
    today = timezone.localdate()
    with pytest.raises(NothingToRemit):
        services.list_remittance(actor=accountant, account_id=till.account.pk, until=today)
    for _n in range(3):
        till.tell(till.credit(till.bill(8000)))
    back = Payment.objects.order_by("pk")[0]
    refund = services.request_refund(actor=accountant, payment_id=back.pk, reason="rút", in_cash=False)
    services.approve_refund(actor=till.cast.actor("leader"), refund_id=refund.pk, to_bin="970436", to_number="1")
    with pytest.raises(NothingToRemit):
        services.list_remittance(actor=accountant, account_id=till.account.pk, until=today - timedelta(days=1))
    made = services.list_remittance(actor=accountant, account_id=till.account.pk, until=today)
    assert made.amount == 16_000 and made.lines.count() == 4 and str(made) == f"01/{today.year}"
    with pytest.raises(NothingToRemit):
        services.list_remittance(actor=accountant, account_id=till.account.pk, until=today)
    services.pay_remittance(actor=accountant, remittance_id=made.pk, bank_reference="FTKB1")
    with pytest.raises(OutOfOrder):
        services.pay_remittance(actor=accountant, remittance_id=made.pk, bank_reference="FTKB2")
    assert ledger.balances()["fees"] == 0 and ledger.balances()["bank"] == 8000
    for who in ("desk_officer", "leader", "auditor"):
        with pytest.raises(Denied):
            services.list_remittance(actor=till.cast.actor(who), account_id=till.account.pk, until=today)
    assert Remittance.objects.count() == 1


def test_desk_money_reaches_the_bank(till: Till, accountant: Actor) -> None:
    services.take_at_desk(actor=till.cast.actor("desk_officer"), bill_id=till.bill(8000).pk, way="cash")
    for amount, source, slip in ((8001, "cash", "F"), (0, "cash", "F"), (5, "card", "F")):
        with pytest.raises(BadAmount):
            services.bank_desk_money(
                actor=accountant, account_id=till.account.pk, source=source, amount=amount, bank_reference=slip
            )
    with pytest.raises(ReasonNeeded):
        services.bank_desk_money(
            actor=accountant, account_id=till.account.pk, source="fees", amount=1, bank_reference="F"
        )
    line = _line(till.credit(None), reference="NOPTIEN1")
    _read(till, accountant, [line])
    services.bank_desk_money(
        actor=accountant, account_id=till.account.pk, source="cash", amount=8000, bank_reference="NOPTIEN1"
    )
    assert ledger.balances()["bank"] == 8000 and ledger.balances()["cash"] == 0
    assert _run(till, accountant).differences == 0


def test_the_system_reconciles_too(till: Till) -> None:
    assert services.reconcile(actor=SYSTEM, account_id=till.account.pk, day=timezone.localdate()).differences == 0
    assert not Bill.objects.exists()
