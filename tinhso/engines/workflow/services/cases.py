"""Acts on cases. The calling system audits and publishes its own act; CaseStep is the case's log.

Every act on a case takes the case's row first, so acts on its branches come one after the other too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.workflow import clock, permissions, rules
from tinhso.engines.workflow.errors import (
    AlreadyMoved,
    NotAllowedNow,
    NotAtThisUnit,
    NoteNeeded,
    NotUndoable,
    OpinionsAwaited,
)
from tinhso.engines.workflow.models import Case, CaseState, CaseStep, ProcessDefinition, Token, TokenState
from tinhso.engines.workflow.selectors import process_of
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


def _run_clock(case: Case, way: rules.Transition, at: datetime, due_at: datetime | None) -> None:
    if way.starts_clock and case.clock_started_at is None:
        case.clock_started_at = at
        case.due_at = due_at or clock.legal_due(case, at)
    elif due_at is not None:
        case.due_at = due_at


def _last_holder(case: Case, standing: Standing, step: str) -> Account | None:
    """Who did `step` last, if they still may: returned work goes back to the one who knows it."""
    line = case.log.filter(kind=Kind.MOVE, from_step=step).select_related("actor").order_by("-version").first()
    if line is None or line.actor is None:
        return None
    may = access.allowed(access.Actor.of(line.actor), standing.step_permission, standing.holder_unit)
    return line.actor if may else None


@transaction.atomic
def assign(
    *,
    actor: access.Actor,
    case_id: int,
    account: Account,
    note: str = "",
    at: datetime | None = None,
    version: int | None = None,
    token_id: int | None = None,
    authorised: bool = False,
    known: Iterable[Unit] = (),
) -> Case:
    """Names who does the step (taking it oneself is assigning it to oneself).

    The one named must hold the step's permission; who names, that or the sharing out of the unit's work, unless
    `authorised`: the caller has required a right of its own. `known`: units the caller has read in this act.
    """
    case, standing = lock_standing(case_id, token_id, version, known)
    if not authorised:
        _require_sharing(actor, standing)
    must_be(case, CaseState.RUNNING, CaseState.WAITING, CaseState.PAUSED)
    _must_be_able(account, standing)
    # Taking what a colleague holds needs the page that shows it, or a reason (then it is a reassignment).
    unaware = version is None and not note.strip() and not authorised
    if unaware and account.pk == actor.account_id and standing.holder_id not in (None, account.pk):
        raise AlreadyMoved(
            _("%(name)s đã nhận việc này. Hãy tải lại trang để xem ai đang giữ.") % {"name": standing.holder}
        )
    standing.holder = account
    write(actor, case, standing, in_place(standing, at), kind=Kind.ASSIGN, note=note)
    return case


@transaction.atomic
def take(
    *,
    actor: access.Actor,
    case_id: int,
    token_id: int | None = None,
    at: datetime | None = None,
) -> Case:
    """The actor takes the step on; AlreadyMoved when a colleague holds it."""
    from tinhso.foundation.people.models import Account

    if actor.account_id is None:
        raise access.Denied(_("Việc này cần người đăng nhập thực hiện."))
    account = Account.objects.get(pk=actor.account_id)
    return assign(actor=actor, case_id=case_id, account=account, token_id=token_id, at=at)


@transaction.atomic
def reassign(
    *,
    actor: access.Actor,
    case_id: int,
    account: Account,
    note: str,
    token_id: int | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> Case:
    """Gives a step that someone holds to another, with the reason (transferred, on leave, overloaded)."""
    if not note.strip():
        raise NoteNeeded(_("Hãy ghi rõ lý do giao lại việc này."))
    return assign(actor=actor, case_id=case_id, account=account, note=note, token_id=token_id, version=version, at=at)


@transaction.atomic
def release(
    *,
    actor: access.Actor,
    case_id: int,
    note: str = "",
    token_id: int | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> Case:
    """Leaves a step back to the unit. One's own needs no reason; another's does."""
    case, standing = lock_standing(case_id, token_id, version)
    _require_sharing(actor, standing)
    must_be(case, CaseState.RUNNING, CaseState.WAITING, CaseState.PAUSED)
    if standing.holder_id is None:
        raise NotAllowedNow(_("Việc này chưa có ai nhận."))
    if standing.holder_id != actor.account_id and not note.strip():
        raise NoteNeeded(_("Hãy ghi rõ lý do lấy lại việc của người khác."))
    standing.holder = None
    write(actor, case, standing, in_place(standing, at), kind=Kind.RELEASE, note=note)
    return case


@transaction.atomic
def hand_over_work(
    *, actor: access.Actor, giver: Account, receiver: Account, unit: Unit, note: str, at: datetime | None = None
) -> int:
    """Gives all open work of one officer at a unit to another (leave, transfer), step by step in the log.

    What the receiver may not do goes back to the unit. Answers how many steps changed hands.
    """
    access.require(actor, permissions.DISTRIBUTE, unit=unit)
    if not note.strip():
        raise NoteNeeded(_("Hãy ghi rõ lý do chuyển việc."))
    held = Case.objects.open().filter(holder=giver, holder_unit=unit).order_by("pk").values_list("pk", flat=True)
    branches = Token.objects.open().filter(holder=giver, holder_unit=unit).order_by("case_id", "pk")
    wanted = sorted([*((pk, 0) for pk in held), *branches.values_list("case_id", "pk")])
    moved = 0
    for case_id, token_id in wanted:
        case, standing = lock_standing(case_id, token_id or None, None)
        if standing.holder_id == giver.pk and case.state != CaseState.ENDED:
            _hand_over(actor, case, standing, receiver, note, at)
            moved += 1
    return moved


def _hand_over(
    actor: access.Actor, case: Case, standing: Standing, receiver: Account, note: str, at: datetime | None
) -> None:
    may = access.allowed(access.Actor.of(receiver), standing.step_permission, standing.holder_unit)
    standing.holder = receiver if may else None
    write(actor, case, standing, in_place(standing, at), kind=Kind.ASSIGN if may else Kind.RELEASE, note=note)


def _require_sharing(actor: access.Actor, standing: Standing) -> None:
    if not access.allowed(actor, permissions.DISTRIBUTE, standing.holder_unit):
        access.require(actor, standing.step_permission, unit=standing.holder_unit)


def _must_be_able(account: Account, standing: Standing) -> None:
    if not access.allowed(access.Actor.of(account), standing.step_permission, standing.holder_unit):
        raise NotAtThisUnit(
            _("%(name)s không làm được bước này ở %(unit)s. Hãy chọn người khác.")
            % {"name": account, "unit": standing.holder_unit}
        )


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
def pause(
    *, actor: access.Actor, case_id: int, note: str, at: datetime | None = None, version: int | None = None
) -> Case:
    """Stops the clock where it stands, with a reason. Branches stand still with their case."""
    case = lock(case_id, version)
    access.require(actor, case.step_permission or permissions.DISTRIBUTE, unit=case.holder_unit)
    must_be(case, CaseState.RUNNING)
    if not note.strip():
        raise NoteNeeded(_("Hãy ghi rõ lý do tạm dừng."))
    case.state = CaseState.PAUSED
    case.paused_at = max(at or timezone.now(), case.entered_at)
    write(actor, case, case, in_place(case, case.paused_at), kind=Kind.PAUSE, note=note)
    return case


@transaction.atomic
def resume(
    *,
    actor: access.Actor,
    case_id: int,
    policy: str = clock.PAUSE,
    note: str = "",
    at: datetime | None = None,
    version: int | None = None,
    due_at: datetime | None = None,
) -> Case:
    """Lets the clock run again by the procedure's policy: restart (from zero), pause (what was left), none (as was).

    The caller has checked that the actor may end the pause: it is often the citizen who answers.
    """
    case = lock(case_id, version)
    must_be(case, CaseState.PAUSED)
    paused_at = case.paused_at or case.entered_at
    at = max(at or timezone.now(), paused_at)
    if policy == clock.RESTART:
        case.due_at = clock.legal_due(case, at) if case.clock_started_at else case.due_at
        case.clock_started_at = case.clock_started_at and at
    elif policy == clock.PAUSE:
        case.due_at = clock.legal_due_after_pauses(case, [*_past_pauses(case), (paused_at, at)])
    for standing in (case, *case.tokens.open().select_related("holder_unit")):
        _resume_step(case, standing, policy, paused_at, at)
    case.due_at = due_at or case.due_at
    case.state, case.paused_at = CaseState.RUNNING, None
    write(actor, case, case, in_place(case, at), kind=Kind.RESUME, note=note)
    return case


def _resume_step(case: Case, standing: Standing, policy: str, paused_at: datetime, at: datetime) -> None:
    if policy == clock.RESTART:
        clock.set_limits(standing, process_of(case.definition).steps[standing.step], at)
    elif policy == clock.PAUSE:
        clock.push_limits(standing, max(paused_at, standing.entered_at), at)
    if isinstance(standing, Token):
        standing.save()


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


@transaction.atomic
def reappoint(*, actor: access.Actor, case_id: int, due_at: datetime, note: str, at: datetime | None = None) -> Case:
    """Gives an open case a new legal due time, with the reason; the clock is not restarted, the step keeps its limit.

    The caller has checked its own right and rule (a promise is renewed once, by the head of the agency).
    """
    case = lock(case_id)
    must_be(case, CaseState.RUNNING, CaseState.WAITING, CaseState.PAUSED)
    if not note.strip():
        raise NoteNeeded(_("Hãy ghi rõ lý do hẹn lại."))
    case.due_at = due_at
    write(actor, case, case, in_place(case, at), kind=Kind.ASSIGN, note=note)
    return case


def _past_pauses(case: Case) -> list[tuple[datetime, datetime]]:
    """The pauses already ended since the clock started, from the log."""
    lines = case.log.filter(kind__in=[Kind.PAUSE, Kind.RESUME], at__gte=case.clock_started_at)
    times = list(lines.order_by("version").values_list("at", flat=True)) if case.clock_started_at else []
    return list(zip(times[::2], times[1::2], strict=False))
