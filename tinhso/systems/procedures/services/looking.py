"""Seeing what is masked: an act of its own, with its purpose, in the log and before the person's eyes."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.people.lookups import record_lookup
from tinhso.systems.procedures import permissions
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.services.acts import needs_reason, require_at


@transaction.atomic
def reveal_numbers(*, actor: Actor, dossier_id: int, purpose: str) -> Dossier:
    """Lets the officer see the personal numbers of a dossier in full, once, for a purpose the person will read."""
    dossier = Dossier.objects.select_related("applicant", "unit", "desk", "office").get(pk=dossier_id)
    require_at(actor, permissions.REVEAL, dossier.office, dossier.desk, dossier.unit)
    why = needs_reason(purpose)
    record_lookup(
        actor,
        person=dossier.applicant,
        subject=dossier,
        unit=dossier.unit,
        purpose=_("Xem đủ số định danh trong hồ sơ %(code)s: %(why)s") % {"code": dossier.code, "why": why},
    )
    audit.record(actor, "procedures.dossier.revealed", dossier, unit_id=dossier.unit_id, code=dossier.code, purpose=why)
    return dossier
