"""Reads of what is open to everybody; nothing here ever shows a publication that was not made public."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from tinhso.engines.indicators.periods import AnyPeriod
from tinhso.foundation.orgs.models import Unit
from tinhso.systems.reporting.models import Publication, Regime, Release

VERSION = "publication__report__version"
OF_REPORT = ("publication__regime_id", "publication__period_kind", "publication__period_on")
AROUND = (
    "publication__report__unit",
    "publication__regime__owner",
    "publication__form",
    "publication__pdf",
    "publication__xlsx",
    "publication__json",
)


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to; empty means all."""

    regime: str = ""
    period: AnyPeriod | None = None
    unit: int = 0


def listed(asked: Asked) -> QuerySet[Release]:
    """One row per report: its newest open version, or where none is open, the notice of the newest that was."""
    rows = Release.objects.filter(_narrowed(asked)).order_by()
    newest = rows.order_by(*OF_REPORT, F("withdrawn_at").desc(nulls_first=True), f"-{VERSION}", "-pk")
    chosen = newest.distinct(*OF_REPORT).values("pk")
    shown = Release.objects.filter(pk__in=chosen).select_related(*AROUND)
    return shown.order_by("-publication__period_on", "publication__regime__code", "-pk")


def _narrowed(asked: Asked) -> Q:
    found = Q(publication__regime__code=asked.regime) if asked.regime else Q()
    if asked.period is not None:
        found &= Q(publication__period_kind=str(asked.period.kind), publication__period_on=asked.period.first_day)
    if asked.unit:
        told = Publication.objects.filter(submissions__duty__unit=asked.unit).values("pk")
        found &= Q(publication__regime__owner=asked.unit) | Q(publication__in=told)
    return found


def versions(regime: str, period: AnyPeriod) -> list[Release]:
    """Every version of one report that is or was open, the newest version first, each with its newest opening."""
    rows = Release.objects.filter(_narrowed(Asked(regime, period))).select_related(*AROUND)
    newest = rows.order_by(f"-{VERSION}", "publication_id", "-pk").distinct(VERSION, "publication_id")
    return list(newest)


def regimes() -> QuerySet[Regime]:
    return Regime.objects.filter(publications__releases__isnull=False).distinct().order_by("name")


def periods() -> list[AnyPeriod]:
    rows = Release.objects.order_by("-publication__period_on").values_list(*OF_REPORT[1:]).distinct()
    return [AnyPeriod.of(kind, day) for kind, day in rows]


def units() -> QuerySet[Unit]:
    """Whose figures stand in some report that is or was open."""
    open_ = Release.objects.values("publication")
    told = Publication.objects.filter(pk__in=open_).values("submissions__duty__unit")
    return Unit.objects.filter(pk__in=told).order_by("sort_key")
