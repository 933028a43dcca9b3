"""Forms 03 and 05 and withdrawal: when each is possible, by whom, and what stays on record."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.text.errors import TooLong
from tinhso.systems.procedures import services
from tinhso.systems.procedures.errors import AlreadyDecided, OutOfOrder, PastTheTerm, ReasonNeeded
from tinhso.systems.procedures.models import Dossier, Ending
from tinhso.systems.procedures.rules import NationalState, State
from tinhso.systems.procedures.testing import Office
from tinhso.systems.procedures.tests.test_supplements import at

pytestmark = pytest.mark.django_db


def stop(office: Office, dossier: Dossier, who: str = "desk_officer", **more: object) -> Dossier:
    told = {"reason": "Không còn nhu cầu", "asked_by": "Nguyễn Thị Hoa", **more}
    return services.stop_dossier(actor=office.cast.actor(who), dossier_id=dossier.pk, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize("reached", ["filed", "received", "resolving", "drafted"])
def test_the_desk_stops_a_dossier_wherever_it_stands_while_there_is_no_decision(office: Office, reached: str) -> None:
    dossier = getattr(office, reached)()
    stopped = stop(office, dossier, asked_way="post")
    ending = stopped.ending
    assert stopped.state == State.STOPPED and stopped.national_state == NationalState.STOPPED
    assert stopped.finished_at is not None and ending.asked_way == "post"
    assert ending.state_before == dossier.state and ending.fee_state_before == "none"
    assert stopped.case is not None and stopped.case.ended_at is not None


def test_a_name_longer_than_its_place_is_refused_not_cut_and_nothing_happens(office: Office) -> None:
    dossier = office.received()
    with pytest.raises(TooLong):
        stop(office, dossier, asked_by="ễ" * 121)
    dossier.refresh_from_db()
    assert dossier.state == State.RECEIVED and not Ending.objects.exists()
    assert stop(office, dossier, asked_by="ễ" * 120).ending.asked_by == "ễ" * 120


def test_a_decision_shuts_stopping_and_withdrawing_out(office: Office) -> None:
    dossier = office.issued()
    with pytest.raises(AlreadyDecided):
        stop(office, dossier)
    with pytest.raises(AlreadyDecided):
        services.withdraw_dossier(actor=office.cast.actor("citizen"), dossier_id=dossier.pk, reason="đổi ý")
    assert not Ending.objects.exists()


@pytest.mark.parametrize("who", ["resolving_officer", "leader", "citizen", "desk_officer_elsewhere", "stranger"])
def test_only_the_desk_that_received_stops(office: Office, who: str) -> None:
    dossier = office.resolving()
    with pytest.raises(access.Denied):
        stop(office, dossier, who)


def test_the_citizen_withdraws_even_from_the_leaders_table(office: Office) -> None:
    dossier = office.drafted()
    gone = services.withdraw_dossier(actor=office.cast.actor("citizen"), dossier_id=dossier.pk, reason="Đổi ý")
    assert gone.state == State.WITHDRAWN and gone.ending.kind == Ending.Kind.WITHDRAWN


def refuse(office: Office, dossier: Dossier, **more: object) -> Dossier:
    actor = office.cast.actor("resolving_officer")
    return services.refuse_settling(actor=actor, dossier_id=dossier.pk, reason="Không đủ điều kiện", **more)  # type: ignore[arg-type]


def test_the_office_refuses_within_the_term(office: Office) -> None:
    dossier = refuse(office, office.resolving(at=at(7)), at=at(8), guidance="Nộp tại nơi thường trú")
    assert dossier.state == State.REFUSED and not dossier.ending.is_late
    assert dossier.ending.stage == "settlement" and dossier.ending.guidance == "Nộp tại nơi thường trú"


def test_past_the_term_the_office_must_apologise_first_and_then_may_refuse(office: Office) -> None:
    dossier = office.resolving(at=at(7))
    assert dossier.due_at is not None
    late = dossier.due_at + timedelta(days=3)
    with pytest.raises(PastTheTerm):
        refuse(office, dossier, at=late)
    apology = services.propose_apology(
        actor=office.cast.actor("resolving_officer"),
        dossier_id=dossier.pk,
        reason="Mất điện diện rộng",
        new_due_on=timezone.localdate(at(30)),
        at=late,
    )
    services.send_apology(actor=office.cast.actor("leader"), apology_id=apology.pk, accept_late=True, at=late)
    assert refuse(office, dossier, at=late + timedelta(hours=1)).state == State.REFUSED


def test_after_a_missed_new_date_too_the_refusal_stands_and_is_recorded_late(office: Office) -> None:
    dossier = office.resolving(at=at(7))
    apology = services.propose_apology(
        actor=office.cast.actor("resolving_officer"),
        dossier_id=dossier.pk,
        reason="Xác minh nơi khác",
        new_due_on=timezone.localdate(at(18)),
        at=at(8),
    )
    services.send_apology(actor=office.cast.actor("leader"), apology_id=apology.pk, at=at(8, 10))
    assert refuse(office, dossier, at=at(28)).ending.is_late


def test_a_refusal_needs_its_reason_and_ends_once(office: Office) -> None:
    dossier = office.filed()
    desk = office.cast.actor("desk_officer")
    with pytest.raises(ReasonNeeded):
        services.refuse_dossier(actor=desk, dossier_id=dossier.pk, reason="   ")
    services.refuse_dossier(actor=desk, dossier_id=dossier.pk, reason="Nộp nhầm nơi")
    with pytest.raises(OutOfOrder):
        services.refuse_dossier(actor=desk, dossier_id=dossier.pk, reason="Nộp nhầm nơi")
    assert AuditRow.objects.filter(act="procedures.dossier.refused").count() == 1


def test_an_ended_dossier_has_its_archive_dates(office: Office) -> None:
    version = office.version()
    version.retention_years = 20
    version.save(update_fields=["retention_years"])
    dossier = stop(office, office.received(at=at(7)), at=at(8))
    assert str(dossier.archive_due_on) == "2027-12-31" and str(dossier.retain_until) == "2046-12-31"


def test_kept_for_ever_has_no_last_day(office: Office) -> None:
    dossier = stop(office, office.received(at=at(7)), at=at(8))
    assert dossier.retain_until is None and dossier.archive_due_on is not None
