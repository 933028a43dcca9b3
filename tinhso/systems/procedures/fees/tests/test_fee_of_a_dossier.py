"""From the rule to the bill to the receipt: who may, twice, in the wrong order, on the wrong day."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pypdf import PdfReader

from tinhso.engines.payments import ledger
from tinhso.engines.payments.errors import NothingToRefund
from tinhso.engines.payments.models import Bill, BillState, Discrepancy, Refund
from tinhso.foundation.access.guard import Actor, Denied
from tinhso.foundation.events.dispatch import deliver_all
from tinhso.foundation.notices.models import Notice
from tinhso.systems.procedures import services as dossiers
from tinhso.systems.procedures.fees import papers, seeding, selectors, services
from tinhso.systems.procedures.fees.errors import (
    BadRules,
    BasisNeeded,
    ClaimOpen,
    FeeDecided,
    FeePaid,
    FeeUnknown,
    FeeUnpaid,
    NotAnExemption,
    TooLate,
)
from tinhso.systems.procedures.fees.models import FeeDecision, FeeRule
from tinhso.systems.procedures.fees.testing import Counter, make_exemption, make_rule
from tinhso.systems.procedures.models import FeeState


def test_filing_makes_the_bill_and_tells_the_person(counter: Counter) -> None:
    dossier = counter.filed()
    deliver_all()
    bill = Bill.objects.get()
    dossier.refresh_from_db()
    assert bill.amount == 50_000 and dossier.fee_state == FeeState.DUE and dossier.national_state == 6
    assert Notice.objects.filter(text="procedures.fee_due", channel="web").count() == 1
    counter.pay(bill)
    deliver_all()
    dossier.refresh_from_db()
    assert dossier.fee_state == FeeState.PAID
    assert Notice.objects.filter(text="procedures.fee_paid", channel="web").count() == 1


def test_the_fee_is_fixed_on_the_bill(counter: Counter) -> None:
    """The rule changes between the bill and the payment: the bill stands, the next dossier pays the new fee."""
    dossier, citizen = counter.filed(), counter.office.cast.actor("citizen")
    decision = services.fix_fee(actor=citizen, dossier_id=dossier.pk)
    FeeRule.objects.filter(pk=counter.rule.pk).update(valid_to=timezone.localdate())
    make_rule(70_000, valid_from=timezone.localdate())
    assert services.fix_fee(actor=citizen, dossier_id=dossier.pk) == decision
    assert decision.bill is not None
    counter.pay(decision.bill)
    assert ledger.balances()["fees"] == -50_000 and not Discrepancy.objects.exists()
    other = counter.office.filed(who="other_citizen")
    new = services.fix_fee(actor=counter.office.cast.actor("other_citizen"), dossier_id=other.pk)
    assert new.amount == 70_000


def test_nobody_else_fixes_a_fee(counter: Counter) -> None:
    dossier = counter.filed()
    for who in ("other_citizen", "desk_officer_elsewhere", "resolving_officer", "leader", "auditor", "stranger"):
        with pytest.raises(Denied):
            services.fix_fee(actor=counter.office.cast.actor(who), dossier_id=dossier.pk)
    assert not Bill.objects.exists()


def test_an_unknown_fee_makes_no_bill_until_the_desk_says_by_which_document(counter: Counter) -> None:
    FeeRule.objects.update(amount=None)
    dossier = counter.filed()
    desk = counter.office.cast.actor("desk_officer")
    deliver_all()
    with pytest.raises(FeeUnknown):
        services.fix_fee(actor=desk, dossier_id=dossier.pk)
    assert not Bill.objects.exists() and not FeeDecision.objects.exists()
    for amount, basis in ((-1, "x"), (5000, " "), (10**13, "x")):
        with pytest.raises(BasisNeeded):
            services.set_fee_by_hand(actor=desk, dossier_id=dossier.pk, amount=amount, basis=basis)
    decision = services.set_fee_by_hand(actor=desk, dossier_id=dossier.pk, amount=15_000, basis="NQ thử điều 2")
    assert decision.bill is not None and "NQ thử điều 2" in decision.sentences[0]
    with pytest.raises(FeeDecided):
        services.set_fee_by_hand(actor=desk, dossier_id=dossier.pk, amount=1, basis="x")


def test_work_waits_for_the_money_as_the_rule_says(counter: Counter) -> None:
    dossier, desk = counter.filed(), counter.office.cast.actor("desk_officer")
    services.fix_fee(actor=desk, dossier_id=dossier.pk)
    dossiers.receive_dossier(actor=desk, dossier_id=dossier.pk)
    with pytest.raises(FeeUnpaid, match=r"50\.000 đồng"):
        dossiers.hand_over(actor=desk, dossier_id=dossier.pk)
    services.take_at_desk(actor=desk, dossier_id=dossier.pk, way="cash")
    dossiers.hand_over(actor=desk, dossier_id=dossier.pk)


def test_a_fee_due_before_reception_holds_reception_back(counter: Counter) -> None:
    FeeRule.objects.update(due_before="reception")
    dossier, desk = counter.filed(), counter.office.cast.actor("desk_officer")
    services.fix_fee(actor=desk, dossier_id=dossier.pk)
    with pytest.raises(FeeUnpaid):
        dossiers.receive_dossier(actor=desk, dossier_id=dossier.pk)
    dossiers.refuse_dossier(actor=desk, dossier_id=dossier.pk, reason="Không đúng thẩm quyền")
    deliver_all()
    assert Bill.objects.get().state == BillState.CANCELLED


def test_a_claim_is_checked_by_the_desk(counter: Counter) -> None:
    dossier, citizen = counter.filed(), counter.office.cast.actor("citizen")
    desk = counter.office.cast.actor("desk_officer")
    services.fix_fee(actor=citizen, dossier_id=dossier.pk)
    services.claim_exemption(actor=citizen, dossier_id=dossier.pk, exemption_id=counter.exemption.pk, note="có sổ")
    assert Bill.objects.get().state == BillState.CANCELLED
    with pytest.raises(ClaimOpen):
        services.fix_fee(actor=citizen, dossier_id=dossier.pk)
    with pytest.raises(ClaimOpen):
        services.claim_exemption(actor=citizen, dossier_id=dossier.pk, exemption_id=counter.exemption.pk)
    with pytest.raises(Denied):
        services.answer_claim(actor=citizen, dossier_id=dossier.pk, accepted=True)
    decision = services.answer_claim(actor=desk, dossier_id=dossier.pk, accepted=True)
    dossier.refresh_from_db()
    assert decision is not None and decision.amount == 0 and decision.exemption == counter.exemption
    assert dossier.fee_state == FeeState.EXEMPT
    assert decision.sentences[-1] == "Được miễn vì người thuộc hộ nghèo, căn cứ Thông tư 85/2019/TT-BTC."


def test_a_refused_claim_says_why_and_the_bill_is_made_anew(counter: Counter) -> None:
    dossier, citizen = counter.filed(), counter.office.cast.actor("citizen")
    desk = counter.office.cast.actor("desk_officer")
    services.claim_exemption(actor=citizen, dossier_id=dossier.pk, exemption_id=counter.exemption.pk)
    with pytest.raises(Exception, match="lý do"):
        services.answer_claim(actor=desk, dossier_id=dossier.pk, accepted=False)
    decision = services.answer_claim(actor=desk, dossier_id=dossier.pk, accepted=False, reason="Sổ hết hạn")
    assert decision is not None and decision.amount == 50_000


def test_an_exemption_of_another_procedure_or_day_is_refused(counter: Counter) -> None:
    dossier, citizen = counter.filed(), counter.office.cast.actor("citizen")
    over = make_exemption(group="cu", valid_to=timezone.localdate())
    other = make_exemption(procedure_code="9.999999")
    by_itself = make_exemption(group="online", condition={"channel": "desk"})
    for wrong in (over, other, by_itself):
        with pytest.raises(NotAnExemption):
            services.claim_exemption(actor=citizen, dossier_id=dossier.pk, exemption_id=wrong.pk)


def test_the_paid_fee_is_not_decided_again(counter: Counter) -> None:
    dossier, desk = counter.filed(), counter.office.cast.actor("desk_officer")
    decision = services.fix_fee(actor=desk, dossier_id=dossier.pk)
    renewed = services.renew_fee(actor=desk, dossier_id=dossier.pk, reason="đếm lại")
    assert renewed.bill != decision.bill and Bill.objects.filter(state=BillState.OPEN).count() == 1
    assert renewed.bill is not None
    counter.pay(renewed.bill)
    with pytest.raises(FeePaid):
        services.renew_fee(actor=desk, dossier_id=dossier.pk, reason="lại")
    with pytest.raises(FeePaid):
        services.claim_exemption(actor=desk, dossier_id=dossier.pk, exemption_id=counter.exemption.pk)


def test_withdrawn_before_work_the_money_goes_back(counter: Counter) -> None:
    dossier, citizen = counter.filed(), counter.office.cast.actor("citizen")
    decision = services.fix_fee(actor=citizen, dossier_id=dossier.pk)
    assert decision.bill is not None
    counter.pay(decision.bill)
    dossiers.withdraw_dossier(actor=citizen, dossier_id=dossier.pk, reason="Không cần nữa")
    deliver_all()
    services.wind_up(actor=citizen, dossier_id=dossier.pk)
    assert Refund.objects.get().amount == 50_000
    with pytest.raises(TooLate):
        services.claim_exemption(actor=citizen, dossier_id=dossier.pk, exemption_id=counter.exemption.pk)


def test_withdrawn_after_work_began_the_fee_stays(counter: Counter) -> None:
    dossier, citizen = counter.filed(), counter.office.cast.actor("citizen")
    desk = counter.office.cast.actor("desk_officer")
    with pytest.raises(NothingToRefund):
        services.ask_refund(actor=desk, dossier_id=dossier.pk, reason="x")
    services.fix_fee(actor=desk, dossier_id=dossier.pk)
    services.take_at_desk(actor=desk, dossier_id=dossier.pk, way="card")
    dossiers.receive_dossier(actor=desk, dossier_id=dossier.pk)
    dossiers.hand_over(actor=desk, dossier_id=dossier.pk)
    dossiers.withdraw_dossier(actor=citizen, dossier_id=dossier.pk, reason="Không cần nữa")
    deliver_all()
    assert not Refund.objects.exists()


def test_the_receipt_says_what_was_paid_and_why(counter: Counter) -> None:
    dossier, desk = counter.filed(), counter.office.cast.actor("desk_officer")
    services.fix_fee(actor=desk, dossier_id=dossier.pk)
    services.take_at_desk(actor=desk, dossier_id=dossier.pk, way="cash")
    bill = Bill.objects.get()
    text = " ".join(PdfReader(io.BytesIO(papers.receipt_pdf(bill))).pages[0].extract_text().split())
    for part in ("BIÊN LAI THU PHÍ, LỆ PHÍ", bill.receipt_text, "50.000", "Năm mươi nghìn đồng", "Nguyễn Thị Hoa"):
        assert part in text, part
    assert papers.fee_lines(dossier) == [{"name": "Lệ phí hộ tịch", "amount": 50_000}]


def test_the_database_refuses_rules_and_exemptions_that_overlap(counter: Counter) -> None:
    today = timezone.localdate()
    for wrong in (lambda: make_rule(1, valid_from=today), lambda: make_exemption(valid_from=today)):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()
    make_rule(1, valid_from=today, province="99")
    make_rule(1, valid_from=today, channel="online")
    make_rule(1, valid_from=date(2020, 1, 1), valid_to=counter.rule.valid_from)
    make_exemption(valid_from=today, group="khuyet_tat")
    for bad in ({"percent": 0}, {"percent": 101}, {"legal_basis": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_exemption(**{"group": "khac"} | bad)


def test_figures_stand_on_records(counter: Counter) -> None:
    desk = counter.office.cast.actor("desk_officer")
    paid, owing, free = counter.filed(), counter.office.filed(who="other_citizen"), counter.filed()
    for dossier in (paid, owing):
        services.fix_fee(actor=desk, dossier_id=dossier.pk)
    services.claim_exemption(actor=desk, dossier_id=free.pk, exemption_id=counter.exemption.pk)
    services.answer_claim(actor=desk, dossier_id=free.pk, accepted=True)
    for dossier in (paid, owing, free):
        dossiers.receive_dossier(actor=desk, dossier_id=dossier.pk)
    decision = selectors.decision_of(paid)
    assert decision is not None
    counter.pay(decision.bill)
    services.take_at_desk(actor=desk, dossier_id=owing.pk, way="cash")
    assert set(selectors.dossiers_with_fee()) == {paid, owing}
    assert set(selectors.dossiers_paid_online()) == {paid}
    assert not selectors.dossiers_paid_online(("national",)).exists()
    today = timezone.localdate()
    code = counter.rule.procedure_code
    assert selectors.procedures_with_fee(today) == selectors.procedures_payable_online(today) == {code}
    assert selectors.procedures_paid_online(today, today) == {code}
    assert selectors.procedures_paid_online(today - timedelta(9), today - timedelta(8)) == set()


def test_the_shipped_rules_load_once_and_know_what_they_do_not_know(counter: Counter) -> None:
    FeeRule.objects.all().delete()
    system = Actor.system("kiểm thử")
    rules, exemptions = seeding.load_rules(system, seeding.OWN.read_text())
    assert rules > 400 and exemptions > 60
    assert seeding.load_rules(system, seeding.OWN.read_text()) == (0, 0)
    assert selectors.quote("1.004873").amount is None
    assert selectors.quote("2.000635", data={"so_ban_sao": 3}).amount == 24_000
    assert selectors.quote("2.000815", quantity=3).amount == 5000
    assert FeeRule.objects.filter(amount=None).exclude(certainty="check").count() == 0


def test_a_bad_file_writes_nothing_and_names_the_rows(counter: Counter) -> None:
    before = FeeRule.objects.count()
    good = '{"procedure_code":"1.1","name":"Phí","amount":1,"source":"x","certainty":"seen","valid_from":"2026-01-01"}'
    for bad in (
        '{"procedure_code":"1.1"}',
        '{"amount":"nhiều"}',
        '{"lạ":1}',
        "5",
        good.replace("2026-01-01", "2026-13-01"),
        good.replace('"amount":1', '"amount":-1'),
    ):
        with pytest.raises(BadRules, match="Dòng 2"):
            seeding.load_rules(Actor.system("x"), f'{{"rules":[{good},{bad}],"exemptions":[]}}')
    for bad in ("", "[]", "{}", "null"):
        with pytest.raises(BadRules):
            seeding.load_rules(Actor.system("x"), bad)
    with pytest.raises(Denied):
        seeding.load_rules(counter.office.cast.actor("desk_officer"), '{"rules":[],"exemptions":[]}')
    assert FeeRule.objects.count() == before
