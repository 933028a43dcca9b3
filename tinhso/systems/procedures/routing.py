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
    agencies = Unit.objects.as_of(day).filter(area=commune).order_by("id")
    committee = agencies.filter(kind=UnitKind.COMMUNE_COMMITTEE).first()
    desk = agencies.filter(kind=UnitKind.SERVICE_CENTRE).first()
    offices = list(agencies.filter(kind=UnitKind.OFFICE))
    office = next(
        (one for one in offices if duty in one.attributes.get("duties", "").split(",")), offices[0] if offices else None
    )
    if committee is None or desk is None or office is None:
        raise NoOffice(commune.name)
    return Route(committee, desk, office)
