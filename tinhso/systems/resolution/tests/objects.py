"""What a head answers for, his task, his work on a miss and its files: his, theirs above, nobody else's."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tinhso.engines.indicators.models import Target
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample
from tinhso.systems.resolution import services
from tinhso.systems.resolution.models import Evidence
from tinhso.systems.resolution.sample_paper import sample_paper
from tinhso.systems.resolution.tests.conftest import CODE, make_plan

ABOVE = ("provincial_leader", "administrator", "auditor")


def samples(cast: Cast) -> list[Sample]:
    plan = make_plan(cast)
    services.report_progress(
        actor=Actor.system(),
        task_id=plan.task.pk,
        unit=plan.unit,
        stage="under_way",
        words="Đang làm.",
        evidence=[sample_paper("minh chứng")],
    )
    work = services.assign(
        actor=Actor.system(),
        by_unit=plan.unit,
        assignee_unit=cast.units.commune_office,
        title="Làm việc với các thôn",
        due_on=timezone.localdate() + timedelta(days=9),
        target=Target.objects.get(code=CODE),
    )
    file = Evidence.objects.get()
    return [
        Sample("resolution:head", {"pk": plan.head.pk}, (*ABOVE, "leader"), data={"viec": "giai-trinh"}),
        Sample("resolution:task", {"code": plan.task.code}, (*ABOVE, "leader"), data={"viec": "bao-cao"}),
        Sample(
            "resolution:remedy",
            {"pk": work.pk},
            (*ABOVE, "leader", "resolving_officer"),
            data={"viec": "accept"},
        ),
        Sample("resolution:evidence", {"pk": file.pk}, (*ABOVE, "leader")),
    ]
