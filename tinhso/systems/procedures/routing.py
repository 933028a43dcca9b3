"""Who receives, settles and decides a procedure in a commune on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.systems.procedures.errors import NoOffice


@dataclass(frozen=True)
class Route:
    """The three organisations of a dossier, kept apart."""

    unit: Unit
    desk: Unit
    office: Unit


def route(commune: Unit, duty: str, day: date) -> Route:
    """The committee, its service centre and the office whose duties name `duty`; NoOffice when one is missing."""
    wanted = (UnitKind.COMMUNE_COMMITTEE, UnitKind.SERVICE_CENTRE, UnitKind.OFFICE)
    agencies = list(Unit.objects.as_of(day).filter(area=commune, kind__in=wanted).order_by("id"))
    committee = next((one for one in agencies if one.kind == UnitKind.COMMUNE_COMMITTEE), None)
    desk = next((one for one in agencies if one.kind == UnitKind.SERVICE_CENTRE), None)
    offices = [one for one in agencies if one.kind == UnitKind.OFFICE]
    office = next(
        (one for one in offices if duty in one.attributes.get("duties", "").split(",")), offices[0] if offices else None
    )
    if committee is None or desk is None or office is None:
        raise NoOffice(commune.name)
    return Route(committee, desk, office)
