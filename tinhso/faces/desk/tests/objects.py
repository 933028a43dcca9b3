"""A dossier of one commune with a paper and a signed result: its own officers may open it, others may not."""

from __future__ import annotations

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample
from tinhso.systems.procedures import seeds, services
from tinhso.systems.procedures.counter.rules import Card
from tinhso.systems.procedures.counter.services import PaperLine, receive_walk_in
from tinhso.systems.procedures.testing import BIRTH, IN_PERSON, Office, give_certificates

OFFICERS = ("desk_officer", "resolving_officer", "leader")


def samples(cast: Cast) -> list[Sample]:
    system = Actor.system("kiểm thử")
    seeds.load_catalogue(system)
    give_certificates(cast)
    office = Office(cast)
    issued = office.issued(code=BIRTH)
    drafted = office.drafted(code=BIRTH, who="other_citizen")
    paper = issued.papers.get()
    taken_in = receive_walk_in(
        actor=cast.actor("desk_officer"),
        desk=cast.units.commune_centre,
        version=office.version(IN_PERSON),
        card=Card("099190000123", "Trần Thị Bưởi"),
        papers=[PaperLine("Bản chính giấy tờ")],
    )
    office.hand_over_walk_in()
    made = services.make_hand_over_list(
        actor=cast.actor("desk_officer"), desk=cast.units.commune_centre, office=cast.units.commune_office
    )
    return [
        Sample("desk:reveal", {"pk": issued.pk}, OFFICERS, data={"muc_dich": "So với bản chính"}),
        Sample("desk:hand_over_list", {"pk": made.pk}, ("desk_officer", "resolving_officer")),
        Sample("desk:dossier", {"pk": issued.pk}, OFFICERS),
        Sample("desk:receipt", {"pk": issued.pk}, OFFICERS),
        Sample("desk:control", {"pk": issued.pk}, OFFICERS),
        Sample("desk:form", {"pk": issued.pk, "form": "receipt"}, OFFICERS),
        Sample("desk:result", {"pk": issued.pk}, OFFICERS),
        Sample("desk:draft_preview", {"pk": drafted.pk}, OFFICERS),
        Sample("desk:paper", {"pk": issued.pk, "paper": paper.pk}, OFFICERS),
        Sample("desk:walk_in_done", {"pk": taken_in.pk}, ("desk_officer",)),
        Sample("desk:act", {"pk": drafted.pk, "act": "tra-lai"}, OFFICERS, data={"ly_do": "Sai tên"}),
    ]
