"""A dossier with a question to a neighbouring commune's office: each side opens its own part, nobody else."""

from __future__ import annotations

from typing import Any

from tinhso.engines.workflow import services as workflow
from tinhso.engines.workflow.models import Case, Opinion, Verdict
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.files import services as files
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample
from tinhso.systems.procedures import permissions, seeds
from tinhso.systems.procedures import services as core
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.process import process_of
from tinhso.systems.procedures.processes import services
from tinhso.systems.procedures.sample_scan import sample_scan
from tinhso.systems.procedures.testing import MARRIAGE, Office, give_certificates

OFFICERS = ("desk_officer", "resolving_officer", "leader")
ANSWERERS = ("resolving_officer", "leader")


def asked(office: Office) -> tuple[Dossier, list[Opinion]]:
    """A dossier being settled whose office asks another office and another committee."""
    cast = office.cast
    dossier = office.resolving()
    opinions = services.ask_opinions(
        actor=cast.actor("resolving_officer"),
        dossier_id=dossier.pk,
        units=[cast.units.other_office, cast.units.other_committee],
        question="Người này có đăng ký kết hôn ở địa phương không?",
    )
    return dossier, opinions


def parallel(office: Office) -> Dossier:
    """A dossier handed over into a fork: our office settles while the neighbouring one checks."""
    facts: dict[str, Any] = {"step_hours": {"receive": 2, "resolve": 8, "sign": 4, "give": 2}}
    raw = process_of(facts)
    steps = {step["code"]: step for step in raw["steps"]}
    next(way for way in steps["received"]["transitions"] if way["code"] == "hand_over")["to"] = "together"
    check = {"title": "Xác minh", "permission": permissions.RESOLVE, "hours": 4}
    raw["steps"] += [
        {"code": "together", "title": "Xác minh song song", "fork": ["ours", "theirs"], "transitions": []},
        {"code": "ours", "place": "office", "transitions": [{"code": "ok", "title": "Xong", "to": "met"}], **check},
        {"code": "theirs", "place": "other", "transitions": [{"code": "ok", "title": "Xong", "to": "met"}], **check},
        {
            "code": "met",
            "title": "Đã xác minh",
            "join": "together",
            "transitions": [{"code": "on", "title": "", "to": "resolving"}],
        },
    ]
    system = Actor.system()
    drafted = workflow.draft_process(actor=system, code="song-song", title="Song song", definition=raw)
    version = office.version(MARRIAGE)
    version.process = workflow.publish_process(actor=system, definition_id=drafted.pk)
    version.save()
    dossier = office.received()
    case = Case.objects.get(pk=dossier.case_id)
    case.places["other"] = office.cast.units.other_office.pk
    case.save()
    return core.hand_over(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk)


def samples(cast: Cast) -> list[Sample]:
    seeds.load_catalogue(Actor.system("kiểm thử"))
    give_certificates(cast)
    dossier, opinions = asked(Office(cast))
    paper = files.store(Actor.system(), stream=sample_scan(), name="tra-loi.png", purpose="procedures.opinion")
    answered = services.answer_opinion(
        actor=cast.actor("leader_elsewhere"),
        opinion_id=opinions[1].pk,
        verdict=Verdict.AGREE,
        answer="Không.",
        file=paper,
    )
    split = parallel(Office(cast))
    token = Case.objects.get(pk=split.case_id).tokens.get(step="ours")
    elsewhere = ("resolving_officer_elsewhere",)
    return [
        Sample("processes:opinion", {"pk": opinions[0].pk}, (*ANSWERERS, *elsewhere)),
        Sample("processes:answer_file", {"pk": answered.pk}, (*ANSWERERS, "leader_elsewhere")),
        Sample("processes:withdraw", {"pk": opinions[0].pk}, (*OFFICERS, *elsewhere)),
        Sample("processes:work", {"pk": dossier.pk}, OFFICERS),
        Sample("processes:ask", {"pk": dossier.pk}, OFFICERS),
        Sample("processes:branch", {"pk": split.pk, "token": token.pk}, (*OFFICERS, *elsewhere)),
    ]
