"""Services, persons, applications and tasks that the suite of the registration building block names."""

from __future__ import annotations

import io
import json
import tempfile
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone

from tinhso.faces.govstack.conformance.aliases import Aliases
from tinhso.faces.govstack.shapes import form_id, task_id
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.files import kinds
from tinhso.foundation.files import services as files
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Person
from tinhso.systems.procedures import seeds, services
from tinhso.systems.procedures.models import Dossier, ProcedureVersion

SERVICES = (
    ("f7d33db0-2809-484e-a780-76b7ccd4ecbf", "Mother and Child Registration"),
    ("P2c9280957e579ad7017e58a3399f0068", "Good Health and Well-Being"),
    ("WWc9280957e579ad0007e58a3399f0068", "Industry and Infrastructure"),
    ("DEc9280007e579ad7017e58a3399k5528", "Zero Hunger"),
)
OTHER_NAMES = (
    ("MCTS", 0),
    ("0b4e529c-fe1a-11ed-be56-0242ac120002", 1),
    ("99be529c-fe1a-11ed-be56-0242ac120555", 2),
)
PERSONS = (
    "42962de0-bdb2-11ed-9397-0242ac120004",
    "sgh123h5-bdb2-11ed-9397-fdae352dfa10",
    "fdae352d-9397-bdb2-11ed-11ed9397bdb2",
    "11ed9397-11ed-9397-bdb2-sgh123h511ed",
    "11962de0-11b2-11cc-9390-0242ac121114",
    "99b62de0-11b2-11cc-9390-0242ac121555",
)
# Which service and which person each application is of.
FILES = (
    ("81c4445c-bff6-11ed-afa1-0242ac120002", 1, 4),
    ("b8508d35-c2f3-442b-88a1-267ca25e85c0", 0, 0),
    ("99be529c-fe1a-11ed-be56-0242ac120555", 2, 5),
    ("40f8df24-60a1-4558-9576-9a2264570e86", 3, 1),
)
TASKS = (("81c4445c-bff6-11ed-afa1-0242ac120002", 0), ("d1e33d56-c5c7-4272-aeb6-bc2732cce1f2", 3))
DOCUMENT = "string"
FORM = "d98a205a-679b-485b-823d-7a32a391e744"


def make(actor: Actor, operator: Actor, desk: Unit, aliases: Aliases, mark: str) -> None:
    """Applications are brought to the operator's desk; the procedures end tomorrow."""
    versions = [_service(actor, f"GS.{mark}.{at}", name) for at, (_id, name) in enumerate(SERVICES)]
    for (their, _name), version in zip(SERVICES, versions, strict=True):
        aliases.tie("service", their, version.code)
    for their, at in OTHER_NAMES:
        aliases.tie("service", their, versions[at].code)
    aliases.tie("form", FORM, form_id(versions[0].form))
    persons = [_person(at) for at in range(len(PERSONS))]
    for their, person in zip(PERSONS, persons, strict=True):
        aliases.tie("person", their, f"P{person.pk}")
    made: list[Dossier] = []
    for their, service, person_at in FILES:
        one = services.record_walk_in(
            actor=operator, version=versions[service], desk=desk, person=persons[person_at], data={}
        )
        aliases.tie("file", their, one.code)
        made.append(Dossier.objects.select_related("case").get(pk=one.pk))
    # The suite's operator names a paper that nobody sent: here the operator has sent one.
    sent = files.store(
        operator, stream=io.BytesIO(b"GovStack"), name="giay-to.txt", purpose="procedures.paper", allowed=(kinds.TEXT,)
    )
    aliases.tie("document", DOCUMENT, sent.sha256)
    for their, at in TASKS:
        aliases.tie("task", their, task_id(made[at]))


def _person(at: int) -> Person:
    person, _is_new = Person.objects.get_or_create(
        personal_number=f"0010900990{at:02}",
        defaults={"full_name": f"Người Thử {at + 1}", "is_simulated": True, "source": "GovStack"},
    )
    return person


def _service(actor: Actor, code: str, name: str) -> ProcedureVersion:
    """A procedure of a commune with one question, published as those of the catalogue are."""
    question = {"name": "ghi_chu", "label": "Ghi chú", "type": "text", "required": False}
    today: date = timezone.localdate()
    facts = {
        "code": code,
        "version": 1,
        "name": name,
        "plain_name": name,
        "field_name": "GovStack",
        "legacy_level": 4,
        "service_kind": "full",
        "partial_reason": "",
        "channels": ["online", "desk"],
        "term_value": 3,
        "term_unit": "working_day",
        "result_name": name,
        "result_symbol": "GS",
        "duty": "justice",
        "step_hours": {"receive": 2, "resolve": 16, "sign": 4, "give": 1},
        "decision": "GovStack",
        "valid_from": today.isoformat(),
        "valid_to": (today + timedelta(days=1)).isoformat(),
        "form_source": "GovStack",
        "source": "GovStack",
        "pages": [{"title": name, "fields": [question]}],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.json"
        path.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
        made = seeds.load_procedure(actor, path)
    assert made is not None
    return ProcedureVersion.objects.select_related("form").get(pk=made.pk)
