"""The closed grammar of computed cells and checks: cells, numbers, four operations, one comparison. Nothing is run.

    formula  := term (('+' | '-') term)*
    term     := factor (('*' | '/') factor)*
    factor   := number | cell | '-' factor | '(' formula ')' | NAME '(' formula (';' formula)* ')'
    cell     := '{' ROW '.' COLUMN '}' | '{' 'ky_truoc' ':' ROW '.' COLUMN '}' | '{' REGIME ':' ROW '.' COLUMN '}'
    check    := condition ['khi' condition]
    condition:= formula ('=' | '<>' | '<=' | '>=' | '<' | '>') formula | 'co' '(' cell ')' | 'trong' '(' cell ')'

An empty cell makes a formula empty, and a check that reads one does not apply: empty is not zero. `tong(a; b; …)` adds
what is there and is empty only when all are. Division by zero is empty. Bounds on length, depth and size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from enum import StrEnum

LONGEST, DEEPEST, MOST_PARTS = 600, 20, 200
PREVIOUS = "ky_truoc"


class Wrong(StrEnum):
    """What is wrong with a formula; the sentences belong to words.py."""

    LONG = "long"
    DEEP = "deep"
    LETTER = "letter"
    UNEXPECTED = "unexpected"
    END = "end"
    FUNCTION = "function"
    CELL = "cell"
    COMPARISON = "comparison"


class BadFormula(ValueError):
    """The formula does not follow the grammar. `at` counts characters from 1."""

    def __init__(self, wrong: Wrong, at: int, what: str = "") -> None:
        self.wrong, self.at, self.what = wrong, at, what
        super().__init__(f"{wrong} at {at}: {what}")


@dataclass(frozen=True)
class Cell:
    """A cell that a formula reads: of this form, of the period before (`source` ky_truoc), or of another regime."""

    code: str
    source: str = ""

    def __str__(self) -> str:
        return f"{self.source}:{self.code}" if self.source else self.code


@dataclass(frozen=True)
class Number:
    value: Decimal


@dataclass(frozen=True)
class Operation:
    sign: str
    parts: tuple[Node, ...]


Node = Cell | Number | Operation
Values = Mapping[Cell, Decimal | None]
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:[.,]\d+)?)|(?P<cell>\{[^{}]*\})|(?P<name>[a-z]+)|(?P<sign><>|<=|>=|[-+*/()=<>;]))"
)
_CELL = re.compile(
    r"\{\s*(?:(?P<source>[a-z0-9][a-z0-9-]*|ky_truoc)\s*:\s*)?(?P<code>[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)\s*\}"
)
COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}
FUNCTIONS = ("tong", "lonnhat", "nhonhat", "lamtron")
PRESENCE = ("co", "trong")
WHEN = "khi"


@dataclass(frozen=True)
class Check:
    """What must hold, and the condition under which it is asked."""

    must: Operation
    when: Operation | None = None


class _Reader:
    """One pass over the words, one token ahead."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise BadFormula(Wrong.LONG, LONGEST)
        self.text, self.at, self.parts, self.depth = text, 0, 0, 0
        self.kind, self.word, self.began = "", "", 0
        self.step()

    def step(self) -> None:
        rest = self.text[self.at :]
        if not rest.strip():
            self.kind, self.word, self.began = "end", "", len(self.text)
            return
        found = _TOKEN.match(self.text, self.at)
        if found is None:
            raise BadFormula(Wrong.LETTER, self.at + len(rest) - len(rest.lstrip()) + 1, rest.lstrip()[0])
        self.kind = str(found.lastgroup)
        self.word, self.began, self.at = found[self.kind], found.start(self.kind), found.end()
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise BadFormula(Wrong.LONG, self.began + 1)

    def fail(self, wrong: Wrong = Wrong.UNEXPECTED) -> BadFormula:
        return BadFormula(Wrong.END if self.kind == "end" else wrong, self.began + 1, self.word)

    def take(self, word: str) -> None:
        if self.word != word or self.kind == "end":
            raise self.fail()
        self.step()

    def formula(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadFormula(Wrong.DEEP, self.began + 1)
        node = self._chain(self._term, "+-")
        self.depth -= 1
        return node

    def _term(self) -> Node:
        return self._chain(self._factor, "*/")

    def _chain(self, inner: Callable[[], Node], signs: str) -> Node:
        node = inner()
        while self.kind == "sign" and self.word in signs:
            sign = self.word
            self.step()
            node = Operation(sign, (node, inner()))
        return node

    def _factor(self) -> Node:
        kind, word = self.kind, self.word
        if kind == "number":
            self.step()
            return Number(Decimal(word.replace(",", ".")))
        if kind == "cell":
            return self.cell()
        if kind == "sign" and word == "-":
            self.depth += 1
            if self.depth > DEEPEST:
                raise BadFormula(Wrong.DEEP, self.began + 1)
            self.step()
            node: Node = Operation("neg", (self._factor(),))
            self.depth -= 1
            return node
        if kind == "sign" and word == "(":
            self.step()
            node = self.formula()
            self.take(")")
            return node
        if kind == "name":
            return self._call(word)
        raise self.fail()

    def _call(self, name: str) -> Node:
        if name not in FUNCTIONS:
            raise self.fail(Wrong.FUNCTION)
        self.step()
        self.take("(")
        parts = [self.formula()]
        while self.word == ";" and self.kind == "sign":
            self.step()
            parts.append(self.formula())
        self.take(")")
        return Operation(name, tuple(parts))

    def cell(self) -> Cell:
        found = _CELL.fullmatch(self.word) if self.kind == "cell" else None
        if found is None:
            raise self.fail(Wrong.CELL)
        self.step()
        return Cell(found["code"], found["source"] or "")

    def condition(self) -> Operation:
        if self.kind == "name" and self.word in PRESENCE:
            name = self.word
            self.step()
            self.take("(")
            inner = self.cell()
            self.take(")")
            return Operation(name, (inner,))
        left = self.formula()
        if self.kind != "sign" or self.word not in COMPARISONS:
            raise self.fail(Wrong.COMPARISON)
        sign = self.word
        self.step()
        return Operation(sign, (left, self.formula()))


def parse_formula(text: str) -> Node:
    """A computed cell's formula. Raises BadFormula."""
    reader = _Reader(text)
    node = reader.formula()
    if reader.kind != "end":
        raise reader.fail()
    return node


def parse_check(text: str) -> Check:
    """A check. Raises BadFormula."""
    reader = _Reader(text)
    must = reader.condition()
    when = None
    if reader.kind == "name" and reader.word == WHEN:
        reader.step()
        when = reader.condition()
    if reader.kind != "end":
        raise reader.fail()
    return Check(must, when)


def cells_of(node: Node | Check) -> set[Cell]:
    """Every cell that is read."""
    if isinstance(node, Check):
        return cells_of(node.must) | (cells_of(node.when) if node.when else set())
    if isinstance(node, Cell):
        return {node}
    if isinstance(node, Operation):
        return set().union(*(cells_of(part) for part in node.parts)) if node.parts else set()
    return set()


def value_of(node: Node, values: Values) -> Decimal | None:
    """The formula's value; None when a cell is empty or something is divided by zero."""
    with localcontext() as context:
        context.prec = 40
        try:
            return _value(node, values)
        except (DivisionByZero, InvalidOperation, Overflow):
            return None


def _value(node: Node, values: Values) -> Decimal | None:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Cell):
        return values.get(node)
    parts = [_value(part, values) for part in node.parts]
    known = [part for part in parts if part is not None]
    if node.sign == "tong":
        return sum(known, Decimal(0)) if known else None
    if len(known) < len(parts):
        return None
    return _OPERATIONS[node.sign](known)


