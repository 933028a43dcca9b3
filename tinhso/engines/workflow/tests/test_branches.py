"""A case in several branches: opening, meeting, two at one instant, nested, optional, taken back, passed on."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tinhso.engines.workflow import services
from tinhso.engines.workflow.errors import (
    AlreadyMoved,
    BadDefinition,
    NotAllowedNow,
    NoteNeeded,
    NotUndoable,
    WhichBranch,
)
from tinhso.engines.workflow.models import Case, CaseState, CaseStep, Token, TokenState
from tinhso.engines.workflow.selectors import (
    cases_involving,
    places_of,
    token_queue,
    tokens_of,
    transitions_for,
    transitions_for_token,
    undoable,
)
from tinhso.engines.workflow.tests.common import MONDAY, RECEIVE, SETTLE, SIGN, VN
from tinhso.foundation.access import guard as access
from tinhso.foundation.testing.cast import Cast, make_account

pytestmark = pytest.mark.django_db


def work(code: str, place: str, *ways: dict[str, Any], permission: str = SETTLE, hours: float = 4) -> dict[str, Any]:
    return {
        "code": code,
        "title": code,
        "permission": permission,
        "place": place,
        "hours": hours,
        "transitions": list(ways),
    }


def way(code: str, to: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "title": code, "to": to, **more}


def definition(**optional: bool) -> dict[str, Any]:
    return {
        "start": "reception",
        "steps": [
            work("reception", "desk", way("hand_over", "split", starts_clock=True, undo=True), permission=RECEIVE),
            {
                "code": "split",
                "title": "Xử lý song song",
                "fork": ["ours", {"to": "theirs", "optional": optional.get("theirs", False)}],
                "place": "desk",
                "transitions": [way("stop", "stopped", permission=RECEIVE, needs_note=True)],
            },
            work("ours", "office", way("done", "meet", undo=True)),
            work("theirs", "other", way("checked", "review")),
            work("review", "other", way("done", "meet"), way("again", "theirs", back=True)),
            {"code": "meet", "title": "Gom", "join": "split", "transitions": [way("joined", "signing")]},
            work("signing", "unit", way("sign", "issued"), permission=SIGN, hours=2),
            {"code": "issued", "title": "Xong", "end": True},
            {"code": "stopped", "title": "Dừng", "end": True},
        ],
    }


def start(cast: Cast, raw: dict[str, Any] | None = None) -> Case:
    system, units = access.Actor.system(), cast.units
    made = services.draft_process(actor=system, code="p", title="Song song", definition=raw or definition())
    services.publish_process(actor=system, definition_id=made.pk)
    made.refresh_from_db()
    return services.start_case(
        actor=cast.actor("citizen"),
        definition=made,
        subject=cast.citizen,
        unit=units.commune_committee,
        places={
            "desk": units.commune_centre,
            "office": units.commune_office,
            "other": units.other_office,
            "unit": units.commune_committee,
        },
        term=(5, "working_day"),
        at=MONDAY,
    )


def split(cast: Cast, raw: dict[str, Any] | None = None) -> Case:
    case = start(cast, raw)
    return services.move(actor=cast.actor("desk_officer"), case_id=case.pk, transition="hand_over", at=MONDAY)


def go(cast: Cast, who: str, case: Case, transition: str, **more: Any) -> Case:
    return services.move(actor=cast.actor(who), case_id=case.pk, transition=transition, at=MONDAY, **more)


def test_a_fork_opens_each_branch_with_its_own_office_and_limit(cast: Cast) -> None:
    case = split(cast)
    ours, theirs = tokens_of(case)
    assert (ours.step, ours.holder_unit) == ("ours", cast.units.commune_office)
    assert (theirs.step, theirs.holder_unit) == ("theirs", cast.units.other_office)
    assert case.step == "split" and case.step_due_at is None and case.due_at
    assert [place.title for place in places_of(case)] == ["ours", "theirs"]
    mine = token_queue(cast.actor("resolving_officer"))
    assert [token.pk for token in mine] == [ours.pk]
    assert [token.pk for token in token_queue(cast.actor("resolving_officer_elsewhere"))] == [theirs.pk]
    assert [way.code for way in transitions_for_token(cast.actor("resolving_officer"), ours)] == ["done"]
    assert transitions_for_token(cast.actor("resolving_officer"), theirs) == []
    assert [way.code for way in transitions_for(cast.actor("desk_officer"), case)] == ["stop"]
    assert cases_involving(cast.actor("resolving_officer_elsewhere"), SETTLE) == [case.pk]
    assert cases_involving(cast.actor("stranger"), SETTLE) == []


def test_the_join_waits_for_all_and_then_goes_on(cast: Cast) -> None:
    case = split(cast)
    case = go(cast, "resolving_officer", case, "done")
    assert case.step == "split" and case.tokens.open().count() == 1
    assert [place.is_done for place in places_of(case)] == [True, False]
    case = go(cast, "resolving_officer_elsewhere", case, "checked")
    case = go(cast, "resolving_officer_elsewhere", case, "done")
    assert case.step == "signing" and case.holder_unit == cast.units.commune_committee
    assert not case.tokens.living().exists()
    kinds = list(case.log.order_by("version").values_list("kind", flat=True))
    assert kinds == ["start", "move", "fork", "fork", "move", "move", "move", "join"]
    assert [line.version for line in case.log.order_by("version")] == list(range(1, 9))
    case = services.move(actor=access.Actor.system(), case_id=case.pk, transition="sign")
    assert case.state == CaseState.ENDED


def test_nobody_moves_the_branch_of_another_office(cast: Cast) -> None:
    case = split(cast)
    theirs = case.tokens.get(step="theirs")
    for name in (*cast.NAMES, "stranger"):
        if name != "resolving_officer_elsewhere":
            with pytest.raises((access.Denied, AlreadyMoved)):
                go(cast, name, case, "checked", token_id=theirs.pk)
            with pytest.raises((access.Denied, AlreadyMoved)):
                go(cast, name, case, "checked")
    with pytest.raises(AlreadyMoved):
        go(cast, "leader", case, "sign")
    assert Token.objects.get(pk=theirs.pk).step == "theirs"


def test_a_branch_of_another_case_is_not_found(cast: Cast) -> None:
    case = split(cast)
    with pytest.raises(Token.DoesNotExist):
        go(cast, "resolving_officer", case, "done", token_id=10**9)


def test_an_old_page_of_a_branch_is_refused(cast: Cast) -> None:
    case = split(cast)
    theirs = case.tokens.get(step="theirs")
    go(cast, "resolving_officer_elsewhere", case, "checked", token_id=theirs.pk, version=theirs.version)
    with pytest.raises(AlreadyMoved, match="vừa xử lý"):
        go(cast, "resolving_officer_elsewhere", case, "done", token_id=theirs.pk, version=theirs.version)
    # What the other branch did is no reason to refuse this one.
    ours = case.tokens.get(step="ours")
    go(cast, "resolving_officer", case, "done", token_id=ours.pk, version=ours.version)


def test_an_optional_branch_holds_nobody_and_is_closed_in_the_log(cast: Cast) -> None:
    case = split(cast, definition(theirs=True))
    case = go(cast, "resolving_officer", case, "done")
    assert case.step == "signing"
    left = case.tokens.get(branch="theirs")
    assert left.state == TokenState.CLOSED and left.closed_at
    assert case.log.filter(kind=CaseStep.Kind.CLOSE, token=left).exists()
    with pytest.raises(AlreadyMoved):
        go(cast, "resolving_officer_elsewhere", case, "checked", token_id=left.pk)


def test_leaving_the_whole_closes_every_branch(cast: Cast) -> None:
    case = split(cast)
    case = go(cast, "desk_officer", case, "stop", note="Người dân rút")
    assert case.state == CaseState.ENDED
    assert set(case.tokens.values_list("state", flat=True)) == {TokenState.CLOSED}


def test_two_branches_that_may_both_take_a_way_must_be_told_apart(cast: Cast) -> None:
    raw = definition()
    raw["steps"][3]["place"] = raw["steps"][4]["place"] = "office"
    raw["steps"][3]["transitions"] = [way("done", "meet")]
    raw["steps"] = [step for step in raw["steps"] if step["code"] != "review"]
    case = split(cast, raw)
    with pytest.raises(WhichBranch):
        go(cast, "resolving_officer", case, "done")
    for token in tokens_of(case):
        case = go(cast, "resolving_officer", case, "done", token_id=token.pk)
    assert case.step == "signing"


def nested() -> dict[str, Any]:
    raw = definition()
    raw["steps"][3] = {"code": "theirs", "title": "Chia tiếp", "fork": ["x", "y"], "transitions": []}
    raw["steps"] += [
        work("x", "other", way("x_done", "met")),
        work("y", "other", way("y_done", "met")),
        {"code": "met", "title": "Gom trong", "join": "theirs", "transitions": [way("joined", "review")]},
    ]
    raw["steps"][4]["transitions"] = [way("done", "meet")]
    return raw


def test_branches_within_branches_meet_from_the_inside(cast: Cast) -> None:
    case = split(cast, nested())
    assert [token.step for token in tokens_of(case)] == ["ours", "x", "y"]
    go(cast, "resolving_officer", case, "done")
    go(cast, "resolving_officer_elsewhere", case, "x_done")
    case = go(cast, "resolving_officer_elsewhere", case, "y_done")
    assert case.step == "split" and [token.step for token in tokens_of(case)] == ["review"]
    assert case.tokens.get(branch="theirs").step == "review"
    case = go(cast, "resolving_officer_elsewhere", case, "done", token_id=case.tokens.get(branch="theirs").pk)
    assert case.step == "signing"


def test_leaving_the_whole_closes_branches_within_branches(cast: Cast) -> None:
    case = split(cast, nested())
    case = services.move(actor=access.Actor.system(), case_id=case.pk, transition="stop", note="Dừng")
    assert not case.tokens.living().exists() and case.state == CaseState.ENDED


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(5))
def test_of_two_who_reach_the_join_at_one_instant_exactly_one_goes_on(cast: Cast, turn: int) -> None:
    case = split(cast)
    go(cast, "resolving_officer_elsewhere", case, "checked")
    ready = threading.Barrier(2)
    failed: list[BaseException] = []

    def press(name: str) -> None:
        try:
            ready.wait()
            go(cast, name, case, "done")
        except BaseException as wrong:
            failed.append(wrong)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=press, args=(name,)) for name in ("resolving_officer", "resolving_officer_elsewhere")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    case.refresh_from_db()
    assert failed == [] and case.step == "signing"
    assert case.log.filter(kind=CaseStep.Kind.JOIN).count() == 1
    assert list(case.log.order_by("version").values_list("version", flat=True)) == list(range(1, case.version + 1))


@pytest.mark.django_db(transaction=True)
def test_a_branch_double_clicked_by_six_moves_once(cast: Cast) -> None:
    case = split(cast)
    token = case.tokens.get(step="ours")
    people = [
        make_account(f"r{n}", f"Cán bộ {n}", role="resolving_officer", unit=cast.units.commune_office) for n in range(6)
    ]
    ready, outcome = threading.Barrier(6), list[str]()

    def press(account: Any) -> None:
        try:
            ready.wait()
            services.move(
                actor=access.Actor.of(account), case_id=case.pk, transition="done", token_id=token.pk, version=1
            )
            outcome.append("moved")
        except AlreadyMoved:
            outcome.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(account,)) for account in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == ["moved"] + ["refused"] * 5


def test_taking_leaving_and_reassigning_a_branch(cast: Cast) -> None:
    case = split(cast)
    ours = case.tokens.get(step="ours")
    services.take(actor=cast.actor("resolving_officer"), case_id=case.pk, token_id=ours.pk)
    second = make_account("r2", "Phạm Thị Hai", role="resolving_officer", unit=cast.units.commune_office)
    with pytest.raises(AlreadyMoved, match="đã nhận việc này"):
        services.take(actor=access.Actor.of(second), case_id=case.pk, token_id=ours.pk)
    with pytest.raises(NoteNeeded):
        services.reassign(actor=access.Actor.of(second), case_id=case.pk, token_id=ours.pk, account=second, note=" ")
    services.reassign(
        actor=access.Actor.of(second), case_id=case.pk, token_id=ours.pk, account=second, note="Đồng nghiệp đi học"
    )
    ours.refresh_from_db()
    assert ours.holder == second
    with pytest.raises(NoteNeeded):
        services.release(actor=cast.actor("resolving_officer"), case_id=case.pk, token_id=ours.pk)
    services.release(actor=access.Actor.of(second), case_id=case.pk, token_id=ours.pk)
    with pytest.raises(NotAllowedNow):
        services.release(actor=access.Actor.of(second), case_id=case.pk, token_id=ours.pk)
    assert case.log.filter(token=ours, kind=CaseStep.Kind.RELEASE).count() == 1


def test_all_work_of_an_officer_on_leave_changes_hands_and_only_by_the_head(cast: Cast) -> None:
    case = split(cast)
    ours = case.tokens.get(step="ours")
    services.take(actor=cast.actor("resolving_officer"), case_id=case.pk, token_id=ours.pk)
    second = make_account("r2", "Phạm Thị Hai", role="resolving_officer", unit=cast.units.commune_office)
    head = make_account("h", "Trưởng phòng", role="unit_leader", unit=cast.units.commune_office)
    more = {"giver": cast.resolving_officer, "receiver": second, "unit": cast.units.commune_office, "note": "Nghỉ phép"}
    for name in ("resolving_officer", "leader_elsewhere", "citizen"):
        with pytest.raises(access.Denied):
            services.hand_over_work(actor=cast.actor(name), **more)
    assert services.hand_over_work(actor=access.Actor.of(head), **more) == 1
    ours.refresh_from_db()
    assert ours.holder == second
    assert services.hand_over_work(actor=access.Actor.of(head), **more) == 0
    # What the receiver may not do goes back to the office, not to nobody.
    stranger = make_account("s", "Người ngoài", role="desk_officer", unit=cast.units.other_centre)
    more |= {"giver": second, "receiver": stranger}
    assert services.hand_over_work(actor=access.Actor.of(head), **more) == 1
    ours.refresh_from_db()
    assert ours.holder is None


def test_a_move_is_taken_back_with_a_reason_and_the_log_keeps_both(cast: Cast) -> None:
    case = split(cast)
    assert undoable(cast.actor("desk_officer"), case) is not None
    assert undoable(cast.actor("resolving_officer"), case) is None
    with pytest.raises(NoteNeeded):
        services.undo(actor=cast.actor("desk_officer"), case_id=case.pk, note="")
    with pytest.raises(access.Denied):
        services.undo(actor=cast.actor("resolving_officer"), case_id=case.pk, note="x")
    case = services.undo(actor=cast.actor("desk_officer"), case_id=case.pk, note="Chuyển nhầm phòng", at=MONDAY)
    assert case.step == "reception" and case.holder_unit == cast.units.commune_centre
    assert case.clock_started_at is None and case.due_at is None
    assert case.step_due_at is not None and case.entered_at == MONDAY
    assert not case.tokens.living().exists()
    last = case.log.filter(kind=CaseStep.Kind.UNDO).get()
    assert last.note == "Chuyển nhầm phòng" and last.undoes is not None and last.undoes.transition == "hand_over"
    with pytest.raises(NotUndoable):
        services.undo(actor=cast.actor("desk_officer"), case_id=case.pk, note="lần nữa")
    case = go(cast, "desk_officer", case, "hand_over")
    assert case.tokens.open().count() == 2 and case.due_at


def test_what_others_have_gone_on_from_is_not_taken_back(cast: Cast) -> None:
    case = split(cast)
    go(cast, "resolving_officer_elsewhere", case, "checked")
    with pytest.raises(NotUndoable, match="làm tiếp"):
        services.undo(actor=cast.actor("desk_officer"), case_id=case.pk, note="nhầm")
    with pytest.raises(NotUndoable, match="không cho hoàn tác"):
        services.undo(
            actor=cast.actor("resolving_officer_elsewhere"),
            case_id=case.pk,
            token_id=case.tokens.get(branch="theirs").pk,
            note="nhầm",
        )


def test_an_arrival_at_the_join_is_taken_back_only_while_it_waits(cast: Cast) -> None:
    case = split(cast)
    ours = case.tokens.get(branch="ours")
    go(cast, "resolving_officer", case, "done")
    services.undo(actor=cast.actor("resolving_officer"), case_id=case.pk, token_id=ours.pk, note="Còn thiếu")
    ours.refresh_from_db()
    assert ours.state == TokenState.OPEN and ours.step == "ours" and ours.closed_at is None
    go(cast, "resolving_officer", case, "done")
    go(cast, "resolving_officer_elsewhere", case, "checked")
    go(cast, "resolving_officer_elsewhere", case, "done")
    with pytest.raises(NotUndoable):
        services.undo(actor=cast.actor("resolving_officer"), case_id=case.pk, token_id=ours.pk, note="Muộn rồi")


def test_branches_stand_still_with_their_case_and_go_on_by_the_policy(cast: Cast) -> None:
    case = split(cast)
    due = case.tokens.get(step="ours").step_due_at
    assert due is not None
    head = make_account("h", "Trưởng phòng", role="unit_leader", unit=cast.units.commune_office)
    with pytest.raises(access.Denied):
        services.pause(actor=access.Actor.of(head), case_id=case.pk, note="Chờ")
    services.pause(actor=access.Actor.system(), case_id=case.pk, note="Chờ", at=MONDAY + timedelta(hours=1))
    with pytest.raises(NotAllowedNow):
        go(cast, "resolving_officer", case, "done")
    assert not token_queue(cast.actor("resolving_officer")).exists()
    services.resume(actor=access.Actor.system(), case_id=case.pk, at=MONDAY + timedelta(days=1, hours=1))
    assert case.tokens.get(step="ours").step_due_at == due + timedelta(days=1)


def test_a_branch_passes_to_the_heir_of_its_office(cast: Cast) -> None:
    case = split(cast)
    services.rehome(
        actor=access.Actor.system(), case_id=case.pk, old=cast.units.other_office, new=cast.units.commune_office
    )
    token = case.tokens.get(branch="theirs")
    assert token.holder_unit == cast.units.commune_office and token.step_due_at
    go(cast, "resolving_officer", case, "checked")
    assert case.tokens.get(branch="theirs").holder_unit == cast.units.commune_office


def test_a_fork_that_never_meets_is_refused(cast: Cast) -> None:
    raw = definition()
    raw["steps"][4]["transitions"] = [way("done", "issued")]
    with pytest.raises(BadDefinition, match="ra khỏi nhánh"):
        start(cast, raw)


def test_a_fork_may_be_the_first_step(cast: Cast) -> None:
    raw = definition()
    raw["steps"] = raw["steps"][1:]
    raw["start"] = "split"
    case = start(cast, raw)
    assert case.tokens.open().count() == 2


def test_branch_queues_ask_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    case, actor = split(cast), cast.actor("resolving_officer")
    with django_assert_num_queries(1):
        assert [token.case.pk for token in token_queue(actor)] == [case.pk]
    with django_assert_num_queries(2):
        assert len(places_of(case)) == 2


def test_time_of_day_is_kept(cast: Cast) -> None:
    case = split(cast)
    token = case.tokens.get(step="ours")
    assert token.step_due_at == datetime(2026, 11, 16, 13, 30, tzinfo=VN)
    assert token.remind_at == datetime(2026, 11, 16, 11, 0, tzinfo=VN)
