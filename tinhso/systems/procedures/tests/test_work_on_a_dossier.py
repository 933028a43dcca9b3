"""From the desk to the signed result: who may, in which order, and what each act leaves behind."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tinhso.engines.signing.services import verify_pdf
from tinhso.engines.workflow.errors import AlreadyMoved
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.calendar.services import calendar_for
from tinhso.systems.procedures import services
from tinhso.systems.procedures.errors import ChangedMeanwhile, OutOfOrder, ReasonNeeded
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.testing import Office

pytestmark = pytest.mark.django_db

STRANGERS_TO_THE_DESK = (
    "stranger",
    "citizen",
    "resolving_officer",
    "leader",
    "desk_officer_elsewhere",
    "leader_elsewhere",
    "provincial_leader",
    "administrator",
    "auditor",
)


@pytest.mark.parametrize("who", STRANGERS_TO_THE_DESK)
def test_only_the_desk_of_that_commune_receives(office: Office, who: str) -> None:
    dossier = office.filed()
    with pytest.raises(access.Denied):
        services.receive_dossier(actor=office.cast.actor(who), dossier_id=dossier.pk)
    dossier.refresh_from_db()
    assert dossier.state == State.SUBMITTED
    assert not AuditRow.objects.filter(act="procedures.dossier.received").exists()


def test_reception_starts_the_legal_clock(office: Office) -> None:
    dossier = office.received()
    assert dossier.received_at is not None and dossier.due_at is not None
    due_day = timezone.localtime(dossier.due_at).date()
    counted = calendar_for(dossier.office)
    day, left = timezone.localdate(dossier.received_at), 3
    while left:
        day += timedelta(days=1)
        left -= counted.is_working(day)
    assert due_day == day


def test_a_second_officer_is_told_that_the_page_is_old(office: Office) -> None:
    dossier = office.filed()
    seen = dossier.lock_version
    services.receive_dossier(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk, seen=seen)
    with pytest.raises(ChangedMeanwhile):
        services.receive_dossier(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk, seen=seen)


def test_acts_out_of_order_are_refused_with_the_state(office: Office) -> None:
    dossier = office.filed()
    with pytest.raises(OutOfOrder, match="Mới nộp"):
        services.hand_over(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk)
    with pytest.raises(OutOfOrder):
        services.sign_and_issue(actor=office.cast.actor("leader"), dossier_id=dossier.pk)


def test_turning_down_needs_a_reason(office: Office) -> None:
    dossier = office.filed()
    with pytest.raises(ReasonNeeded):
        services.refuse_dossier(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk, reason="   ")


def test_one_officer_holds_a_dossier(office: Office) -> None:
    dossier = office.resolving()
    services.take_dossier(actor=office.cast.actor("resolving_officer"), dossier_id=dossier.pk)
    colleague = office.cast.leader  # given the officer's role too, beside their own
    RoleAssignment.objects.create(
        account=colleague, role="resolving_officer", unit=dossier.office, valid_from=timezone.localdate()
    )
    with pytest.raises(AlreadyMoved, match="Phan Văn Lực"):
        services.take_dossier(actor=access.Actor.of(colleague, stepped_up=True), dossier_id=dossier.pk)


def test_signing_asks_for_a_fresh_proof(office: Office) -> None:
    dossier = office.drafted()
    with pytest.raises(access.StepUpNeeded):
        services.sign_and_issue(actor=office.cast.actor("leader", stepped_up=False), dossier_id=dossier.pk)


def test_the_issued_result_is_numbered_signed_and_verifies(office: Office) -> None:
    dossier = office.issued()
    result = dossier.result
    result.refresh_from_db()
    assert result.number == 1 and result.number_text.startswith("01/")
    assert result.file is not None
    with result.file.open() as stream:
        verdict = verify_pdf(stream.read())
    assert verdict.is_valid, verdict.sentence
    acts = list(
        AuditRow.objects.filter(object_id=str(dossier.pk), act__startswith="procedures.result").values_list(
            "act", flat=True
        )
    )
    assert {"procedures.result.numbered", "procedures.result.signed", "procedures.result.issued"} <= set(acts)


def test_a_failed_signature_leaves_no_number_and_no_file(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = office.drafted()

    def broken(*_args: object, **_kwargs: object) -> bytes:
        raise RuntimeError("the key store is gone")

    monkeypatch.setattr("tinhso.engines.signing.services.sign_pdf", broken)
    with pytest.raises(RuntimeError):
        services.sign_and_issue(actor=office.cast.actor("leader"), dossier_id=dossier.pk)
    dossier.refresh_from_db()
    assert dossier.state == State.DRAFTED and dossier.result.number is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM numbering_series WHERE kind LIKE 'result:%%' AND last_number > 0")
        assert cursor.fetchone()[0] == 0


def test_a_supplement_restarts_the_clock_as_the_version_says(office: Office) -> None:
    start = timezone.now() - timedelta(days=20)
    dossier = office.resolving(at=start)
    officer, citizen = office.cast.actor("resolving_officer"), office.cast.actor("citizen")
    services.ask_supplement(
        actor=officer, dossier_id=dossier.pk, items="Bản án ly hôn", reason="Chưa thấy bản án", at=start
    )
    promised = dossier.due_at
    answered = services.answer_supplement(actor=citizen, dossier_id=dossier.pk, answer="Đã chụp lại", at=timezone.now())
    assert answered.state == State.RESOLVING and answered.paused_at is None
    assert promised is not None and answered.due_at is not None and answered.due_at > promised


def test_another_citizen_neither_sees_nor_withdraws(office: Office) -> None:
    dossier = office.filed()
    other = office.cast.actor("other_citizen")
    assert not Dossier.objects.belonging_to(other).exists()
    with pytest.raises(Dossier.DoesNotExist):
        services.withdraw_dossier(actor=other, dossier_id=dossier.pk, reason="phá")


def test_officers_see_only_their_units_dossiers(office: Office) -> None:
    office.resolving()
    for who in ("desk_officer", "resolving_officer", "leader"):
        assert Dossier.objects.visible_to(office.cast.actor(who)).count() == 1
        assert Dossier.objects.visible_to(office.cast.actor(f"{who}_elsewhere")).count() == 0
    for who in ("stranger", "citizen", "provincial_leader", "administrator", "auditor"):
        assert Dossier.objects.visible_to(office.cast.actor(who)).count() == 0
