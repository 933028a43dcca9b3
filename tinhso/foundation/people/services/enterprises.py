"""Acts on enterprises: recorded once by tax code, closed with a date."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people import events, permissions
from tinhso.foundation.people.errors import WrongNumber
from tinhso.foundation.people.models import Enterprise


def checked_tax_code(code: str) -> str:
    """10 digits, or 13 for a branch (written 0300000000-001 too); raises WrongNumber."""
    digits = re.sub(r"[\s.-]", "", code or "")
    if not re.fullmatch(r"[0-9]{10}([0-9]{3})?", digits):
        raise WrongNumber(_("Mã số thuế phải gồm 10 chữ số, hoặc 13 chữ số đối với đơn vị phụ thuộc."))
    return digits


@transaction.atomic
def record_enterprise(
    actor: access.Actor, *, tax_code: str, name: str, unit: Unit | None = None, **fields: Any
) -> Enterprise:
    """Writes an enterprise once; a known tax code gives its new name and fields. A branch is tied to its parent."""
    access.require(actor, permissions.MANAGE_ENTERPRISES, unit=unit)
    code = checked_tax_code(tax_code)
    if len(code) == 13:
        fields.setdefault("parent", Enterprise.objects.filter(tax_code=code[:10]).first())
    fields.setdefault("is_simulated", actor.is_simulated)
    enterprise, is_new = Enterprise.objects.select_for_update().get_or_create(
        tax_code=code, defaults={"name": name, **fields}
    )
    if not is_new:
        enterprise.name = name
        for field, value in fields.items():
            setattr(enterprise, field, value)
        enterprise.save()
    audit.record(actor, "people.enterprise.recorded", enterprise, tax_code=code, is_new=is_new)
    bus.publish(events.ENTERPRISE_RECORDED, subject=enterprise, unit=unit, occurred_on=timezone.localdate())
    return enterprise


@transaction.atomic
def close_enterprise(
    actor: access.Actor, *, enterprise_id: int, closed_on: date, document: str, unit: Unit | None = None
) -> Enterprise:
    """Records that an enterprise ceased; its record and its branches stay."""
    access.require(actor, permissions.MANAGE_ENTERPRISES, unit=unit)
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise_id)
    enterprise.closed_on = closed_on
    enterprise.save()
    audit.record(actor, "people.enterprise.closed", enterprise, closed_on=closed_on, document=document)
    bus.publish(events.ENTERPRISE_CLOSED, subject=enterprise, unit=unit, occurred_on=closed_on)
    return enterprise
