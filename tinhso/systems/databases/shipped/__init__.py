"""The registers that come with the house: their definitions as files, loaded through the services like anybody's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tinhso.engines.registers import services
from tinhso.engines.registers.models import Register
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.orgs.selectors import province

FOLDER = Path(__file__).parent
PERSONS, ENTERPRISES, HOUSEHOLDS = "ca-nhan", "doanh-nghiep", "ho-gia-dinh"
ORGANISATIONS, CERTIFICATES, CATALOGUE = "to-chuc", "giay-to", "danh-muc-co-so-du-lieu"


def definitions() -> list[dict[str, Any]]:
    """Every shipped definition, in the order of their file names."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))]


def owner() -> Unit | None:
    """Who owns them until the province says otherwise: its committee."""
    found = Unit.objects.filter(kind=UnitKind.PROVINCIAL_COMMITTEE, valid_to=None).order_by("id").first()
    return found or province()


def load(actor: Actor) -> int:
    """Defines and publishes the shipped registers that are not there yet; returns how many."""
    unit, made = owner(), 0
    if unit is None:
        return 0
    known = set(Register.objects.values_list("code", flat=True))
    for one in definitions():
        if one["code"] in known:
            continue
        register = services.define_register(
            actor=actor,
            code=one["code"],
            name=one["name"],
            owner=unit,
            content=one["content"],
            purpose=one["purpose"],
            legal_basis=one["legal_basis"],
            update_cycle=one["update_cycle"],
            fills_forms=one.get("fills_forms", False),
        )
        services.publish_definition(actor=actor, register=register)
        made += 1
    return made
