"""What places passes on: the residential areas of an ended commune go on under its heir."""

from __future__ import annotations

from datetime import date

from tinhso.foundation.orgs.heirs import Passing
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.places.models import ResidentialArea


def pass_on(passing: Passing) -> int:
    """Each area ends with its commune and goes on in a new row that names it; without an heir it ends."""
    areas = ResidentialArea.objects.as_of(passing.day).filter(unit=passing.predecessor).select_for_update()
    listed = list(areas.order_by("id"))
    taken = set()
    if passing.heir is not None:
        taken = set(ResidentialArea.objects.filter(unit=passing.heir).values_list("code", flat=True))
    for area in listed:
        if passing.heir is not None:
            code = area.code if area.code not in taken else f"{passing.predecessor.code}.{area.code}"[:20]
            ResidentialArea.objects.create(
                unit=passing.heir,
                code=code,
                kind=area.kind,
                name=area.name,
                households=area.households,
                population=area.population,
                latitude=area.latitude,
                longitude=area.longitude,
                valid_from=passing.day,
                continues=area,
                is_simulated=area.is_simulated,
                source=area.source,
            )
            taken.add(code)
        if area.valid_from < passing.day:
            area.valid_to = passing.day
            area.save(update_fields=["valid_to"])
    return len(listed)


def count(unit: Unit, day: date) -> int:
    return ResidentialArea.objects.as_of(day).filter(unit=unit).count()
