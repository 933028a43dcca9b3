"""What in a frozen set may point at a person: small counts, shares that leave a few, free words. Pure.

The program cannot know which rows count people, so it takes every whole count for one until somebody says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tinhso.foundation.openness.rules import personal
from tinhso.foundation.openness.rules.small_cells import LEAST, may_show_share
from tinhso.systems.reporting.rules import formulas
from tinhso.systems.reporting.rules.content import CellKind, CellSpec, Form

_NUMBERS_OF_PERSONS = tuple(re.compile(one) for one in (personal.IDENTITY, personal.PHONE, personal.MAIL))


class Risk(StrEnum):
    """Why a cell may point at somebody."""

    SMALL = "small"
    SHARE = "share"
    WORDS = "words"
    # An identity number, a telephone or an e-mail in the words: nobody can vouch for that.
    PERSON = "person"


@dataclass(frozen=True)
class Telling:
    """One cell of one unit that may point at a person. `unit` is a name, as the set itself shows it."""

    unit: str
    code: str
    risk: Risk

    @property
    def may_be_vouched_for(self) -> bool:
        return self.risk is not Risk.PERSON


def tellings(
    form: Form, unit: str, values: Mapping[str, Decimal | None], words: Mapping[str, str]
) -> Iterator[Telling]:
    """Every cell of one unit's figures that may point at somebody, in reading order. Zeroes and empty cells do not."""
    for code, spec in form.cells.items():
        risk = _of_words(words.get(code, "")) if spec.kind is CellKind.TEXT else _of_number(spec, values)
        if risk is not None:
            yield Telling(unit, code, risk)


def _of_words(text: str) -> Risk | None:
    if not text.strip():
        return None
    return Risk.PERSON if any(one.search(text) for one in _NUMBERS_OF_PERSONS) else Risk.WORDS


def _of_number(spec: CellSpec, values: Mapping[str, Decimal | None]) -> Risk | None:
    value = values.get(spec.code)
    if not spec.is_number or value is None:
        return None
    if spec.kind is CellKind.COMPUTED:
        node = formulas.parse_formula(spec.formula)
        if any(one.op == "/" for one in node.walk()):
            return None if _may_show(formulas.cells_of(node), values) else Risk.SHARE
    # Money, hectares: what has decimals counts nobody.
    is_count = spec.shape.decimals == 0
    return Risk.SMALL if is_count and 0 < abs(value) < LEAST else None


def _may_show(cells: set[formulas.Cell], values: Mapping[str, Decimal | None]) -> bool:
    """A quotient of two cells of this form: neither the part nor the rest is a few. Of any other nothing is known."""
    found = [values.get(str(cell)) for cell in cells]
    if len(found) != 2 or None in found:
        return False
    part, whole = sorted(int(value) for value in found if value is not None)
    return may_show_share(part, whole)
