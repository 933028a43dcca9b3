"""A province with figures to read: an invented flow and stock counted for both communes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tinhso.engines.indicators import definitions, registry
from tinhso.engines.indicators.models import Fact, UnitOfMeasure
from tinhso.engines.indicators.registry import FLOW, STOCK, Indicator, Measure
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.orgs.models import UnitKind
from tinhso.foundation.testing.cast import PASSWORD, Cast


def basic(username: str, password: str = PASSWORD) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()}


@dataclass
class Reader:
    """A client of one account."""

    username: str
    client: Client

    def get(self, address: str, **params: Any) -> Any:
        return self.client.get(f"/dhis2/api/{address}", params, headers=basic(self.username))

    def post(self, address: str, body: Any, media_type: str = "application/json") -> Any:
        raw = body if isinstance(body, (bytes, str)) else json.dumps(body)
        return self.client.post(f"/dhis2/api/{address}", raw, content_type=media_type, headers=basic(self.username))


@pytest.fixture
def invented() -> Iterator[None]:
    """Two measures and their rate, registered for one test."""
    before = dict(registry.MEASURES), dict(registry.INDICATORS)
    registry.MEASURES.clear()
    registry.INDICATORS.clear()
    rows = RoleAssignment.objects.all
    registry.register_measure(Measure("t.asked", "Việc đã hỏi", "Số việc.", FLOW, "unit", rows, date_path="valid_from"))
    registry.register_measure(Measure("t.done", "Việc đã xong", "Số việc.", FLOW, "unit", rows, date_path="valid_from"))
    registry.register_measure(Measure("t.staff", "Cán bộ", "Số cán bộ.", STOCK, "unit", rows))
    registry.register_indicator(Indicator("t.rate", "Tỷ lệ xong", "t.done", "t.asked"))
    yield
    registry.MEASURES.clear()
    registry.INDICATORS.clear()
    registry.MEASURES.update(before[0])
    registry.INDICATORS.update(before[1])


def put_facts(cast: Cast) -> None:
    """Three months of both communes: asked 10 and 30, done 5 and 24; staff 7 and 9."""
    rows = []
    for unit, asked, done, staff in (
        (cast.units.commune_committee, 10, 5, 7),
        (cast.units.other_committee, 30, 24, 9),
    ):
        for month in (8, 9, 10):
            for code, value in (("t.asked", asked), ("t.done", done), ("t.staff", staff)):
                rows.append(
                    Fact(
                        measure=code,
                        unit=unit,
                        period_on=date(2026, month, 1),
                        value=value,
                        counted_at=timezone.now(),
                    )
                )
    Fact.objects.bulk_create(rows)


@pytest.fixture
def figures(cast: Cast, invented: None) -> Cast:
    cache.clear()
    put_facts(cast)
    return cast


@pytest.fixture
def province(figures: Cast) -> Reader:
    return Reader("provincial_leader", Client())


@pytest.fixture
def commune(figures: Cast) -> Reader:
    return Reader("leader", Client())


@pytest.fixture
def told(figures: Cast) -> Cast:
    """Two measures told by hand every month, and their rate."""
    definitions.sync_declared()
    common: dict[str, Any] = {
        "unit_of_measure": UnitOfMeasure.objects.get(code="residential_area"),
        "kind": "flow",
        "unit_kinds": [UnitKind.COMMUNE_COMMITTEE],
    }
    system = Actor.system()
    definitions.define_measure(system, code="x.all", name="Khu dân cư", sentence="Mọi khu.", **common)
    definitions.define_measure(system, code="x.covered", name="Có sóng", sentence="Khu có sóng.", **common)
    percent = UnitOfMeasure.objects.get(code="percent")
    formula = "100*{x.covered}/{x.all}"
    definitions.define_indicator(system, code="x.rate", name="Tỷ lệ phủ sóng", formula=formula, unit_of_measure=percent)
    return figures
