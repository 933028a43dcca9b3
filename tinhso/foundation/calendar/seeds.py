"""Office hours and dated overrides that come with the country and with a province's folder (calendar.json)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.calendar import services
from tinhso.foundation.calendar.models import DayOverride, OfficeHours
from tinhso.foundation.orgs.errors import BadSeed
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.orgs.selectors import unit_by_code

COUNTRY = Path(__file__).with_name("seeds") / "vietnam.json"


def load(actor: access.Actor, province: Unit, folder: Path) -> None:
    """Sets what is missing through the same acts as a person would; what was ever set or withdrawn stays as it is."""
    for path in (COUNTRY, folder / "calendar.json"):
        if path.is_file():
            _load_file(actor, province, path)


def _load_file(actor: access.Actor, province: Unit, path: Path) -> None:
    try:
        given = json.loads(path.read_text("utf-8"))
        for hours in given.get("office_hours", []):
            _hours(actor, hours)
        for override in given.get("overrides", []):
            _override(actor, province, override)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BadSeed(_("Tệp %(name)s không đúng: %(error)s.") % {"name": path.name, "error": error}) from None


def _hours(actor: access.Actor, given: dict[str, Any]) -> None:
    day = date.fromisoformat(given["valid_from"])
    unit = _unit(given["unit"], day)
    if not OfficeHours.objects.filter(unit=unit, valid_from=day).exists():
        services.set_office_hours(
            actor,
            unit=unit,
            week=[*[given["usual"]] * 5, given.get("saturday", []), given.get("sunday", [])],
            valid_from=day,
            document=given.get("document", ""),
            is_sample=bool(given.get("is_sample")),
        )


def _override(actor: access.Actor, province: Unit, given: dict[str, Any]) -> None:
    day = date.fromisoformat(given["day"])
    unit = _unit(given["unit"], day) if given.get("unit") else province
    if not DayOverride.objects.filter(unit=unit, day=day).exists():
        services.set_day_override(
            actor,
            unit=unit,
            day=day,
            kind=given["kind"],
            reason=given["reason"],
            document=given["document"],
            sessions=given.get("sessions", ()),
        )


def _unit(code: str, day: date) -> Unit:
    unit = unit_by_code(code, day)
    if unit is None:
        raise ValueError(code)
    return unit
