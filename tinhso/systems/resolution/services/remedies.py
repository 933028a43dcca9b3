"""Remedial work: given with a deadline, accepted, done with evidence, given back or confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators.models import Target
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.calendar.selectors import calendar_for
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account
from tinhso.foundation.text.asked import fitting
from tinhso.systems.resolution import events, permissions, rules
from tinhso.systems.resolution.errors import EvidenceNeeded, NotBelow, OutOfOrder, WrongEntry
from tinhso.systems.resolution.models import Explanation, RemedialStep, RemedialTask, ResolutionTask
from tinhso.systems.resolution.rules import Remedy, Step
from tinhso.systems.resolution.services import telling
from tinhso.systems.resolution.services.common import Upload, day_within, keep, words_of


@transaction.atomic
def assign(
    *,
    actor: Actor,
    by_unit: Unit,
    assignee_unit: Unit,
    title: str,
    due_on: date | None,
    words: str = "",
    target: Target | None = None,
    task: ResolutionTask | None = None,
    explanation: Explanation | None = None,
    assignee: Account | None = None,
    at: datetime | None = None,
) -> RemedialTask:
    """Gives remedial work on a missed target or task to one's own unit or one below, with a deadline."""
    access.require(actor, permissions.ASSIGN, unit=by_unit)
    now = at or timezone.now()
    if target is None and task is None:
        raise WrongEntry(_("Việc khắc phục phải gắn với một chỉ tiêu hoặc một nhiệm vụ."))
    if not assignee_unit.path.startswith(by_unit.path):
        raise NotBelow(_("Chỉ giao việc cho đơn vị mình hoặc đơn vị trực thuộc."))
    if not assignee_unit.is_valid_on(timezone.localdate(now)):
        raise WrongEntry(_("%(unit)s không còn hoạt động.") % {"unit": assignee_unit})
    if assignee is not None and assignee not in telling.workers_of(assignee_unit):
        raise WrongEntry(_("Người nhận không làm việc tại %(unit)s.") % {"unit": assignee_unit})
    day = day_within(due_on, _("hạn"))
    due_at = _due_at(assignee_unit, day)
    if day < timezone.localdate(now) or due_at <= now:
        raise WrongEntry(_("Hạn phải ở sau lúc giao việc."))
    made = RemedialTask.objects.create(
        target=target,
        task=task,
        explanation=explanation,
        title=words_of(title, _("việc phải làm"), 200),
        words=fitting(words, 5000),
        by_unit=by_unit,
        assignee_unit=assignee_unit,
        assignee=assignee,
        due_on=day,
        due_at=due_at,
        assigned_at=now,
        assigned_by_id=actor.account_id,
        is_simulated=actor.is_simulated,
    )
    _note(actor, made, Step.ASSIGN, made.words, now, due_on=day.isoformat())
    audit.record(
        actor, "resolution.remedy.assigned", made, unit_id=assignee_unit.pk, due_on=day.isoformat(), title=made.title,
        on_behalf_of_id=access.behalf_of(actor, permissions.ASSIGN, by_unit),
    )  # fmt: skip
    bus.publish(events.REMEDY_ASSIGNED, subject=made, unit=assignee_unit, occurred_on=timezone.localdate(now))
    telling.tell_assignee(actor, made, "resolution.assigned")
    return made


def _due_at(unit: Unit, day: date) -> datetime:
    """The close of work on the day, or on the next working day (Civil Code art. 148.5)."""
    calendar = calendar_for(unit)
    return calendar.closes_at(calendar.first_working_day(day))


def _locked(actor: Actor, remedy_id: int) -> RemedialTask:
    """The task, locked: of two steps at once the second sees what the first left."""
    found = RemedialTask.objects.visible_to(actor).filter(pk=remedy_id)
    keys = list(found.values_list("pk", flat=True))
    locked = RemedialTask.objects.select_for_update(of=("self",)).select_related("by_unit", "assignee_unit", "assignee")
    return locked.get(pk__in=keys)


def _note(actor: Actor, remedy: RemedialTask, step: Step, words: str, at: datetime, **details: Any) -> RemedialStep:
    return RemedialStep.objects.create(
        remedy=remedy, step=step.value, words=words, details=details, at=at, by_id=actor.account_id,
        by_label=actor.label[:200],
    )  # fmt: skip


def _move(actor: Actor, remedy: RemedialTask, step: Step, words: str, at: datetime, **details: Any) -> RemedialStep:
    state = rules.after(step, remedy.remedy)
    if state is None:
        raise OutOfOrder(
            _("Việc này đang ở trạng thái “%(state)s”, không làm bước ấy được. Hãy tải lại trang.")
            % {"state": remedy.get_state_display()}
        )
    remedy.state = state.value
    remedy.done_at = at if step is Step.FINISH else remedy.done_at
    if step is Step.GIVE_BACK:
        remedy.done_at = None
    remedy.save()
    made = _note(actor, remedy, step, words, at, **details)
    audit.record(actor, f"resolution.remedy.{step.value}", remedy, unit_id=remedy.assignee_unit_id, **details)
    bus.publish(
        events.REMEDY_MOVED,
        subject=remedy,
        unit=remedy.assignee_unit,
        occurred_on=timezone.localdate(at),
        step=step.value,
    )
    return made


