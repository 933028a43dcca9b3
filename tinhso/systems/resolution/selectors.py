"""Reads: what a head answers for and where it stands, the plan's tasks, who may see which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from tinhso.engines.indicators import catalogue
from tinhso.engines.indicators import selectors as figures
from tinhso.engines.indicators.models import Target
from tinhso.engines.indicators.rules import Period, State
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.reach import Reach
from tinhso.foundation.orgs.models import Unit
from tinhso.systems.resolution import permissions, rules
from tinhso.systems.resolution.models import (
    Evidence,
    Explanation,
    Milestone,
    ProgressEntry,
    RemedialTask,
    ResolutionTask,
    TargetHead,
    TaskBody,
    TaskBudget,
)
from tinhso.systems.resolution.rules import Mark, Stage, Standing


def _window(scope: Unit, day: date) -> figures.Window:
    """From January to the day's month, over the head's own area."""
    return figures.Window(Period(day.year, 1), Period.of(day), Reach(paths=(scope.path,), units=(scope.pk,)))


def standing_of_head(head: TargetHead, day: date) -> figures.Standing:
    """Where the target stands over the head's area on a day."""
    return standings_of_heads([head], day)[head.pk]


def standings_of_heads(heads: Iterable[TargetHead], day: date) -> dict[int, figures.Standing]:
    """The same for many heads: one read for each area among them."""
    by_scope: dict[int, list[TargetHead]] = defaultdict(list)
    for head in heads:
        by_scope[head.scope_id].append(head)
    found: dict[int, figures.Standing] = {}
    answers = catalogue.answers(day)
    for group in by_scope.values():
        scope = group[0].scope
        indicators = {head.pk: answers.get(head.target.code) for head in group}
        wanted = {one.code: one for one in indicators.values() if one}
        totals = figures.totals(wanted.values(), _window(scope, day), scope) if wanted else {}
        for head in group:
            indicator = indicators[head.pk]
            figure = totals[indicator.code] if indicator else None
            found[head.pk] = (
                figures.standing_of(head.target, figure, day, indicator)
                if indicator
                else figures.Standing(head.target, None, None, _unfed(head.target, day))
            )
    return found


def _unfed(target: Target, day: date) -> State:
    ended = target.level_ended_on is not None and day > target.level_ended_on
    return State.LEVEL_ENDED if ended else State.NO_SOURCE


@dataclass(frozen=True)
class Answered:
    """One target that a unit answers for, as it stands, with what was said and what is being mended."""

    head: TargetHead
    standing: figures.Standing
    explanation: Explanation | None
    open_remedies: int
    late_remedies: int

    @property
    def is_missed(self) -> bool:
        return self.standing.state in (State.BEHIND, State.FAR_BEHIND)

    @property
    def has_no_figure(self) -> bool:
        return self.standing.state in (State.NO_DATA, State.NO_SOURCE)

    @property
    def wants_words(self) -> bool:
        """Missed, and nobody has said why this month."""
        return self.is_missed and self.explanation is None


def answered_by(actor: access.Actor, day: date) -> list[Answered]:
    """What the reader's units answer for on a day, the worst first. A bounded number of questions."""
    heads = list(
        TargetHead.objects.as_of(day).visible_to(actor).select_related("target", "unit", "scope").order_by("pk")
    )
    standings = standings_of_heads(heads, day)
    said = explanations_of(heads, Period.of(day))
    counts = _remedies_of({head.target_id for head in heads}, actor)
    rows = []
    for head in heads:
        running, late = counts.get((head.target_id, head.unit_id), (0, 0))
        rows.append(Answered(head, standings[head.pk], said.get(head.pk), running, late))
    return sorted(rows, key=lambda row: (_URGENCY.get(row.standing.state, 9), row.head.target.order))


_URGENCY = {
    State.FAR_BEHIND: 0,
    State.BEHIND: 1,
    State.ON_PATH: 2,
    State.NO_DATA: 3,
    State.NO_THRESHOLD: 4,
    State.REACHED: 5,
    State.NO_SOURCE: 6,
    State.LEVEL_ENDED: 7,
}


def explanations_of(heads: Iterable[TargetHead], period: Period) -> dict[int, Explanation]:
    """The newest word of each head on a month."""
    found = Explanation.objects.filter(head__in=list(heads), period_on=period.first_day).order_by("version")
    return {one.head_id: one for one in found}


def _remedies_of(targets: set[int], actor: access.Actor) -> dict[tuple[int, int], tuple[int, int]]:
    rows = RemedialTask.objects.open().filter(target_id__in=targets).order_by().values("target_id", "by_unit_id")
    late = RemedialTask.objects.late().filter(target_id__in=targets).order_by().values("target_id", "by_unit_id")
    behind = {(row["target_id"], row["by_unit_id"]): row["n"] for row in late.annotate(n=Count("id"))}
    return {
        (row["target_id"], row["by_unit_id"]): (row["n"], behind.get((row["target_id"], row["by_unit_id"]), 0))
        for row in rows.annotate(n=Count("id"))
    }


