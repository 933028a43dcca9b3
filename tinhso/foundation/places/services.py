"""Acts on residential areas. Boundaries are in `boundaries`."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.places import events, permissions
from tinhso.foundation.places.errors import WrongPlace
from tinhso.foundation.places.models import ResidentialArea
from tinhso.foundation.text.rules import normalise


@transaction.atomic
def add_residential_area(
    actor: access.Actor,
    *,
    unit: Unit,
    code: str,
    kind: str,
    name: str,
    valid_from: date,
    households: int | None = None,
    population: int | None = None,
    is_simulated: bool = False,
    source: str = "",
) -> ResidentialArea:
    """Lập thôn, tổ dân phố in a commune. Raises WrongPlace, Denied (a commune's leader acts for their own)."""
    committee = unit.agencies.filter(kind=UnitKind.COMMUNE_COMMITTEE, valid_to=None).first()
    access.require(actor, permissions.MANAGE, unit=committee or unit)
    if unit.kind != UnitKind.COMMUNE or not unit.is_valid_on(valid_from):
        raise WrongPlace(_("Khu dân cư phải thuộc một xã, phường có hiệu lực vào ngày đó."))
    if not normalise(name) or not normalise(code) or kind not in ResidentialArea.Kind.values:
        raise WrongPlace(_("Hãy ghi mã, tên và loại khu dân cư."))
    if ResidentialArea.objects.as_of(valid_from).filter(unit=unit, code=normalise(code)).exists():
        raise WrongPlace(_("Mã khu dân cư này đã có trong xã, phường."))
    try:
        with transaction.atomic():
            area = ResidentialArea.objects.create(
                unit=unit,
                code=normalise(code),
                kind=kind,
                name=name,
                valid_from=valid_from,
                households=households,
                population=population,
                is_simulated=is_simulated,
                source=source,
            )
    except IntegrityError:
        raise WrongPlace(_("Mã khu dân cư này đã có trong xã, phường.")) from None
    audit.record(actor, "places.area.added", area, unit_id=unit.pk, code=area.code, name=area.name)
    bus.publish(events.AREA_ADDED, subject=area, unit=unit, occurred_on=valid_from)
    return area


@transaction.atomic
def close_residential_area(
    actor: access.Actor, *, area: ResidentialArea, closed_on: date, document: str
) -> ResidentialArea:
    """Đóng thôn, tổ dân phố from a day on (merged into another). Raises WrongPlace, Denied."""
    area = ResidentialArea.objects.select_for_update(of=("self",)).select_related("unit").get(pk=area.pk)
    committee = area.unit.agencies.filter(kind=UnitKind.COMMUNE_COMMITTEE, valid_to=None).first()
    access.require(actor, permissions.MANAGE, unit=committee or area.unit)
    if not normalise(document):
        raise WrongPlace(_("Hãy ghi số, ngày của văn bản."))
    if area.valid_to is not None or closed_on <= area.valid_from:
        raise WrongPlace(_("Khu dân cư đã đóng, hoặc ngày đóng không sau ngày lập."))
    area.valid_to = closed_on
    area.save(update_fields=["valid_to"])
    audit.record(actor, "places.area.closed", area, unit_id=area.unit_id, closed_on=closed_on, document=document)
    bus.publish(events.AREA_CLOSED, subject=area, unit=area.unit, occurred_on=closed_on)
    return area
