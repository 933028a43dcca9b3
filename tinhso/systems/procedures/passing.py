"""What of dossiers passes on when a unit ends: open dossiers go to the heir, each with its trace; ended ones stay."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.workflow import services as workflow
from tinhso.foundation.audit import log as audit
from tinhso.foundation.orgs.errors import WorkWouldBeLost
from tinhso.foundation.orgs.heirs import Passing
from tinhso.foundation.orgs.models import Unit
from tinhso.systems.procedures.models import Dossier, DossierQuerySet
from tinhso.systems.procedures.rules import State

PLACES = ("unit", "desk", "office")


def open_at(unit: Unit) -> DossierQuerySet:
    """Open dossiers that the unit decides, receives or settles, and results not yet given."""
    here = Q(unit=unit) | Q(desk=unit) | Q(office=unit)
    return Dossier.objects.filter(here).filter(Q(pk__in=Dossier.objects.open()) | Q(state=State.ISSUED))


def count(unit: Unit, day: date) -> int:
    return open_at(unit).count()


def pass_on(passing: Passing) -> int:
    """Moves every open dossier of the ending unit to its heir inside the running act; the clock is not restarted."""
    moved = 0
    for dossier in open_at(passing.predecessor).select_for_update(of=("self",), no_key=True).order_by("pk"):
        if passing.heir is None:
            raise WorkWouldBeLost(
                _("Còn hồ sơ %(code)s đang giải quyết tại %(unit)s. Hãy chọn đơn vị kế thừa.")
                % {"code": dossier.code, "unit": passing.predecessor}
            )
        _move(dossier, passing, passing.heir)
        moved += 1
    return moved


def _move(dossier: Dossier, passing: Passing, heir: Unit) -> None:
    changed = [place for place in PLACES if getattr(dossier, f"{place}_id") == passing.predecessor.pk]
    for place in changed:
        setattr(dossier, place, heir)
    dossier.lock_version += 1
    dossier.save(update_fields=[*changed, "lock_version"])
    if dossier.case_id is not None:
        workflow.rehome(
            actor=passing.actor, case_id=dossier.case_id, old=passing.predecessor, new=heir, at=timezone.now()
        )
    audit.record(
        passing.actor,
        "procedures.dossier.passed_on",
        dossier,
        unit_id=heir.pk,
        code=dossier.code,
        places=changed,
        document=passing.document,
    )
