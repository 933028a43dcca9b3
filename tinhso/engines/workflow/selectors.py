"""Reads of cases: what an actor may do next, and queues by remaining legal time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from tinhso.engines.workflow import rules
from tinhso.engines.workflow.models import Case, CaseState, CaseStep, ProcessDefinition
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.registry import PERMISSIONS, ROLES

# Published definitions never change, so a process read once serves for the life of the program.
_READ: dict[int, rules.Process] = {}
_PUBLISHED: dict[int, ProcessDefinition] = {}


def process_of(definition: ProcessDefinition) -> rules.Process:
    """The definition as a graph."""
    known = _READ.get(definition.pk)
    if known is None:
        known = rules.read(definition.definition)
        if definition.is_published:
            _READ[definition.pk] = known
    return known


def definition_of(definition_id: int) -> ProcessDefinition:
    """The definition, read once when it is published."""
    known = _PUBLISHED.get(definition_id)
    if known is None:
        known = ProcessDefinition.objects.get(pk=definition_id)
        if known.is_published:
            _PUBLISHED[definition_id] = known
    return known


@dataclass(frozen=True)
class Way:
    """A transition the actor may take now, as a button needs it."""

    code: str
    title: str
    to_title: str
    needs_note: bool
    needs_step_up: bool
    is_back: bool


def transitions_for(actor: access.Actor, case: Case) -> list[Way]:
    """What the actor may do with the case now, in the order of the definition; nothing when it is paused or ended."""
    if case.state in (CaseState.PAUSED, CaseState.ENDED):
        return []
    process = process_of(case.definition)
    return [
        Way(
            way.code,
            way.title,
            process.steps[way.to].title,
            way.needs_note,
            PERMISSIONS[way.permission].needs_step_up,
            way.back,
        )
        for way in process.steps[case.step].transitions.values()
        if access.allowed(actor, way.permission, case.holder_unit)
    ]


def queue(actor: access.Actor, *, only_mine: bool = False) -> QuerySet[Case]:
    """Open cases whose present step the actor may do, the least legal time first. One query, whatever the roles."""
    wanted = Q(pk__in=[])
    for grant in actor.grants:
        role = ROLES.get(grant.role)
        if role is None:
            continue
        where = (
            Q(holder_unit__path__startswith=grant.unit_path) if role.reaches_below else Q(holder_unit_id=grant.unit_id)
        )
        wanted |= where & Q(step_permission__in=sorted(role.permissions))
    cases = Case.objects.open().filter(wanted)
    if only_mine:
        cases = cases.filter(holder_id=actor.account_id)
    return cases.select_related("holder", "holder_unit").order_by(F("due_at").asc(nulls_last=True), "id")


def queue_counts(actor: access.Actor, *, now: datetime) -> dict[str, int]:
    """How many cases stand in the actor's queue: all, own, late, waiting or paused. One query."""
    return (
        queue(actor)
        .order_by()
        .aggregate(
            all=Count("id"),
            mine=Count("id", filter=Q(holder_id=actor.account_id)),
            late=Count("id", filter=Q(state=CaseState.RUNNING, due_at__lt=now)),
            waiting=Count("id", filter=Q(state__in=[CaseState.WAITING, CaseState.PAUSED])),
        )
    )


def log_of(case: Case) -> QuerySet[CaseStep]:
    """Every line of the case's log, oldest first, with who and where."""
    return case.log.select_related("actor", "holder", "from_unit", "to_unit", "on_behalf_of").order_by("version")


def step_title(case: Case) -> str:
    """The name of the case's present step."""
    return process_of(case.definition).steps[case.step].title


def steps_done(case: Case) -> tuple[int, int]:
    """How far along: (number of the present step, number of steps that are work), for "Bước 3/5"."""
    steps = [step.code for step in process_of(case.definition).steps.values() if not step.is_end]
    return (steps.index(case.step) + 1 if case.step in steps else len(steps)), len(steps)
