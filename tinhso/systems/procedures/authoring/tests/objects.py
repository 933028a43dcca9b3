"""A proposal: whoever writes procedures may open it, wherever they serve."""

from __future__ import annotations

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample
from tinhso.systems.procedures import seeds
from tinhso.systems.procedures.authoring import services
from tinhso.systems.procedures.models import ProcedureVersion
from tinhso.systems.procedures.testing import MARRIAGE


def samples(cast: Cast) -> list[Sample]:
    if not ProcedureVersion.objects.exists():
        seeds.load_catalogue(Actor.system("kiểm thử"))
    version = ProcedureVersion.objects.filter(code=MARRIAGE).order_by("version").first()
    assert version is not None
    made = services.begin_version(actor=cast.actor("administrator"), version=version)
    one = {"proposal_id": made.pk}
    may = ("administrator",)
    plain = (
        "proposal",
        "changes",
        "facts",
        "papers",
        "cases",
        "fees",
        "result",
        "result_preview",
        "workbook",
        "form",
        "process",
        "trial",
        "publish",
        "drop",
    )
    key = made.content["ui"]["pages"][0]["key"]
    name = made.content["ui"]["pages"][0]["fields"][0]
    return [
        *(Sample(f"authoring:{route}", one, may) for route in plain),
        Sample("authoring:page", {**one, "key": key}, may),
        Sample("authoring:question_new", {**one, "key": key}, may),
        Sample("authoring:question", {**one, "name": name}, may),
        *(Sample(f"authoring:{route}", {**one, "code": "resolving"}, may) for route in ("step", "step_new", "way")),
        Sample("authoring:begin", {"version_id": version.pk}, may),
        Sample("authoring:compare", {"old_id": version.pk, "new_id": version.pk}, may),
    ]
