"""Formulas of indicators: a closed grammar over codes in braces, parsed and computed exactly, divided last.

    sum    = term  (("+" | "-") term)*
    term   = sign  (("*" | "/") sign)*
    sign   = "-" sign | atom
    atom   = number | "{CODE}" | name "(" sum ("," sum)* ")" | "(" sum ")"

Functions: round(x) round(x, digits), coalesce(a, b…) the first that was reported, min(a, b…), max(a, b…), abs(x).
What was not reported makes the result not reported; so does a division by zero. Nothing here is ever run as code.
A system with cells instead of codes reads with a `Grammar` of its own (reports: systems/reporting/rules/formulas).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

# Digits of a number written in a formula, and of a rounding.
MOST_DIGITS = 24
MOST_PLACES = 8

Value = Fraction | None
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,79}", re.ASCII)


@dataclass(frozen=True)
class Grammar:
    """How formulas are written: what stands in braces, the functions and their parts' separator, and the bounds."""

    code: re.Pattern[str]
    # Written name → the operation, fewest and most parts.
    functions: Mapping[str, tuple[str, int, int]]
    separator: str = ","
    # Signs beside + - * / ( ) and the separator, as a regular expression.
    more_signs: str = ""
    # What parts whole and fraction in a written number.
    points: str = "."
    longest: int = 2000
    deepest: int = 40
    # Also bounds how deep a long chain leans, for the tree is computed by recursion.
    most_nodes: int = 250

    @cached_property
    def token(self) -> re.Pattern[str]:
        """One word after the blanks before it."""
        signs = "|".join(filter(None, [self.more_signs, f"[-+*/(){re.escape(self.separator)}]"]))
        number = rf"(?P<number>\d+(?:[{re.escape(self.points)}]\d+)?)"
        return re.compile(rf"\s*(?:{number}|\{{(?P<code>[^{{}}]*)\}}|(?P<name>[a-z]+)|(?P<sign>{signs}))", re.ASCII)


OF_INDICATORS = Grammar(
    CODE,
    {"round": ("round", 1, 2), "coalesce": ("coalesce", 2, 20), "min": ("min", 2, 20), "max": ("max", 2, 20)}
    | {"abs": ("abs", 1, 1)},
)


class Wrong(ValueError):
    """The formula cannot be read; `reason` names why, `at` the place (counted from 1), `what` the part."""

    def __init__(self, reason: str, at: int, what: str = "") -> None:
        super().__init__(f"{reason} at {at}: {what}")
        self.reason, self.at, self.what = reason, at, what


@dataclass(frozen=True)
class Node:
    """One operation: "number", "code", "+", "-", "*", "/", "negative", or a function's name."""

    op: str
    parts: tuple[Node, ...] = ()
    number: Fraction = Fraction(0)
    code: str = ""
    at: int = 1

    def walk(self) -> Iterator[Node]:
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class Formula:
    """A formula that was read: its tree and the codes it names, in order of first mention."""

    text: str
    root: Node

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(node.code for node in self.root.walk() if node.op == "code"))

    def value(self, of: Mapping[str, Value] | Callable[[str], Value]) -> Value:
        """The exact value with every code's value given; None when something needed was not reported."""
        look_up = of if callable(of) else of.get
        return compute(self.root, look_up)

    @property
    def ratio(self) -> tuple[str, str] | None:
        """(numerator, denominator) of a plain percentage such as 100*{A}/{B}; None for every other shape."""
        for text in ("100*{%s}/{%s}", "{%s}/{%s}*100", "{%s}*100/{%s}"):
            if len(self.codes) == 2 and _bare(self.text) == text % self.codes:
                return self.codes[0], self.codes[1]
        return None

    @property
    def alone(self) -> str | None:
        """The one code that the formula consists of, if it does nothing else."""
        return self.root.code if self.root.op == "code" else None


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def parse(text: str) -> Formula:
    """Reads a formula; Wrong names the first place that cannot be read."""
    return Formula(text, Reader(text, OF_INDICATORS).whole())


def compute(node: Node, look_up: Callable[[str], Value]) -> Value:
    """The value of a tree; the tree's depth was bounded when it was read."""
    if node.op == "number":
        return node.number
    if node.op == "code":
        return look_up(node.code)
    parts = [compute(part, look_up) for part in node.parts]
    if node.op == "coalesce":
        return next((part for part in parts if part is not None), None)
    known = [part for part in parts if part is not None]
    if node.op == "total":
        return sum(known, Fraction(0)) if known else None
    return _apply(node.op, known) if len(known) == len(parts) else None


