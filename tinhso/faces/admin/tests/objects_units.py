"""Units and calendars: every officer reads them, only an administrator with reach changes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.calendar.services import set_day_override
from tinhso.foundation.orgs.services import create_unit, dissolve_unit
from tinhso.foundation.people.models import Account
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample


def samples_of_units(cast: Cast, elsewhere: Account) -> list[Sample]:
    """`elsewhere` administers another commune."""
    office = {"unit_id": cast.units.commune_office.pk}
    officers = tuple(name for name in Cast.NAMES if "citizen" not in name)
    may, away = ("administrator",), (elsewhere,)
    override = set_day_override(
        Actor.system(),
        unit=cast.units.commune_office,
        day=date(2026, 9, 15),
        kind="off",
        reason="Bão",
        document="Công điện",
    )
    ended = create_unit(
        Actor.system(),
        code="99001.CU",
        kind="office",
        name="Phòng cũ",
        short_name="Phòng cũ",
        parent=cast.units.commune_committee,
        valid_from=date(2025, 8, 1),
        document="x",
    )
    dissolve_unit(
        Actor.system(),
        unit=ended,
        ended_on=date(2026, 1, 1),
        document="x",
        successors=[(cast.units.commune_office, Decimal(1))],
        basis="whole",
    )
    succession = {"succession_id": ended.successions.get().pk}
    return [
        Sample("admin:unit", office, officers),
        Sample("admin:unit_calendar", office, officers),
        Sample("admin:unit_create", office, may, away),
        Sample("admin:unit_rename", office, may, away),
        Sample("admin:unit_move", office, may, away),
        Sample("admin:unit_dissolve", office, may, away),
        Sample("admin:calendar_hours", office, may, away),
        Sample("admin:calendar_override", office, may, away),
        Sample("admin:calendar_withdraw", {"override_id": override.pk}, may, away),
        Sample("admin:succession_share", succession, may, away),
    ]
