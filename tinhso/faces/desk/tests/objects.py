"""A dossier of one commune with a paper and a signed result: its own officers may open it, others may not."""

from __future__ import annotations

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample
from tinhso.systems.procedures import seeds
from tinhso.systems.procedures.testing import BIRTH, Office, give_certificates

OFFICERS = ("desk_officer", "resolving_officer", "leader")


def samples(cast: Cast) -> list[Sample]:
    system = Actor.system("kiểm thử")
    seeds.load_catalogue(system)
    give_certificates(cast)
    office = Office(cast)
    issued = office.issued(code=BIRTH)
    drafted = office.drafted()
    paper = issued.papers.get()
    return [
        Sample("desk:dossier", {"pk": issued.pk}, OFFICERS),
        Sample("desk:receipt", {"pk": issued.pk}, OFFICERS),
        Sample("desk:form", {"pk": issued.pk, "form": "receipt"}, OFFICERS),
        Sample("desk:result", {"pk": issued.pk}, OFFICERS),
        Sample("desk:draft_preview", {"pk": drafted.pk}, OFFICERS),
        Sample("desk:paper", {"pk": issued.pk, "paper": paper.pk}, OFFICERS),
        Sample("desk:act", {"pk": drafted.pk, "act": "tra-lai"}, OFFICERS, data={"ly_do": "Sai tên"}),
    ]
