"""Restating figures on another tree of units, by the recorded succession (STYLE 4, rule 9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tinhso.foundation.orgs.models import Succession, Unit

# A chain of take-overs longer than this is a mistake in the data (a circle), not history.
LONGEST_CHAIN = 20
WHOLE = Decimal(1)
# Shares are kept to six digits; through a chain of splits their product is kept to twelve.
SHARE_DIGITS = 12
SHARE_UNIT: int = 10**SHARE_DIGITS
# Facts are kept in ten-thousandths.
VALUE_DIGITS = 4


@dataclass(frozen=True)
class Heir:
    """Who carries a unit's figures on the asked day, and what part of them."""

    unit_id: int
    share: Decimal = WHOLE

    @property
    def is_estimated(self) -> bool:
        """A part of a split unit's figure is an estimate: the records themselves do not say which side they were."""
        return self.share != WHOLE

    @property
    def numerator(self) -> int:
        """The share in units of 1 / SHARE_UNIT."""
        return int(self.share.scaleb(SHARE_DIGITS))


def heirs_on(units: Iterable[Unit], day: date) -> dict[int, list[Heir]]:
    """For each unit, its heirs in the tree of `day`. A unit without recorded heirs keeps its own figures.

    An agency without a succession of its own follows its area: the committee of a merged commune goes to the
    committee of the new one.
    """
    book = _Book(day)
    return {unit.pk: book.heirs(unit) for unit in units}


def split(value: Decimal, heirs: list[Heir]) -> list[tuple[Heir, Decimal]]:
    """`value` by shares, to four digits, half to even; the last heir takes the remainder: the parts add up to `value`.

    In whole numbers, so that it is exact for every value a fact can hold, and the same in any database.
    """
    units = int(value.scaleb(VALUE_DIGITS))
    parts = [part_of(units, heir.numerator) for heir in heirs[:-1]]
    parts.append(units - sum(parts))
    return [(heir, Decimal(part).scaleb(-VALUE_DIGITS)) for heir, part in zip(heirs, parts, strict=True)]


def part_of(units: int, numerator: int) -> int:
    """units × numerator / SHARE_UNIT, half to even."""
    whole, rest = divmod(units * numerator, SHARE_UNIT)
    is_up = 2 * rest > SHARE_UNIT or (2 * rest == SHARE_UNIT and whole % 2 == 1)
    return whole + 1 if is_up else whole


class _Book:
    """All recorded take-overs up to a day, read once."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.successors: dict[int, list[Succession]] = defaultdict(list)
        rows = Succession.objects.filter(effective_on__lte=day).select_related("successor").order_by("pk")
        for row in rows:
            self.successors[row.predecessor_id].append(row)
        self.agencies: dict[tuple[int, str], Unit] = {}
        for unit in Unit.objects.as_of(day).exclude(area=None).order_by("-pk"):
            self.agencies[(unit.area_id or 0, unit.kind)] = unit

    def heirs(self, unit: Unit) -> list[Heir]:
        found = self._follow(unit, WHOLE, LONGEST_CHAIN)
        if not found and unit.area_id and unit.area_id != unit.pk and unit.area:
            found = self._through_area(unit, self._follow(unit.area, WHOLE, LONGEST_CHAIN))
        return _merged(found) or [Heir(unit.pk)]

    def _follow(self, unit: Unit, share: Decimal, steps: int) -> list[Heir]:
        if unit.is_valid_on(self.day):
            return [Heir(unit.pk, share)]
        rows = self.successors[unit.pk]
        shares = [row.share for row in rows] if len(rows) != 1 else [rows[0].share or WHOLE]
        known = [part for part in shares if part is not None]
        # Shares unknown or not whole: nobody may guess, the figure stays with the old unit and the screen says so.
        if steps == 0 or not rows or len(known) != len(rows) or sum(known) != WHOLE:
            return []
        found = [self._follow(row.successor, share * part, steps - 1) for row, part in zip(rows, known, strict=True)]
        return [heir for heirs in found for heir in heirs] if all(found) else []

    def _through_area(self, unit: Unit, areas: list[Heir]) -> list[Heir]:
        matched = [(self.agencies.get((area.unit_id, unit.kind)), area.share) for area in areas]
        found = [Heir(agency.pk, share) for agency, share in matched if agency]
        return found if len(found) == len(areas) else []


def _merged(heirs: list[Heir]) -> list[Heir]:
    """One heir per unit in one order; shares to twelve digits, the last one's made up so that all are the whole."""
    shares: dict[int, Decimal] = defaultdict(Decimal)
    for heir in heirs:
        shares[heir.unit_id] += heir.share
    if not shares:
        return []
    found = [Heir(unit_id, round(share, SHARE_DIGITS)) for unit_id, share in sorted(shares.items())]
    rest = WHOLE - sum((heir.share for heir in found[:-1]), Decimal(0))
    return [*found[:-1], Heir(found[-1].unit_id, rest)]
