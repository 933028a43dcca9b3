"""Fixtures of the desk: a hall with two groups and two counters."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.procedures.counter import selectors, services
from tinhso.systems.procedures.counter.models import ServiceGroup, Ticket


class Hall:
    """The first commune's desk, arranged."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.desk = cast, cast.units.commune_centre
        officer = cast.actor("desk_officer")
        self.setup = services.set_up_desk(actor=officer, desk=self.desk)
        self.group = services.arrange_group(
            actor=officer, desk=self.desk, letter="A", name="Hộ tịch, chứng thực", slot_capacity=2
        )
        self.other = services.arrange_group(actor=officer, desk=self.desk, letter="B", name="Đất đai")
        self.counter = services.arrange_counter(actor=officer, desk=self.desk, number=1, groups=[self.group])
        self.second = services.arrange_counter(actor=officer, desk=self.desk, number=2, groups=[self.group, self.other])

    def take(self, group: ServiceGroup | None = None, priority: str = "none", at: datetime | None = None) -> Ticket:
        return services.take_ticket(
            actor=Actor.system("Máy lấy số"), group=group or self.group, priority=priority, at=at
        )


def next_slot(group: ServiceGroup, skip: int = 0) -> datetime:
    """A free hour in the days ahead."""
    now = timezone.now()
    free: list[datetime] = [
        slot["at"]
        for day in selectors.bookable_days(group, now=now)
        for slot in selectors.free_slots(group, day, now=now + timedelta(hours=1))
        if slot["left"]
    ]
    return free[skip]


@pytest.fixture
def hall(cast: Cast) -> Hall:
    return Hall(cast)
