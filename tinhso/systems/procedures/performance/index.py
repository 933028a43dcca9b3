"""The registry that the sources of the service index plug into, and the counting of its components.

A component (components.py) without a source says so. `register_source(CODE, source)` in an app's `ready()`; once each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from tinhso.foundation.orgs.models import Unit
from tinhso.systems.procedures.performance.components import COMPONENTS, Component
from tinhso.systems.procedures.performance.rules import scores
from tinhso.systems.procedures.performance.tallies import Asked

Records = QuerySet[Any]


@dataclass(frozen=True)
class Source:
    """Where a component's figures come from: two sets of records, the first counted within the second.

    `unit_path` leads from a record to the unit it counts for; "" when the records belong to the whole province (the
    catalogue). `distinct` counts different values instead of rows. `share` replaces the plain ratio where the formula
    is another one: it is given the counts above and below, then those of `also`, more sets its formula needs. `line`
    says one record that is no dossier.
    """

    numerator: Callable[[Asked], Records]
    denominator: Callable[[Asked], Records]
    unit_path: str = "received_unit"
    distinct: str = ""
    share: Callable[..., Decimal | None] | None = None
    also: tuple[Callable[[Asked], Records], ...] = ()
    line: Callable[[Any], str] = str

    def ratio(self, asked: Asked, above: int, below: int, *more: int) -> Decimal | None:
        """The component's figure of its counts."""
        return self.share(asked, above, below, *more) if self.share else scores.ratio(above, below)

    def by_unit(self, records: Records) -> dict[int, int]:
        """How many per unit, in one query."""
        wanted = Count(self.distinct, distinct=True) if self.distinct else Count("pk")
        path = f"{self.unit_path}_id"
        return {row[path]: row["found"] for row in records.order_by().values(path).annotate(found=wanted) if row[path]}


SOURCES: dict[str, Source] = {}


def register_source(code: str, source: Source) -> None:
    """Plugs a component's source in; an unknown component or a second source is a programming error."""
    if code not in COMPONENTS:
        raise RuntimeError(f"the index has no component {code}")
    if code in SOURCES:
        raise RuntimeError(f"component {code} already has a source")
    SOURCES[code] = source


@dataclass(frozen=True)
class Result:
    """A component's figure for one question."""

    component: Component
    has_source: bool
    numerator: int = 0
    denominator: int = 0
    share: Decimal | None = None

    @property
    def is_not_applicable(self) -> bool:
        return self.has_source and self.share is None


def result(code: str, asked: Asked) -> Result:
    """Counts one component: numerator, denominator, ratio (None when the denominator is 0)."""
    return results([code], asked)[code]


def results(codes: Iterable[str], asked: Asked) -> dict[str, Result]:
    """Many components, counted in one query."""
    wanted = {code: SOURCES[code] for code in codes if code in SOURCES}
    counts = _count(wanted, asked)
    found = {}
    for code in codes:
        source = wanted.get(code)
        if source is None:
            found[code] = Result(COMPONENTS[code], False)
            continue
        above, below, *more = (counts[f"{code}_{number}"] for number in range(2 + len(source.also)))
        found[code] = Result(COMPONENTS[code], True, above, below, source.ratio(asked, above, below, *more))
    return found


def _count(wanted: dict[str, Source], asked: Asked) -> dict[str, int]:
    if not wanted:
        return {}
    questions: dict[str, Coalesce] = {}
    for code, source in wanted.items():
        for number, records in enumerate((source.numerator, source.denominator, *source.also)):
            counted = Count(source.distinct, distinct=True) if source.distinct else Count("pk")
            rows = (
                records(asked).order_by().annotate(same=Value(1)).values("same").annotate(found=counted).values("found")
            )
            questions[f"{code}_{number}"] = Coalesce(Subquery(rows, output_field=IntegerField()), 0)
    row = Unit.objects.order_by("pk").annotate(**questions).values(*questions)[:1]
    return dict(row[0]) if row else dict.fromkeys(questions, 0)
