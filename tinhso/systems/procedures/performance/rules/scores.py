"""Ratios and points of the service index (Decision 766/QĐ-TTg): exact, rounded once, nothing divided by 0."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT = Decimal("0.01")
# The denominator of synchronisation when nothing was reported: this part of last year's whole.
_PART_OF_A_YEAR = {"month": 12, "quarter": 4, "year": 1}


def ratio(numerator: Decimal | int, denominator: Decimal | int) -> Decimal | None:
    """Percent with two decimals, half up; None (not applicable) when there is nothing to divide by."""
    if denominator == 0:
        return None
    return rounded(Fraction(numerator) * 100 / Fraction(denominator))


def rounded(value: Fraction) -> Decimal:
    """Two decimals, half away from zero."""
    exact = Decimal(abs(value.numerator) * 10_000 // value.denominator) / 10_000
    # The digits cut off can only turn an exact half into more than a half.
    if Fraction(exact) != abs(value):
        exact += Decimal("0.00001")
    cents = exact.quantize(CENT, ROUND_HALF_UP)
    return cents if value >= 0 else -cents


def points(share: Decimal | None, most: Decimal, full_at: Decimal | None) -> Decimal | None:
    """Points for a ratio: full from the threshold on, else in proportion; without a threshold in proportion to 100.

    None stays None: what does not apply is not given 0 points in silence.
    """
    if share is None:
        return None
    threshold = full_at if full_at is not None else Decimal(100)
    if share >= threshold:
        return most.quantize(CENT)
    return rounded(Fraction(most) * Fraction(max(share, Decimal(0))) / Fraction(threshold))


def synchronised_out_of(reported: int, on_portal: int, last_year: int, kind: str) -> Fraction:
    """How many dossiers should have been synchronised in a month, quarter or year (component 1.4)."""
    largest = max(reported, on_portal)
    return Fraction(largest) if largest else Fraction(last_year, _PART_OF_A_YEAR[kind])


def satisfied(received: int, late: int, complained: int) -> Decimal | None:
    """Component 5.4: 100 % less the overdue share and the share with a complaint or dislike; never below 0."""
    if received == 0:
        return None
    return max(rounded(100 - Fraction(100 * late, received) - Fraction(100 * complained, received)), Decimal("0.00"))


@dataclass(frozen=True)
class Tally:
    """The whole index: points given, the most that could be given where there is a figure, and what stands apart."""

    given: Decimal
    of_known: Decimal
    not_applicable: Decimal
    without_source: Decimal

    @property
    def is_whole(self) -> bool:
        return self.not_applicable == self.without_source == 0


def tally(rows: Iterable[tuple[Decimal, Decimal | None, bool]]) -> Tally:
    """Adds up (most, given or None, has a source). Missing parts are told beside the sum, never spread over it."""
    given = known = not_applicable = without = Decimal(0)
    for most, score, has_source in rows:
        if not has_source:
            without += most
        elif score is None:
            not_applicable += most
        else:
            given, known = given + score, known + most
    return Tally(given, known, not_applicable, without)