def _apply(op: str, parts: list[Fraction]) -> Value:
    match op:
        case "+":
            return parts[0] + parts[1]
        case "-":
            return parts[0] - parts[1]
        case "*":
            return parts[0] * parts[1]
        case "/":
            return parts[0] / parts[1] if parts[1] else None
        case "negative":
            return -parts[0]
        case "round":
            return _rounded(parts[0], int(parts[1]) if len(parts) == 2 else 0)
        case "min":
            return min(parts)
        case "max":
            return max(parts)
        case "abs":
            return abs(parts[0])
    raise ValueError(op)


def _rounded(value: Fraction, places: int) -> Fraction:
    # Half away from zero, as people round; Python's own rounds halves to even.
    scale = 10**places
    whole = (abs(value) * scale * 2 + 1) // 2
    return Fraction(whole if value >= 0 else -whole, scale)


@dataclass(frozen=True)
class Token:
    """A word of a formula, its kind ("number", "code", "name", "sign") and its place from 1."""

    kind: str
    text: str
    at: int


class Reader:
    """Reads tokens left to right with one token of sight; every descent is counted, so nesting cannot exhaust us."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        if len(text) > grammar.longest:
            raise Wrong("too_long", grammar.longest + 1, str(grammar.longest))
        self.grammar = grammar
        self.tokens = list(_tokens(text, grammar))
        self.place = 0
        self.nodes = 0
        self.end = len(text) + 1

    def whole(self) -> Node:
        """The one formula that the text is."""
        found = self.formula()
        self.end_here()
        return found

    def formula(self) -> Node:
        """A formula from here on."""
        if not self.tokens:
            raise Wrong("empty", 1)
        return self._sum(0)

    def end_here(self) -> None:
        """Nothing may follow."""
        left = self.next()
        if left:
            raise Wrong("unexpected", left.at, left.text)

    def next(self) -> Token | None:
        """The word in sight, not taken yet."""
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self, *signs: str) -> Token | None:
        """Takes one of these signs, if it is next."""
        token = self.next()
        if token and token.kind == "sign" and token.text in signs:
            self.place += 1
            return token
        return None

    def _node(self, op: str, *parts: Node, at: int, number: Fraction = Fraction(0), code: str = "") -> Node:
        self.nodes += 1
        if self.nodes > self.grammar.most_nodes:
            raise Wrong("too_many_parts", at, str(self.grammar.most_nodes))
        return Node(op, parts, number, code, at)

    def _sum(self, depth: int) -> Node:
        return self._chain(depth, ("+", "-"), self._term)

    def _term(self, depth: int) -> Node:
        return self._chain(depth, ("*", "/"), self._sign)

    def _chain(self, depth: int, signs: tuple[str, ...], inner: Callable[[int], Node]) -> Node:
        found = inner(depth)
        while sign := self.take(*signs):
            found = self._node(sign.text, found, inner(depth), at=sign.at)
        return found

    def _sign(self, depth: int) -> Node:
        if depth > self.grammar.deepest:
            token = self.next()
            raise Wrong("too_deep", token.at if token else self.end, str(self.grammar.deepest))
        if sign := self.take("-"):
            return self._node("negative", self._sign(depth + 1), at=sign.at)
        return self._atom(depth)

    def _atom(self, depth: int) -> Node:
        token = self.next()
        if token is None:
            raise Wrong("ends_early", self.end)
        self.place += 1
        if token.kind == "number":
            return self._node("number", at=token.at, number=Fraction(Decimal(token.text.replace(",", "."))))
        if token.kind == "code":
            return self._node("code", at=token.at, code=token.text)
        if token.kind == "name":
            return self._call(token, depth)
        if token.text == "(":
            found = self._sum(depth + 1)
            self._close(token)
            return found
        raise Wrong("unexpected", token.at, token.text)

    def _call(self, name: Token, depth: int) -> Node:
        if name.text not in self.grammar.functions:
            raise Wrong("unknown_function", name.at, name.text)
        if not self.take("("):
            raise Wrong("needs_bracket", name.at, name.text)
        parts = [self._sum(depth + 1)]
        while self.take(self.grammar.separator):
            parts.append(self._sum(depth + 1))
        self._close(name)
        op, fewest, most = self.grammar.functions[name.text]
        if not fewest <= len(parts) <= most:
            raise Wrong("wrong_number_of_parts", name.at, name.text)
        if op == "round" and len(parts) == 2 and not _is_places(parts[1]):
            raise Wrong("round_needs_digits", parts[1].at, str(MOST_PLACES))
        return self._node(op, *parts, at=name.at)

    def _close(self, opened: Token) -> None:
        if not self.take(")"):
            token = self.next()
            raise Wrong("not_closed", token.at if token else self.end, opened.text)


def _is_places(node: Node) -> bool:
    return node.op == "number" and node.number.denominator == 1 and node.number <= MOST_PLACES


def _tokens(text: str, grammar: Grammar) -> Iterator[Token]:
    place = 0
    while text[place:].strip():
        found = grammar.token.match(text, place)
        if found is None:
            at = place + len(text[place:]) - len(text[place:].lstrip())
            raise Wrong("unreadable", at + 1, text[at : at + 12])
        kind = str(found.lastgroup)
        token = Token(kind, found[kind], found.start(kind) + 1)
        if kind == "code" and not grammar.code.fullmatch(token.text):
            raise Wrong("bad_code", token.at, token.text[:40])
        if kind == "number" and len(token.text) > MOST_DIGITS:
            raise Wrong("number_too_long", token.at, token.text[:12])
        yield token
        place = found.end()


# --- which formulas need which ----------------------------------------------------------------------------------


class Circle(ValueError):
    """Formulas that need one another in a circle; `codes` is the way round."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(" → ".join(codes))
        self.codes = codes


