"""Counting, at filing, what the person was not asked again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone

from tinhso.engines.forms.selectors import not_asked_again
from tinhso.foundation.access.guard import Actor
from tinhso.systems.procedures.declared.models import NotAsked
from tinhso.systems.procedures.models import Dossier


def opened(actor: Actor, dossier: Dossier, at: datetime) -> None:
    """One row for each filed form, in the filing's own transaction; none is a row too."""
    form = dossier.version.form
    if form is None:
        return
    NotAsked.objects.create(
        dossier=dossier,
        unit=dossier.unit,
        procedure=dossier.version.code,
        filed_on=timezone.localdate(at),
        fields=not_asked_again(form, dossier.data, dossier.provenance),
        is_simulated=dossier.is_simulated,
    )


def by_procedure(month: date) -> list[dict[str, Any]]:
    """Fields not asked again in a month, by procedure, most first."""
    filed = NotAsked.objects.filter(filed_on__year=month.year, filed_on__month=month.month)
    counted = filed.values("procedure").annotate(spared=Sum("fields"), filed=Count("id"))
    return [dict(row) for row in counted.order_by("-spared", "procedure")]
