"""A citizen's draft, papers, dossier and result: theirs alone."""

from __future__ import annotations

from tinhso.engines.signing.issuing import issue_demo_certificate
from tinhso.engines.signing.models import SigningCertificate
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample
from tinhso.systems.procedures import seeds
from tinhso.systems.procedures.testing import BIRTH, Office

OWNER = ("citizen",)
DRAFTER = ("other_citizen",)


def samples(cast: Cast) -> list[Sample]:
    system = Actor.system("kiểm thử")
    seeds.load_catalogue(system)
    if not SigningCertificate.objects.filter(account=cast.leader).exists():
        issue_demo_certificate(system, account=cast.leader)
    office = Office(cast)
    issued = office.issued(code=BIRTH)
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
        Sample("portal:result", dossier, OWNER),
        Sample("portal:paper", {**dossier, "paper_id": issued.papers.order_by("pk")[0].pk}, OWNER),
        Sample("portal:supplement", dossier, OWNER, data={"tra-loi": "Đã chụp lại"}),
        Sample("portal:withdraw", dossier, OWNER, data={"ly-do": "Nộp nhầm"}),
    ]
