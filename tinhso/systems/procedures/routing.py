"""Who receives, settles and decides a procedure on a day: in a commune, or in the province's departments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tinhso.foundation.orgs.models import Unit, UnitKind, UnitQuerySet
from tinhso.systems.procedures.errors import NoOffice
from tinhso.systems.procedures.models import Authority, ProcedureVersion


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
    office = next((one for one in offices if duty in duties_of(one)), offices[0] if offices else None)
    if committee is None or desk is None or office is None:
        raise NoOffice(commune.name)
    return Route(committee, desk, office)


def way_of(version: ProcedureVersion, commune: Unit | None, day: date) -> Route:
    """Where a dossier of `version` goes on `day`.

    A commune's procedure goes to `commune`. A procedure of the province goes to the department whose division has
    the duty on that day, whichever desk takes the papers (Decree 118/2025: no boundary): the desk of `commune` where
    one is named, else the province's own centre.
    """
    if not version.is_provincial:
        if commune is None:
            raise NoOffice(str(version.plain_name))
        return route(commune, version.duty, day)
    return provincial_route(version.authority, version.duty, day, desk=desk_of(commune, day))


def provincial_route(authority: str, duty: str, day: date, *, desk: Unit | None = None) -> Route:
    """The deciding agency, the desk and the settling division of a department; NoOffice when one is missing."""
    office = division_for(duty, day)
    desk = desk or provincial_centre(day)
    unit = _deciding(authority, office, day) if office else None
    if office is None or desk is None or unit is None:
        raise NoOffice(_("cấp tỉnh"))
    return Route(unit, desk, office)


def division_for(duty: str, day: date) -> Unit | None:
    """The division of a department that has the duty on `day`; the department itself where it has none for it."""
    below = Unit.objects.as_of(day).filter(parent__kind=UnitKind.DEPARTMENT).select_related("parent")
    departments = Unit.objects.as_of(day).filter(kind=UnitKind.DEPARTMENT)
    held = [*_holding(below, duty), *_holding(departments, duty)]
    return held[0] if held else None


def _holding(units: UnitQuerySet, duty: str) -> list[Unit]:
    """Those whose list names the duty whole: the database narrows, the list decides."""
    if not duty:
        return []
    return [one for one in units.filter(attributes__duties__contains=duty).order_by("id") if duty in duties_of(one)]


def _deciding(authority: str, office: Unit, day: date) -> Unit | None:
    if authority == Authority.BODY:
        return office
    department = office if office.kind == UnitKind.DEPARTMENT else office.parent
    if authority == Authority.PROVINCE:
        return Unit.objects.as_of(day).filter(kind=UnitKind.PROVINCIAL_COMMITTEE).order_by("id").first()
    return department


def provincial_centre(day: date) -> Unit | None:
    """The province's public-service centre."""
    centres = Unit.objects.as_of(day).filter(kind=UnitKind.SERVICE_CENTRE, area__kind=UnitKind.PROVINCE)
    return centres.order_by("id").first()


def desk_of(area: Unit | None, day: date) -> Unit | None:
    """The one-stop desk that serves an area."""
    if area is None:
        return None
    return Unit.objects.as_of(day).filter(kind=UnitKind.SERVICE_CENTRE, area=area).order_by("id").first()


def duties_of(unit: Unit) -> list[str]:
    """The duties that a unit declares."""
    return [one.strip() for one in unit.attributes.get("duties", "").split(",") if one.strip()]
