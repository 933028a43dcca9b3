"""Reading a scorecard for a unit and year: own points beside what figures say; what was not assessed is not 0."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tinhso.engines.indicators import selectors
from tinhso.engines.indicators.amounts import Window
from tinhso.engines.indicators.models import Scorecard, ScorecardRow, SelfScore
from tinhso.engines.indicators.periods import Period
from tinhso.foundation.orgs.models import Unit

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Line:
    """One row: what the unit gave itself, and what its figure is worth where an indicator feeds it."""

    row: ScorecardRow
    own: SelfScore | None
    counted: Decimal | None


@dataclass(frozen=True)
class Sheet:
    """All rows of one version for a unit and year."""

    scorecard: Scorecard
    lines: list[Line]

    @property
    def is_empty(self) -> bool:
        """The weights of this version were not seen yet: nothing can be scored by it."""
        return not self.lines

    @property
    def most(self) -> Decimal:
        return sum((line.row.points for line in self.lines), Decimal(0))

    @property
    def assessed(self) -> Decimal:
        """The most points of the rows that were assessed: the total below is out of these, not of all."""
        return sum((line.row.points for line in self.lines if line.own), Decimal(0))

    @property
    def own(self) -> Decimal | None:
        """The points given so far; None before any."""
        given = [line.own.points for line in self.lines if line.own]
        return sum(given, Decimal(0)) if given else None


def points_for(share: Fraction | None, row: ScorecardRow) -> Decimal | None:
    """Points for a percentage: in proportion, full from the threshold on; None stays None."""
    if share is None:
        return None
    part = min(share / Fraction(row.full_at or 100), Fraction(1))
    exact = max(part, Fraction(0)) * Fraction(row.points)
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(CENT, ROUND_HALF_UP)


def sheet(scorecard: Scorecard, unit: Unit, year: int) -> Sheet:
    """The version's rows for a unit and year."""
    rows = list(scorecard.rows.order_by("pk"))
    found = SelfScore.objects.filter(row__in=rows, unit=unit, year=year, replaced_by=None)
    scores = {score.row_id: score for score in found.select_related("recorded_by").prefetch_related("evidence")}
    fed = selectors.as_indicators({row.indicator for row in rows if row.indicator})
    window = Window(Period(year, 1), Period(year, 12))
    figures = selectors.totals(fed, window, unit) if fed else {}
    return Sheet(
        scorecard,
        [
            Line(row, scores.get(row.pk), points_for(figures[row.indicator].value, row) if row.indicator else None)
            for row in rows
        ],
    )
