"""Where a case stands: entering steps, opening branches, meeting at the join, and the log line of each.

Everything here runs under the lock of the case's row, which the act has taken: two officers who reach the join at one
instant come one after the other, and the second finds the first arrived.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.workflow import clock, rules
from tinhso.engines.workflow.errors import AlreadyMoved, NotAllowedNow, WhichBranch
from tinhso.engines.workflow.models import Case, CaseState, CaseStep, OpinionState, Token, TokenState
from tinhso.engines.workflow.selectors import definition_of, process_of
from tinhso.foundation.access import guard as access
from tinhso.foundation.database import kept
from tinhso.foundation.orgs.models import Unit

Standing = Case | Token
Kind = CaseStep.Kind
_LOCKED = kept.Question(lambda pk: Case.objects.select_for_update().filter(pk=pk))
_UNITS = kept.by_keys(lambda: Unit.objects.all())


def lock(case_id: int, version: int | None = None, known: Iterable[Unit] = ()) -> Case:
    """The case, locked to the end of the act: of two officers who act at once, the second waits and then sees.

    No join here: after the wait the row has moved to another unit, and a join on the old one would lose it.
    """
    case = _LOCKED.get(case_id)
    if version is not None and version != case.version:
        raise moved_by_another(case)
    case.definition = definition_of(case.definition_id)
    case.due_before = case.due_at
    _know_units(case, known)
    return case


def _know_units(case: Case, known: Iterable[Unit]) -> None:
    """The units of the case: those of its places, that which decides, that which holds it; unknown ones at one go."""
    units = {unit.pk: unit for unit in known}
    missing = {case.unit_id, case.holder_unit_id, *case.places.values()} - units.keys()
    if missing:
        units |= kept.in_bulk(_UNITS, missing)
    case.unit, case.holder_unit = units[case.unit_id], units[case.holder_unit_id]
    case.known_units = units


def lock_standing(
    case_id: int, token_id: int | None, version: int | None, known: Iterable[Unit] = ()
) -> tuple[Case, Standing]:
    """The case under lock and what the act is about: the case itself, or its open branch `token_id`.

    `version` is that of what the actor saw: the branch's when a branch is named, else the case's. `known`: units that
    the caller has read in this act.
    """
    if token_id is None:
        case = lock(case_id, version, known)
        return case, case
    case = lock(case_id, None, known)
    token = case.tokens.get(pk=token_id)
    if token.state != TokenState.OPEN or (version is not None and version != token.version):
        raise moved_by_another(case, token)
    token.case = case
    _place(case, token, token.holder_unit_id)
    return case, token


def _place(case: Case, standing: Standing, unit_id: int) -> None:
    """Puts the case or the branch at a unit, the row read before when it was."""
    standing.holder_unit_id = unit_id
    if unit_id in case.known_units:
        standing.holder_unit = case.known_units[unit_id]


def moved_by_another(case: Case, token: Token | None = None) -> AlreadyMoved:
    lines = case.log.filter(token=token) if token else case.log.all()
    last = lines.order_by("-version").first()
    who = last.actor_label if last else ""
    when = timezone.localtime(last.at if last else case.entered_at)
    return AlreadyMoved(
        _("%(name)s vừa xử lý hồ sơ này lúc %(time)s. Hãy tải lại trang để xem bước hiện tại.")
        % {"name": who, "time": f"{when:%H:%M %d/%m/%Y}"}
    )


def must_be(case: Case, *states: CaseState) -> None:
    if case.state not in states:
        raise NotAllowedNow(_("Chưa làm được việc này: hồ sơ %(state)s.") % {"state": CaseState(case.state).label})


def find_branch(actor: access.Actor, case: Case, transition: str) -> Token | None:
    """The one open branch where the actor may take `transition`; None when there is none."""
    process = process_of(case.definition)
    found = [
        token
        for token in case.tokens.open().select_related("holder_unit")
        if (way := process.steps[token.step].transitions.get(transition))
        and access.allowed(actor, way.permission, token.holder_unit)
    ]
    if len(found) > 1:
        raise WhichBranch(_("Hồ sơ đang ở nhiều nhánh cùng lúc. Hãy mở đúng việc của đơn vị mình rồi làm lại."))
    return found[0] if found else None


def enter(case: Case, standing: Standing, step: rules.Step, at: datetime) -> CaseStep:
    """Puts the case or the branch at `step`, and gives the log line that closes the stay before."""
    line = CaseStep(
        from_step=standing.step,
        from_unit_id=standing.holder_unit_id if standing.step else None,
        entered_at=standing.entered_at,
        step_due_at=standing.step_due_at,
        to_step=step.code,
        at=at,
    )
    standing.step, standing.step_permission = step.code, step.permission
    standing.holder = None
    _place(case, standing, case.places.get(step.place, case.unit_id))
    standing.entered_at = at
    clock.set_limits(standing, step, at)
    if isinstance(standing, Case):
        standing.state = CaseState.ENDED if step.is_end else CaseState.WAITING if step.waits else CaseState.RUNNING
        standing.ended_at = at if step.is_end else None
    return line


def in_place(standing: Standing, at: datetime | None) -> CaseStep:
    """A line that stays at the step."""
    return CaseStep(
        from_step=standing.step,
        to_step=standing.step,
        from_unit_id=standing.holder_unit_id,
        entered_at=standing.entered_at,
        step_due_at=standing.step_due_at,
        at=max(at or timezone.now(), standing.entered_at),
    )


def write(
    actor: access.Actor,
    case: Case,
    standing: Standing,
    line: CaseStep,
    *,
    kind: CaseStep.Kind,
    note: str = "",
    permission: str = "",
) -> CaseStep:
    """Saves the case under its next version, the branch too, and the line that carries the case's number."""
    case.version += 1
    if case.due_at != case.due_before or case.ended_at is not None:
        # Set anew only when the due time moved: what has been said of the old one is not said again.
        clock.set_legal_timers(case)
    if case._state.adding:
        kept.insert(case)
    else:
        kept.update(case)
    if isinstance(standing, Token):
        standing.version += 1 if standing.pk else 0
        standing.save()
        line.token = standing
    line.case, line.version, line.kind = case, case.version, kind
    line.to_unit_id = standing.holder_unit_id
    line.holder_id = standing.holder_id
    line.actor_id, line.actor_label = actor.account_id, actor.label
    line.note = note.strip()
    line.clock_started_at, line.due_at = case.clock_started_at, case.due_at
    left = case.known_units.get(line.from_unit_id or 0)
    line.on_behalf_of_id = access.behalf_of(actor, permission, left) if permission and left else None
    return kept.insert(line)