def _require_hands(actor: Actor, remedy: RemedialTask) -> None:
    """The person named; when nobody is, whoever works there; and the head of the unit either way."""
    if remedy.assignee_id and remedy.assignee_id == actor.account_id:
        return
    if access.allowed(actor, permissions.ASSIGN, remedy.assignee_unit):
        access.require(actor, permissions.DO, unit=remedy.assignee_unit)
        return
    if remedy.assignee_id:
        raise access.Denied(_("Việc này đã giao cho người khác."))
    access.require(actor, permissions.DO, unit=remedy.assignee_unit)


@transaction.atomic
def accept(*, actor: Actor, remedy_id: int, words: str = "", at: datetime | None = None) -> RemedialTask:
    """Takes the work on."""
    remedy = _locked(actor, remedy_id)
    _require_hands(actor, remedy)
    _move(actor, remedy, Step.ACCEPT, fitting(words, 5000), at or timezone.now())
    return remedy


@transaction.atomic
def finish(
    *, actor: Actor, remedy_id: int, words: str, evidence: Sequence[Upload], at: datetime | None = None
) -> RemedialTask:
    """Reports the work done, with something to look at; whoever gave it is told."""
    remedy = _locked(actor, remedy_id)
    _require_hands(actor, remedy)
    if not evidence:
        raise EvidenceNeeded(_("Hãy kèm ít nhất một tệp minh chứng (PDF, JPG hoặc PNG)."))
    step = _move(actor, remedy, Step.FINISH, words_of(words, _("kết quả")), at or timezone.now(), files=len(evidence))
    keep(actor, evidence, step=step)
    telling.tell_giver(actor, remedy, "resolution.done")
    return remedy


@transaction.atomic
def give_back(*, actor: Actor, remedy_id: int, words: str, at: datetime | None = None) -> RemedialTask:
    """Not good enough: back to work, with the reason, under the same deadline."""
    remedy = _locked(actor, remedy_id)
    access.require(actor, permissions.ASSIGN, unit=remedy.by_unit)
    _move(actor, remedy, Step.GIVE_BACK, words_of(words, _("điều còn thiếu")), at or timezone.now())
    telling.tell_assignee(actor, remedy, "resolution.given_back")
    return remedy


@transaction.atomic
def confirm(*, actor: Actor, remedy_id: int, words: str = "", at: datetime | None = None) -> RemedialTask:
    """The giver agrees that it is done. Nobody confirms what they themselves reported done."""
    remedy = _locked(actor, remedy_id)
    access.require(actor, permissions.ASSIGN, unit=remedy.by_unit)
    last = remedy.steps.filter(step=Step.FINISH.value).order_by("-pk").first()
    if last and last.by_id is not None and last.by_id == actor.account_id:
        raise access.Denied(_("Người báo hoàn thành không tự xác nhận việc của mình."))
    _move(actor, remedy, Step.CONFIRM, fitting(words, 5000), at or timezone.now())
    return remedy


@transaction.atomic
def extend(
    *, actor: Actor, remedy_id: int, due_on: date | None, reason: str, at: datetime | None = None
) -> RemedialTask:
    """A later deadline, with the reason; the old one stays in the steps."""
    remedy, now = _locked(actor, remedy_id), at or timezone.now()
    access.require(actor, permissions.ASSIGN, unit=remedy.by_unit)
    day = day_within(due_on, _("hạn mới"))
    due_at = _due_at(remedy.assignee_unit, day)
    if due_at <= max(now, remedy.due_at):
        raise WrongEntry(_("Hạn mới phải ở sau hạn cũ và sau hôm nay."))
    old, remedy.due_on, remedy.due_at = remedy.due_on, day, due_at
    words = words_of(reason, _("lý do lùi hạn"), 300)
    _move(actor, remedy, Step.EXTEND, words, now, old=old.isoformat(), new=day.isoformat())
    return remedy


@transaction.atomic
def withdraw(*, actor: Actor, remedy_id: int, reason: str, at: datetime | None = None) -> RemedialTask:
    """The giver takes unfinished work back, with the reason."""
    remedy = _locked(actor, remedy_id)
    access.require(actor, permissions.ASSIGN, unit=remedy.by_unit)
    _move(actor, remedy, Step.WITHDRAW, words_of(reason, _("lý do thu hồi"), 300), at or timezone.now())
    return remedy


def may(actor: Actor, remedy: RemedialTask) -> list[Step]:
    """What this reader may do now, for the buttons; each act asks again."""
    gives = access.allowed(actor, permissions.ASSIGN, remedy.by_unit)
    leads = access.allowed(actor, permissions.ASSIGN, remedy.assignee_unit)
    works = access.allowed(actor, permissions.DO, remedy.assignee_unit)
    hands = remedy.assignee_id == actor.account_id if remedy.assignee_id else works
    mine = {Step.ACCEPT, Step.FINISH} if hands or (leads and works) else set()
    given = {Step.GIVE_BACK, Step.CONFIRM, Step.EXTEND, Step.WITHDRAW} if gives else set()
    return [step for step in rules.steps_from(Remedy(remedy.state)) if step in mine | given]
