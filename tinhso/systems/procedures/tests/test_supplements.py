"""Form 02 by stage and policy: once at reception, three days while settling, and what each does to the clock."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.systems.procedures import clock, rules, services
from tinhso.systems.procedures.errors import AskedOnce, Incomplete, NeedsBasis, OutOfOrder
from tinhso.systems.procedures.models import Dossier, SupplementPolicy
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.testing import Office

pytestmark = pytest.mark.django_db

VN = timezone.get_default_timezone()


def at(day: int, hour: int = 9, month: int = 9) -> datetime:
    """A moment of September 2026, whose working days carry no holiday after the 2nd."""
    return datetime(2026, month, day, hour, tzinfo=VN)


def ask(office: Office, dossier: Dossier, who: str = "resolving_officer", **more: object) -> Dossier:
    return services.ask_supplement(
        actor=office.cast.actor(who),
        dossier_id=dossier.pk,
        items="Bản án ly hôn",
        reason="Chưa thấy bản án",
        **more,  # type: ignore[arg-type]
    )


def answer(office: Office, dossier: Dossier, **more: object) -> Dossier:
    actor = office.cast.actor("citizen")
    return services.answer_supplement(actor=actor, dossier_id=dossier.pk, answer="Đã gửi", **more)  # type: ignore[arg-type]


def test_at_reception_once_only_and_the_answer_brings_a_new_answer_clock(office: Office) -> None:
    dossier = office.filed(at=at(7))
    ask(office, dossier, "desk_officer", at=at(7, 10))
    back = answer(office, dossier, at=at(9, 14))
    assert back.state == State.SUBMITTED and back.paused_at is None
    assert back.answer_due_at == clock.answer_due_at(back.desk, at(9, 14))
    with pytest.raises(AskedOnce):
        ask(office, dossier, "desk_officer", at=at(9, 15), basis="muốn hỏi thêm")
    dossier.refresh_from_db()
    assert dossier.state == State.SUBMITTED and dossier.supplements == 1


def test_the_office_may_still_ask_after_the_desk_did_but_that_scores_overdue(office: Office) -> None:
    dossier = office.filed(at=at(7))
    ask(office, dossier, "desk_officer", at=at(7, 10))
    answer(office, dossier, at=at(7, 14))
    desk = office.cast.actor("desk_officer")
    services.receive_dossier(actor=desk, dossier_id=dossier.pk, at=at(7, 15))
    services.hand_over(actor=desk, dossier_id=dossier.pk, at=at(7, 16))
    asked = ask(office, dossier, at=at(8))
    assert asked.supplements == 2 and rules.scored_overdue(asked.supplements)


def test_after_three_working_days_asking_needs_a_basis_and_is_recorded_late(office: Office) -> None:
    dossier = office.resolving(at=at(4, 9))  # a Friday: three working days end on Wednesday 9 September
    with pytest.raises(NeedsBasis, match="3 ngày làm việc"):
        ask(office, dossier, at=at(10))
    asked = ask(office, dossier, at=at(10), basis="Điều 12 Luật Hộ tịch")
    request = asked.supplement_requests.get()
    assert request.is_late and request.basis == "Điều 12 Luật Hộ tịch"


def test_within_three_working_days_no_basis_is_needed_over_a_weekend(office: Office) -> None:
    dossier = office.resolving(at=at(4, 9))
    assert not ask(office, dossier, at=at(9, 16)).supplement_requests.get().is_late


def test_a_second_request_while_settling_needs_a_basis(office: Office) -> None:
    dossier = office.resolving(at=at(7))
    ask(office, dossier, at=at(7, 10))
    answer(office, dossier, at=at(7, 14))
    with pytest.raises(NeedsBasis, match="lần thứ hai"):
        ask(office, dossier, at=at(8))


@pytest.mark.parametrize("policy", list(SupplementPolicy))
def test_the_versions_policy_moves_the_date(office: Office, policy: SupplementPolicy) -> None:
    version = office.version()
    version.supplement_policy = policy
    version.save(update_fields=["supplement_policy"])
    dossier = office.resolving(at=at(7))
    promised = dossier.due_at
    assert promised is not None
    asked = ask(office, dossier, at=at(7, 10))
    assert (asked.paused_at is None) == (policy == SupplementPolicy.NONE)
    back = answer(office, dossier, at=at(10, 10))
    expected = {
        SupplementPolicy.RESTART: clock.due_at(version, dossier.office, at(10, 10)),
        SupplementPolicy.PAUSE: clock.pushed_due_at(dossier.office, promised, at(7, 10), at(10, 10)),
        SupplementPolicy.NONE: promised,
    }[policy]
    request = back.supplement_requests.get()
    assert back.due_at == expected and back.promised_at == promised
    assert (request.due_before, request.due_after, request.policy) == (promised, expected, policy)


def test_a_version_changed_meanwhile_does_not_change_what_was_asked_under_the_old_rule(office: Office) -> None:
    dossier = office.resolving(at=at(7))
    promised = dossier.due_at
    ask(office, dossier, at=at(7, 10))
    version = office.version()
    version.supplement_policy = SupplementPolicy.NONE
    version.save(update_fields=["supplement_policy"])
    assert answer(office, dossier, at=at(10, 10)).due_at != promised


@pytest.mark.parametrize("who", ["desk_officer", "leader", "citizen", "stranger", "resolving_officer_elsewhere"])
def test_others_may_not_ask_while_the_office_settles(office: Office, who: str) -> None:
    dossier = office.resolving()
    with pytest.raises(access.Denied):
        ask(office, dossier, who)
    assert not dossier.supplement_requests.exists()


def test_asking_while_one_request_is_open_is_out_of_order(office: Office) -> None:
    dossier = office.resolving()
    ask(office, dossier)
    with pytest.raises(OutOfOrder):
        ask(office, dossier, basis="x")


def test_the_citizen_changes_answers_and_adds_a_scan(office: Office) -> None:
    from tinhso.systems.procedures.sample_scan import sample_scan

    dossier = office.resolving(at=at(7))
    name = "dx_ho_ten"
    ask(office, dossier, at=at(7, 10))
    citizen = office.cast.actor("citizen")
    services.keep_supplement_page(actor=citizen, dossier_id=dossier.pk, values={name: "Nguyễn Thị Mai Hoa"})
    dossier.refresh_from_db()
    assert dossier.data[name] != "Nguyễn Thị Mai Hoa"  # kept beside it until sent
    back = answer(office, dossier, uploads=[("ban-an.png", sample_scan())], at=at(8))
    assert back.data[name] == "Nguyễn Thị Mai Hoa" and name not in back.provenance
    assert back.papers.filter(field="bo_sung").count() == 1


def test_changed_answers_that_break_the_form_are_refused_whole(office: Office) -> None:
    dossier = office.resolving(at=at(7))
    name = "dx_ho_ten"
    ask(office, dossier, at=at(7, 10))
    services.keep_supplement_page(actor=office.cast.actor("citizen"), dossier_id=dossier.pk, values={name: ""})
    with pytest.raises(Incomplete):
        answer(office, dossier, at=at(8))
    dossier.refresh_from_db()
    assert dossier.state == State.SUPPLEMENT and dossier.supplement_requests.get().answered_at is None


def test_another_citizen_keeps_and_answers_nothing(office: Office) -> None:
    dossier = office.resolving()
    ask(office, dossier)
    other = office.cast.actor("other_citizen")
    with pytest.raises(Dossier.DoesNotExist):
        services.keep_supplement_page(actor=other, dossier_id=dossier.pk, values={"ho_ten": "x"})
    with pytest.raises(Dossier.DoesNotExist):
        services.answer_supplement(actor=other, dossier_id=dossier.pk, answer="x")


def test_waiting_for_the_citizen_is_never_overdue_unless_the_clock_runs_on(office: Office) -> None:
    from tinhso.systems.procedures.selectors import is_overdue

    dossier = ask(office, office.resolving(at=at(7)), at=at(7, 10))
    assert not is_overdue(dossier, at(7) + timedelta(days=60))