def settle(actor: access.Actor, case: Case, standing: Standing, at: datetime) -> None:
    """What the engine does by itself after a move: opens the branches of a fork, passes a join all have reached."""
    process = process_of(case.definition)
    while True:
        step = process.steps[standing.step]
        if step.fork:
            _split(actor, case, standing, step, at)
            return
        if not step.join or not isinstance(standing, Token):
            return
        _arrive(actor, case, standing, at)
        if _held(standing):
            return
        close_branches(actor, case, standing.parent, standing.round, at)
        standing = _pass(actor, case, standing, step, at)


def _split(actor: access.Actor, case: Case, standing: Standing, fork: rules.Step, at: datetime) -> None:
    parent = standing if isinstance(standing, Token) else None
    if parent is not None:
        parent.state = TokenState.FORKED
        parent.save()
    process, turn = process_of(case.definition), case.version
    for branch in fork.fork:
        token = Token(
            case=case,
            parent=parent,
            fork=fork.code,
            round=turn,
            branch=branch.to,
            is_optional=branch.optional,
            opened_at=at,
            entered_at=at,
            step="",
            version=1,
        )
        line = enter(case, token, process.steps[branch.to], at)
        line.from_step, line.from_unit_id = fork.code, standing.holder_unit_id
        write(actor, case, token, line, kind=Kind.FORK)
        settle(actor, case, token, at)


def _arrive(actor: access.Actor, case: Case, token: Token, at: datetime) -> None:
    token.state, token.closed_at = TokenState.ARRIVED, at
    token.save()


def _held(token: Token) -> bool:
    """A needed branch of the same split has not arrived yet."""
    return (
        Token.objects.living()
        .filter(case_id=token.case_id, round=token.round, parent_id=token.parent_id, is_optional=False)
        .exists()
    )


def _pass(actor: access.Actor, case: Case, token: Token, join: rules.Step, at: datetime) -> Standing:
    """All needed branches are here: what was split (the case, or the branch above) goes on from the join."""
    process = process_of(case.definition)
    owner: Standing = token.parent or case
    if isinstance(owner, Token):
        owner.case, owner.state = case, TokenState.OPEN
    way = join.passing
    if way is None:
        raise RuntimeError(f"join {join.code} has no way on")
    line = enter(case, owner, process.steps[way.to], max(at, owner.entered_at))
    line.transition = way.code
    if way.starts_clock and case.clock_started_at is None:
        case.clock_started_at, case.due_at = at, clock.legal_due(case, at)
    write(actor, case, owner, line, kind=Kind.JOIN)
    return owner


def close_branches(
    actor: access.Actor, case: Case, parent: Token | None, turn: int | None, at: datetime, note: str = ""
) -> None:
    """Closes what is still open under a split that is over, branches within branches too. The log tells each."""
    living = case.tokens.living().filter(parent=parent)
    if turn is not None:
        living = living.filter(round=turn)
    for token in living.order_by("pk"):
        token.case = case
        close_branches(actor, case, token, None, at, note)
        line = in_place(token, at)
        token.state, token.closed_at = TokenState.CLOSED, line.at
        write(actor, case, token, line, kind=Kind.CLOSE, note=note)


def stop_waiting(case: Case, standing: Standing, at: datetime, *, ended: bool) -> None:
    """Marks late opinions as unanswered when work goes on without them; an ending case withdraws all it asked."""
    asked = case.opinions.waiting()
    if ended:
        asked.update(
            state=OpinionState.WITHDRAWN,
            closed_at=at,
            closed_reason=_("Hồ sơ đã kết thúc."),
            remind_at=None,
            escalate_at=None,
            version=models.F("version") + 1,
        )
        return
    token = standing if isinstance(standing, Token) else None
    asked.filter(token=token, due_at__lt=at).update(
        state=OpinionState.UNANSWERED, closed_at=at, remind_at=None, version=models.F("version") + 1
    )
