"""Reads for the pages and the jobs of harvesting."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from tinhso.systems.opendata.harvest.models import Fault, Harvested, Run, Source


def due() -> list[int]:
    """Sources to read now, the longest waiting first."""
    found = Source.objects.filter(is_enabled=True, next_at__lte=timezone.now()).order_by("next_at")
    return list(found.values_list("pk", flat=True))


def sources() -> QuerySet[Source]:
    """Every source with the state of its last run and how many records stand."""
    last = Run.objects.filter(source=OuterRef("pk")).order_by("-pk")
    return Source.objects.annotate(
        last_state=Subquery(last.values("state")[:1]),
        last_at=Subquery(last.values("touched_at")[:1]),
        standing=Count("records", filter=Q(records__is_gone=False)),
    ).order_by("title", "pk")


def runs(source: Source) -> list[Run]:
    return list(source.runs.annotate(told=Count("faults"))[:20])


def faults(source: Source) -> list[Fault]:
    """What the last run that refused something could not take in."""
    last = source.runs.filter(refused__gt=0).first()
    return list(last.faults.order_by("pk")[:50]) if last else []


def records(source: Source) -> QuerySet[Harvested]:
    return source.records.select_related("dataset").order_by("-seen_at", "-pk")
