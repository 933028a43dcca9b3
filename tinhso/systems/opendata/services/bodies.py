"""Organisations and groups: one for each unit that publishes, and the subjects of the portal."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from tinhso.foundation.openness import registry
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.orgs.selectors import province, unit_by_code
from tinhso.systems.opendata.models import Group, Organisation

SUBJECTS = {
    registry.GOVERNMENT: "Tổ chức bộ máy",
    registry.SERVICES: "Thủ tục và dịch vụ công",
    registry.TERRITORY: "Địa giới, dân cư",
    registry.REPORTS: "Chỉ tiêu, báo cáo, số liệu",
    registry.TIME: "Lịch làm việc",
}


def publisher(code: str) -> Organisation | None:
    """The organisation of the unit that publishes: named by its code, else the province's committee."""
    unit = unit_by_code(code) if code else None
    unit = unit or Unit.objects.filter(kind=UnitKind.PROVINCIAL_COMMITTEE, valid_to=None).first() or province()
    return None if unit is None else organisation_of(unit)


def organisation_of(unit: Unit) -> Organisation:
    """The unit as a publishing body, made when it first publishes."""
    found = Organisation.objects.filter(unit=unit).first()
    if found is not None:
        return found
    name = "dv-" + re.sub(r"[^a-z0-9]+", "-", unit.code.lower()).strip("-")
    if Organisation.objects.filter(name=name).exists():
        name = f"{name}-{unit.pk}"
    return Organisation.objects.create(name=name, title=unit.name, unit=unit)


def subject(name: str) -> Group:
    """The group by its name, made when first used."""
    return Group.objects.get_or_create(name=name, defaults={"title": SUBJECTS.get(name, name)})[0]


def unit_of(organisation: Organisation | None) -> Unit | None:
    """At which unit a right over the organisation's datasets is asked for."""
    return organisation.unit if organisation is not None and organisation.unit is not None else province()


def nobody() -> str:
    return _("(chưa rõ cơ quan)")
