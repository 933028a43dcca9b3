"""One target behind its path over the province, its head a commune's committee, the plan loaded."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from django.utils import timezone

from tinhso.engines.indicators.models import Fact, Target
from tinhso.engines.indicators.seeds import TARGETS_FILE, load_targets
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.resolution import services
from tinhso.systems.resolution.models import RemedialTask, ResolutionTask, TargetHead
from tinhso.systems.resolution.services.plan import TASKS_FILE

CODE = "T25-B04"
TARGETS = ("T25-A01", "T25-B03", "T25-B04", "T25-B05", "T25-B06a", "T30-04", "T30-05")
TASKS = ("NV-III.1-01", "NV-III.2-06", "NV-III.4-03")


@dataclass
class Plan:
    """What every test here plays with."""

    cast: Cast
    head: TargetHead
    task: ResolutionTask

    @property
    def unit(self) -> Unit:
        return self.cast.units.commune_committee

    def actor(self, name: str) -> Actor:
        return self.cast.actor(name)

    def assign(self, who: str = "leader", due_in: int = 10, **more: object) -> RemedialTask:
        given: dict = {
            "actor": self.actor(who),
            "by_unit": self.unit,
            "assignee_unit": self.cast.units.commune_office,
            "title": "Làm việc với các thôn còn nộp giấy",
            "due_on": timezone.localdate() + timedelta(days=due_in),
            "target": Target.objects.get(code=CODE),
        }
        return services.assign(**{**given, **more})


def put(unit: Unit, online: int, received: int, month: date | None = None) -> None:
    for name, value in (("online", online), ("received", received)):
        Fact.objects.update_or_create(
            measure=f"procedures.dossiers_{name}_level_3_4",
            unit=unit,
            period_on=month or timezone.localdate().replace(day=1),
            defaults={"value": value, "counted_at": timezone.now()},
        )


@cache
def part_of(whole: Path, codes: tuple[str, ...]) -> str:
    """Some rows of a shipped seed as a file of its own: loading all of them for each test takes too long."""
    with whole.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".csv", delete=False) as made:
        writer = csv.DictWriter(made, rows[0])
        writer.writeheader()
        writer.writerows(row for row in rows if row["code"] in codes)
    return made.name


def make_plan(cast: Cast) -> Plan:
    load_targets(name=part_of(TARGETS_FILE, TARGETS))
    services.load_tasks(name=part_of(TASKS_FILE, TASKS))
    put(cast.units.commune_committee, 1, 10)
    head = services.name_head(
        actor=Actor.system(),
        target_code=CODE,
        unit=cast.units.commune_committee,
        position="Chủ tịch",
        scope=cast.units.commune,
        document="QĐ 1",
        valid_from=date(2026, 1, 1),
    )
    task = ResolutionTask.objects.get(code="NV-III.4-03")
    services.name_body(
        actor=Actor.system(), task_id=task.pk, unit=cast.units.commune_committee, part="lead", document="QĐ 2"
    )
    return Plan(cast, head, task)


@pytest.fixture
def plan(cast: Cast) -> Plan:
    return make_plan(cast)
