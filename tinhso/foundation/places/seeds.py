"""Demo residential areas: no public list was found, so these rows are invented and marked as simulated."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.orgs.selectors import communes, province
from tinhso.foundation.places import permissions
from tinhso.foundation.places.models import ResidentialArea, ordered_name

PEOPLE_PER_AREA = 1600
SOURCE = "Dữ liệu mô phỏng: chưa có danh sách thôn, tổ dân phố công khai."


@transaction.atomic
def play(actor: access.Actor, progress: Progress, seed: int) -> None:
    """Makes the missing demo areas of every commune by one recorded act; the same rows for any seed."""
    root = province()
    access.require(actor, permissions.MANAGE, unit=root)
    if root is None:
        return
    without = communes().filter(residential_areas=None)
    progress.start(_("Thôn, tổ dân phố mô phỏng"), len(without))
    made = []
    for commune in without:
        made += _areas(commune)
        progress.advance()
    ResidentialArea.objects.bulk_create(made)
    if made:
        audit.record(actor, "places.areas.simulated", root, unit_id=root.pk, count=len(made))


def _areas(commune: Unit) -> list[ResidentialArea]:
    is_ward = commune.attributes.get("type") == "phường"
    kind = ResidentialArea.Kind.GROUP if is_ward else ResidentialArea.Kind.HAMLET
    word = "Tổ dân phố" if is_ward else "Thôn"
    count = min(30, max(5, round((commune.population or 12000) / PEOPLE_PER_AREA)))
    return [
        ResidentialArea(
            unit=commune,
            code=f"{number:03d}",
            kind=kind,
            name=f"{word} {number}",
            sort_key=ordered_name(f"{word} {number}"),
            valid_from=commune.valid_from,
            is_simulated=True,
            source=SOURCE,
        )
        for number in range(1, count + 1)
    ]
