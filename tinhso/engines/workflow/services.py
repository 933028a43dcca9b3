"""Acts on processes and cases. The calling system audits and publishes its own act; CaseStep is the case's log.

Only one audit row and one lock per act: an engine that audited as well could wait on its own caller's chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.workflow import clock, permissions, rules, sentences
from tinhso.engines.workflow.errors import (
    AlreadyMoved,
    AlreadyPublished,
    BadDefinition,
    NotAllowedNow,
    NotAtThisUnit,
    NoteNeeded,
)
from tinhso.engines.workflow.models import Case, CaseState, CaseStep, ProcessDefinition
from tinhso.engines.workflow.selectors import definition_of, process_of
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.registry import PERMISSIONS
from tinhso.foundation.audit import log as audit
from tinhso.foundation.orgs.models import Unit

if TYPE_CHECKING:
    from tinhso.foundation.people.models import Account


@transaction.atomic
def draft_process(
    *, actor: access.Actor, code: str, title: str, definition: dict[str, Any], source: str = ""
) -> ProcessDefinition:
    """A new, unpublished version of the process `code`, numbered after the last. It may still be wrong."""
    access.require(actor, permissions.MANAGE)
    last = ProcessDefinition.objects.filter(code=code).aggregate(last=Max("version"))["last"] or 0
    # A definition without that shape is kept as written; publication names what is wrong with it.
    with suppress(KeyError, TypeError, ValueError, AttributeError):
        definition = rules.listed(definition)
    process = ProcessDefinition.objects.create(
        code=code, version=last + 1, title=title, definition=definition, source=source
    )
    audit.record(actor, "workflow.process.drafted", process, code=code, version=process.version)
    return process


@transaction.atomic
def publish_process(
    *, actor: access.Actor, definition_id: int, term_value: int | None = None, term_unit: str = ""
) -> ProcessDefinition:
    """Opens a version for cases, for good. BadDefinition names every fault: a dead step, no end, over the term."""
    access.require(actor, permissions.MANAGE)
    # Locked: two administrators publishing at once end with one publication.
    process = ProcessDefinition.objects.select_for_update().get(pk=definition_id)
    if process.is_published:
        raise AlreadyPublished(_("Phiên bản này đã công bố. Muốn sửa, hãy lập phiên bản mới."))
    found = check(process.definition, term_value=term_value, term_unit=term_unit)
    if found:
        raise BadDefinition(sentences.all_of(found))
    process.is_published = True
    process.published_at = timezone.now()
    process.save(update_fields=["is_published", "published_at"])
    audit.record(actor, "workflow.process.published", process, code=process.code, version=process.version)
    return process


def check(definition: Mapping[str, Any], *, term_value: int | None = None, term_unit: str = "") -> list[rules.Problem]:
    """Every fault of a definition, against the declared permissions and the legal term."""
    try:
        process = rules.read(definition)
    except rules.Malformed as wrong:
        return [rules.Problem("malformed", {"where": wrong.where})]
    hours = clock.term_hours(term_value, term_unit) if term_value is not None else None
    return rules.problems(process, term_hours=hours, permissions=frozenset(PERMISSIONS))


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
    line = _enter(case, process.steps[process.start], at)
    _write(actor, case, line, kind=CaseStep.Kind.START, note=note)
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
    authorised: bool = False,
) -> Case:
    """Takes a transition out of the case's step. `version` is the one the actor saw; a newer one refuses the move.

    `due_at` sets the legal due time (a rule of the calling system's own); else a transition that starts the clock
    reckons it from the case's term. `authorised`: the caller has required a right of its own, at a unit that does not
    hold the case now (the desk stops a dossier that an office holds). Refusals: AlreadyMoved, NotAllowedNow,
    NoteNeeded, access.Denied.
    """
    case = _lock(case_id, version)
    process = process_of(case.definition)
    way = process.steps[case.step].transitions.get(transition)
    if way is None:
        raise _moved_by_another(case)
    if not authorised:
        access.require(actor, way.permission, unit=case.holder_unit)
    _must_be(case, CaseState.RUNNING, CaseState.WAITING)
    if way.needs_note and not note.strip():
        raise NoteNeeded(_("Hãy ghi rõ lý do trước khi chọn “%(way)s”.") % {"way": way.title})
    # A computer's clock that goes back must not put a move before the one it follows.
    at = max(at or timezone.now(), case.entered_at)
    line = _enter(case, process.steps[way.to], at)
    _run_clock(case, way, at, due_at)
    case.holder = holder or (_last_holder(case, way.to) if way.back else None)
    line.transition = way.code
    _write(actor, case, line, kind=CaseStep.Kind.MOVE, note=note, permission=way.permission)
    return case


@transaction.atomic
def assign(
    *,
    actor: access.Actor,
    case_id: int,
    account: Account,
    note: str = "",
    at: datetime | None = None,
    version: int | None = None,
    authorised: bool = False,
) -> Case:
    """Names who does the step (taking it oneself is assigning it to oneself). Who does it must hold its permission.

    So must who names them, unless `authorised`: the caller has required a right of its own (a head assigns).
    """
    case = _lock(case_id, version)
    if not authorised:
        access.require(actor, case.step_permission, unit=case.holder_unit)
    _must_be(case, CaseState.RUNNING, CaseState.WAITING, CaseState.PAUSED)
    if not access.allowed(access.Actor.of(account), case.step_permission, case.holder_unit):
        raise NotAtThisUnit(
            _("%(name)s không làm được bước này ở %(unit)s. Hãy chọn người khác.")
            % {"name": account, "unit": case.holder_unit}
        )
    taking = account.pk == actor.account_id
    if taking and not authorised and version is None and case.holder_id not in (None, account.pk):
        raise AlreadyMoved(
            _("%(name)s đã nhận việc này. Hãy tải lại trang để xem ai đang giữ.") % {"name": case.holder}
        )
    case.holder = account
    _log_in_place(actor, case, CaseStep.Kind.ASSIGN, at, note)
    return case


@transaction.atomic
def pause(
    *, actor: access.Actor, case_id: int, note: str, at: datetime | None = None, version: int | None = None
) -> Case:
    """Stops the clock where it stands, with a reason."""
    case = _lock(case_id, version)
    access.require(actor, case.step_permission, unit=case.holder_unit)
    _must_be(case, CaseState.RUNNING)
    if not note.strip():
        raise NoteNeeded(_("Hãy ghi rõ lý do tạm dừng."))
    case.state = CaseState.PAUSED
    case.paused_at = max(at or timezone.now(), case.entered_at)
    _log_in_place(actor, case, CaseStep.Kind.PAUSE, case.paused_at, note)
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
    case = _lock(case_id, version)
    _must_be(case, CaseState.PAUSED)
    paused_at = case.paused_at or case.entered_at
    at = max(at or timezone.now(), paused_at)
    step = process_of(case.definition).steps[case.step]
    if policy == clock.RESTART:
        case.due_at = clock.legal_due(case, at) if case.clock_started_at else case.due_at
        case.clock_started_at = case.clock_started_at and at
        case.step_due_at = clock.step_due(case, step, at)
    elif policy == clock.PAUSE:
        case.due_at = clock.legal_due_after_pauses(case, [*_past_pauses(case), (paused_at, at)])
        case.step_due_at = clock.step_due_after_pause(case, paused_at, at)
    case.due_at = due_at or case.due_at
    case.state, case.paused_at = CaseState.RUNNING, None
    _log_in_place(actor, case, CaseStep.Kind.RESUME, at, note)
    return case


@transaction.atomic
def rehome(*, actor: access.Actor, case_id: int, old: Unit, new: Unit, at: datetime | None = None) -> Case:
    """Puts `new` in the place of `old` in an open case: its places, its deciding unit, whoever holds it now.

    Part of a recorded succession of units (the caller's act); limits and the clock stay as they are.
    """
    case = _lock(case_id, None)
    _must_be(case, CaseState.RUNNING, CaseState.WAITING, CaseState.PAUSED)
    line_unit = case.holder_unit_id
    case.places = {name: new.pk if place == old.pk else place for name, place in case.places.items()}
    case.unit = new if case.unit_id == old.pk else case.unit
    if line_unit == old.pk:
        case.holder_unit, case.holder = new, None
    _log_in_place(actor, case, CaseStep.Kind.ASSIGN, at, _("Chuyển sang đơn vị kế thừa: %(unit)s") % {"unit": new})
    return case


@transaction.atomic
def reappoint(*, actor: access.Actor, case_id: int, due_at: datetime, note: str, at: datetime | None = None) -> Case:
    """Gives an open case a new legal due time, with the reason; the clock is not restarted, the step keeps its limit.

    The caller has checked its own right and rule (a promise is renewed once, by the head of the agency).
    """
    case = _lock(case_id, None)
    _must_be(case, CaseState.RUNNING, CaseState.WAITING, CaseState.PAUSED)
    if not note.strip():
        raise NoteNeeded(_("Hãy ghi rõ lý do hẹn lại."))
    case.due_at = due_at
    _log_in_place(actor, case, CaseStep.Kind.ASSIGN, at, note)
    return case


def _past_pauses(case: Case) -> list[tuple[datetime, datetime]]:
    """The pauses already ended since the clock started, from the log."""
    lines = case.log.filter(kind__in=[CaseStep.Kind.PAUSE, CaseStep.Kind.RESUME], at__gte=case.clock_started_at)
    times = list(lines.order_by("version").values_list("at", flat=True)) if case.clock_started_at else []
    return list(zip(times[::2], times[1::2], strict=False))


def _lock(case_id: int, version: int | None) -> Case:
    """The case, locked to the end of the act: of two officers who act at once, the second waits and then sees.

    No join here: after the wait the row has moved to another unit, and a join on the old one would lose it.
    """
    case = Case.objects.select_for_update().get(pk=case_id)
    if version is not None and version != case.version:
        raise _moved_by_another(case)
    case.definition = definition_of(case.definition_id)
    _know_units(case)
    return case


def _know_units(case: Case) -> None:
    """Reads the units of the case at one go: those of its places, that which decides, that which holds it."""
    units = Unit.objects.in_bulk({case.unit_id, case.holder_unit_id, *case.places.values()})
    case.unit, case.holder_unit = units[case.unit_id], units[case.holder_unit_id]
    case.known_units = units


def _moved_by_another(case: Case) -> AlreadyMoved:
    last = case.log.order_by("-version").first()
    who = last.actor_label if last else ""
    when = timezone.localtime(last.at if last else case.entered_at)
    return AlreadyMoved(
        _("%(name)s vừa xử lý hồ sơ này lúc %(time)s. Hãy tải lại trang để xem bước hiện tại.")
        % {"name": who, "time": f"{when:%H:%M %d/%m/%Y}"}
    )


def _must_be(case: Case, *states: CaseState) -> None:
    if case.state not in states:
        raise NotAllowedNow(_("Chưa làm được việc này: hồ sơ %(state)s.") % {"state": CaseState(case.state).label})


def _enter(case: Case, step: rules.Step, at: datetime) -> CaseStep:
    """Puts the case at `step`, and gives the log line that closes the stay before."""
    line = CaseStep(
        from_step=case.step,
        from_unit_id=case.holder_unit_id if case.step else None,
        entered_at=case.entered_at,
        step_due_at=case.step_due_at,
        to_step=step.code,
        at=at,
    )
    case.step, case.step_permission = step.code, step.permission
    place = case.places.get(step.place, case.unit_id)
    case.holder, case.holder_unit_id = None, place
    if place in case.known_units:
        case.holder_unit = case.known_units[place]
    case.entered_at = at
    case.step_due_at = clock.step_due(case, step, at)
    case.state = CaseState.ENDED if step.is_end else CaseState.WAITING if step.waits else CaseState.RUNNING
    case.ended_at = at if step.is_end else None
    return line


def _run_clock(case: Case, way: rules.Transition, at: datetime, due_at: datetime | None) -> None:
    if way.starts_clock and case.clock_started_at is None:
        case.clock_started_at = at
        case.due_at = due_at or clock.legal_due(case, at)
    elif due_at is not None:
        case.due_at = due_at


def _last_holder(case: Case, step: str) -> Account | None:
    """Who did `step` last, if they still may: returned work goes back to the one who knows it."""
    line = case.log.filter(kind=CaseStep.Kind.MOVE, from_step=step).select_related("actor").order_by("-version").first()
    if line is None or line.actor is None:
        return None
    may = access.allowed(access.Actor.of(line.actor), case.step_permission, case.holder_unit)
    return line.actor if may else None


def _log_in_place(actor: access.Actor, case: Case, kind: CaseStep.Kind, at: datetime | None, note: str) -> None:
    line = CaseStep(
        from_step=case.step,
        to_step=case.step,
        from_unit_id=case.holder_unit_id,
        entered_at=case.entered_at,
        step_due_at=case.step_due_at,
        at=max(at or timezone.now(), case.entered_at),
    )
    _write(actor, case, line, kind=kind, note=note)


def _write(
    actor: access.Actor, case: Case, line: CaseStep, *, kind: CaseStep.Kind, note: str = "", permission: str = ""
) -> None:
    """Saves the case under its next version, and the line that carries the same number."""
    case.version += 1
    case.save()
    line.case, line.version, line.kind = case, case.version, kind
    line.to_unit_id = case.holder_unit_id
    line.holder_id = case.holder_id
    line.actor_id, line.actor_label = actor.account_id, actor.label
    line.note = note.strip()
    left = case.known_units.get(line.from_unit_id or 0)
    line.on_behalf_of_id = access.behalf_of(actor, permission, left) if permission and left else None
    line.save(force_insert=True)
