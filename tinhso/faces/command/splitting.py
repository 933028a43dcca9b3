"""Cells split by a dimension of their records (channel, sector…): only measures that count records can say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tinhso.engines.indicators import counting, registry
from tinhso.engines.indicators.models import MeasureFill
from tinhso.engines.indicators.periods import AnyPeriod, Period
from tinhso.engines.indicators.registry import Dimension, Kind, Measure
from tinhso.faces.command.pivot import Asked, Choice, Row, Table, period_words
from tinhso.foundation.orgs.models import Unit

# More keys than these stand together as the rest, so that a table stays one.
MOST_KEYS = 30
REST = object()


Counts = dict[tuple[int, Period, Any], int]


@dataclass(frozen=True)
class Line:
    """One measure at one unit under one key, by period."""

    choice: Choice
    unit: Unit
    key: str
    counts: dict[AnyPeriod, int]
    # The measure was counted whole from here on; before it nothing is known, which is not zero.
    since: date | None

    def value(self, period: AnyPeriod) -> float | None:
        """How many in a period; None where the measure was never counted."""
        if period not in self.counts and (self.since is None or period.last_day < self.since):
            return None
        return float(self.counts.get(period, 0))


def splittable(choice: Choice, split: str) -> tuple[Measure, Dimension] | None:
    """The measure and its dimension; None when it cannot say."""
    measure = registry.MEASURES.get(choice.code)
    if measure is None or measure.kind is not Kind.FLOW or measure.sum_field or measure.distinct_field:
        return None
    found = next((one for one in measure.dimensions if one.code == split), None)
    return (measure, found) if found else None


def cannot_say(state: Asked) -> list[str]:
    """Names of what was chosen and cannot be split so."""
    return [one.name for one in state.codes if splittable(one, state.split) is None]


def lines(state: Asked) -> Iterator[Line]:
    """Every key that occurs, the commonest first. One question for each measure."""
    marks = MeasureFill.objects.filter(measure__in=[one.code for one in state.codes])
    since = dict(marks.values_list("measure", "filled_from"))
    for choice in state.codes:
        known = splittable(choice, state.split)
        if known is None:
            continue
        counts = counting.split_up(*known, state.first.first_month, state.last.last_month, state.reach)
        yield from _of_one(state, choice, known[1], counts, since.get(choice.code))


def _of_one(state: Asked, choice: Choice, dimension: Dimension, counts: Counts, since: date | None) -> Iterator[Line]:
    whole: dict[object, int] = defaultdict(int)
    for (_unit, _month, key), count in counts.items():
        whole[key] += count
    common = sorted(whole, key=lambda key: (-whole[key], str(key)))[:MOST_KEYS]
    asked_of = _asked_of(state.units, {unit for unit, _month, _key in counts})
    found: dict[tuple[int, object], dict[AnyPeriod, int]] = defaultdict(lambda: defaultdict(int))
    for (unit_id, month, key), count in counts.items():
        period = AnyPeriod.of(state.first.kind, month.first_day)
        for asked in asked_of[unit_id]:
            found[(asked, key if key in common else REST)][period] += count
    for unit in state.units:
        for key in [*common, REST]:
            if (unit.pk, key) in found:
                words = _("khác") if key is REST else dimension.words(key) or _("không ghi")
                yield Line(choice, unit, words, dict(found[(unit.pk, key)]), since)


def _asked_of(units: list[Unit], ids: set[int]) -> dict[int, list[int]]:
    """Under which of the asked units each unit with records stands."""
    paths = Unit.objects.filter(pk__in=ids).values_list("pk", "path")
    return {pk: [unit.pk for unit in units if path.startswith(unit.path)] for pk, path in paths}


def table(state: Asked, found: list[Line]) -> Table:
    """The lines with periods as columns."""
    heads = [_("Chỉ tiêu"), _("Đơn vị"), _("Chia theo")]
    made = Table(state, heads, [period_words(period) for period in state.periods], [])
    for line in found:
        values = [line.value(period) for period in state.periods]
        made.missing += sum(value is None for value in values)
        made.rows.append(Row([line.choice.name, str(line.unit.name), line.key], values, [""] * len(values)))
    return made


LONG_HEAD = ("indicator", "indicator_name", "unit", "unit_name", "dimension", "period", "value")


def long_rows(state: Asked, found: list[Line]) -> Iterator[tuple[str, str, str, str, str, str, float | None]]:
    """One row per cell."""
    for line in found:
        for period in state.periods:
            unit, value = line.unit, line.value(period)
            yield line.choice.code, line.choice.name, unit.code, str(unit.name), line.key, str(period), value