def in_order(wanted: Iterable[str], named: Mapping[str, Sequence[str]], longest: int) -> list[str]:
    """The formulas needed for those wanted, each after the ones it names; Circle when there is no such order.

    A chain longer than `longest` counts as a circle: it is followed by recursion.
    """
    done: dict[str, None] = {}
    for code in wanted:
        _visit(code, named, done, [], longest)
    return list(done)


def _visit(code: str, named: Mapping[str, Sequence[str]], done: dict[str, None], way: list[str], longest: int) -> None:
    if code in done or code not in named:
        return
    if code in way:
        raise Circle([*way[way.index(code) :], code])
    if len(way) >= longest:
        raise Circle([*way, code])
    for other in named[code]:
        _visit(other, named, done, [*way, code], longest)
    done[code] = None


# --- what is measured in what -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measured:
    """What a value is measured in: a dimension ("count", "money"…; "" for a bare number) and its scale.

    `literal` marks a number written in the formula, which takes the kind of whatever it is added to.
    """

    dimension: str
    scale: Decimal = Decimal(1)
    is_literal: bool = False


PURE = Measured("")
# Shares, percentages and scores of nothing in particular: numbers without a dimension.
PURE_DIMENSIONS = {"", "percent"}


class Mixed(Wrong):
    """Two parts that cannot be added or compared: money with people, đồng with triệu đồng."""


def measured_in(node: Node, of: Callable[[str], Measured]) -> Measured:
    """What the tree's value is measured in; Mixed names the first place where unlike things meet."""
    if node.op == "number":
        return Measured("", is_literal=True)
    if node.op == "code":
        found = of(node.code)
        return PURE if found.dimension in PURE_DIMENSIONS else found
    parts = [measured_in(part, of) for part in (node.parts[:1] if node.op == "round" else node.parts)]
    if node.op == "*":
        return _product(parts[0], parts[1], node)
    if node.op == "/":
        return _quotient(parts[0], parts[1])
    return _alike(parts, node)


def _alike(parts: list[Measured], node: Node) -> Measured:
    known = [part for part in parts if not part.is_literal]
    if len({(part.dimension, part.scale) for part in known}) > 1:
        raise Mixed("mixed_units", node.at, node.op)
    return known[0] if known else parts[0]


def _product(left: Measured, right: Measured, node: Node) -> Measured:
    if left.dimension and right.dimension:
        raise Mixed("product_of_units", node.at, node.op)
    if left.is_literal and right.is_literal:
        return left
    found = left if left.dimension else right
    return Measured(found.dimension, found.scale)


def _quotient(left: Measured, right: Measured) -> Measured:
    if left.is_literal and right.is_literal:
        return left
    if not right.dimension:
        return Measured(left.dimension, left.scale)
    if (left.dimension, left.scale) == (right.dimension, right.scale):
        return PURE
    return Measured(f"{left.dimension or '1'}/{right.dimension}", left.scale / right.scale)
