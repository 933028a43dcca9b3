"""Opinions asked of other offices: who asks, who answers, each with its own clock; a late one stops nobody."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tinhso.engines.workflow import passing, services, timers
from tinhso.engines.workflow.errors import AlreadyMoved, NotAllowedNow, NotAtThisUnit, NoteNeeded, OpinionsAwaited
from tinhso.engines.workflow.models import Alarm, Case, CaseState, Opinion, OpinionState, Verdict
from tinhso.engines.workflow.selectors import awaited_of, opinions_for, opinions_of
from tinhso.engines.workflow.tests.common import MONDAY, VN
from tinhso.engines.workflow.tests.test_cases import receive, start
from tinhso.foundation.access import guard as access
from tinhso.foundation.orgs.errors import WorkWouldBeLost
from tinhso.foundation.orgs.heirs import Passing
from tinhso.foundation.testing.cast import Cast

pytestmark = pytest.mark.django_db
DUE = datetime(2026, 11, 19, 17, 0, tzinfo=VN)
ASKED = MONDAY + timedelta(hours=1)


def ask(cast: Cast, case: Case, **more: Any) -> list[Opinion]:
    facts: dict[str, Any] = {
        "actor": cast.actor("resolving_officer"),
        "units": [cast.units.other_office, cast.units.other_committee],
        "question": "Thửa đất có nằm trong quy hoạch không?",
        "at": ASKED,
    }
    return services.ask_opinions(case_id=case.pk, **(facts | more))


def answer(cast: Cast, opinion: Opinion, **more: Any) -> Opinion:
    facts: dict[str, Any] = {
        "actor": cast.actor("resolving_officer_elsewhere"),
        "verdict": Verdict.AGREE,
        "answer": "Không nằm trong quy hoạch.",
        "at": ASKED + timedelta(hours=2),
    }
    return services.answer_opinion(opinion_id=opinion.pk, **(facts | more))


@pytest.fixture
def case(cast: Cast) -> Case:
    return receive(cast, start(cast))


def draft(cast: Cast, case: Case, at: datetime) -> Case:
    return services.move(actor=cast.actor("resolving_officer"), case_id=case.pk, transition="draft", at=at)


def test_all_offices_are_asked_at_once_each_with_its_deadline(cast: Cast, case: Case) -> None:
    first, second = ask(cast, case)
    assert first.batch == second.batch == 1
    assert first.due_at == DUE and first.asking_unit == cast.units.commune_office
    assert [opinion.pk for opinion in opinions_for(cast.actor("resolving_officer_elsewhere"))] == [first.pk]
    assert [opinion.pk for opinion in opinions_for(cast.actor("leader_elsewhere"))] == [second.pk]
    assert not opinions_for(cast.actor("resolving_officer")).exists()
    assert not opinions_for(cast.actor("citizen")).exists()
    assert awaited_of(case, now=ASKED).count() == 2


def test_the_step_waits_until_all_have_answered(cast: Cast, case: Case) -> None:
    first, second = ask(cast, case)
    with pytest.raises(OpinionsAwaited, match="hạn trả lời 17:00 19/11/2026"):
        draft(cast, case, ASKED + timedelta(hours=3))
    answer(cast, first)
    with pytest.raises(OpinionsAwaited):
        draft(cast, case, ASKED + timedelta(hours=3))
    answer(cast, second, actor=cast.actor("leader_elsewhere"))
    assert draft(cast, case, ASKED + timedelta(hours=3)).step == "signing"


def test_a_late_reply_stops_nobody_and_is_still_taken(cast: Cast, case: Case) -> None:
    first, second = ask(cast, case)
    answer(cast, second, actor=cast.actor("leader_elsewhere"))
    late = DUE + timedelta(minutes=1)
    assert draft(cast, case, late).step == "signing"
    first.refresh_from_db()
    assert first.state == OpinionState.UNANSWERED and first.closed_at == late
    after = answer(cast, first, at=late + timedelta(days=1))
    assert after.state == OpinionState.ANSWERED and after.was_late
    services.move(actor=access.Actor.system(), case_id=case.pk, transition="sign")
    assert not opinions_for(cast.actor("resolving_officer_elsewhere")).exists()


def test_who_may_not_ask_or_answer(cast: Cast, case: Case) -> None:
    for name in (*cast.NAMES, "stranger"):
        if name != "resolving_officer":
            with pytest.raises(access.Denied):
                ask(cast, case, actor=cast.actor(name))
    opinion = ask(cast, case)[0]
    for name in (*cast.NAMES, "stranger"):
        if name != "resolving_officer_elsewhere":
            with pytest.raises(access.Denied):
                answer(cast, opinion, actor=cast.actor(name))
            with pytest.raises(access.Denied):
                services.assign_opinion(
                    actor=cast.actor(name), opinion_id=opinion.pk, account=cast.resolving_officer_elsewhere
                )
    with pytest.raises(access.Denied):
        services.withdraw_opinion(
            actor=cast.actor("resolving_officer_elsewhere"), opinion_id=opinion.pk, note="không muốn"
        )


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"question": "   "}, NoteNeeded),
        ({"units": []}, NoteNeeded),
        ({"due_at": ASKED}, NotAllowedNow),
        ({"due_at": ASKED - timedelta(days=2)}, NotAllowedNow),
        ({"version": 1}, AlreadyMoved),
    ],
)
def test_a_question_is_whole_and_leaves_time_to_answer(
    cast: Cast, case: Case, more: dict[str, Any], wrong: type[Exception]
) -> None:
    with pytest.raises(wrong):
        ask(cast, case, **more)
    assert not Opinion.objects.exists()


def test_an_office_is_asked_once_at_a_time_and_never_asks_itself(cast: Cast, case: Case) -> None:
    with pytest.raises(NotAllowedNow, match="chính đơn vị"):
        ask(cast, case, units=[cast.units.commune_office])
    with pytest.raises(NotAllowedNow, match="hai lần"):
        ask(cast, case, units=[cast.units.other_office] * 2)
    opinion = ask(cast, case, units=[cast.units.other_office])[0]
    with pytest.raises(NotAllowedNow, match="chưa trả lời"):
        ask(cast, case)
    answer(cast, opinion)
    assert ask(cast, case)[0].batch == 2


def test_an_answer_is_given_once_and_says_something(cast: Cast, case: Case) -> None:
    opinion = ask(cast, case)[0]
    with pytest.raises(NoteNeeded):
        answer(cast, opinion, verdict="maybe")
    with pytest.raises(NoteNeeded):
        answer(cast, opinion, verdict=Verdict.DISAGREE, answer=" ")
    answer(cast, opinion)
    with pytest.raises(NotAllowedNow):
        answer(cast, opinion)


def test_a_question_is_withdrawn_with_a_reason_and_the_step_goes_on(cast: Cast, case: Case) -> None:
    opinion = ask(cast, case, units=[cast.units.other_office])[0]
    with pytest.raises(NoteNeeded):
        services.withdraw_opinion(actor=cast.actor("resolving_officer"), opinion_id=opinion.pk, note="")
    services.withdraw_opinion(actor=cast.actor("resolving_officer"), opinion_id=opinion.pk, note="Đã có bản đồ")
    with pytest.raises(NotAllowedNow):
        answer(cast, opinion)
    assert draft(cast, case, ASKED).step == "signing"


def test_refusing_and_returning_are_never_held_by_opinions(cast: Cast, case: Case) -> None:
    draft(cast, case, ASKED)
    ask(cast, case, actor=access.Actor.system(), units=[cast.units.other_office])
    back = services.move(actor=access.Actor.system(), case_id=case.pk, transition="send_back", note="Chưa đủ", at=ASKED)
    assert back.step == "settling" and back.opinions.waiting().count() == 1


def test_an_ended_case_asks_nobody_any_more(cast: Cast) -> None:
    case = start(cast)
    ask(cast, case, actor=cast.actor("desk_officer"), units=[cast.units.other_office])
    case = services.move(actor=cast.actor("desk_officer"), case_id=case.pk, transition="refuse", note="Không đủ")
    assert case.state == CaseState.ENDED
    opinion = case.opinions.get()
    assert opinion.state == OpinionState.WITHDRAWN and opinion.escalate_at is None
    with pytest.raises(NotAllowedNow):
        answer(cast, opinion)


def test_who_prepares_the_answer_is_named_within_the_office(cast: Cast, case: Case) -> None:
    opinion = ask(cast, case)[0]
    there = cast.actor("resolving_officer_elsewhere")
    with pytest.raises(NotAtThisUnit):
        services.assign_opinion(actor=there, opinion_id=opinion.pk, account=cast.resolving_officer)
    held = services.assign_opinion(actor=there, opinion_id=opinion.pk, account=cast.resolving_officer_elsewhere)
    assert held.holder == cast.resolving_officer_elsewhere
    with pytest.raises(AlreadyMoved):
        answer(cast, opinion, version=1)


def passing_of(cast: Cast, heir: Any) -> Passing:
    return Passing(access.Actor.system(), cast.units.other_office, heir, MONDAY.date(), "Nghị quyết 1", False)


def test_questions_pass_to_the_heir_of_the_office_asked_with_their_deadline(cast: Cast, case: Case) -> None:
    opinion = ask(cast, case, units=[cast.units.other_office])[0]
    assert passing.count(cast.units.other_office, MONDAY.date()) == 1
    assert passing.pass_on(passing_of(cast, cast.units.other_committee)) == 1
    opinion.refresh_from_db()
    assert opinion.unit == cast.units.other_committee and opinion.due_at == DUE
    answer(cast, opinion, actor=cast.actor("leader_elsewhere"))


def test_an_heir_asked_already_is_not_asked_twice(cast: Cast, case: Case) -> None:
    ask(cast, case)
    passing.pass_on(passing_of(cast, cast.units.other_committee))
    assert sorted(Opinion.objects.values_list("state", flat=True)) == ["asked", "withdrawn"]


def test_an_office_that_is_asked_does_not_end_without_an_heir(cast: Cast, case: Case) -> None:
    ask(cast, case)
    with pytest.raises(WorkWouldBeLost):
        passing.pass_on(passing_of(cast, None))


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_one_instant_one_is_taken(cast: Cast) -> None:
    opinion = ask(cast, receive(cast, start(cast)))[0]
    ready, outcome = threading.Barrier(4), list[str]()

    def press(n: int) -> None:
        try:
            ready.wait()
            answer(cast, opinion, answer=f"Ý kiến {n}")
            outcome.append("taken")
        except NotAllowedNow:
            outcome.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == ["refused"] * 3 + ["taken"]


def test_the_database_keeps_questions_and_answers(cast: Cast, case: Case) -> None:
    opinion = answer(cast, ask(cast, case)[0])
    for change in ({"question": "khác"}, {"due_at": DUE + timedelta(days=9)}, {"answer": "khác"}, {"state": "asked"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Opinion.objects.filter(pk=opinion.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        opinion.delete()


def test_opinions_of_a_case_come_with_offices_and_people_in_one_query(
    cast: Cast, case: Case, django_assert_num_queries: Any
) -> None:
    answer(cast, ask(cast, case)[0])
    with django_assert_num_queries(1):
        first = next(iter(opinions_of(case)))
        assert str(first.answered_by) == str(cast.resolving_officer_elsewhere) and first.unit.name


@pytest.fixture
def heard() -> Any:
    alarms: list[Alarm] = []
    timers.on_alarm("test", alarms.append)
    yield alarms
    del timers.HOOKS["test"]


def test_a_late_opinion_is_told_once_and_kept(cast: Cast, case: Case, heard: list[Alarm]) -> None:
    first, second = ask(cast, case)
    answer(cast, second, actor=cast.actor("leader_elsewhere"))
    assert Alarm.Kind.OPINION_LATE not in timers.ring(now=DUE - timedelta(minutes=1))
    assert timers.ring(now=DUE + timedelta(minutes=1))[Alarm.Kind.OPINION_LATE] == 1
    first.refresh_from_db()
    assert first.late_reported_at and first.escalate_at is None
    assert Alarm.Kind.OPINION_LATE not in timers.ring(now=DUE + timedelta(days=1))
    assert [a.opinion for a in heard if a.kind == Alarm.Kind.OPINION_LATE] == [first]


def test_a_delay_is_told_even_when_the_answer_came_late_before_the_round(
    cast: Cast, case: Case, heard: list[Alarm]
) -> None:
    first = ask(cast, case)[0]
    draft(cast, case, DUE + timedelta(minutes=1))
    assert timers.ring(now=DUE + timedelta(minutes=2))[Alarm.Kind.OPINION_LATE] >= 1
    assert Alarm.objects.filter(opinion=first, kind=Alarm.Kind.OPINION_LATE).count() == 1


def _of_steps(rung: dict[str, int]) -> set[str]:
    """What was said of steps; the legal due time has timers of its own."""
    return rung.keys() - set(timers.LEGAL)


def test_a_step_is_reminded_of_and_then_escalated_once(cast: Cast, case: Case, heard: list[Alarm]) -> None:
    assert case.remind_at and case.escalate_at and case.remind_at < case.escalate_at
    assert timers.ring(now=case.remind_at) == {Alarm.Kind.STEP_SOON: 1}
    assert timers.ring(now=case.escalate_at) == {Alarm.Kind.STEP_LATE: 1}
    assert not _of_steps(timers.ring(now=case.escalate_at + timedelta(days=9)))
    heard_of_steps = [alarm.kind for alarm in heard if alarm.kind not in timers.LEGAL]
    assert heard_of_steps == [Alarm.Kind.STEP_SOON, Alarm.Kind.STEP_LATE]
    assert heard[0].unit == cast.units.commune_office


def test_a_paused_or_moved_case_is_not_reminded_of(cast: Cast, case: Case, heard: list[Alarm]) -> None:
    late = (case.escalate_at or MONDAY) + timedelta(minutes=1)
    services.pause(actor=cast.actor("resolving_officer"), case_id=case.pk, note="Chờ", at=ASKED)
    assert timers.ring(now=late) == {}
    services.resume(actor=access.Actor.system(), case_id=case.pk, at=late + timedelta(days=1))
    assert not _of_steps(timers.ring(now=late + timedelta(days=1)))
    draft(cast, case, late + timedelta(days=1))
    assert not _of_steps(timers.ring(now=late + timedelta(days=1)))


def test_a_hook_that_fails_is_tried_again_and_stops_no_other(cast: Cast, case: Case) -> None:
    other = receive(cast, start(cast, cast.other_citizen))
    told: list[int] = []

    def fails(alarm: Alarm) -> None:
        if alarm.case_id == case.pk:
            raise RuntimeError("broken")
        told.append(alarm.case_id)

    timers.on_alarm("fails", fails)
    try:
        at = max(case.remind_at or MONDAY, other.remind_at or MONDAY)
        assert timers.ring(now=at) == {Alarm.Kind.STEP_SOON: 1}
        assert told == [other.pk] and not Alarm.objects.filter(case=case).exists()
        case.refresh_from_db()
        assert case.remind_at == at + timers.AGAIN
    finally:
        del timers.HOOKS["fails"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_ring_each_alarm_once(cast: Cast) -> None:
    case = receive(cast, start(cast))
    late = (case.escalate_at or MONDAY) + timedelta(minutes=1)
    ready = threading.Barrier(3)

    def work() -> None:
        try:
            ready.wait()
            timers.ring(now=late)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Alarm.objects.filter(kind=Alarm.Kind.STEP_LATE).count() == 1
    assert Alarm.objects.filter(kind=Alarm.Kind.STEP_SOON).count() == 1
