"""Paper changes hands on lists that both sides sign; results are announced, posted and given; many at once."""

import pytest

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit.models import AuditRow
from tinhso.systems.procedures import clock, services
from tinhso.systems.procedures.errors import NothingChosen, ReasonNeeded, UnknownWay
from tinhso.systems.procedures.models import Dossier, HandOverList
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.testing import Office
from tinhso.systems.procedures.tests.test_supplements import at

pytestmark = pytest.mark.django_db


def walk_in(office: Office, hour: int = 9) -> Dossier:
    person = office.cast.citizen.person
    assert person is not None
    return services.record_walk_in(
        actor=office.cast.actor("desk_officer"),
        version=office.version(),
        desk=office.cast.units.commune_centre,
        person=person,
        data={},
        at=at(7, hour),
    )


def passed(office: Office, hour: int = 9) -> Dossier:
    dossier = walk_in(office, hour)
    return services.hand_over(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk, at=at(7, 16))


def make_list(office: Office) -> HandOverList:
    u = office.cast.units
    return services.make_hand_over_list(
        actor=office.cast.actor("desk_officer"), desk=u.commune_centre, office=u.commune_office, at=at(7, 16)
    )


def test_a_list_holds_the_paper_dossiers_passed_on_each_with_its_own_limit(office: Office) -> None:
    early, late = passed(office, 9), passed(office, 16)
    online = office.resolving()
    made = make_list(office)
    items = {item.dossier_id: item.due_at for item in made.items.all()}
    assert set(items) == {early.pk, late.pk} and online.pk not in items
    assert items[early.pk] == clock.hand_over_due_at(early.desk, at(7, 9))
    assert items[late.pk] > items[early.pk]  # after 15:00: the start of the next working day
    with pytest.raises(NothingChosen):
        make_list(office)
    assert str(made) == "07/09/2026-1"


def test_the_office_signs_and_what_was_not_there_goes_back_with_a_reason(office: Office) -> None:
    here, missing = passed(office), passed(office)
    made = make_list(office)
    officer = office.cast.actor("resolving_officer")
    signed = services.receive_hand_over_list(
        actor=officer, list_id=made.pk, missing={missing.pk: "Không thấy bản giấy"}, at=at(8)
    )
    here.refresh_from_db()
    missing.refresh_from_db()
    assert signed.received_by_id == office.cast.resolving_officer.pk
    assert here.accepted_at == at(8) and missing.state == State.RECEIVED
    assert made.items.get(dossier=missing).sent_back_reason == "Không thấy bản giấy"
    again = services.receive_hand_over_list(actor=officer, list_id=made.pk, at=at(9))
    assert again.received_at == at(8)


def test_a_missing_dossier_without_reason_leaves_the_whole_list_unsigned(office: Office) -> None:
    one, other = passed(office), passed(office)
    made = make_list(office)
    with pytest.raises(ReasonNeeded):
        services.receive_hand_over_list(
            actor=office.cast.actor("resolving_officer"), list_id=made.pk, missing={other.pk: " "}
        )
    made.refresh_from_db()
    one.refresh_from_db()
    assert made.received_at is None and one.accepted_at is None


@pytest.mark.parametrize("who", ["desk_officer", "leader", "citizen", "resolving_officer_elsewhere", "stranger"])
def test_only_the_receiving_office_signs(office: Office, who: str) -> None:
    passed(office)
    with pytest.raises(access.Denied):
        services.receive_hand_over_list(actor=office.cast.actor(who), list_id=make_list(office).pk)


@pytest.mark.parametrize("who", ["resolving_officer", "leader", "citizen", "desk_officer_elsewhere", "stranger"])
def test_only_the_desk_makes_its_list(office: Office, who: str) -> None:
    passed(office)
    u = office.cast.units
    with pytest.raises(access.Denied):
        services.make_hand_over_list(actor=office.cast.actor(who), desk=u.commune_centre, office=u.commune_office)


def test_a_dossier_taken_back_leaves_its_list_and_may_stand_on_the_next(office: Office) -> None:
    dossier = passed(office)
    first = make_list(office)
    desk = office.cast.actor("desk_officer")
    services.undo_hand_over(actor=desk, dossier_id=dossier.pk, reason="Nhầm phòng")
    services.hand_over(actor=desk, dossier_id=dossier.pk)
    second = make_list(office)
    assert first.items.get().sent_back_reason == "Nhầm phòng" and second.items.get().dossier == dossier
    assert second.number == 2


