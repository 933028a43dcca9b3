"""A citizen's draft, papers, dossier and result: theirs alone."""

from __future__ import annotations

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample
from tinhso.systems.procedures import seeds
from tinhso.systems.procedures.services.forms import issue_form
from tinhso.systems.procedures.testing import BIRTH, Office, give_certificates

OWNER = ("citizen",)
DRAFTER = ("other_citizen",)


def samples(cast: Cast) -> list[Sample]:
    system = Actor.system("kiểm thử")
    seeds.load_catalogue(system)
    give_certificates(cast)
    office = Office(cast)
    issued = office.issued(code=BIRTH)
    issue_form(cast.actor("desk_officer"), issued, "supplement", facts={"items": ["Giấy chứng sinh"]})
    draft = office.draft(code=BIRTH, who="other_citizen")
    dossier = {"code": issued.code}
    token = {"token": draft.token}
    return [
        Sample("portal:page", {**token, "number": 1}, DRAFTER),
        Sample("portal:commune", token, DRAFTER),
        Sample("portal:check", token, DRAFTER),
        Sample("portal:draft_paper", {**token, "paper_id": draft.papers.order_by("pk")[0].pk}, DRAFTER),
        Sample("portal:dossier", dossier, OWNER),
        Sample("portal:filed", dossier, OWNER),
        Sample("portal:receipt", dossier, OWNER),
        Sample("portal:form", {**dossier, "form": "supplement"}, OWNER),
        Sample("portal:result", dossier, OWNER),
        Sample("portal:paper", {**dossier, "paper_id": issued.papers.order_by("pk")[0].pk}, OWNER),
        Sample("portal:supplement", dossier, OWNER, data={"tra-loi": "Đã chụp lại"}),
        Sample("portal:mend", {**dossier, "number": 1}, OWNER),
        Sample("portal:withdraw", dossier, OWNER, data={"ly-do": "Nộp nhầm"}),
    ]
