"""The office: assign, take, stand in for the absent, forward, give back; and each act undone before the next step."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tinhso.engines.workflow.errors import AlreadyMoved, NotAtThisUnit
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.models import Delegation, RoleAssignment
from tinhso.foundation.access.services import delegate
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.people.models import Account
from tinhso.foundation.testing.cast import make_account
from tinhso.systems.procedures import services
from tinhso.systems.procedures.errors import (
    NoSuchStep,
    NotYours,
    OutOfOrder,
    ReasonNeeded,
    SameOffice,
    TakenOn,
)
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.services.resolving import holder_of
from tinhso.systems.procedures.testing import Office
from tinhso.systems.procedures.tests.test_supplements import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(office: Office) -> Account:
    """A second resolving officer of the same office."""
    unit = office.cast.units.commune_office
    return make_account("colleague", "Lê Thị Cúc", role="resolving_officer", unit=unit)


def assign(office: Office, dossier: Dossier, account: Account, who: str = "leader", reason: str = "") -> Dossier:
    return services.assign_dossier(actor=office.cast.actor(who), dossier_id=dossier.pk, account=account, reason=reason)


def test_the_head_assigns_and_reassigns_with_a_reason_and_the_clock_goes_on(office: Office, colleague: Account) -> None:
    dossier = office.resolving()
    due = dossier.due_at
    assign(office, dossier, office.cast.resolving_officer)
    with pytest.raises(ReasonNeeded):
        assign(office, dossier, colleague)
    moved = assign(office, dossier, colleague, reason="Đi học")
    assert holder_of(moved) == colleague.pk and moved.due_at == due
    row = AuditRow.objects.filter(act="procedures.dossier.assigned").latest("id")
    assert row.details["before"] == office.cast.resolving_officer.pk


@pytest.mark.parametrize("who", ["desk_officer", "resolving_officer", "leader_elsewhere", "citizen", "stranger"])
def test_only_a_head_of_that_office_or_agency_assigns(office: Office, who: str) -> None:
    with pytest.raises(access.Denied):
        assign(office, office.resolving(), office.cast.resolving_officer, who)


def test_work_is_not_given_to_somebody_who_may_not_do_it(office: Office) -> None:
    with pytest.raises(NotAtThisUnit):
        assign(office, office.resolving(), office.cast.desk_officer)


def test_a_colleague_waits_but_the_delegate_of_an_absent_holder_goes_on(office: Office, colleague: Account) -> None:
    dossier = office.resolving()
    holder = office.cast.actor("resolving_officer")
    services.take_dossier(actor=holder, dossier_id=dossier.pk)
    with pytest.raises(AlreadyMoved):
        services.take_dossier(actor=Actor.of(colleague), dossier_id=dossier.pk)
    today = timezone.localdate()
    delegate(
        holder,
        receiver=colleague,
        role="resolving_officer",
        unit=office.cast.units.commune_office,
        valid_from=today,
        valid_to=today + timedelta(days=3),
    )
    drafted = services.draft_result(actor=Actor.of(colleague), dossier_id=dossier.pk, rows=[], conclusion="Đủ")
    assert drafted.state == State.DRAFTED
    assert Delegation.objects.count() == 1


def test_an_officer_moved_away_in_the_middle_holds_nothing_any_more(office: Office, colleague: Account) -> None:
    dossier = office.resolving()
    services.take_dossier(actor=office.cast.actor("resolving_officer"), dossier_id=dossier.pk)
    RoleAssignment.objects.filter(account=office.cast.resolving_officer).update(valid_to=timezone.localdate())
    taken = services.take_dossier(actor=Actor.of(colleague), dossier_id=dossier.pk)
    assert holder_of(taken) == colleague.pk
    with pytest.raises(access.Denied):
        services.draft_result(
            actor=Actor.of(office.cast.resolving_officer), dossier_id=dossier.pk, rows=[], conclusion=""
        )


def test_the_office_gives_back_to_the_desk_and_no_clock_restarts(office: Office) -> None:
    dossier = office.resolving(at=at(7))
    due = dossier.due_at
    officer, desk = office.cast.actor("resolving_officer"), office.cast.actor("desk_officer")
    back = services.return_to_desk(actor=officer, dossier_id=dossier.pk, reason="Thiếu bản chính", at=at(8))
    assert back.state == State.RECEIVED and back.handed_over_at is None and back.due_at == due
    again = services.hand_over(actor=desk, dossier_id=dossier.pk, at=at(8, 10))
    assert again.state == State.RESOLVING and again.due_at == due


def test_a_way_that_belongs_to_another_act_is_not_taken_as_a_step(office: Office) -> None:
    dossier = office.resolving()
    for transition in ("draft", "refuse_settling", "khong-co"):
        with pytest.raises(NoSuchStep):
            services.forward_dossier(
                actor=office.cast.actor("resolving_officer"), dossier_id=dossier.pk, transition=transition
            )


def test_a_reception_is_undone_before_hand_over_and_the_code_stays(office: Office) -> None:
    dossier = office.received(at=at(7))
    desk = office.cast.actor("desk_officer")
    back = services.undo_receive(actor=desk, dossier_id=dossier.pk, reason="Bấm nhầm", at=at(7, 10))
    assert back.state == State.SUBMITTED and back.received_at is None and back.due_at is None
    again = services.receive_dossier(actor=desk, dossier_id=dossier.pk, at=at(8))
    assert again.code == dossier.code and again.received_at == at(8)


def test_a_hand_over_is_undone_until_somebody_has_it(office: Office) -> None:
    dossier = office.resolving()
    desk, officer = office.cast.actor("desk_officer"), office.cast.actor("resolving_officer")
    back = services.undo_hand_over(actor=desk, dossier_id=dossier.pk, reason="Nhầm phòng")
    assert back.state == State.RECEIVED
    services.hand_over(actor=desk, dossier_id=dossier.pk)
    services.take_dossier(actor=officer, dossier_id=dossier.pk)
    with pytest.raises(TakenOn):
        services.undo_hand_over(actor=desk, dossier_id=dossier.pk, reason="Nhầm phòng")


def test_a_draft_is_taken_back_by_who_wrote_it_only(office: Office, colleague: Account) -> None:
    dossier = office.drafted()
    with pytest.raises(NotYours):
        services.undo_draft(actor=Actor.of(colleague), dossier_id=dossier.pk, reason="Sửa tên")
    officer = office.cast.actor("resolving_officer")
    back = services.undo_draft(actor=officer, dossier_id=dossier.pk, reason="Sửa tên")
    assert back.state == State.RESOLVING and back.result.content["conclusion"]


@pytest.mark.parametrize("undo", ["undo_receive", "undo_hand_over", "undo_draft"])
def test_nothing_is_undone_after_issue(office: Office, undo: str) -> None:
    dossier = office.issued()
    who = office.cast.actor("resolving_officer" if undo == "undo_draft" else "desk_officer")
    with pytest.raises(OutOfOrder):
        getattr(services, undo)(actor=who, dossier_id=dossier.pk, reason="x")


@pytest.mark.parametrize("undo", ["undo_receive", "undo_hand_over", "undo_draft"])
def test_undoing_needs_its_reason_and_its_right(office: Office, undo: str) -> None:
    ready = {"undo_receive": office.received, "undo_hand_over": office.resolving, "undo_draft": office.drafted}
    dossier = ready[undo]()
    own = "resolving_officer" if undo == "undo_draft" else "desk_officer"
    with pytest.raises(ReasonNeeded):
        getattr(services, undo)(actor=office.cast.actor(own), dossier_id=dossier.pk, reason=" ")
    for who in ("citizen", "stranger", "leader", f"{own}_elsewhere"):
        with pytest.raises(access.Denied):
            getattr(services, undo)(actor=office.cast.actor(who), dossier_id=dossier.pk, reason="x")


def test_any_desk_of_the_province_takes_a_dossier_for_another_commune(office: Office) -> None:
    u = office.cast.units
    person = office.cast.citizen.person
    assert person is not None
    dossier = services.record_walk_in(
        actor=office.cast.actor("desk_officer"),
        version=office.version(),
        desk=u.commune_centre,
        person=person,
        data={},
        commune=u.other_commune,
    )
    assert (dossier.helped_at, dossier.desk) == (u.commune_centre, u.commune_centre)
    assert (dossier.unit, dossier.office) == (u.other_committee, u.other_office)
    assert dossier.received_unit == u.other_committee
    services.hand_over(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk)
    taken = services.take_dossier(actor=office.cast.actor("resolving_officer_elsewhere"), dossier_id=dossier.pk)
    assert holder_of(taken) == office.cast.resolving_officer_elsewhere.pk


def test_sending_to_the_right_place_restarts_no_clock_and_keeps_the_code(office: Office) -> None:
    u = office.cast.units
    dossier = office.resolving(at=at(7))
    due, code, answer_due = dossier.due_at, dossier.code, dossier.answer_due_at
    officer = office.cast.actor("resolving_officer")
    moved = services.reroute_dossier(
        actor=officer, dossier_id=dossier.pk, commune=u.other_commune, reason="Nơi thường trú", at=at(8)
    )
    assert (moved.due_at, moved.code, moved.answer_due_at) == (due, code, answer_due)
    assert moved.desk == u.commune_centre and moved.office == u.other_office and moved.unit == u.other_committee
    assert moved.received_unit == u.commune_committee  # figures keep who decided on the day of reception
    drafted = services.draft_result(
        actor=office.cast.actor("resolving_officer_elsewhere"), dossier_id=dossier.pk, rows=[], conclusion="Đủ"
    )
    assert drafted.state == State.DRAFTED
    with pytest.raises(OutOfOrder):
        services.reroute_dossier(actor=officer, dossier_id=dossier.pk, commune=u.commune, reason="x")


def test_before_reception_the_desk_changes_as_well_and_the_same_place_is_refused(office: Office) -> None:
    u = office.cast.units
    dossier = office.filed()
    desk = office.cast.actor("desk_officer")
    with pytest.raises(SameOffice):
        services.reroute_dossier(actor=desk, dossier_id=dossier.pk, commune=u.commune, reason="x")
    moved = services.reroute_dossier(actor=desk, dossier_id=dossier.pk, commune=u.other_commune, reason="Nộp nhầm")
    assert moved.desk == u.other_centre and moved.answer_due_at == dossier.answer_due_at
    received = services.receive_dossier(actor=office.cast.actor("desk_officer_elsewhere"), dossier_id=dossier.pk)
    assert received.state == State.RECEIVED
