"""The acts of the plan and of those who answer: who may not, out of order, twice at once, too late, without proof."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from tinhso.engines.indicators.rules import Period
from tinhso.engines.indicators.seeds import load_targets
from tinhso.foundation.access.guard import Denied
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.files.errors import FileRefused
from tinhso.foundation.notices.models import Notice
from tinhso.systems.resolution import selectors, services
from tinhso.systems.resolution.errors import (
    AlreadyHeaded,
    EvidenceNeeded,
    NotAnswering,
    NotBelow,
    NothingMissed,
    OutOfOrder,
    WrongEntry,
)
from tinhso.systems.resolution.models import Explanation, RemedialTask, ResolutionTask, TaskBody
from tinhso.systems.resolution.sample_paper import sample_paper
from tinhso.systems.resolution.services.alarms import raise_alarms
from tinhso.systems.resolution.tests.conftest import Plan, put

pytestmark = pytest.mark.django_db


def paper() -> list:
    return [sample_paper("biên bản")]


def test_the_55_tasks_load_once_with_their_source_and_without_money(plan: Plan) -> None:
    load_targets()
    services.load_tasks()
    assert ResolutionTask.objects.count() == 55
    assert services.load_tasks() == 0
    rows = selectors.plan(ResolutionTask.objects.all(), timezone.localdate())
    assert all(row.money is None for row in rows)
    assert all("Nghị quyết 05-NQ/TU" in row.task.source for row in rows)
    assert {target.code for target in plan.task.targets.all()} >= {"T25-B04", "T25-B03"}


def test_a_target_nobody_knows_is_refused_by_name(plan: Plan, tmp_path) -> None:
    file = tmp_path / "x.csv"
    file.write_text(
        "code,section,text,named_bodies,named_system,module,targets,source\nX,I,x,,,x,T99-Z,x\n", encoding="utf-8"
    )
    with pytest.raises(WrongEntry, match="T99-Z"):
        services.load_tasks(name=str(file))
    assert not ResolutionTask.objects.filter(code="X").exists()


@pytest.mark.parametrize("who", ["leader", "resolving_officer", "administrator", "auditor", "citizen", "stranger"])
def test_only_the_provinces_leader_shares_out_the_plan(plan: Plan, who: str) -> None:
    actor, task = plan.actor(who), plan.task.pk
    before = AuditRow.objects.count()
    for act in (
        lambda: services.name_body(actor=actor, task_id=task, unit=plan.unit, part="join", document="x"),
        lambda: services.set_budget(actor=actor, task_id=task, year=2026, fund="x", amount=Decimal(1), document="x"),
        lambda: services.set_milestone(actor=actor, task_id=task, name="x", due_on=date(2026, 12, 1)),
        lambda: services.end_head(actor=actor, head_id=plan.head.pk),
    ):
        with pytest.raises(Denied):
            act()
    assert AuditRow.objects.count() == before


def test_one_lead_and_one_head_at_a_time(plan: Plan) -> None:
    leader = plan.actor("provincial_leader")
    other = plan.cast.units.other_committee
    with pytest.raises(AlreadyHeaded):
        services.name_body(actor=leader, task_id=plan.task.pk, unit=other, part="lead", document="x")
    with pytest.raises(AlreadyHeaded):
        services.name_head(
            actor=leader,
            target_code="T25-B04",
            unit=other,
            position="x",
            scope=plan.cast.units.commune,
            document="x",
        )
    services.end_head(actor=leader, head_id=plan.head.pk)
    services.name_head(
        actor=leader, target_code="T25-B04", unit=other, position="x", scope=plan.cast.units.commune, document="x"
    )
    with pytest.raises(WrongEntry):
        services.end_head(actor=leader, head_id=plan.head.pk)


def test_money_is_a_history_and_none_is_not_zero(plan: Plan) -> None:
    leader, task = plan.actor("provincial_leader"), plan.task

    def money(amount: Decimal | None, fund: str = "ngân sách tỉnh") -> Decimal | None:
        services.set_budget(actor=leader, task_id=task.pk, year=2026, fund=fund, amount=amount, document="QĐ 5")
        return selectors.total_of(selectors.current_money(task.budgets.all()))

    assert money(Decimal(100)) == 100
    assert money(Decimal(250)) == 250
    assert money(Decimal(0), "xã hội hoá") == 250
    assert money(None) == 0
    assert money(None, "xã hội hoá") is None
    for bad in (Decimal(-1), Decimal("1.5"), Decimal("NaN"), Decimal("Infinity"), Decimal(10) ** 17):
        with pytest.raises(WrongEntry):
            money(bad)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        task.budgets.update(amount=1)


def test_only_a_named_body_reports_and_not_of_tomorrow(plan: Plan) -> None:
    given = {"task_id": plan.task.pk, "stage": "under_way", "words": "Đang làm."}
    with pytest.raises(Denied):
        services.report_progress(actor=plan.actor("leader_elsewhere"), unit=plan.unit, **given)
    with pytest.raises(NotAnswering):
        services.report_progress(actor=plan.actor("leader_elsewhere"), unit=plan.cast.units.other_committee, **given)
    leader = plan.actor("leader")
    with pytest.raises(WrongEntry):
        services.report_progress(actor=leader, unit=plan.unit, on=timezone.localdate() + timedelta(days=1), **given)
    for percent in (-1, 101):
        with pytest.raises(WrongEntry):
            services.report_progress(actor=leader, unit=plan.unit, percent=percent, **given)
    with pytest.raises(WrongEntry):
        services.report_progress(actor=leader, unit=plan.unit, task_id=plan.task.pk, stage="x", words="x")


def test_a_report_closes_its_milestone_and_a_missed_one_makes_the_task_late(plan: Plan) -> None:
    boss, leader, today = plan.actor("provincial_leader"), plan.actor("leader"), timezone.localdate()
    mark = services.set_milestone(actor=boss, task_id=plan.task.pk, name="Đề án", due_on=today - timedelta(days=1))
    tasks = ResolutionTask.objects.filter(pk=plan.task.pk)
    services.report_progress(actor=leader, task_id=plan.task.pk, unit=plan.unit, stage="under_way", words="x")
    assert selectors.plan(tasks, today)[0].standing == "late"
    services.report_progress(
        actor=leader, task_id=plan.task.pk, unit=plan.unit, stage="done", words="x", milestone_id=mark.pk,
        evidence=paper(),
    )  # fmt: skip
    row = selectors.plan(tasks, today)[0]
    assert row.standing == "under_way", "done with a milestone is not done with the task"
    with pytest.raises(WrongEntry):
        services.drop_milestone(actor=boss, milestone_id=mark.pk, reason="x")


def test_a_program_is_no_evidence_and_nothing_of_the_report_stays(plan: Plan) -> None:
    with pytest.raises(FileRefused), transaction.atomic():
        services.report_progress(
            actor=plan.actor("leader"), task_id=plan.task.pk, unit=plan.unit, stage="under_way", words="x",
            evidence=[("a.pdf", BytesIO(b"MZ\x90\x00" + b"\x00" * 200))],
        )  # fmt: skip
    assert not plan.task.entries.exists()


# Explaining


def explain(plan: Plan, who: str = "leader", **more: object) -> Explanation:
    given: dict = {"head_id": plan.head.pk, "causes": "Dân nộp giấy.", "remedy": "Đến từng thôn."}
    return services.explain(actor=plan.actor(who), **{**given, **more})


def test_versions_stand_side_by_side_with_the_figure_of_their_moment(plan: Plan) -> None:
    first = explain(plan)
    assert (first.version, first.value, first.state) == (1, Decimal(10), "far_behind")
    put(plan.unit, 9, 10)
    with pytest.raises(WrongEntry):
        explain(plan, causes="Khác.")
    second = explain(plan, causes="Khác.", reason="Bổ sung số liệu")
    assert (second.version, second.value, second.state) == (2, Decimal(90), "reached")
    assert DomainEvent.objects.filter(name="resolution.miss_explained").count() == 2
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Explanation.objects.update(causes="x")


def test_what_is_not_missed_needs_no_words(plan: Plan) -> None:
    put(plan.unit, 9, 10)
    with pytest.raises(NothingMissed):
        explain(plan)


def test_nobody_explains_for_a_neighbour_nor_out_of_time(plan: Plan) -> None:
    for who in ("leader_elsewhere", "resolving_officer", "administrator", "citizen", "stranger"):
        with pytest.raises(Denied):
            explain(plan, who)
    with pytest.raises(WrongEntry):
        explain(plan, period=Period.of(timezone.localdate()).plus(1))
    with pytest.raises(NotAnswering):
        explain(plan, period=Period(2025, 12))
    for empty in ("", "  ", "\n\n"):
        with pytest.raises(WrongEntry):
            explain(plan, causes=empty)


@pytest.mark.django_db(transaction=True)
def test_two_versions_written_at_once_become_two_versions_or_a_refusal(plan: Plan) -> None:
    gate, made = Barrier(2), []

    def write() -> None:
        try:
            gate.wait(5)
            made.append(explain(plan, reason="cùng lúc").version)
        finally:
            connection.close()

    threads = [Thread(target=write) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(made) == [1, 2]


# Remedial work


def test_the_whole_course_with_its_steps_audit_and_notices(plan: Plan) -> None:
    work = plan.assign()
    assert Notice.objects.filter(account=plan.cast.resolving_officer, text="resolution.assigned").exists()
    officer, leader = plan.actor("resolving_officer"), plan.actor("leader")
    services.accept(actor=officer, remedy_id=work.pk)
    with pytest.raises(EvidenceNeeded):
        services.finish(actor=officer, remedy_id=work.pk, words="Xong.", evidence=[])
    services.finish(actor=officer, remedy_id=work.pk, words="Xong.", evidence=paper())
    services.give_back(actor=leader, remedy_id=work.pk, words="Thiếu thôn 3.")
    services.finish(actor=officer, remedy_id=work.pk, words="Đủ.", evidence=paper())
    services.confirm(actor=leader, remedy_id=work.pk)
    work.refresh_from_db()
    assert work.state == "confirmed" and not work.is_late
    assert [step.step for step in work.steps.all()] == ["assign", "accept", "finish", "give_back", "finish", "confirm"]
    acts = set(AuditRow.objects.filter(object_type="resolution.remedialtask").values_list("act", flat=True))
    assert acts >= {"resolution.remedy.assigned", "resolution.remedy.finish", "resolution.remedy.confirm"}
    with pytest.raises(OutOfOrder):
        services.withdraw(actor=leader, remedy_id=work.pk, reason="x")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        work.steps.update(words="x")


def test_who_may_not_touch_it_does_not_even_find_it(plan: Plan) -> None:
    work = plan.assign()
    for who in ("leader_elsewhere", "resolving_officer_elsewhere", "desk_officer", "citizen"):
        assert not RemedialTask.objects.visible_to(plan.actor(who)).exists(), who
        with pytest.raises(RemedialTask.DoesNotExist):
            services.accept(actor=plan.actor(who), remedy_id=work.pk)
    for who in ("auditor", "administrator"):
        with pytest.raises(Denied):
            services.accept(actor=plan.actor(who), remedy_id=work.pk)
    with pytest.raises(Denied):
        services.confirm(actor=plan.actor("resolving_officer"), remedy_id=work.pk)


def test_work_named_for_one_is_not_taken_by_another(plan: Plan) -> None:
    work = plan.assign(assignee=plan.cast.resolving_officer)
    with pytest.raises(WrongEntry):
        plan.assign(assignee=plan.cast.resolving_officer_elsewhere)
    services.accept(actor=plan.actor("resolving_officer"), remedy_id=work.pk)
    services.finish(actor=plan.actor("resolving_officer"), remedy_id=work.pk, words="Xong.", evidence=paper())
    mine = plan.assign(assignee_unit=plan.unit)
    services.accept(actor=plan.actor("leader"), remedy_id=mine.pk)
    services.finish(actor=plan.actor("leader"), remedy_id=mine.pk, words="Xong.", evidence=paper())
    with pytest.raises(Denied):
        services.confirm(actor=plan.actor("leader"), remedy_id=mine.pk)
    services.confirm(actor=plan.actor("provincial_leader"), remedy_id=mine.pk)


def test_work_goes_down_and_not_sideways(plan: Plan) -> None:
    with pytest.raises(NotBelow):
        plan.assign(assignee_unit=plan.cast.units.other_office)
    with pytest.raises(Denied):
        plan.assign("leader_elsewhere")
    with pytest.raises(WrongEntry):
        plan.assign(due_in=-1)
    with pytest.raises(WrongEntry):
        plan.assign(target=None)


def test_a_deadline_on_a_day_off_is_the_next_working_days_close(plan: Plan) -> None:
    saturday = date(2027, 1, 9)
    work = plan.assign(due_on=saturday)
    assert work.due_on == saturday
    assert timezone.localtime(work.due_at).date() == date(2027, 1, 11)
    with pytest.raises(WrongEntry):
        services.extend(actor=plan.actor("leader"), remedy_id=work.pk, due_on=date(2027, 1, 10), reason="x")
    services.extend(actor=plan.actor("leader"), remedy_id=work.pk, due_on=date(2027, 1, 12), reason="Mưa lũ")
    assert work.steps.get(step="extend").details == {"old": "2027-01-09", "new": "2027-01-12"}


def test_late_work_is_told_once_then_to_the_heads_then_above(plan: Plan) -> None:
    work = plan.assign(due_on=date(2027, 1, 11))
    due = work.due_at

    def told(at: datetime) -> list[str]:
        before = set(Notice.objects.values_list("pk", flat=True))
        raise_alarms(at=at)
        fresh = Notice.objects.exclude(pk__in=before).filter(channel="web").select_related("account")
        return sorted(f"{one.text.removeprefix('resolution.')}:{one.account.username}" for one in fresh)

    assert told(due - timedelta(days=12)) == []
    assert told(due - timedelta(hours=3)) == ["soon:resolving_officer"]
    assert told(due) == []
    assert told(due + timedelta(seconds=1)) == ["late:resolving_officer", "late_below:leader"]
    assert told(due + timedelta(hours=2)) == []
    assert told(due + timedelta(days=3)) == ["stays_late:provincial_leader"]
    services.extend(
        actor=plan.actor("leader"), remedy_id=work.pk, due_on=date(2027, 2, 1), reason="x", at=due + timedelta(days=4)
    )
    assert told(due + timedelta(days=5)) == []
    services.withdraw(actor=plan.actor("leader"), remedy_id=work.pk, reason="Thôi")
    assert told(due + timedelta(days=60)) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_once_are_one_and_a_refusal(plan: Plan) -> None:
    work = plan.assign()
    gate, said = Barrier(2), []

    def take(who: str) -> None:
        try:
            gate.wait(5)
            services.accept(actor=plan.actor(who), remedy_id=work.pk)
            said.append("taken")
        except OutOfOrder:
            said.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=take, args=("resolving_officer",)) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(said) == ["refused", "taken"]


def test_a_unit_that_ended_takes_no_work_and_no_task(plan: Plan) -> None:
    office = plan.cast.units.commune_office
    type(office).objects.filter(pk=office.pk).update(valid_to=timezone.localdate())
    office.refresh_from_db()
    with pytest.raises(WrongEntry):
        plan.assign(assignee_unit=office)
    with pytest.raises(WrongEntry):
        services.name_body(
            actor=plan.actor("provincial_leader"), task_id=plan.task.pk, unit=office, part="join", document="x"
        )
    assert TaskBody.objects.count() == 1
