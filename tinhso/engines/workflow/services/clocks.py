"""A case's legal clock: paused, resumed, set to a new promise."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.workflow import clock, permissions, rules
from tinhso.engines.workflow.errors import (
    NoteNeeded,
)
from tinhso.engines.workflow.models import Case, CaseState, Token
from tinhso.engines.workflow.selectors import process_of
from tinhso.engines.workflow.services.standing import (
    Kind,
    Standing,
    in_place,
    lock,
    must_be,
    write,
)
from tinhso.foundation.access import guard as access


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


def _run_clock(case: Case, way: rules.Transition, at: datetime, due_at: datetime | None) -> None:
    if way.starts_clock and case.clock_started_at is None:
        case.clock_started_at = at
        case.due_at = due_at or clock.legal_due(case, at)
    elif due_at is not None:
        case.due_at = due_at


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