def who_answers(day: date, scope: Unit | None = None) -> dict[str, TargetHead]:
    """Target code → the head on a day, the one with the widest area when there are several. One question."""
    heads = TargetHead.objects.as_of(day).select_related("target", "unit", "scope")
    if scope is not None:
        heads = heads.filter(scope_id__in=scope.ancestor_ids)
    found: dict[str, TargetHead] = {}
    for head in sorted(heads, key=lambda one: (len(one.scope.path), one.pk)):
        found.setdefault(head.target.code, head)
    return found


def explained_targets(codes: Iterable[str], period: Period) -> set[str]:
    """Which of the targets have a word of their head on a month."""
    found = Explanation.objects.filter(head__target__code__in=list(codes), period_on=period.first_day)
    return set(found.values_list("head__target__code", flat=True))


# The plan


def tasks_visible_to(actor: access.Actor) -> QuerySet[ResolutionTask]:
    """All tasks for those who see below; for the others, those their own unit is or was named for."""
    reach = access.reach(actor, permissions.VIEW)
    if reach.paths:
        return ResolutionTask.objects.all()
    if not reach.units:
        return ResolutionTask.objects.none()
    return ResolutionTask.objects.filter(pk__in=TaskBody.objects.filter(unit_id__in=reach.units).values("task"))


@dataclass(frozen=True)
class PlanRow:
    """One task of the plan, as it stands."""

    task: ResolutionTask
    standing: Standing
    lead: TaskBody | None
    others: int
    latest: ProgressEntry | None
    next_mark: Milestone | None
    money: Decimal | None

    @property
    def percent(self) -> int | None:
        return self.latest.percent if self.latest else None


def plan(tasks: QuerySet[ResolutionTask], day: date) -> list[PlanRow]:
    """The tasks with bodies, newest report, next milestone and money, in a bounded number of questions."""
    full = tasks.prefetch_related(
        Prefetch("bodies", TaskBody.objects.as_of(day).select_related("unit"), to_attr="now_bodies"),
        Prefetch("milestones", Milestone.objects.filter(withdrawn_at=None), to_attr="marks"),
        Prefetch("entries", ProgressEntry.objects.filter(on__lte=day).select_related("unit"), to_attr="said"),
        Prefetch("budgets", TaskBudget.objects.all(), to_attr="money_rows"),
    )
    return [_row(task, day) for task in full]


def _row(task: Any, day: date) -> PlanRow:
    lead = next((body for body in task.now_bodies if body.part == TaskBody.Part.LEAD), None)
    latest = newest(task.said, lead)
    marks = [Mark(mark.due_on, mark.done_on if mark.done_on and mark.done_on <= day else None) for mark in task.marks]
    stage = Stage(latest.stage) if latest else None
    waiting = [mark for mark in task.marks if mark.done_on is None or mark.done_on > day]
    return PlanRow(
        task=task,
        standing=rules.standing(stage, marks, day),
        lead=lead,
        others=len(task.now_bodies) - bool(lead),
        latest=latest,
        next_mark=waiting[0] if waiting else None,
        money=total_of(current_money(task.money_rows)),
    )


def newest(entries: Iterable[ProgressEntry], lead: TaskBody | None) -> ProgressEntry | None:
    """The newest report on the whole task: the lead's word first; reports on one milestone do not speak for it."""
    whole = sorted(
        (one for one in entries if one.milestone_id is None), key=lambda one: (one.on, one.recorded_at), reverse=True
    )
    own = [one for one in whole if lead and one.unit_id == lead.unit_id]
    return next(iter(own or whole), None)


def current_money(rows: Iterable[TaskBudget]) -> list[TaskBudget]:
    """The newest row of each year and fund, without those taken back."""
    found: dict[tuple[int, str], TaskBudget] = {}
    for row in sorted(rows, key=lambda one: one.pk):
        found[(row.year, row.fund)] = row
    return [row for _key, row in sorted(found.items()) if row.amount is not None]


def total_of(rows: Iterable[TaskBudget]) -> Decimal | None:
    """The sum; None when nothing was written down, which is not zero."""
    amounts = [row.amount for row in rows if row.amount is not None]
    return sum(amounts, Decimal(0)) if amounts else None


def bodies_for(actor: access.Actor, task: ResolutionTask, day: date) -> list[Unit]:
    """The reader's units that may report on the task."""
    found = task.bodies.as_of(day).filter(access.scope(actor, permissions.REPORT))
    return [body.unit for body in found.select_related("unit")]


# Evidence


def evidence_visible_to(actor: access.Actor) -> QuerySet[Evidence]:
    """Files behind what the reader may read."""
    return Evidence.objects.filter(
        Q(entry__task__in=tasks_visible_to(actor))
        | Q(explanation__head__in=TargetHead.objects.visible_to(actor))
        | Q(step__remedy__in=RemedialTask.objects.visible_to(actor))
    )


def units_below(actor: access.Actor, by_unit: Unit, day: date) -> list[Unit]:
    """To whom the unit may give work: itself and what is under it, in Vietnamese order."""
    if not access.allowed(actor, permissions.ASSIGN, by_unit):
        return []
    return list(Unit.objects.as_of(day).under(by_unit).exclude(kind__in=["district", "commune"])[:400])


def targets() -> QuerySet[Target]:
    return Target.objects.all()
