"""A case from start to end: who may move it, two officers at once, the clock, the log."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tinhso.engines.workflow import services
from tinhso.engines.workflow.errors import (
    AlreadyMoved,
    AlreadyPublished,
    BadDefinition,
    NotAllowedNow,
    NotAtThisUnit,
    NoteNeeded,
)
from tinhso.engines.workflow.models import Case, CaseState, CaseStep, ProcessDefinition
from tinhso.engines.workflow.selectors import log_of, queue, queue_counts, steps_done, transitions_for
from tinhso.engines.workflow.tests.common import MONDAY, RECEIVE, SETTLE, SIGN, VN
from tinhso.foundation.access import guard as access
from tinhso.foundation.testing.cast import Cast, make_account


def definition() -> dict[str, Any]:
    return {
        "start": "reception",
        "steps": [
            {
                "code": "reception",
                "title": "Tiếp nhận",
                "permission": RECEIVE,
                "place": "desk",
                "hours": 1,
                "transitions": [
                    {"code": "receive", "title": "Tiếp nhận", "to": "settling", "starts_clock": True},
                    {"code": "refuse", "title": "Từ chối", "to": "refused", "needs_note": True},
                ],
            },
            {
                "code": "settling",
                "title": "Thẩm tra",
                "permission": SETTLE,
                "place": "office",
                "hours": 4,
                "transitions": [{"code": "draft", "title": "Trình ký", "to": "signing"}],
            },
            {
                "code": "signing",
                "title": "Ký",
                "permission": SIGN,
                "place": "unit",
                "hours": 2,
                "transitions": [
                    {"code": "sign", "title": "Ký ban hành", "to": "issued"},
                    {"code": "send_back", "title": "Trả lại", "to": "settling", "back": True, "needs_note": True},
                ],
            },
            {"code": "issued", "title": "Đã ban hành", "end": True},
            {"code": "refused", "title": "Đã từ chối", "end": True},
        ],
    }


def publish() -> ProcessDefinition:
    system = access.Actor.system()
    made = services.draft_process(actor=system, code="t", title="Thử", definition=definition())
    return services.publish_process(actor=system, definition_id=made.pk, term_value=1, term_unit="working_day")


def start(cast: Cast, subject: Any = None, at: datetime = MONDAY) -> Case:
    units = cast.units
    known = ProcessDefinition.objects.first() or publish()
    return services.start_case(
        actor=cast.actor("citizen"),
        definition=known,
        subject=subject or cast.citizen,
        unit=units.commune_committee,
        places={"desk": units.commune_centre, "office": units.commune_office},
        term=(1, "working_day"),
        at=at,
    )


def receive(cast: Cast, case: Case, at: datetime | None = None) -> Case:
    return services.move(
        actor=cast.actor("desk_officer"), case_id=case.pk, transition="receive", at=at or MONDAY + timedelta(minutes=30)
    )


def test_a_case_goes_from_desk_to_office_to_leader_and_ends(cast: Cast) -> None:
    case = start(cast)
    assert case.holder_unit == cast.units.commune_centre and case.due_at is None
    case = receive(cast, case)
    assert case.holder_unit == cast.units.commune_office
    assert case.due_at == datetime(2026, 11, 17, 17, 0, tzinfo=VN)
    case = services.move(actor=cast.actor("resolving_officer"), case_id=case.pk, transition="draft")
    assert case.holder_unit == cast.units.commune_committee
    case = services.move(actor=cast.actor("leader"), case_id=case.pk, transition="sign")
    assert case.state == CaseState.ENDED and case.ended_at
    lines = list(log_of(case))
    assert [line.version for line in lines] == [1, 2, 3, 4]
    assert [line.transition for line in lines] == ["", "receive", "draft", "sign"]
    assert [line.actor_label for line in lines][1] == "Lê Thị Mai"
    assert steps_done(case) == (3, 3)


def test_who_may_not_move_a_case(cast: Cast) -> None:
    case = start(cast)
    for name in (*cast.NAMES, "stranger"):
        if name != "desk_officer":
            with pytest.raises(access.Denied):
                services.move(actor=cast.actor(name), case_id=case.pk, transition="receive")
    assert CaseStep.objects.count() == 1


def test_signing_asks_for_a_fresh_proof(cast: Cast) -> None:
    case = receive(cast, start(cast))
    services.move(actor=cast.actor("resolving_officer"), case_id=case.pk, transition="draft")
    with pytest.raises(access.StepUpNeeded):
        services.move(actor=cast.actor("leader", stepped_up=False), case_id=case.pk, transition="sign")


def test_the_second_of_two_officers_hears_who_was_first(cast: Cast) -> None:
    case = start(cast)
    receive(cast, case)
    with pytest.raises(AlreadyMoved, match="Lê Thị Mai vừa xử lý hồ sơ này"):
        services.move(actor=cast.actor("desk_officer"), case_id=case.pk, transition="receive")
    with pytest.raises(AlreadyMoved):
        services.move(actor=cast.actor("resolving_officer"), case_id=case.pk, transition="draft", version=case.version)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_one_moves_the_case(cast: Cast) -> None:
    case = start(cast)
    others = [
        make_account(f"desk{n}", f"Cán bộ {n}", role="desk_officer", unit=cast.units.commune_centre) for n in range(6)
    ]
    ready = threading.Barrier(len(others))
    outcome: list[str] = []

    def press(account: Any) -> None:
        try:
            ready.wait()
            services.move(
                actor=access.Actor.of(account), case_id=case.pk, transition="receive", version=case.version, at=MONDAY
            )
            outcome.append("moved")
        except AlreadyMoved:
            outcome.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(account,)) for account in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == ["moved"] + ["refused"] * 5
    assert CaseStep.objects.filter(kind=CaseStep.Kind.MOVE).count() == 1


def test_refusing_needs_a_reason(cast: Cast) -> None:
    case = start(cast)
    with pytest.raises(NoteNeeded):
        services.move(actor=cast.actor("desk_officer"), case_id=case.pk, transition="refuse", note="  ")
    case = services.move(actor=cast.actor("desk_officer"), case_id=case.pk, transition="refuse", note="Thiếu giấy")
    assert case.state == CaseState.ENDED
    with pytest.raises(AlreadyMoved):
        services.move(actor=cast.actor("desk_officer"), case_id=case.pk, transition="receive")


def test_returned_work_goes_back_to_who_did_it(cast: Cast) -> None:
    case = receive(cast, start(cast))
    services.move(actor=cast.actor("resolving_officer"), case_id=case.pk, transition="draft")
    case = services.move(actor=cast.actor("leader"), case_id=case.pk, transition="send_back", note="Sai ngày sinh")
    assert case.holder == cast.resolving_officer
    assert case.due_at == datetime(2026, 11, 17, 17, 0, tzinfo=VN)


def test_work_is_assigned_only_to_who_can_do_it_there(cast: Cast) -> None:
    case = start(cast)
    for wrong in (cast.desk_officer_elsewhere, cast.resolving_officer, cast.citizen):
        with pytest.raises(NotAtThisUnit):
            services.assign(actor=cast.actor("desk_officer"), case_id=case.pk, account=wrong)
    case = services.assign(actor=cast.actor("desk_officer"), case_id=case.pk, account=cast.desk_officer)
    assert case.holder == cast.desk_officer
    second = make_account("desk2", "Cán bộ khác", role="desk_officer", unit=cast.units.commune_centre)
    with pytest.raises(AlreadyMoved, match="Lê Thị Mai đã nhận việc này"):
        services.assign(actor=access.Actor.of(second), case_id=case.pk, account=second)


@pytest.mark.parametrize(
    ("policy", "due"),
    [
        ("restart", datetime(2026, 11, 20, 17, 0, tzinfo=VN)),
        ("pause", datetime(2026, 11, 19, 17, 0, tzinfo=VN)),
        ("none", datetime(2026, 11, 17, 17, 0, tzinfo=VN)),
    ],
)
def test_a_supplement_moves_the_clock_by_its_policy(cast: Cast, policy: str, due: datetime) -> None:
    case = receive(cast, start(cast))
    asked, given = datetime(2026, 11, 16, 14, tzinfo=VN), datetime(2026, 11, 19, 9, tzinfo=VN)
    case = services.pause(actor=cast.actor("resolving_officer"), case_id=case.pk, note="Thiếu giấy", at=asked)
    assert case.state == CaseState.PAUSED
    with pytest.raises(NotAllowedNow):
        services.move(actor=cast.actor("resolving_officer"), case_id=case.pk, transition="draft")
    assert transitions_for(cast.actor("resolving_officer"), case) == []
    case = services.resume(actor=cast.actor("citizen"), case_id=case.pk, policy=policy, at=given)
    assert case.due_at == due and case.state == CaseState.RUNNING


def test_a_clock_that_goes_back_does_not_turn_the_log_around(cast: Cast) -> None:
    case = receive(cast, start(cast), at=MONDAY - timedelta(days=3))
    assert case.entered_at == MONDAY


def test_buttons_are_only_what_the_actor_may_do(cast: Cast) -> None:
    case = start(cast)
    assert [way.code for way in transitions_for(cast.actor("desk_officer"), case)] == ["receive", "refuse"]
    for name in ("citizen", "resolving_officer", "desk_officer_elsewhere", "administrator", "stranger"):
        assert transitions_for(cast.actor(name), case) == []


def test_a_queue_is_ones_own_by_legal_time_in_one_query(cast: Cast) -> None:
    late = receive(cast, start(cast, cast.citizen))
    later = receive(cast, start(cast, cast.other_citizen, at=MONDAY + timedelta(days=1)), at=MONDAY + timedelta(days=1))
    start(cast, cast.leader)
    actor = cast.actor("resolving_officer")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert [case.pk for case in queue(actor)] == [late.pk, later.pk]
    assert len(asked) == 1
    for name in ("resolving_officer_elsewhere", "citizen", "stranger", "administrator"):
        assert not queue(cast.actor(name)).exists()
    counts = queue_counts(actor, now=datetime(2026, 11, 18, 8, tzinfo=VN))
    assert counts == {"all": 2, "mine": 0, "late": 1, "waiting": 0}


def test_the_log_and_published_processes_are_kept_by_the_database(cast: Cast) -> None:
    case = start(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseStep.objects.filter(case=case).update(note="khác")
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseStep.objects.filter(case=case).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        ProcessDefinition.objects.update(title="khác")
    with pytest.raises(AlreadyPublished):
        services.publish_process(actor=access.Actor.system(), definition_id=case.definition_id)


def test_one_subject_has_one_open_case(cast: Cast) -> None:
    start(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        start(cast)


def test_a_faulty_process_is_not_published_and_the_reason_is_said(cast: Cast) -> None:
    faulty = definition()
    faulty["steps"][1]["hours"] = 40
    made = services.draft_process(actor=cast.actor("administrator"), code="x", title="X", definition=faulty)
    with pytest.raises(BadDefinition, match="quá thời hạn 8 giờ"):
        services.publish_process(
            actor=cast.actor("administrator"), definition_id=made.pk, term_value=1, term_unit="working_day"
        )
    with pytest.raises(NotAllowedNow):
        services.start_case(
            actor=access.Actor.system(), definition=made, subject=cast.citizen, unit=cast.units.commune_committee
        )
    with pytest.raises(access.Denied):
        services.publish_process(actor=cast.actor("leader"), definition_id=made.pk)
