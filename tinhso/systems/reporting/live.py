"""Live cells: counted by the measure's own query over the very days of the report, not read from monthly facts.

An administrative month runs from the 15th to the 14th, so no sum of calendar months could give it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import models
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from tinhso.engines.indicators.registry import FLOW, MEASURES, Measure
from tinhso.foundation.orgs.models import Unit
from tinhso.systems.reporting.rules.periods import Span


@dataclass(frozen=True)
class Counted:
    """A live figure, None where the measure counts nothing for such a unit, and where it comes from."""

    value: Decimal | None
    source: str


def count(code: str, unit: Unit, span: Span) -> Counted:
    """Counts one measure for the unit within the span. An unknown code is empty: never a zero by silence."""
    measure = MEASURES.get(code)
    if measure is None:
        return Counted(None, "")
    if measure.unit_kinds and unit.kind not in measure.unit_kinds:
        return Counted(None, str(measure.name))
    rows = records(measure, unit, span).order_by()
    if measure.distinct_field:
        found = Decimal(rows.aggregate(found=Count(measure.distinct_field, distinct=True))["found"])
    elif measure.sum_field:
        found = Decimal(rows.aggregate(found=Sum(measure.sum_field))["found"] or 0)
    else:
        found = Decimal(rows.count())
    return Counted(found, str(measure.name))


def count_all(codes: Iterable[str], unit: Unit, span: Span) -> dict[str, Counted]:
    return {code: count(code, unit, span) for code in set(codes)}


def records(measure: Measure, unit: Unit, span: Span) -> QuerySet[models.Model]:
    """The very records behind a live cell."""
    rows = measure.records().filter(_between(measure, span)) if measure.kind is FLOW else measure.records(day=span.last)
    if measure.adds_up:
        return rows.filter(**{measure.unit_path: unit.pk})
    return rows.filter(**{f"{measure.unit_path}__path__startswith": unit.path})


def _between(measure: Measure, span: Span) -> Q:
    first: date | datetime = span.first
    end: date | datetime = span.last + timedelta(days=1)
    if isinstance(_field_at(measure.records().model, measure.date_path), models.DateTimeField):
        zone = timezone.get_default_timezone()
        first, end = (datetime.combine(day, time.min, zone) for day in (first, end))
    return Q(**{f"{measure.date_path}__gte": first, f"{measure.date_path}__lt": end})


def _field_at(model: type[models.Model], path: str) -> object:
    *steps, last = path.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model  # type: ignore[assignment]
    return model._meta.get_field(last)
