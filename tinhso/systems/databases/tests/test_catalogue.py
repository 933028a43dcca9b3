"""The shipped registers are sound, and the catalogue of databases answers four targets by its own records."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tinhso.engines.indicators.registry import indicator_for
from tinhso.engines.registers import services
from tinhso.engines.registers.models import Record, Register
from tinhso.engines.registers.rules import schema
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.databases import measures, playing, shipped

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("kiểm thử", is_simulated=True)


class Silent:
    def start(self, title: str, total: int) -> None: ...

    def advance(self, steps: int = 1) -> None: ...


@pytest.fixture
def catalogue(cast: Cast) -> Register:
    assert shipped.load(SYSTEM) == 6 and shipped.load(SYSTEM) == 0
    return Register.objects.get(code=shipped.CATALOGUE)


def test_every_shipped_definition_is_sound() -> None:
    assert [schema.troubles(one["content"]) for one in shipped.definitions()] == [[]] * 6


@pytest.mark.parametrize("target", ["T25-A04", "T25-B09", "T25-B10", "T30-02"])
def test_the_targets_are_counted_live(target: str) -> None:
    found = indicator_for(target)
    assert found is not None and found.code.startswith("databases.")


def test_the_demo_fills_everything_without_a_refusal_but_the_bad_rows(cast: Cast) -> None:
    playing.seed(SYSTEM, Silent(), 1)
    playing.play(SYSTEM, Silent(), 1)
    today = timezone.localdate()
    assert [fn(day=today).count() for fn in (measures.shared, measures.shared_in_cloud)] == [3, 2]
    assert [fn(day=today).count() for fn in (measures.national_due, measures.national_connected)] == [5, 4]
    assert [fn(day=today).count() for fn in (measures.department, measures.department_linked)] == [5, 3]
    assert Record.objects.filter(register__code=shipped.PERSONS).exists()
    assert not Record.objects.filter(is_simulated=False).exists()
    playing.play(SYSTEM, Silent(), 1)


def test_a_call_too_old_is_no_connection_and_a_change_names_its_month(cast: Cast, catalogue: Register) -> None:
    today = timezone.localdate()
    values = {
        "code": "QG-X",
        "name": "Cơ sở dữ liệu X",
        "owner": "Bộ X",
        "level": "quốc gia",
        "hosting": "chưa rõ",
        "connection": "đã liên thông",
        "roadmap_on": today.isoformat(),
        "last_success_on": (today - timedelta(days=31)).isoformat(),
    }
    services.write_record(actor=SYSTEM, register=catalogue, values=values, source="thử", valid_from=today)
    assert measures.national_due(day=today).count() == 1 and not measures.national_connected(day=today).exists()
    values["last_success_on"] = (today - timedelta(days=30)).isoformat()
    services.write_record(actor=SYSTEM, register=catalogue, values=values, source="thử", valid_from=today)
    assert measures.national_connected(day=today).count() == 1
    assert not measures.national_due(day=today - timedelta(days=1)).exists()
    event = DomainEvent.objects.filter(name="registers.record_changed").latest("id")
    assert list(measures.cells(event)) == [(cast.units.province.pk, today)]
