"""Reads of cases: what an actor may do next, and queues by remaining legal time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, F, Max, Q, QuerySet

from tinhso.engines.workflow import permissions, rules
from tinhso.engines.workflow.models import (
    Case,
    CaseState,
    CaseStep,
    Opinion,
    OpinionQuerySet,
    ProcessDefinition,
    Token,
    TokenQuerySet,
)
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.registry import PERMISSIONS, ROLES

if TYPE_CHECKING:
    from tinhso.foundation.orgs.models import Unit
    from tinhso.foundation.people.models import Account

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
    """What the actor may do with the case now, in the order of the definition; nothing when it is paused or ended.

    Of a split case these are the ways of the whole; those of a branch are `transitions_for_token`.
    """
    return _ways(actor, case, case)


def transitions_for_token(actor: access.Actor, token: Token) -> list[Way]:
    """What the actor may do with one open branch now."""
    return _ways(actor, token.case, token) if token.state == "open" else []


def _ways(actor: access.Actor, case: Case, standing: Case | Token) -> list[Way]:
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
        for way in process.steps[standing.step].transitions.values()
        if access.allowed(actor, way.permission, standing.holder_unit)
    ]


def tokens_of(case: Case, *, whole: bool = False) -> TokenQuerySet:
    """The open branches of a split case, in the order they were opened; `whole` adds those that are done or closed."""
    tokens = case.tokens.all() if whole else case.tokens.open()
    return tokens.select_related("holder", "holder_unit").order_by("id")


@dataclass(frozen=True)
class Place:
    """One place where a case stands now: the case itself, or an open branch. What a panel of parallel steps shows."""

    token_id: int | None
    step: str
    title: str
    unit: Unit
    holder: Account | None
    entered_at: datetime
    due_at: datetime | None
    is_optional: bool
    is_done: bool
    version: int


def places_of(case: Case) -> list[Place]:
    """Every place of the case's present split, done ones too; the case's own place alone when it is not split."""
    process = process_of(case.definition)
    if not process.steps[case.step].fork:
        return [_place(process, case)]
    last = case.tokens.filter(parent=None, fork=case.step).aggregate(last=Max("round"))["last"]
    rounds = case.tokens.filter(Q(round=last) | Q(state__in=["open", "forked"]))
    tokens = rounds.exclude(state="forked").select_related("holder", "holder_unit").order_by("id")
    return [_place(process, token) for token in tokens]


def _place(process: rules.Process, standing: Case | Token) -> Place:
    token = standing if isinstance(standing, Token) else None
    return Place(
        token.pk if token else None,
        standing.step,
        process.steps[standing.step if token is None or token.state == "open" else token.branch].title,
        standing.holder_unit,
        standing.holder,
        standing.entered_at,
        standing.step_due_at,
        token is not None and token.is_optional,
        token is not None and token.state != "open",
        standing.version,
    )


def opinions_of(case: Case) -> OpinionQuerySet:
    """Every opinion asked in the case, oldest first, with offices and people."""
    return case.opinions.select_related(
        "unit", "asking_unit", "asked_by", "answered_by", "holder", "answer_file"
    ).order_by("batch", "id")


def opinions_for(actor: access.Actor, *, only_waiting: bool = True) -> OpinionQuerySet:
    """The questions that the actor's offices must answer, the nearest deadline first. One query."""
    asked = Opinion.objects.filter(access.scope(actor, permissions.ANSWER, "unit"))
    asked = asked.filter(state__in=["asked", "unanswered"], case__ended_at=None) if only_waiting else asked
    return asked.select_related("unit", "asking_unit", "holder", "case").order_by("due_at", "id")


def awaited_of(case: Case, *, now: datetime) -> OpinionQuerySet:
    """Opinions that hold the case's step now: asked, and still within their deadline."""
    return case.opinions.waiting().filter(token=None, due_at__gte=now).select_related("unit").order_by("due_at")


def cases_involving(actor: access.Actor, code: str) -> list[int]:
    """Open cases in which an office where the actor holds `code` has an open branch. Few; one indexed query.

    A system adds them to what the actor may see: work done elsewhere brings its dossier along.
    """
    here = Token.objects.filter(access.scope(actor, code, "holder_unit"), state="open")
    return list(here.values_list("case_id", flat=True).distinct()[:1000])


def token_queue(actor: access.Actor, *, only_mine: bool = False) -> TokenQuerySet:
    """Open branches whose step the actor may do, the least time of the step first. One query."""
    tokens = Token.objects.open().filter(_doable(actor), case__paused_at=None)
    if only_mine:
        tokens = tokens.filter(holder_id=actor.account_id)
    return tokens.select_related("case", "holder", "holder_unit").order_by(F("step_due_at").asc(nulls_last=True), "id")


def _doable(actor: access.Actor) -> Q:
    """Steps that the actor's grants allow, where they hold; nothing by default."""
    wanted = Q(pk__in=[])
    for grant in actor.grants:
        role = ROLES.get(grant.role)
        if role is None:
            continue
        where = (
            Q(holder_unit__path__startswith=grant.unit_path) if role.reaches_below else Q(holder_unit_id=grant.unit_id)
        )
        wanted |= where & Q(step_permission__in=sorted(role.permissions))
    return wanted


def queue(actor: access.Actor, *, only_mine: bool = False) -> QuerySet[Case]:
    """Open cases whose present step the actor may do, the least legal time first. One query, whatever the roles."""
    cases = Case.objects.open().filter(_doable(actor))
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
    return case.log.select_related("actor", "holder", "from_unit", "to_unit", "on_behalf_of", "token").order_by(
        "version"
    )


def undoable(actor: access.Actor, case: Case) -> CaseStep | None:
    """The last move of the case, when the process lets the actor take it back; the act checks the rest again."""
    line = case.log.filter(token=None).select_related("from_unit").order_by("-version").first()
    if line is None or line.kind != CaseStep.Kind.MOVE or line.from_unit is None:
        return None
    way = process_of(case.definition).steps[line.from_step].transitions.get(line.transition)
    may = way is not None and way.undo and access.allowed(actor, way.permission, line.from_unit)
    return line if may else None


def step_title(case: Case) -> str:
    """The name of the case's present step."""
    return process_of(case.definition).steps[case.step].title


def steps_done(case: Case) -> tuple[int, int]:
    """How far along: (number of the present step, number of steps that are work), for "Bước 3/5"."""
    steps = [step.code for step in process_of(case.definition).steps.values() if not (step.is_end or step.join)]
    return (steps.index(case.step) + 1 if case.step in steps else len(steps)), len(steps)
