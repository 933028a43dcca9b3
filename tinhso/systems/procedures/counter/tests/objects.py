"""A desk's counter, ticket and a citizen's appointment: others may neither call nor cancel them."""

from __future__ import annotations

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample
from tinhso.systems.procedures import seeds
from tinhso.systems.procedures.counter import services
from tinhso.systems.procedures.counter.rules import Card
from tinhso.systems.procedures.counter.services import PaperLine
from tinhso.systems.procedures.counter.testing import Hall, next_slot
from tinhso.systems.procedures.sample_scan import sample_scan
from tinhso.systems.procedures.testing import IN_PERSON, Office

DESK = ("desk_officer",)


def samples(cast: Cast) -> list[Sample]:
    hall = Hall(cast)
    ticket = hall.take()
    booked = services.book_appointment(actor=cast.actor("citizen"), group=hall.group, starts_at=next_slot(hall.group))
    system = Actor.system("kiểm thử")
    seeds.load_catalogue(system)
    dossier = services.receive_walk_in(
        actor=cast.actor("desk_officer"),
        desk=hall.desk,
        version=Office(cast).version(IN_PERSON),
        card=Card("099190000777", "Trần Thị Bưởi"),
        papers=[PaperLine("Giấy xác nhận"), PaperLine("Giấy khác")],
    )
    first, second = dossier.received_papers.all()
    scan = services.scan_paper(
        actor=cast.actor("desk_officer"), paper_id=first.pk, stream=sample_scan(), name="quet.png", paper_pages=1
    )
    return [
        Sample("counter:scans", {"dossier": dossier.pk}, DESK),
        Sample("counter:scan_add", {"paper": second.pk}, DESK),
        Sample("counter:scan_confirm", {"scan": scan.pk}, DESK),
        Sample("counter:scan_drop", {"scan": scan.pk}, DESK),
        Sample("counter:scan_original", {"scan": scan.pk}, DESK),
        Sample("counter:call", {"counter": hall.counter.pk}, DESK),
        Sample("counter:act", {"ticket": ticket.pk, "act": "chuyen"}, DESK, data={"nhom": "B"}),
        Sample("counter:cancel", {"pk": booked.pk}, ("citizen",)),
        Sample("counter:move", {"pk": booked.pk}, ("citizen",), data={"gio": "2026-01-01T08:00:00+07:00"}),
    ]
