"""An invented system for the engine's tests: roles given and roles in force, counted from rows that exist anyway."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from django.db.models import QuerySet

from tinhso.engines.indicators import registry
from tinhso.engines.indicators.registry import FLOW, STOCK, Indicator, Measure
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.testing.cast import Cast

TOUCHED = "invented.role_given"


def given() -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.exclude(document="")


def given_online() -> QuerySet[RoleAssignment]:
    return given().filter(document="online")


def in_force(*, day: date) -> QuerySet[RoleAssignment]:
    return given().as_of(day)


def people_counted(*, day: date) -> QuerySet[Unit]:
    return Unit.objects.as_of(day).filter(kind=UnitKind.OFFICE, population__isnull=False)


@dataclass
class Invented:
    """Measures of the invented system, and its one business act."""

    given: Measure
    online: Measure
    in_force: Measure
    people: Measure
    holders: Measure
    rate: Indicator
    cast: Cast

    def give(self, unit: Unit, day: date, *, online: bool = False, account: str = "citizen", publish: bool = True):
        """The act: a row, and the event beside it."""
        row = RoleAssignment.objects.create(
            account=getattr(self.cast, account),
            role="desk_officer",
            unit=unit,
            valid_from=day,
            document="online" if online else "paper",
        )
        if publish:
            bus.publish(TOUCHED, subject=row, unit=unit, occurred_on=day)
        return row


@pytest.fixture
def invented(cast: Cast) -> Iterator[Invented]:
    """Registers the invented measures for one test and forgets them afterwards."""
    before = (dict(registry.MEASURES), dict(registry.INDICATORS))
    subscriptions, handlers = {k: list(v) for k, v in bus.SUBSCRIPTIONS.items()}, dict(bus.BATCH_HANDLERS)
    registry.MEASURES.clear()
    registry.INDICATORS.clear()
    own = (UnitKind.COMMUNE_COMMITTEE,)
    common = {"unit_path": "unit", "touched_by": (TOUCHED,), "unit_kinds": own}
    made = [
        Measure("t.given", "Vai trò đã giao", "", FLOW, records=given, date_path="valid_from", **common),
        Measure("t.online", "Vai trò giao qua mạng", "", FLOW, records=given_online, date_path="valid_from", **common),
        Measure("t.in_force", "Vai trò đang có hiệu lực", "", STOCK, records=in_force, **common),
        Measure("t.people", "Người", "", STOCK, "parent", people_counted, sum_field="population", unit_kinds=own),
        Measure(
            "t.holders",
            "Người được giao, mỗi người một lần",
            "",
            FLOW,
            "unit",
            given,
            touched_by=(TOUCHED,),
            date_path="valid_from",
            unit_kinds=(UnitKind.PROVINCE,),
            distinct_field="account",
        ),
    ]
    for measure in made:
        registry.register_measure(measure)
    rate = Indicator("t.rate", "Tỷ lệ giao qua mạng", "t.online", "t.given", targets=("T25-B04",))
    registry.register_indicator(rate)
    yield Invented(*made, rate, cast)
    registry.MEASURES.clear()
    registry.INDICATORS.clear()
    registry.MEASURES.update(before[0])
    registry.INDICATORS.update(before[1])
    bus.SUBSCRIPTIONS.clear()
    bus.SUBSCRIPTIONS.update(subscriptions)
    bus.BATCH_HANDLERS.clear()
    bus.BATCH_HANDLERS.update(handlers)