def _rounded(parts: list[Decimal]) -> Decimal:
    places = int(parts[1]) if len(parts) > 1 else 0
    step = Decimal(1).scaleb(-max(0, min(places, 4)))
    return parts[0].quantize(step, rounding="ROUND_HALF_UP")


_OPERATIONS: dict[str, Callable[[list[Decimal]], Decimal]] = {
    "+": lambda parts: parts[0] + parts[1],
    "-": lambda parts: parts[0] - parts[1],
    "*": lambda parts: parts[0] * parts[1],
    "/": lambda parts: parts[0] / parts[1],
    "neg": lambda parts: -parts[0],
    "lonnhat": max,
    "nhonhat": min,
    "lamtron": _rounded,
}


def holds(condition: Operation, values: Values) -> bool | None:
    """Whether a condition holds; None when a cell it compares is empty."""
    if condition.sign in PRESENCE:
        (inner,) = condition.parts
        is_there = isinstance(inner, Cell) and values.get(inner) is not None
        return is_there if condition.sign == "co" else not is_there
    left, right = (value_of(part, values) for part in condition.parts)
    if left is None or right is None:
        return None
    return COMPARISONS[condition.sign](left, right)


def passes(check: Check, values: Values) -> bool | None:
    """True, False, or None when the check does not apply (its condition is not met, or a cell it needs is empty)."""
    if check.when is not None and holds(check.when, values) is not True:
        return None
    return holds(check.must, values)


def in_order(formulas: Mapping[str, Node]) -> list[str]:
    """Computed cells so that each comes after those it reads. Raises Cycle with the cells that go round."""
    order: list[str] = []
    state: dict[str, int] = {}
    for start in formulas:
        _visit(start, formulas, state, order, [])
    return order


class Cycle(ValueError):
    """Computed cells that need one another."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = list(codes)
        super().__init__(" → ".join(self.codes))


def _visit(code: str, formulas: Mapping[str, Node], state: dict[str, int], order: list[str], way: list[str]) -> None:
    if state.get(code) == 2 or code not in formulas:
        return
    if state.get(code) == 1:
        raise Cycle([*way[way.index(code) :], code])
    state[code] = 1
    for cell in sorted(cells_of(formulas[code]), key=str):
        if not cell.source:
            _visit(cell.code, formulas, state, order, [*way, code])
    state[code] = 2
    order.append(code)
