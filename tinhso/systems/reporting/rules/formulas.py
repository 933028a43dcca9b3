"""Computed cells and checks of reports: the engine's formulas with cells instead of codes, and one comparison.

    cell     := '{' ROW '.' COLUMN '}' | '{' 'ky_truoc' ':' ROW '.' COLUMN '}' | '{' REGIME ':' ROW '.' COLUMN '}'
    check    := condition ['khi' condition]
    condition:= formula ('=' | '<>' | '<=' | '>=' | '<' | '>') formula | 'co' '(' cell ')' | 'trong' '(' cell ')'

An empty cell makes a formula empty, and a check that reads one does not apply: empty is not zero. `tong(a; b; …)` adds
what is there and is empty only when all are. Division by zero is empty.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from tinhso.engines.indicators.formulas import Circle, Grammar, Node, Reader, Wrong, compute
from tinhso.engines.indicators.formulas import in_order as engine_order

__all__ = ["Circle", "Wrong"]

PREVIOUS = "ky_truoc"
# A running total down a long table: each row's cell needs the row above.
LONGEST_CHAIN = 300
_CELL = re.compile(
    r"\s*(?:(?P<source>[a-z0-9][a-z0-9-]*|ky_truoc)\s*:\s*)?(?P<code>[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)\s*"
)
GRAMMAR = Grammar(
    _CELL,
    {
        "tong": ("total", 1, 60),
        "lonnhat": ("max", 1, 20),
        "nhonhat": ("min", 1, 20),
        "lamtron": ("round", 1, 2),
    },
    separator=";",
    more_signs="<>|<=|>=|[=<>]",
    points=".,",
    longest=600,
    deepest=20,
    most_nodes=200,
)
COMPARISONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
PRESENT, ABSENT = "co", "trong"
WHEN = "khi"


@dataclass(frozen=True)
class Cell:
    """A cell that a formula reads: of this form, of the period before (`source` ky_truoc), or of another regime."""

    code: str
    source: str = ""

    def __str__(self) -> str:
        return f"{self.source}:{self.code}" if self.source else self.code


Values = Mapping[Cell, Decimal | None]


@dataclass(frozen=True)
class Condition:
    """A comparison of two formulas, or whether a cell is filled in ("co") or empty ("trong")."""

    sign: str
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Check:
    """What must hold, and the condition under which it is asked."""

    must: Condition
    when: Condition | None = None


class _Reader(Reader):
    """The engine's reader, and conditions."""

    def condition(self) -> Condition:
        word = self.next()
        if word and word.kind == "name" and word.text in (PRESENT, ABSENT):
            self.place += 1
            inner = self.formula()
            if inner.op != "code":
                raise Wrong("needs_a_cell", word.at, word.text)
            return Condition(word.text, (inner,))
        left = self.formula()
        sign = self.take(*COMPARISONS)
        if sign is None:
            here = self.next()
            raise Wrong("needs_comparison", here.at if here else self.end)
        return Condition(sign.text, (left, self.formula()))

    def when(self) -> Condition | None:
        word = self.next()
        if word is None or word.text != WHEN:
            return None
        self.place += 1
        return self.condition()


def parse_formula(text: str) -> Node:
    """A computed cell's formula. Raises Wrong."""
    return _Reader(text, GRAMMAR).whole()


def parse_check(text: str) -> Check:
    """A check. Raises Wrong."""
    reader = _Reader(text, GRAMMAR)
    check = Check(reader.condition(), reader.when())
    reader.end_here()
    return check


def cell_of(code: str) -> Cell:
    """The cell that stands in a formula's braces."""
    found = _CELL.fullmatch(code)
    assert found is not None  # the reader took it for a cell
    return Cell(found["code"], found["source"] or "")


def cells_of(read: Node | Check) -> set[Cell]:
    """Every cell that is read."""
    conditions = [read.must, read.when] if isinstance(read, Check) else []
    nodes = [part for one in conditions if one for part in one.parts] if isinstance(read, Check) else [read]
    return {cell_of(node.code) for root in nodes for node in root.walk() if node.op == "code"}


def value_of(node: Node, values: Values) -> Decimal | None:
    """The formula's value; None when a cell is empty or something is divided by zero."""
    found = _exact(node, values)
    if found is None:
        return None
    with localcontext() as context:
        context.prec = 40
        return Decimal(found.numerator) / Decimal(found.denominator)


def _exact(node: Node, values: Values) -> Fraction | None:
    def look_up(code: str) -> Fraction | None:
        value = values.get(cell_of(code))
        return None if value is None else Fraction(value)

    return compute(node, look_up)


def holds(condition: Condition, values: Values) -> bool | None:
    """Whether a condition holds; None when a cell it compares is empty."""
    found = [_exact(part, values) for part in condition.parts]
    if condition.sign in (PRESENT, ABSENT):
        return (found[0] is not None) == (condition.sign == PRESENT)
    left, right = found
    if left is None or right is None:
        return None
    return COMPARISONS[condition.sign](left, right)


def passes(check: Check, values: Values) -> bool | None:
    """True, False, or None when the check does not apply (its condition is not met, or a cell it needs is empty)."""
    if check.when is not None and holds(check.when, values) is not True:
        return None
    return holds(check.must, values)


def in_order(formulas: Mapping[str, Node]) -> list[str]:
    """Computed cells so that each comes after those it reads. Raises Circle with the cells that go round."""
    named = {code: sorted(cell.code for cell in cells_of(node) if not cell.source) for code, node in formulas.items()}
    return engine_order(formulas, named, LONGEST_CHAIN)
