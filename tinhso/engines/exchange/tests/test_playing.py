"""The demo's exchange, played through the services."""

from __future__ import annotations

import pytest
from django.test import override_settings

from tinhso.engines.exchange import playing, selectors
from tinhso.engines.exchange.connectors.registry import CONNECTORS
from tinhso.engines.exchange.models import Agreement, Delivery, Member, Room, Service
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast


class Quiet:
    def start(self, title: str, total: int) -> None: ...

    def advance(self, steps: int = 1) -> None: ...


@pytest.mark.django_db
@override_settings(DEMO=True)
def test_the_demo_opens_an_exchange_once_and_marks_it(cast: Cast) -> None:
    for _time in range(2):
        playing.play(Actor.system("Diễn"), Quiet(), 1)
    assert Service.objects.living().count() == len(CONNECTORS) and not Service.objects.filter(is_simulated=False)
    assert not Member.objects.filter(is_simulated=False)
    granted = Agreement.objects.filter(state="granted")
    assert granted.count() == 2
    assert all("phone" not in one.granted_fields and one.refused_fields[0]["field"] == "phone" for one in granted)
    assert selectors.waiting(cast.actor("administrator")).count() == 2
    assert Room.objects.get().is_simulated
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["delivered", "waiting", "waiting"]


@pytest.mark.django_db
@override_settings(DEMO=False)
def test_a_real_installation_is_not_played_in(cast: Cast) -> None:
    playing.play(Actor.system("Diễn"), Quiet(), 1)
    assert not Service.objects.exists()
