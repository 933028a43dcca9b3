"""A case begins, goes on by a way of its step, goes back, or moves to another unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.workflow import clock, rules
from tinhso.engines.workflow.errors import (
    NotAllowedNow,
    NoteNeeded,
    NotUndoable,
    OpinionsAwaited,
)
from tinhso.engines.workflow.models import Case, CaseState, CaseStep, ProcessDefinition, Token, TokenState
from tinhso.engines.workflow.selectors import process_of
from tinhso.engines.workflow.services.clocks import _run_clock
from tinhso.engines.workflow.services.standing import (
    Kind,
    Standing,
    close_branches,
    enter,
    find_branch,
    in_place,
    lock,
    lock_standing,
    moved_by_another,
    must_be,
    settle,
    stop_waiting,
    write,
)
from tinhso.foundation.access import guard as access

if TYPE_CHECKING:
    from tinhso.foundation.orgs.models import Unit
    from tinhso.foundation.people.models import Account


@transaction.atomic
def start_case(
    *,
    actor: access.Actor,
    definition: ProcessDefinition,
    subject: models.Model,
    unit: Unit,
    places: Mapping[str, Unit] | None = None,
    term: tuple[int, str] | None = None,
    at: datetime | None = None,
    note: str = "",
) -> Case:
    """Opens a case for `subject` at the first step. The caller has checked that the actor may open it.

    `places` gives the unit of each place that steps name; a place not given is the deciding `unit` itself.
    `term` is (value, "working_day"|"working_hour"|"day"); its clock starts with the transition that says so.
    """
    if not definition.is_published:
        raise NotAllowedNow(_("Quy trình này chưa công bố nên chưa nhận hồ sơ."))
    at = at or timezone.now()
    case = Case(
        definition=definition,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        unit=unit,
        places={name: place.pk for name, place in (places or {}).items()},
        started_at=at,
        is_simulated=actor.is_simulated,
        version=0,
    )
    if term:
        case.term_value, case.term_unit = term
    case.known_units = {one.pk: one for one in [unit, *(places or {}).values()]}
    process = process_of(definition)
    line = enter(case, case, process.steps[process.start], at)
    write(actor, case, case, line, kind=Kind.START, note=note)
    settle(actor, case, case, at)
    return case


@transaction.atomic
def move(
    *,
    actor: access.Actor,
    case_id: int,
    transition: str,
    note: str = "",
    at: datetime | None = None,
    version: int | None = None,
    holder: Account | None = None,
    due_at: datetime | None = None,
    token_id: int | None = None,
    authorised: bool = False,
    known: Iterable[Unit] = (),
) -> Case:
    """Takes a transition out of the case's step, or out of the step of one of its branches.

    `version` is the one the actor saw (the branch's when `token_id` names one); a newer one refuses the move. Without
    `token_id`, a split case is moved in the one branch that has this transition for this actor.
    `due_at` sets the legal due time (a rule of the calling system's own); else a transition that starts the clock
    reckons it from the case's term. `authorised`: the caller has required a right of its own, at a unit that does not
    hold the case now (the desk stops a dossier that an office holds). `known`: units it has read in this act.
    Refusals: AlreadyMoved, NotAllowedNow, WhichBranch, OpinionsAwaited, NoteNeeded, access.Denied.
    """
    case, standing = lock_standing(case_id, token_id, version, known)
    process = process_of(case.definition)
    here = process.steps[case.step]
    if token_id is None and here.fork and transition not in here.transitions:
        standing = find_branch(actor, case, transition) or case
    way = process.steps[standing.step].transitions.get(transition)
    if way is None:
        raise moved_by_another(case)
    if not authorised:
        access.require(actor, way.permission, unit=standing.holder_unit)
    must_be(case, CaseState.RUNNING, CaseState.WAITING)
    if way.needs_note and not note.strip():
        raise NoteNeeded(_("Hãy ghi rõ lý do trước khi chọn “%(way)s”.") % {"way": way.title})
    # A computer's clock that goes back must not put a move before the one it follows.
    at = max(at or timezone.now(), standing.entered_at)
    _mind_opinions(case, standing, process, way, at)
    split = bool(process.steps[standing.step].fork)
    line = enter(case, standing, process.steps[way.to], at)
    _run_clock(case, way, at, due_at)
    standing.holder = holder or (_last_holder(case, standing, way.to) if way.back else None)
    line.transition = way.code
    write(actor, case, standing, line, kind=Kind.MOVE, note=note, permission=way.permission)
    if split:
        close_branches(actor, case, standing if isinstance(standing, Token) else None, None, at, note)
    settle(actor, case, standing, at)
    _mind_end(case, at)
    return case


def _mind_opinions(case: Case, standing: Standing, process: rules.Process, way: rules.Transition, at: datetime) -> None:
    """Work does not go on while an opinion may still come in time; a late one holds nobody (61/2018 art. 19.5.b).

    A return, a wait for someone outside, and a way that must give its reason (refuse, withdraw) are always open.
    """
    if way.back or way.needs_note or process.steps[way.to].waits:
        return
    token = standing if isinstance(standing, Token) else None
    first = case.opinions.waiting().filter(token=token).only("unit_id", "due_at").order_by("-due_at").first()
    if first is None:
        return
    if first.due_at >= at:
        raise OpinionsAwaited(
            _(
                "Đang chờ ý kiến của %(unit)s, hạn trả lời %(time)s. "
                "Hãy chờ đến hạn, hoặc rút câu hỏi nếu không cần nữa."
            )
            % {"unit": first.unit, "time": f"{timezone.localtime(first.due_at):%H:%M %d/%m/%Y}"}
        )
    stop_waiting(case, standing, at, ended=False)


def _mind_end(case: Case, at: datetime) -> None:
    if case.state == CaseState.ENDED:
        stop_waiting(case, case, at, ended=True)


def _last_holder(case: Case, standing: Standing, step: str) -> Account | None:
    """Who did `step` last, if they still may: returned work goes back to the one who knows it."""
    line = case.log.filter(kind=Kind.MOVE, from_step=step).select_related("actor").order_by("-version").first()
    if line is None or line.actor is None:
        return None
    may = access.allowed(access.Actor.of(line.actor), standing.step_permission, standing.holder_unit)
    return line.actor if may else None


@transaction.atomic
def undo(
    *,
    actor: access.Actor,
    case_id: int,
    note: str,
    token_id: int | None = None,
    at: datetime | None = None,
    version: int | None = None,
) -> Case:
    """Takes back the last move, where the process allows it and nobody has gone on from it. The log keeps both lines.

    The stay before goes on as it was: its holder, its limit, and the legal clock as it stood.
    """
    case = lock(case_id, version if token_id is None else None)
    standing: Standing = case if token_id is None else case.tokens.get(pk=token_id)
    standing.case = case  # type: ignore[union-attr]
    line = _lines(case, token_id).select_related("from_unit").order_by("-version").first()
    if not note.strip():
        raise NoteNeeded(_("Hãy ghi rõ lý do hoàn tác."))
    if line is None or line.kind != Kind.MOVE or line.from_unit is None:
        raise NotUndoable(_("Việc vừa làm không phải là chuyển bước, hoặc đã có người làm tiếp; không hoàn tác được."))
    process = process_of(case.definition)
    way = process.steps[line.from_step].transitions[line.transition]
    access.require(actor, way.permission, unit=line.from_unit)
    if not way.undo:
        raise NotUndoable(_("Quy trình không cho hoàn tác “%(way)s”.") % {"way": way.title})
    _must_be_untouched(case, standing, process)
    at = max(at or timezone.now(), line.at)
    _step_back(actor, case, standing, line, process, at, note)
    return case


def _lines(case: Case, token_id: int | None) -> models.QuerySet[CaseStep]:
    """The log of one branch, or of the case itself."""
    return case.log.filter(token=None) if token_id is None else case.log.filter(token=token_id)


def _must_be_untouched(case: Case, standing: Standing, process: rules.Process) -> None:
    """Nothing has gone on from the move: no branch begun or joined, no opinion asked, no other case opened."""
    went_on = NotUndoable(_("Đã có người làm tiếp sau bước này; không hoàn tác được."))
    if case.state == CaseState.PAUSED:
        raise went_on
    if isinstance(standing, Token):
        siblings = case.tokens.filter(round=standing.round, parent=standing.parent_id).living()
        if standing.state not in (TokenState.OPEN, TokenState.ARRIVED) or (
            standing.state == TokenState.ARRIVED and not siblings.filter(is_optional=False).exists()
        ):
            raise went_on
    opened = case.tokens.living().filter(fork=standing.step) if process.steps[standing.step].fork else None
    if opened is not None and any(
        token.state != TokenState.OPEN or token.version > 1 or token.step != token.branch for token in opened
    ):
        raise went_on
    if case.opinions.waiting().filter(asked_at__gte=standing.entered_at, step=standing.step).exists():
        raise went_on
    others = Case.objects.open().filter(subject_type=case.subject_type, subject_id=case.subject_id)
    if case.state == CaseState.ENDED and others.exclude(pk=case.pk).exists():
        raise went_on


def _step_back(
    actor: access.Actor,
    case: Case,
    standing: Standing,
    line: CaseStep,
    process: rules.Process,
    at: datetime,
    note: str,
) -> None:
    was_split = bool(process.steps[standing.step].fork)
    back = in_place(standing, at)
    before = case.log.filter(version__lt=line.version)
    clock_before = before.order_by("-version").first()
    holder_before = (_lines(case, line.token_id) & before).order_by("-version").first()
    step = process.steps[line.from_step]
    back.to_step, back.undoes = step.code, line
    standing.step, standing.step_permission = step.code, step.permission
    standing.holder_unit_id = line.from_unit_id or case.unit_id
    standing.holder_id = holder_before.holder_id if holder_before else None
    standing.entered_at = line.entered_at or at
    clock.set_limits(standing, step, standing.entered_at)
    standing.step_due_at = line.step_due_at
    if clock_before is not None:
        case.clock_started_at, case.due_at = clock_before.clock_started_at, clock_before.due_at
    if isinstance(standing, Case):
        standing.state, standing.ended_at = (CaseState.WAITING if step.waits else CaseState.RUNNING), None
    else:
        standing.state, standing.closed_at = TokenState.OPEN, None
    write(actor, case, standing, back, kind=Kind.UNDO, note=note)
    if was_split:
        close_branches(actor, case, standing if isinstance(standing, Token) else None, None, at, note)


@transaction.atomic
def rehome(*, actor: access.Actor, case_id: int, old: Unit, new: Unit, at: datetime | None = None) -> Case:
    """Puts `new` in the place of `old` in an open case: its places, its deciding unit, whoever holds it now,
    its open branches and the questions it asked. Part of a recorded succession; limits and the clock stay.
    """
    case = lock(case_id)
    must_be(case, CaseState.RUNNING, CaseState.WAITING, CaseState.PAUSED)
    note = _("Chuyển sang đơn vị kế thừa: %(unit)s") % {"unit": new}
    case.places = {name: new.pk if place == old.pk else place for name, place in case.places.items()}
    case.unit = new if case.unit_id == old.pk else case.unit
    if case.holder_unit_id == old.pk:
        case.holder_unit, case.holder = new, None
    write(actor, case, case, in_place(case, at), kind=Kind.ASSIGN, note=note)
    for token in case.tokens.living().filter(holder_unit=old).order_by("pk"):
        token.holder_unit, token.holder = new, None
        write(actor, case, token, in_place(token, at), kind=Kind.ASSIGN, note=note)
    case.opinions.waiting().filter(asking_unit=old).update(asking_unit=new, version=models.F("version") + 1)
    return case
