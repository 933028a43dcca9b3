"""Counting one cell with its owner's query. The figure and its drill-down are the same rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Count, Exists, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from tinhso.engines.indicators.models import Entry
from tinhso.engines.indicators.registry import FLOW, Dimension, Measure, Records
from tinhso.engines.indicators.rules import Period
from tinhso.foundation.access.reach import Reach
from tinhso.foundation.orgs.models import Unit


def records_of(measure: Measure, unit: Unit, period: Period) -> Records:
    """The rows behind one cell. A count of distinct things looks at everything below the unit."""
    if not measure.unit_path:
        return records_under(measure, unit, period)
    if measure.adds_up:
        return records_within(measure, period).filter(**{measure.unit_path: unit.pk})
    return records_within(measure, period).filter(**{f"{measure.unit_path}__path__startswith": unit.path})


def records_under(measure: Measure, unit: Unit, period: Period) -> Records:
    """The rows of a unit and everything below it; what belongs to the whole province lies where it counts."""
    rows = records_within(measure, period)
    if measure.unit_path:
        return rows.filter(**{f"{measure.unit_path}__path__startswith": unit.path})
    counts_here = Unit.objects.under(unit).filter(kind__in=measure.unit_kinds)
    return rows if counts_here.as_of(period.last_day).exists() else rows.none()


def records_within(measure: Measure, period: Period) -> Records:
    """Every row of the period, of all units: flows by the day they happened, stocks as of the period's last day."""
    if measure.kind is FLOW:
        return measure.records().filter(_between(measure, period, period))
    return measure.records(day=period.last_day)


def count(measure: Measure, unit: Unit, period: Period) -> Decimal:
    """Counts (or sums) the rows of the cell now."""
    rows = records_of(measure, unit, period).order_by()
    if measure.distinct_field:
        return Decimal(rows.aggregate(found=Count(measure.distinct_field, distinct=True))["found"])
    if measure.sum_field:
        return Decimal(rows.aggregate(found=Sum(measure.sum_field))["found"] or 0)
    return Decimal(rows.count())


def holds_simulated(measure: Measure, first: Period, last: Period) -> bool:
    """Whether demo records stand behind the measure between two months."""
    return bool(measure.simulated_field) and _simulated(measure, first, last).exists()


def simulated_among(measures: Iterable[Measure], first: Period, last: Period) -> set[str]:
    """Codes of the measures behind which demo records stand between two months. One query, however many there are."""
    asked = {f"m{number}": one for number, one in enumerate(measures) if one.simulated_field}
    if not asked:
        return set()
    found = Unit.objects.order_by("pk").values_list(
        *[Exists(_simulated(one, first, last).order_by()) for one in asked.values()]
    )[:1]
    flags = next(iter(found), ())
    return {one.code for one, is_simulated in zip(asked.values(), flags, strict=False) if is_simulated}


def _simulated(measure: Measure, first: Period, last: Period) -> Records:
    marked = {measure.simulated_field: True}
    if measure.kind is not FLOW and measure.is_told:
        # What was told stands until it is told again.
        told = Entry.objects.standing().filter(measure__code=measure.code, ends_on__lte=last.last_day)
        return told.filter(**marked)
    if measure.kind is not FLOW:
        return records_within(measure, last).filter(**marked)
    return measure.records().filter(_between(measure, first, last), **marked)


def split_up(
    measure: Measure, dimension: Dimension, first: Period, last: Period, reach: Reach
) -> dict[tuple[int, Period, Any], int]:
    """Records of a flow by unit, month and key of a dimension, within a reach. One query; the parts are the whole."""
    rows = measure.records().filter(_between(measure, first, last)).filter(reach.where(measure.unit_path))
    month = TruncMonth(measure.date_path, output_field=models.DateField())
    counted = rows.order_by().annotate(_month=month).values_list(measure.unit_path, "_month", dimension.path)
    return {(unit, Period.of(day), key): n for unit, day, key, n in counted.annotate(n=Count("pk", distinct=True))}


def earliest_day(measure: Measure) -> date | None:
    """The day of a flow's first record; None for stocks and for a flow without records."""
    if measure.kind is not FLOW:
        return None
    first = measure.records().aggregate(first=models.Min(measure.date_path))["first"]
    return timezone.localdate(first) if isinstance(first, datetime) else first


def _between(measure: Measure, first_period: Period, last_period: Period) -> Q:
    first: date | datetime = first_period.first_day
    end: date | datetime = last_period.end
    if isinstance(_field_at(measure.records().model, measure.date_path), models.DateTimeField):
        zone = timezone.get_default_timezone()
        first = datetime.combine(first, time.min, zone)
        end = datetime.combine(end, time.min, zone)
    return Q(**{f"{measure.date_path}__gte": first, f"{measure.date_path}__lt": end})


def _field_at(model: type[models.Model], path: str) -> object:
    *steps, last = path.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model  # type: ignore[assignment]
    return model._meta.get_field(last)
