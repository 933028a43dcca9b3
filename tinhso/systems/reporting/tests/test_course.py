"""From a duty to an approved report, and every wrong way."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from tinhso.engines.signing.services import issue_demo_certificate, issue_demo_seal, verify_pdf
from tinhso.foundation.access.guard import Denied, StepUpNeeded
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.reporting import errors, services
from tinhso.systems.reporting.models import CellValue, Duty, FormVersion, Submission
from tinhso.systems.reporting.rules.states import State
from tinhso.systems.reporting.testing import GOOD, SYSTEM, make_duty, make_form, type_in

pytestmark = pytest.mark.django_db


def test_a_report_goes_from_the_officer_over_the_leader_to_the_province(cast: Cast, approved: Submission) -> None:
    approved.refresh_from_db()
    assert approved.state == State.APPROVED and approved.duty.approved_at is not None
    assert [step.act for step in approved.steps.all()] == ["begun", "submitted", "confirmed", "approved"]
    figures = services.figures_of(approved)
    assert figures["ty_le.ky"].value == 80 and figures["ho_so.ky"].value == 0
    assert AuditRow.objects.filter(act="reporting.report.approved").count() == 1
    assert DomainEvent.objects.filter(name="reporting.report_approved").count() == 1


@pytest.mark.parametrize("name", ["citizen", "desk_officer_elsewhere", "resolving_officer_elsewhere", "auditor"])
def test_who_does_not_work_there_neither_begins_nor_fills(cast: Cast, report: Submission, name: str) -> None:
    with pytest.raises(Denied):
        services.begin(actor=cast.actor(name), duty_id=report.duty_id)
    with pytest.raises(Denied):
        type_in(cast.actor(name), report, GOOD)
    assert not report.cells.exists()


def test_only_the_units_own_leader_signs_and_only_after_a_fresh_proof(cast: Cast, submitted: Submission) -> None:
    for name in ("resolving_officer", "leader_elsewhere", "provincial_leader", "administrator"):
        with pytest.raises(Denied):
            services.sign(actor=cast.actor(name), submission_id=submitted.pk)
    with pytest.raises(StepUpNeeded):
        services.sign(actor=cast.actor("leader", stepped_up=False), submission_id=submitted.pk)


def test_the_reporting_units_leader_does_not_approve_his_own(cast: Cast, signed: Submission) -> None:
    with pytest.raises(Denied):
        services.approve(actor=cast.actor("leader"), submission_id=signed.pk)


def test_acts_out_of_order_are_refused(cast: Cast, report: Submission, approved: Submission) -> None:
    with pytest.raises(errors.WrongOrder):
        type_in(cast.actor("resolving_officer"), report, {"di.ky": "1"})
    with pytest.raises(errors.WrongOrder):
        services.sign(actor=cast.actor("leader"), submission_id=report.pk)
    with pytest.raises(errors.WrongOrder):
        services.approve(actor=cast.actor("provincial_leader"), submission_id=report.pk)


def test_what_is_missing_or_wrong_is_said_and_nothing_is_submitted(cast: Cast, report: Submission) -> None:
    officer = cast.actor("resolving_officer")
    type_in(officer, report, {"di.ky": "10", "ky_so.ky": "11"})
    with pytest.raises(errors.NotReady) as refused:
        services.submit(actor=officer, submission_id=report.pk)
    assert [one.sentence for one in refused.value.faults] == ["Số văn bản ký số không thể lớn hơn số văn bản đi."]
    type_in(officer, report, {"ky_so.ky": ""}, seen=1)
    with pytest.raises(errors.NotReady) as refused:
        services.submit(actor=officer, submission_id=report.pk)
    assert refused.value.faults[0].code == "ky_so.ky" and "Chưa có số liệu" in refused.value.faults[0].sentence
    report.refresh_from_db()
    assert report.state == State.DRAFT


def test_zero_is_a_figure_where_empty_is_none(cast: Cast, report: Submission) -> None:
    officer = cast.actor("resolving_officer")
    type_in(officer, report, {"di.ky": "0", "ky_so.ky": "0"})
    services.submit(actor=officer, submission_id=report.pk)
    cells = dict(CellValue.objects.values_list("code", "value"))
    assert cells["di.ky"] == 0 and cells["ty_le.ky"] is None and "phi.ky" not in cells


def test_a_warning_asks_for_words_and_takes_them(cast: Cast, form: FormVersion, approved: Submission) -> None:
    officer = cast.actor("resolving_officer")
    october = make_duty(form, cast.units.commune_committee, 10)
    report = services.begin(actor=officer, duty_id=october.pk)
    type_in(officer, report, {"di.ky": "20", "ky_so.ky": "1"})
    with pytest.raises(errors.NotReady, match="1 chỗ"):
        services.submit(actor=officer, submission_id=report.pk)
    done = services.submit(
        actor=officer, submission_id=report.pk, explanations={"giam": "Nghỉ lễ dài.", "la": "bỏ qua"}
    )
    assert done.explanations == {"giam": "Nghỉ lễ dài."}


def test_a_period_that_still_runs_cannot_be_submitted(cast: Cast, report: Submission) -> None:
    type_in(cast.actor("resolving_officer"), report, GOOD)
    early = timezone.make_aware(datetime(2026, 9, 14, 16))
    with pytest.raises(errors.NotDue, match="14/09/2026"):
        services.submit(actor=cast.actor("resolving_officer"), submission_id=report.pk, at=early)


def test_the_database_keeps_what_was_submitted_approved_and_published(cast: Cast, approved: Submission) -> None:
    for change in (
        lambda: approved.cells.update(value=1),
        lambda: approved.changes.update(after="1"),
        lambda: approved.steps.update(note="x"),
        lambda: Submission.objects.filter(pk=approved.pk).update(state="draft"),
        lambda: FormVersion.objects.filter(pk=approved.duty.form_id).update(due_days=9),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_returned_reports_are_mended_and_keep_their_first_time(cast: Cast, signed: Submission) -> None:
    sent_at = Duty.objects.get(pk=signed.duty_id).sent_at
    with pytest.raises(errors.ReasonMissing):
        services.return_report(actor=cast.actor("provincial_leader"), submission_id=signed.pk, reason="  ")
    services.return_report(actor=cast.actor("provincial_leader"), submission_id=signed.pk, reason="Thiếu giải trình")
    officer = cast.actor("resolving_officer")
    type_in(officer, signed, {"di.ky": "120"}, seen=1)
    services.submit(actor=officer, submission_id=signed.pk)
    services.sign(actor=cast.actor("leader"), submission_id=signed.pk)
    assert Duty.objects.get(pk=signed.duty_id).sent_at == sent_at


def test_a_leader_may_give_it_back_to_the_officer(cast: Cast, submitted: Submission) -> None:
    back = services.send_back(actor=cast.actor("leader"), submission_id=submitted.pk, reason="Xem lại dòng 2")
    assert back.state == State.RETURNED
    assert type_in(cast.actor("resolving_officer"), back, {"di.ky": "99"}, seen=1).written == ["di.ky"]


def test_a_correction_is_asked_for_agreed_and_is_a_new_version(cast: Cast, approved: Submission) -> None:
    officer, province = cast.actor("resolving_officer"), cast.actor("provincial_leader")
    wish = services.ask_correction(actor=officer, submission_id=approved.pk, reason="Ghi nhầm dòng 1")
    with pytest.raises(errors.NotDue):
        services.ask_correction(actor=officer, submission_id=approved.pk, reason="Nữa")
    with pytest.raises(Denied):
        services.decide_correction(actor=officer, request_id=wish.pk, is_agreed=True)
    services.decide_correction(actor=province, request_id=wish.pk, is_agreed=True)
    new = Submission.objects.get(corrects=approved)
    assert (new.number, new.reason) == (2, "Ghi nhầm dòng 1")
    assert new.cells.get(code="di.ky").value == 100
    type_in(officer, new, {"di.ky": "200"}, seen=1)
    services.submit(actor=officer, submission_id=new.pk)
    services.sign(actor=cast.actor("leader"), submission_id=new.pk)
    services.approve(actor=province, submission_id=new.pk)
    assert approved.cells.get(code="di.ky").value == 100
    with pytest.raises(errors.NotDue):
        services.demand_correction(actor=province, submission_id=approved.pk, reason="Cũ rồi")


def test_a_refused_correction_says_why_and_changes_nothing(cast: Cast, approved: Submission) -> None:
    wish = services.ask_correction(actor=cast.actor("leader"), submission_id=approved.pk, reason="Muốn đẹp hơn")
    province = cast.actor("provincial_leader")
    with pytest.raises(errors.ReasonMissing):
        services.decide_correction(actor=province, request_id=wish.pk, is_agreed=False)
    services.decide_correction(actor=province, request_id=wish.pk, is_agreed=False, note="Số đã đúng.")
    assert not Submission.objects.filter(corrects=approved).exists()


def test_a_signed_report_is_a_pdf_with_the_leaders_signature_and_the_seal(cast: Cast) -> None:
    form = make_form(cast.units.committee, code="bc-ky", signing="signature")
    duty = make_duty(form, cast.units.commune_committee)
    officer, leader = cast.actor("resolving_officer"), cast.actor("leader")
    report = services.begin(actor=officer, duty_id=duty.pk)
    type_in(officer, report, GOOD)
    services.submit(actor=officer, submission_id=report.pk)
    with pytest.raises(Exception, match="chứng thư"):
        services.sign(actor=leader, submission_id=report.pk)
    report.refresh_from_db()
    assert report.state == State.SUBMITTED and Duty.objects.get(pk=duty.pk).sent_at is None
    issue_demo_certificate(SYSTEM, account=cast.leader)
    issue_demo_seal(SYSTEM, unit=cast.units.commune_committee)
    services.sign(actor=leader, submission_id=report.pk, level="B-B")
    report.refresh_from_db()
    assert report.file is not None
    proof = verify_pdf(report.file.read())
    assert proof.is_valid and len(proof.signatures) == 2


def test_live_figures_stand_as_of_the_moment_of_submitting(cast: Cast, submitted: Submission) -> None:
    cell = submitted.cells.get(code="ho_so.ky")
    assert cell.value == Decimal(0) and cell.text == "Hồ sơ đã tiếp nhận"


def test_the_unit_takes_back_what_nobody_has_approved(cast: Cast, submitted: Submission) -> None:
    officer = cast.actor("resolving_officer")
    for name in ("resolving_officer_elsewhere", "provincial_leader", "auditor", "citizen"):
        with pytest.raises(Denied):
            services.take_back(actor=cast.actor(name), submission_id=submitted.pk, reason="x")
    with pytest.raises(errors.ReasonMissing):
        services.take_back(actor=officer, submission_id=submitted.pk, reason=" ")
    with pytest.raises(errors.ChangedMeanwhile):
        services.take_back(actor=officer, submission_id=submitted.pk, reason="x", seen=submitted.lock_version - 1)
    back = services.take_back(actor=officer, submission_id=submitted.pk, reason="Nhầm số")
    assert back.state == State.DRAFT and back.steps.last().note == "Nhầm số"  # type: ignore[union-attr]
    assert AuditRow.objects.filter(act="reporting.report.taken_back").count() == 1
    assert DomainEvent.objects.filter(name="reporting.report_taken_back").count() == 1
    with pytest.raises(errors.WrongOrder):
        services.take_back(actor=officer, submission_id=submitted.pk, reason="Lần nữa")
    type_in(officer, submitted, {"di.ky": "101"}, seen=1)
    assert services.submit(actor=officer, submission_id=submitted.pk).state == State.SUBMITTED


def test_what_the_leader_sent_only_a_leader_takes_back_and_it_counts_as_not_sent(
    cast: Cast, signed: Submission
) -> None:
    officer, leader = cast.actor("resolving_officer"), cast.actor("leader")
    with pytest.raises(Denied):
        services.take_back(actor=officer, submission_id=signed.pk, reason="x")
    with pytest.raises(StepUpNeeded):
        services.take_back(actor=cast.actor("leader", stepped_up=False), submission_id=signed.pk, reason="x")
    services.take_back(actor=leader, submission_id=signed.pk, reason="Gửi nhầm bản")
    assert Duty.objects.get(pk=signed.duty_id).sent_at is None
    services.submit(actor=officer, submission_id=signed.pk)
    services.sign(actor=leader, submission_id=signed.pk)
    assert Duty.objects.get(pk=signed.duty_id).sent_at is not None
    services.approve(actor=cast.actor("provincial_leader"), submission_id=signed.pk)
    with pytest.raises(errors.WrongOrder):
        services.take_back(actor=leader, submission_id=signed.pk, reason="Muộn rồi")


def test_a_report_returned_and_sent_again_keeps_its_first_time_when_taken_back(cast: Cast, signed: Submission) -> None:
    first = Duty.objects.get(pk=signed.duty_id).sent_at
    province, leader = cast.actor("provincial_leader"), cast.actor("leader")
    services.return_report(actor=province, submission_id=signed.pk, reason="Sửa")
    services.submit(actor=cast.actor("resolving_officer"), submission_id=signed.pk)
    services.sign(actor=leader, submission_id=signed.pk)
    services.take_back(actor=leader, submission_id=signed.pk, reason="Còn sót")
    assert Duty.objects.get(pk=signed.duty_id).sent_at == first
