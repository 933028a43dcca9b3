"""The index of a unit and a period: each component's figure beside its points, and the sum told honestly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils import timezone

from tinhso.foundation.calendar.services import calendar_for
from tinhso.foundation.orgs.models import Unit
from tinhso.systems.procedures.models import ProcedureVersion, Supplement, TermUnit
from tinhso.systems.procedures.performance import index, sources
from tinhso.systems.procedures.performance.components import COMPONENTS, Component
from tinhso.systems.procedures.performance.index import SOURCES
from tinhso.systems.procedures.performance.models import PointRow, PointTable
from tinhso.systems.procedures.performance.rules import scores
from tinhso.systems.procedures.performance.tallies import Asked

HOURS_A_DAY = 8
# A mean over more dossiers than this is taken over the latest ones.
MOST_FOR_A_MEAN = 3_000


def table_of(day: date) -> PointTable | None:
    """The point table in force on `day`."""
    return PointTable.objects.filter(valid_from__lte=day).order_by("-valid_from").first()


@dataclass(frozen=True)
class Row:
    """A component with its points."""

    points: PointRow
    result: index.Result
    score: Decimal | None

    @property
    def component(self) -> Component:
        return self.result.component

    @property
    def is_scored(self) -> bool:
        return self.points.points > 0

    @property
    def is_reached(self) -> bool:
        return self.score is not None and self.score == self.points.points


def score(asked: Asked, table: PointTable) -> tuple[list[Row], scores.Tally]:
    """Every component of the table, in its order, and the tally."""
    order = list(COMPONENTS)
    listed = sorted(table.rows.all(), key=lambda one: order.index(one.code))
    found = index.results([points.code for points in listed], asked)
    rows = [row_of(points, found[points.code]) for points in listed]
    return rows, scores.tally((row.points.points, row.score, row.result.has_source) for row in rows if row.is_scored)


def row_of(points: PointRow, found: index.Result) -> Row:
    return Row(points, found, scores.points(found.share, points.points, points.full_at) if points.points else None)


@dataclass(frozen=True)
class Place:
    """One unit's figure of a component."""

    unit: Unit
    numerator: int
    denominator: int
    share: Decimal | None


def by_unit(code: str, asked: Asked, units: list[Unit]) -> list[Place]:
    """Each unit's figure, one query a part for all of them. Nothing for components of the whole province."""
    source = SOURCES.get(code)
    if source is None or not source.unit_path:
        return []
    parts = [source.by_unit(part(asked)) for part in (source.numerator, source.denominator, *source.also)]
    found = []
    for unit in units:
        above, below, *more = (part.get(unit.pk, 0) for part in parts)
        if below:
            found.append(Place(unit, above, below, source.ratio(asked, above, below, *more)))
    return found


@dataclass(frozen=True)
class Mean:
    """2.2: the mean handling time of one procedure, in its own unit of time."""

    value: Decimal | None
    unit: str
    dossiers: int


def mean_time(asked: Asked) -> Mean | None:
    """Working time from reception to the end, less what waited for the citizen; None until a procedure is chosen."""
    version = ProcedureVersion.objects.filter(code=asked.procedure).order_by("-version").first()
    if version is None:
        return None
    in_hours = version.term_unit == TermUnit.WORKING_HOUR
    words = str(TermUnit.WORKING_HOUR.label if in_hours else TermUnit.WORKING_DAY.label)
    found = sources.finished(asked).filter(version__code=asked.procedure).order_by("-finished_at")
    rows = list(found.values("pk", "office_id", "received_at", "finished_at", "supplements")[:MOST_FOR_A_MEAN])
    if not rows:
        return Mean(None, words, 0)
    waits = _waits([row["pk"] for row in rows if row["supplements"]])
    offices = Unit.objects.select_related("area").in_bulk({row["office_id"] for row in rows})
    calendars = {pk: calendar_for(office) for pk, office in offices.items()}
    seconds = 0
    for row in rows:
        calendar = calendars[row["office_id"]]
        spans = [(row["received_at"], row["finished_at"], 1), *((a, b, -1) for a, b in waits.get(row["pk"], []))]
        for start, end, sign in spans:
            end = min(end, row["finished_at"]) if end else row["finished_at"]
            if start < end:
                seconds += sign * calendar.working_seconds_between(timezone.localtime(start), timezone.localtime(end))
    hours = Decimal(seconds) / 3600 / len(rows)
    value = hours if in_hours else hours / HOURS_A_DAY
    return Mean(value.quantize(scores.CENT), words, len(rows))


def _waits(keys: list[int]) -> dict[int, list[tuple[Any, Any]]]:
    found: dict[int, list[tuple[Any, Any]]] = {}
    asked = Supplement.objects.filter(dossier__in=keys, asked_at__gte=F("dossier__received_at"))
    for key, asked_at, answered_at in asked.values_list("dossier_id", "asked_at", "answered_at"):
        found.setdefault(key, []).append((asked_at, answered_at))
    return found
