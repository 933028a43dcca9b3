"""A desk's counter, ticket and a citizen's appointment: others may neither call nor cancel them."""

from __future__ import annotations

from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample
from tinhso.systems.procedures.counter import services
from tinhso.systems.procedures.counter.testing import Hall, next_slot

DESK = ("desk_officer",)


def samples(cast: Cast) -> list[Sample]:
    hall = Hall(cast)
    ticket = hall.take()
    booked = services.book_appointment(actor=cast.actor("citizen"), group=hall.group, starts_at=next_slot(hall.group))
    return [
        Sample("counter:call", {"counter": hall.counter.pk}, DESK),
        Sample("counter:act", {"ticket": ticket.pk, "act": "chuyen"}, DESK, data={"nhom": "B"}),
        Sample("counter:cancel", {"pk": booked.pk}, ("citizen",)),
        Sample("counter:move", {"pk": booked.pk}, ("citizen",), data={"gio": "2026-01-01T08:00:00+07:00"}),
    ]
