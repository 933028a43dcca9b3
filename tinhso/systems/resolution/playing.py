"""The plan of the demo: the tasks as they are; bodies, heads, explanations and work on a miss played and marked."""

from __future__ import annotations

import csv
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators.models import Target
from tinhso.engines.indicators.rules import Period
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.orgs.seeds import folder_of
from tinhso.foundation.orgs.selectors import province
from tinhso.foundation.people.models import Account
from tinhso.foundation.text.errors import Refused
from tinhso.systems.resolution import services
from tinhso.systems.resolution.models import RemedialTask, ResolutionTask, TargetHead
from tinhso.systems.resolution.sample_paper import sample_paper

SAMPLE = "plan_sample.csv"


def play_tasks(actor: Actor, progress: Progress, seed: int) -> None:
    """The tasks of the Resolution, which are no sample: they are its own."""
    progress.start(str(_("Nhiệm vụ Nghị quyết")), 1)
    services.load_tasks(actor)
    progress.advance()


def play(actor: Actor, progress: Progress, seed: int) -> None:
    """Sample bodies and heads from the province's folder; a progress report, an explanation, work on a miss."""
    path = folder_of(settings.PROVINCE) / SAMPLE
    root = province()
    rows = _rows(path)
    progress.start(str(_("Diễn kế hoạch Nghị quyết")), len(rows) + 1)
    if root is None:
        return
    acting = Actor.system(actor.label, is_simulated=True)
    for row in rows:
        _name(acting, row, root)
        progress.advance()
    _work(acting, root)
    progress.advance()


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _name(actor: Actor, row: dict[str, str], root: Unit) -> None:
    today = timezone.localdate()
    unit = Unit.objects.as_of(today).filter(code=row["unit"]).first()
    if unit is None:
        return
    begins = max(unit.valid_from, today.replace(month=1, day=1))
    if row["what"] == "task":
        task = ResolutionTask.objects.filter(code=row["code"], bodies=None).first()
        if task:
            services.name_body(
                actor=actor, task_id=task.pk, unit=unit, part="lead", document=row["note"], valid_from=begins
            )
    elif Target.objects.filter(code=row["code"], heads=None).exists():
        services.name_head(
            actor=actor,
            target_code=row["code"],
            unit=unit,
            position=_("Thủ trưởng đơn vị"),
            scope=root,
            document=row["note"],
            valid_from=begins,
        )


def _work(actor: Actor, root: Unit) -> None:
    if RemedialTask.objects.exists():
        return
    now, today = timezone.now(), timezone.localdate()
    for task in ResolutionTask.objects.filter(bodies__isnull=False).order_by("order")[:12]:
        _progress(actor, task)
    for number, head in enumerate(TargetHead.objects.filter(is_simulated=True).select_related("target", "unit")[:24]):
        try:
            with transaction.atomic():
                services.explain(
                    actor=actor,
                    head_id=head.pk,
                    period=Period.of(today),
                    causes=_("Một số đơn vị còn nhận hồ sơ giấy; người dân chưa quen nộp trực tuyến (mô phỏng)."),
                    remedy=_("Cử tổ công nghệ số hướng dẫn tại chỗ; nhắc từng đơn vị chậm (mô phỏng)."),
                )
        except Refused:
            continue
        if number % 3 == 0:
            _remedy(actor, head, now, number)


def _progress(actor: Actor, task: ResolutionTask) -> None:
    body = task.bodies.select_related("unit").first()
    if body is None or task.entries.exists():
        return
    today = timezone.localdate()
    ahead = task.order % 4
    services.set_milestone(
        actor=actor, task_id=task.pk, name=_("Trình phê duyệt đề án (mốc mẫu)"),
        due_on=today + timedelta(days=40 - 25 * ahead),
    )  # fmt: skip
    stage = ("under_way", "under_way", "stuck", "done")[ahead]
    services.report_progress(
        actor=actor,
        task_id=task.pk,
        unit=body.unit,
        stage=stage,
        percent=(35, 60, 20, 100)[ahead],
        words=_("Báo cáo mẫu để dùng thử, không phải kết quả thật."),
        evidence=[sample_paper(_("Minh chứng mẫu"))],
    )
    if task.order % 5 == 0:
        services.set_budget(
            actor=actor, task_id=task.pk, year=today.year, fund=_("ngân sách tỉnh (số mẫu)"),
            amount=Decimal(1_500_000_000), document=_("chưa có văn bản, số để dùng thử"),
        )  # fmt: skip


def _remedy(actor: Actor, head: TargetHead, now: datetime, number: int) -> None:
    """One task in time, one late, one done and waiting, by turns. Accepting and finishing is the officer's own."""
    below = Unit.objects.filter(parent=head.unit, valid_to=None).order_by("pk").first() or head.unit
    given = now - timedelta(days=12)
    due = timezone.localdate(now) + timedelta(days=(9, -4, 5)[number // 3 % 3])
    made = services.assign(
        actor=actor,
        by_unit=head.unit,
        assignee_unit=below,
        title=_("Hướng dẫn, nhắc các đơn vị chậm của chỉ tiêu %(code)s") % {"code": head.target.code},
        words=_("Lập danh sách đơn vị chậm, làm việc với từng đơn vị, báo kết quả kèm biên bản (mô phỏng)."),
        due_on=due,
        target=head.target,
        at=min(given, datetime.combine(due, time(8), tzinfo=now.tzinfo) - timedelta(days=2)),
    )
    officer = Account.objects.filter(roles__unit=below, is_simulated=True).first()
    if officer is None or number // 3 % 3 == 0:
        return
    services.accept(actor=Actor.system(officer.full_name, is_simulated=True), remedy_id=made.pk)
    if number // 3 % 3 == 2:
        services.finish(
            actor=Actor.system(officer.full_name, is_simulated=True),
            remedy_id=made.pk,
            words=_("Đã làm việc với các đơn vị, kèm biên bản mẫu."),
            evidence=[sample_paper(_("Biên bản mẫu"))],
        )