def test_a_result_is_announced_posted_and_given_with_its_evidence(office: Office) -> None:
    dossier = office.filed()
    dossier.data["hinh_thuc_nhan"] = "Tại quầy"
    dossier.save(update_fields=["data"])
    desk, officer, leader = (office.cast.actor(who) for who in ("desk_officer", "resolving_officer", "leader"))
    services.receive_dossier(actor=desk, dossier_id=dossier.pk)
    services.hand_over(actor=desk, dossier_id=dossier.pk)
    services.draft_result(actor=officer, dossier_id=dossier.pk, rows=[], conclusion="Đủ")
    issued = services.sign_and_issue(actor=leader, dossier_id=dossier.pk)
    assert (issued.state, issued.delivery_state) == (State.ISSUED, "waiting")
    told = services.announce_result(actor=desk, dossier_id=dossier.pk, how="Điện thoại")
    assert told.delivery_state == "announced" and told.result.announced_how == "Điện thoại"
    posted = services.post_result(actor=desk, dossier_id=dossier.pk, post_code="EA123456789VN")
    assert posted.delivery_state == "posted" and posted.state == State.ISSUED
    with pytest.raises(UnknownWay):
        services.return_result(actor=desk, dossier_id=dossier.pk, collected_by="Hoa", way="bồ câu")
    given = services.return_result(
        actor=desk, dossier_id=dossier.pk, collected_by="Nguyễn Thị Hoa", paper="Thẻ căn cước", way="post"
    )
    result = given.result
    assert (given.state, given.delivery_state) == (State.RETURNED, "delivered")
    assert (result.collected_paper, result.collected_way) == ("Thẻ căn cước", "post")


def test_nothing_is_delivered_before_there_is_a_result(office: Office) -> None:
    from django.db import IntegrityError, transaction

    dossier = office.received()
    with pytest.raises(IntegrityError), transaction.atomic():
        services.set_delivery_state(
            actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk, delivery_state="posted"
        )


def test_the_financial_state_never_moves_the_business_state_and_is_told_once(office: Office) -> None:
    dossier = office.filed()
    system = access.Actor.system("kiểm thử")
    services.set_fee_state(actor=system, dossier_id=dossier.pk, fee_state="due")
    due = services.set_fee_state(actor=system, dossier_id=dossier.pk, fee_state="due")
    assert due.state == State.SUBMITTED and due.national_state == 6
    services.set_fee_state(actor=system, dossier_id=dossier.pk, fee_state="paid")
    assert AuditRow.objects.filter(act="procedures.dossier.fee_state_changed").count() == 2


def test_many_at_once_each_answered_and_none_half_done(office: Office) -> None:
    fresh = [office.filed(who=who) for who in ("citizen", "other_citizen")]
    moved = office.received()
    desk = office.cast.actor("desk_officer")
    outcomes = services.do_many(
        desk,
        [fresh[0].pk, moved.pk, fresh[1].pk, fresh[0].pk, 999999999],
        lambda pk: services.receive_dossier(actor=desk, dossier_id=pk),
    )
    assert [one.is_done for one in outcomes] == [True, False, True]
    assert outcomes[1].code == moved.code and "Đã tiếp nhận" in outcomes[1].sentence
    with pytest.raises(NothingChosen):
        services.do_many(desk, [], lambda pk: pk)


def test_many_at_once_without_the_right_does_nothing_and_names_no_code(office: Office) -> None:
    dossier = office.filed()
    stranger = office.cast.actor("desk_officer_elsewhere")
    outcomes = services.do_many(
        stranger, [dossier.pk], lambda pk: services.receive_dossier(actor=stranger, dossier_id=pk)
    )
    assert outcomes == []
    leader = office.cast.actor("leader")
    refused = services.do_many(leader, [dossier.pk], lambda pk: services.receive_dossier(actor=leader, dossier_id=pk))
    assert not refused[0].is_done and "không có quyền" in refused[0].sentence
    dossier.refresh_from_db()
    assert dossier.state == State.SUBMITTED


def test_seeing_a_number_in_full_is_in_the_log_and_before_the_persons_eyes(office: Office) -> None:
    from tinhso.foundation.people.models import LookUp

    dossier = office.filed()
    officer = office.cast.actor("desk_officer")
    with pytest.raises(ReasonNeeded):
        services.reveal_numbers(actor=officer, dossier_id=dossier.pk, purpose="")
    services.reveal_numbers(actor=officer, dossier_id=dossier.pk, purpose="So với bản chính")
    assert "So với bản chính" in LookUp.objects.get(person=dossier.applicant).purpose
    assert AuditRow.objects.filter(act="procedures.dossier.revealed").count() == 1
    for who in ("citizen", "stranger", "desk_officer_elsewhere", "auditor"):
        with pytest.raises(access.Denied):
            services.reveal_numbers(actor=office.cast.actor(who), dossier_id=dossier.pk, purpose="x")
