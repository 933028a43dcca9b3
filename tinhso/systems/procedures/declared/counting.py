"""Counting, at filing, what the person was not asked again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth
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


def by_procedure(filed: QuerySet[NotAsked]) -> list[dict[str, Any]]:
    """Fields not asked again, by procedure, most first: {procedure, spared, filed}."""
    counted = filed.values("procedure").annotate(spared=Sum("fields"), filed=Count("id"))
    return [dict(row) for row in counted.order_by("-spared", "procedure")]


def by_month(filed: QuerySet[NotAsked]) -> list[dict[str, Any]]:
    """The same by month, newest first: {month, spared, filed}. A month in which nothing was filed is not there."""
    counted = filed.annotate(month=TruncMonth("filed_on")).values("month")
    return [dict(row) for row in counted.annotate(spared=Sum("fields"), filed=Count("id")).order_by("-month")]
