"""What stands beside a dossier: its people's alone, its officers' alone."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample
from tinhso.systems.procedures import seeds
from tinhso.systems.procedures.afterwards import services
from tinhso.systems.procedures.afterwards.models import ItemKind, MessageFile
from tinhso.systems.procedures.afterwards.testing import Beside
from tinhso.systems.procedures.sample_scan import sample_scan
from tinhso.systems.procedures.testing import BIRTH, Office, give_certificates

OWNER = ("citizen",)
DESK = ("desk_officer",)
OFFICERS = ("desk_officer", "resolving_officer", "leader")
HANDLERS = ("desk_officer",)


def samples(cast: Cast) -> list[Sample]:
    system = Actor.system("kiểm thử")
    seeds.load_catalogue(system)
    give_certificates(cast)
    office = Office(cast)
    beside = Beside(cast)
    dossier = office.filed(code=BIRTH)
    code, pk = {"code": dossier.code}, {"pk": dossier.pk}
    message = services.send_message(
        actor=cast.actor("citizen"),
        dossier_id=dossier.pk,
        body="Xin hỏi",
        from_office=False,
        uploads=[("anh.png", sample_scan())],
    )
    file = MessageFile.objects.get(message=message)
    invited = services.invite_co_applicant(actor=cast.actor("citizen"), dossier_id=dossier.pk, name="Lê Văn Tám")
    item = services.keep_paper(
        actor=system, dossier=dossier, kind=ItemKind.PAPER, label="Giấy chứng sinh", file=file.file
    )
    draft = office.draft(code="2.000635", who="other_citizen")
    power = beside.asked(until=timezone.localdate() + timedelta(days=30))
    feedback = beside.feedback()
    return [
        Sample("afterwards:talk", code, OWNER, data={"noi_dung": "Chào"}),
        Sample("afterwards:talk_file", {**code, "file": file.pk}, OWNER),
        Sample("afterwards:delivery", code, OWNER, data={"cach": "desk"}),
        Sample("afterwards:together", code, OWNER, data={"ten": "Lê Văn Chín"}),
        Sample("afterwards:take_back", {**code, "pk": invited.pk}, OWNER),
        Sample("afterwards:item", {"pk": item.pk}, OWNER),
        Sample("afterwards:item_file", {"pk": item.pk}, OWNER),
        Sample("afterwards:reuse", {"token": draft.token}, ("other_citizen",)),
        Sample("afterwards:settle_power", {"pk": power.pk, "act": "tu-choi"}, ("citizen", "other_citizen")),
        Sample("afterwards:draft_for", {"token": draft.token}, ("other_citizen",)),
        Sample("afterwards:feedback_one", {"pk": feedback.pk}, HANDLERS, data={"viec": "answer", "noi_dung": "Đã rõ"}),
        Sample("afterwards:power", {"pk": power.pk}, DESK, data={"viec": "tu-choi", "ly_do": "Giấy mờ"}),
        Sample("afterwards:evidence", {"pk": power.pk}, DESK),
        Sample("afterwards:desk_talk", pk, OFFICERS, data={"noi_dung": "Chào"}),
        Sample("afterwards:desk_talk_file", {**pk, "file": file.pk}, OFFICERS),
        Sample("afterwards:confirm_together", {"pk": invited.pk}, DESK, data={"ten": "x", "so": "1"}),
    ]
