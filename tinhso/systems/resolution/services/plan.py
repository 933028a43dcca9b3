"""The plan: its tasks loaded, bodies named, money and milestones written down, progress reported."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators.models import Target
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.systems.resolution import events, permissions
from tinhso.systems.resolution.errors import AlreadyHeaded, NotAnswering, WrongEntry
from tinhso.systems.resolution.models import Milestone, ProgressEntry, ResolutionTask, TaskBody, TaskBudget
from tinhso.systems.resolution.rules import Stage
from tinhso.systems.resolution.services.common import Upload, day_within, keep, words_of

TASKS_FILE = Path(__file__).parents[1] / "seeds" / "resolution05_tasks.csv"
MOST_MONEY = Decimal(10) ** 16


@transaction.atomic
def load_tasks(actor: Actor | None = None, name: str = "", progress: object = None) -> int:
    """Loads the tasks of a Resolution from CSV (`name`: another file's path); a second run changes nothing.

    Returns how many were made or changed. A target that is not known is refused by name.
    """
    actor = actor or Actor.system()
    access.require(actor, permissions.MANAGE)
    codes = dict(Target.objects.values_list("code", "pk"))
    changed = 0
    with Path(name or TASKS_FILE).open(encoding="utf-8", newline="") as stream:
        for order, row in enumerate(csv.DictReader(stream), start=1):
            changed += _load_row(actor, order, row, codes)
    return changed


def _load_row(actor: Actor, order: int, row: dict[str, str], codes: dict[str, int]) -> int:
    fields = {name: value or "" for name, value in row.items() if name != "targets"} | {"order": order}
    linked = (row.get("targets") or "").split()
    unknown = [code for code in linked if code not in codes]
    if unknown:
        raise WrongEntry(_("Không có chỉ tiêu mang mã %(codes)s.") % {"codes": ", ".join(unknown)})
    known = ResolutionTask.objects.filter(code=row["code"]).first()
    wanted = {codes[code] for code in linked}
    same = known is not None and all(getattr(known, name) == value for name, value in fields.items())
    if known and same and set(known.targets.values_list("pk", flat=True)) == wanted:
        return 0
    task, _made = ResolutionTask.objects.update_or_create(code=row["code"], defaults=fields)
    task.targets.set(wanted)
    audit.record(actor, "resolution.task.loaded", task, code=task.code)
    return 1


def _changed(task: ResolutionTask, unit: Unit | None, day: date) -> None:
    bus.publish(events.PLAN_CHANGED, subject=task, unit=unit, occurred_on=day)


@transaction.atomic
def name_body(
    *, actor: Actor, task_id: int, unit: Unit, part: str, document: str, valid_from: date | None = None
) -> TaskBody:
    """Gives a task to a unit, as its lead or to take part. One lead at a time."""
    access.require(actor, permissions.MANAGE, unit=unit)
    # The task's row is the lock of its plan: two leads named at once become one and a refusal.
    task = ResolutionTask.objects.select_for_update().get(pk=task_id)
    day = day_within(valid_from or timezone.localdate(), _("ngày phân công"))
    if part not in TaskBody.Part.values:
        raise WrongEntry(_("Hãy chọn chủ trì hoặc phối hợp."))
    if not unit.is_valid_on(day):
        raise WrongEntry(_("%(unit)s không tồn tại vào ngày phân công.") % {"unit": unit})
    current = task.bodies.filter(valid_to=None)
    if current.filter(unit=unit).exists():
        raise AlreadyHeaded(_("%(unit)s đã được phân công nhiệm vụ này.") % {"unit": unit})
    if part == TaskBody.Part.LEAD and current.filter(part=part).exists():
        raise AlreadyHeaded(_("Nhiệm vụ đã có đơn vị chủ trì; hãy kết thúc phân công cũ trước."))
    body = TaskBody.objects.create(
        task=task,
        unit=unit,
        part=part,
        valid_from=day,
        document=words_of(document, _("văn bản phân công"), 200),
        is_simulated=actor.is_simulated,
    )
    audit.record(actor, "resolution.body.named", task, unit_id=unit.pk, part=part, document=body.document)
    _changed(task, unit, day)
    return body


@transaction.atomic
def end_body(*, actor: Actor, body_id: int, on: date | None = None) -> TaskBody:
    """Ends a unit's part in a task; the row stays."""
    body = TaskBody.objects.select_for_update().select_related("task", "unit").get(pk=body_id)
    access.require(actor, permissions.MANAGE, unit=body.unit)
    day = on or timezone.localdate()
    if body.valid_to is not None:
        raise WrongEntry(_("Phân công này đã kết thúc."))
    if day < body.valid_from:
        raise WrongEntry(_("Ngày kết thúc đứng trước ngày phân công."))
    body.valid_to = day
    body.save(update_fields=["valid_to"])
    audit.record(actor, "resolution.body.ended", body.task, unit_id=body.unit_id, on=day.isoformat())
    _changed(body.task, body.unit, day)
    return body


@transaction.atomic
def set_budget(
    *, actor: Actor, task_id: int, year: int, fund: str, amount: Decimal | None, document: str
) -> TaskBudget:
    """Writes down money for a task; a later row of the same year and fund replaces it, None takes it back."""
    access.require(actor, permissions.MANAGE)
    task = ResolutionTask.objects.get(pk=task_id)
    if not 2021 <= year <= 2099:
        raise WrongEntry(_("Hãy ghi năm từ 2021 đến 2099."))
    if amount is not None and (not amount.is_finite() or amount < 0 or amount >= MOST_MONEY):
        raise WrongEntry(_("Số tiền phải là số đồng không âm."))
    if amount is not None and amount != amount.to_integral_value():
        raise WrongEntry(_("Số tiền ghi bằng đồng, không có phần lẻ."))
    row = TaskBudget.objects.create(
        task=task,
        year=year,
        fund=words_of(fund, _("nguồn kinh phí"), 120),
        amount=amount,
        document=words_of(document, _("văn bản"), 200),
        recorded_at=timezone.now(),
        is_simulated=actor.is_simulated,
    )
    said = None if amount is None else str(amount)
    audit.record(actor, "resolution.budget.set", task, year=year, fund=row.fund, amount=said, document=row.document)
    _changed(task, None, timezone.localdate())
    return row


@transaction.atomic
def set_milestone(*, actor: Actor, task_id: int, name: str, due_on: date | None) -> Milestone:
    """Adds a milestone to a task."""
    access.require(actor, permissions.MANAGE)
    task = ResolutionTask.objects.get(pk=task_id)
    mark = Milestone.objects.create(
        task=task,
        name=words_of(name, _("tên mốc"), 200),
        due_on=day_within(due_on, _("ngày của mốc")),
        is_simulated=actor.is_simulated,
    )
    audit.record(actor, "resolution.milestone.set", task, milestone=mark.name, due_on=mark.due_on.isoformat())
    _changed(task, None, timezone.localdate())
    return mark


@transaction.atomic
def drop_milestone(*, actor: Actor, milestone_id: int, reason: str) -> Milestone:
    """Takes a milestone out of the plan, with the reason; the row stays."""
    access.require(actor, permissions.MANAGE)
    mark = Milestone.objects.select_for_update().select_related("task").get(pk=milestone_id)
    if mark.withdrawn_at or mark.done_on:
        raise WrongEntry(_("Mốc này đã hoàn thành hoặc đã bỏ."))
    mark.withdrawn_at, mark.reason = timezone.now(), words_of(reason, _("lý do bỏ mốc"), 300)
    mark.save(update_fields=["withdrawn_at", "reason"])
    audit.record(actor, "resolution.milestone.dropped", mark.task, milestone=mark.name, reason=mark.reason)
    _changed(mark.task, None, timezone.localdate())
    return mark


@transaction.atomic
def report_progress(
    *,
    actor: Actor,
    task_id: int,
    unit: Unit,
    stage: str,
    words: str,
    percent: int | None = None,
    milestone_id: int | None = None,
    on: date | None = None,
    evidence: Sequence[Upload] = (),
) -> ProgressEntry:
    """A body's word on its task, with evidence. With a milestone and "done", the milestone is done."""
    access.require(actor, permissions.REPORT, unit=unit)
    task = ResolutionTask.objects.select_for_update().get(pk=task_id)
    day, today = on or timezone.localdate(), timezone.localdate()
    if day > today:
        raise WrongEntry(_("Báo cáo tiến độ không thể tính đến một ngày chưa tới."))
    if not task.bodies.as_of(day).filter(unit=unit).exists():
        raise NotAnswering(_("%(unit)s không được phân công nhiệm vụ này.") % {"unit": unit})
    if stage not in set(Stage):
        raise WrongEntry(_("Hãy chọn tình trạng."))
    if percent is not None and not 0 <= percent <= 100:
        raise WrongEntry(_("Phần trăm hoàn thành từ 0 đến 100."))
    mark = _milestone(task, milestone_id)
    entry = ProgressEntry.objects.create(
        task=task,
        unit=unit,
        milestone=mark,
        stage=stage,
        percent=percent,
        words=words_of(words, _("kết quả, khó khăn, đề nghị")),
        on=day,
        recorded_at=timezone.now(),
        recorded_by_id=actor.account_id,
        is_simulated=actor.is_simulated,
    )
    keep(actor, evidence, entry=entry)
    if mark and stage == Stage.DONE:
        mark.done_on = day
        mark.save(update_fields=["done_on"])
    audit.record(
        actor, "resolution.progress.reported", task, unit_id=unit.pk, stage=stage, percent=percent,
        milestone=mark.pk if mark else None, files=len(evidence),
    )  # fmt: skip
    bus.publish(events.PROGRESS_REPORTED, subject=task, unit=unit, occurred_on=day)
    return entry


def _milestone(task: ResolutionTask, milestone_id: int | None) -> Milestone | None:
    if milestone_id is None:
        return None
    mark = task.milestones.filter(pk=milestone_id, withdrawn_at=None).first()
    if mark is None:
        raise WrongEntry(_("Mốc này không thuộc nhiệm vụ."))
    if mark.done_on:
        raise WrongEntry(_("Mốc này đã hoàn thành."))
    return mark
