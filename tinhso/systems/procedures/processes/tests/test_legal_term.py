"""The timers of the legal due time itself: a while before it and at it, once each, wherever the due time moves."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tinhso.engines.workflow import timers
from tinhso.engines.workflow.models import Alarm, Case
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.notices.models import Notice
from tinhso.foundation.testing.cast import BEGINNING, make_account
from tinhso.systems.procedures import services
from tinhso.systems.procedures.models import Dossier, ProcedureVersion
from tinhso.systems.procedures.testing import MARRIAGE, Office

pytestmark = pytest.mark.django_db
SOON, DUE = "procedures.legal_soon", "procedures.legal_due"


def at(day: int, hour: int, minute: int = 0, month: int = 2) -> datetime:
    return timezone.make_aware(datetime(2026, month, day, hour, minute))


# Thursday before Tết of 2026: days off from Saturday 14 to Sunday 22 February, so the third working day is the 24th.
RECEIVED, DUE_AT = at(12, 9), at(24, 17)


def told(account: Any, text: str) -> int:
    return Notice.objects.filter(account=account, text=text).count()


def taken(office: Office) -> Dossier:
    """In the office's hands over Tết; the office has a head."""
    if not RoleAssignment.objects.filter(role="office_head").exists():
        make_account("head", "Trần Văn Trưởng", role="office_head", unit=office.cast.units.commune_office)
    dossier = office.hand_over_walk_in(at=RECEIVED)
    services.take_dossier(actor=office.cast.actor("resolving_officer"), dossier_id=dossier.pk, at=RECEIVED)
    return dossier


def head() -> Any:
    return RoleAssignment.objects.get(role="office_head").account


def case_of(dossier: Dossier) -> Case:
    return Case.objects.get(pk=dossier.case_id)


def test_across_tet_the_head_and_the_leader_are_told_before_and_at_the_due_time_once_each(office: Office) -> None:
    assert RECEIVED.date() >= BEGINNING
    dossier = taken(office)
    case = case_of(dossier)
    assert (dossier.due_at, case.legal_alarm_at) == (DUE_AT, DUE_AT)
    # 6.5 + 8 working hours on the 12th and 13th, 16 after Tết: a quarter of 30.5 is 7 h 37 min 30 s before the end.
    soon = at(24, 7, 52) + timedelta(seconds=30)
    assert case.legal_remind_at == soon
    everybody = (head(), office.cast.leader)
    for moment in (at(14, 9), at(17, 12), at(22, 20), soon - timedelta(seconds=1)):
        assert not {Alarm.Kind.LEGAL_SOON, Alarm.Kind.LEGAL_DUE} & timers.ring(now=moment).keys()
    timers.ring(now=soon)
    assert [told(one, SOON) for one in everybody] == [1, 1] and not told(head(), DUE)
    timers.ring(now=DUE_AT - timedelta(seconds=1))
    assert not told(head(), DUE)
    for later in (0, 60, 86_400):
        timers.ring(now=DUE_AT + timedelta(seconds=later))
    assert [(told(one, SOON), told(one, DUE)) for one in everybody] == [(1, 1), (1, 1)]
    # Nobody of another commune, nor the desk: it is not theirs to answer for.
    for other in (office.cast.leader_elsewhere, office.cast.desk_officer):
        assert told(other, SOON) + told(other, DUE) == 0
    kept = Alarm.objects.filter(case=case, kind__in=timers.LEGAL).order_by("pk").values_list("kind", "due_at")
    assert list(kept) == [("legal_soon", DUE_AT), ("legal_due", DUE_AT)]


@pytest.mark.parametrize(
    ("policy", "answered", "due"), [("restart", at(23, 9), at(26, 17)), ("pause", at(24, 9), None)]
)
def test_while_the_person_is_asked_for_more_nothing_is_said_and_then_the_new_time_counts(
    office: Office, policy: str, answered: datetime, due: datetime | None
) -> None:
    ProcedureVersion.objects.filter(code=MARRIAGE).update(supplement_policy=policy)
    dossier = taken(office)
    officer = office.cast.actor("resolving_officer")
    services.ask_supplement(actor=officer, dossier_id=dossier.pk, items="Giấy tờ", reason="Thiếu", at=at(13, 9))
    timers.ring(now=DUE_AT + timedelta(days=3))
    assert not told(head(), SOON) and not told(head(), DUE)
    system = office.cast.actor("desk_officer")
    filer = office.cast.actor("citizen") if dossier.filed_by_id == office.cast.citizen.pk else system
    services.answer_supplement(actor=filer, dossier_id=dossier.pk, answer="Đã có", at=answered)
    dossier.refresh_from_db()
    assert dossier.due_at is not None and dossier.due_at > DUE_AT and dossier.due_at == (due or dossier.due_at)
    assert case_of(dossier).legal_alarm_at == dossier.due_at
    timers.ring(now=dossier.due_at - timedelta(minutes=1))
    assert (told(head(), SOON), told(head(), DUE)) == (1, 0)
    timers.ring(now=dossier.due_at)
    assert (told(head(), SOON), told(head(), DUE)) == (1, 1)


def test_a_new_promise_brings_its_own_timers_and_a_result_silences_them(office: Office) -> None:
    dossier = taken(office)
    officer, leader = office.cast.actor("resolving_officer"), office.cast.actor("leader")
    apology = services.propose_apology(
        actor=officer, dossier_id=dossier.pk, reason="Phải xác minh", new_due_on=at(27, 9).date(), at=at(13, 9)
    )
    services.send_apology(actor=leader, apology_id=apology.pk, at=at(13, 10))
    timers.ring(now=DUE_AT)
    assert not told(head(), DUE)
    assert case_of(dossier).legal_alarm_at == at(27, 17)
    timers.ring(now=at(27, 8))
    before = told(head(), SOON)
    assert before == 1
    services.draft_result(actor=officer, dossier_id=dossier.pk, rows=[], conclusion="Đủ điều kiện", at=at(27, 9))
    services.sign_and_issue(actor=leader, dossier_id=dossier.pk, at=at(27, 10))
    timers.ring(now=at(27, 18))
    timers.ring(now=at(28, 18))
    assert (told(head(), SOON), told(head(), DUE)) == (1, 0)
    assert not Alarm.objects.filter(case=dossier.case_id, kind="legal_due").exists()


def test_taking_a_move_back_does_not_say_the_same_twice(office: Office) -> None:
    dossier = taken(office)
    timers.ring(now=DUE_AT)
    assert told(head(), DUE) == 1
    services.return_to_desk(
        actor=office.cast.actor("resolving_officer"), dossier_id=dossier.pk, reason="Thiếu bản giấy", at=at(25, 9)
    )
    services.hand_over(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk, at=at(25, 10))
    timers.ring(now=at(25, 11))
    assert told(head(), DUE) == 1 and case_of(dossier).legal_alarm_at is None
