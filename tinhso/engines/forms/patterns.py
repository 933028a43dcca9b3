"""Patterns that mean the same to a browser and to our validator, and that no text can make slow.

A pattern is read by the rules of ECMAScript with the "u" flag, as far as those need: no look-around, no references
back, no word boundaries, no named groups. `for_validator` writes it out so that Rust's engine reads the very same
meaning; browsers take it as it stands. Since browsers backtrack, a pattern with two ways to split one text is refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import log2
from typing import NoReturn

from django.utils.translation import gettext as _

LONGEST = 500
MOST_TIMES = 1000
# Ways to split a text of some 4,000 characters, as powers of two: a part without end has that many, two overlapping
# ones the square. The square is bearable, more is not.
_OPEN_BITS = 12.0
_MOST_BITS = 25.0
_SMALL = 400
_LAST = 0x10FFFF
_SURROGATES = (0xD800, 0xDFFF)
_KINDS = {"L": "ultmo", "M": "nce", "N": "dlo", "P": "cdseifo", "S": "mcko", "Z": "slp"}
_CATEGORIES = frozenset(name for kind, inner in _KINDS.items() for name in (kind, *(kind + letter for letter in inner)))
_SYNTAX = frozenset("^$\\.*+?()[]{}|/")
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13}

Ranges = tuple[tuple[int, int], ...]
_DIGITS: Ranges = ((0x30, 0x39),)
_WORD: Ranges = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
_SPACE: Ranges = (
    (9, 13),
    (0x20, 0x20),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
)
_LINE_ENDS: Ranges = ((10, 10), (13, 13), (0x2028, 0x2029))


class BadPattern(ValueError):
    """Why a pattern cannot be used, in a sentence."""


@dataclass(frozen=True)
class Chars:
    """A set of characters: ranges and categories, or all others."""

    ranges: Ranges = ()
    categories: tuple[str, ...] = ()
    is_negated: bool = False

    def has(self, point: int) -> bool:
        inside = any(low <= point <= high for low, high in self.ranges) or (
            bool(self.categories) and unicodedata.category(chr(point)).startswith(self.categories)
        )
        return inside is not self.is_negated

    def points(self) -> list[int] | None:
        """Its characters when they are few."""
        if self.is_negated or self.categories or sum(high - low + 1 for low, high in self.ranges) > _SMALL:
            return None
        return [point for low, high in self.ranges for point in range(low, high + 1)]

    def is_apart(self, other: Chars) -> bool:
        """True only when surely no character belongs to both."""
        for one, two in ((self, other), (other, self)):
            points = one.points()
            if points is not None:
                return not any(two.has(point) for point in points)
        if self.is_negated or other.is_negated:
            return False
        if not self.categories and not other.categories:
            return not any(a <= d and c <= b for a, b in self.ranges for c, d in other.ranges)
        if self.ranges or other.ranges:
            return False
        return not any(a.startswith(b) or b.startswith(a) for a in self.categories for b in other.categories)

    def written(self) -> str:
        """The set as Rust's engine reads it, every character by its number."""
        parts = [_point(low) if low == high else f"{_point(low)}-{_point(high)}" for low, high in self.ranges]
        parts += [f"\\p{{{name}}}" for name in self.categories]
        return f"[{'^' if self.is_negated else ''}{''.join(parts)}]"


@dataclass(frozen=True)
class Anchor:
    sign: str


@dataclass(frozen=True)
class Choice:
    branches: tuple[Sequence, ...]


@dataclass(frozen=True)
class Repeat:
    body: Node
    least: int
    most: int | None
    is_lazy: bool

    @property
    def varies(self) -> bool:
        return self.most != self.least


@dataclass(frozen=True)
class Sequence:
    parts: tuple[Node, ...]


Node = Chars | Anchor | Choice | Repeat | Sequence


def problem(pattern: str) -> str:
    """Why a pattern may not be used; empty when it may."""
    try:
        _check_speed(read(pattern))
    except BadPattern as wrong:
        return str(wrong)
    return ""


@lru_cache(maxsize=512)
def for_validator(pattern: str) -> str:
    """The pattern as Rust's engine must be given it to mean the same; one we do not know as it stands."""
    try:
        return _written(read(pattern))
    except BadPattern:
        return pattern


def read(pattern: str) -> Sequence | Choice:
    """The pattern as a tree; BadPattern names the first thing that cannot be used."""
    if len(pattern) > LONGEST:
        _refuse(_("dài quá %(limit)d ký tự") % {"limit": LONGEST})
    reader = _Reader(pattern)
    tree = reader.choice()
    if not reader.is_done:
        _refuse(_("dấu ngoặc “)” thừa"))
    return tree


def _refuse(why: str) -> NoReturn:
    raise BadPattern(why)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    @property
    def is_done(self) -> bool:
        return self.at >= len(self.text)

    def peek(self, text: str) -> bool:
        return self.text.startswith(text, self.at)

    def take(self, text: str) -> bool:
        if self.peek(text):
            self.at += len(text)
            return True
        return False

    def next(self) -> str:
        if self.is_done:
            _refuse(_("bị bỏ dở ở cuối"))
        self.at += 1
        return self.text[self.at - 1]

    def choice(self, depth: int = 0) -> Sequence | Choice:
        if depth > 10:
            _refuse(_("lồng quá nhiều dấu ngoặc"))
        branches = [self.sequence(depth)]
        while self.take("|"):
            branches.append(self.sequence(depth))
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def sequence(self, depth: int) -> Sequence:
        parts: list[Node] = []
        while not self.is_done and not self.peek("|") and not self.peek(")"):
            parts.append(self.term(depth))
        return Sequence(tuple(parts))

    def term(self, depth: int) -> Node:
        for sign in "^$":
            if self.take(sign):
                if self.text[self.at : self.at + 1] in ("*", "+", "?", "{"):
                    _refuse(_("lặp lại dấu %(sign)s") % {"sign": sign})
                return Anchor(sign)
        return self.quantified(self.atom(depth))

    def atom(self, depth: int) -> Node:
        if self.take("("):
            if self.peek("?") and not self.take("?:"):
                _refuse(_("nhóm “(?” kiểu này không dùng được; chỉ dùng (…) hoặc (?:…)"))
            inner = self.choice(depth + 1)
            if not self.take(")"):
                _refuse(_("thiếu dấu ngoặc “)”"))
            return inner
        if self.take("["):
            return self.char_class()
        if self.take("."):
            return Chars(_LINE_ENDS, is_negated=True)
        if self.take("\\"):
            return self.escape()
        sign = self.next()
        if sign in "*+?{}]":
            _refuse(_("dấu “%(sign)s” đứng một mình; hãy viết “\\%(sign)s”") % {"sign": sign})
        return _one(ord(sign))

    def quantified(self, body: Node) -> Node:
        least, most = self.times()
        if least is None:
            return body
        is_lazy = self.take("?")
        if self.text[self.at : self.at + 1] in ("*", "+", "?", "{"):
            _refuse(_("hai dấu lặp liền nhau"))
        return Repeat(body, least, most, is_lazy)

    def times(self) -> tuple[int | None, int | None]:
        for sign, found in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.take(sign):
                return found
        if not self.take("{"):
            return None, None
        inside, closed, rest = self.text[self.at :].partition("}")
        low, comma, high = inside.partition(",")
        numbers = [low] if not comma or not high else [low, high]
        if not closed or not all(one.isascii() and one.isdigit() and len(one) <= 4 for one in numbers):
            _refuse(_("số lần lặp viết sai: {%(inside)s") % {"inside": inside[:20]})
        self.at = len(self.text) - len(rest)
        least = int(low)
        most = least if not comma else int(high) if high else None
        if max(least, most or 0) > MOST_TIMES or (most is not None and most < least):
            _refuse(_("số lần lặp viết sai: {%(inside)s}") % {"inside": inside})
        return least, most

    def char_class(self) -> Chars:
        is_negated = self.take("^")
        ranges: list[tuple[int, int]] = []
        categories: list[str] = []
        if self.peek("]"):
            _refuse(_("tập ký tự rỗng “[]”"))
        while not self.take("]"):
            low = self.class_part()
            if self.peek("-") and not self.peek("-]"):
                self.take("-")
                high = self.class_part()
                if _point_of(low) is None or _point_of(high) is None or _number(low) > _number(high):
                    _refuse(_("khoảng ký tự trong “[…]” viết sai"))
                ranges.append((_number(low), _number(high)))
            else:
                ranges += _positive(low)
                categories += low.categories
        return Chars(tuple(sorted(set(ranges))), tuple(dict.fromkeys(categories)), is_negated)

    def class_part(self) -> Chars:
        if self.take("\\"):
            if self.take("-"):
                return _one(ord("-"))
            return self.escape()
        sign = self.next()
        if sign == "[":
            _refuse(_("dấu “[” trong tập ký tự; hãy viết “\\[”"))
        return _one(ord(sign))

    def escape(self) -> Chars:
        sign = self.next()
        if sign in "dDwWsS":
            known = {"d": _DIGITS, "w": _WORD, "s": _SPACE}[sign.lower()]
            return Chars(known if sign.islower() else _others(known))
        if sign in "pP":
            return self.category(is_negated=sign == "P")
        if sign in _CONTROLS:
            return _one(_CONTROLS[sign])
        if sign == "x":
            return _one(self.hexadecimal(2))
        if sign == "u":
            return _one(self.code_point())
        if sign in _SYNTAX:
            return _one(ord(sign))
        return _refuse(_("“\\%(sign)s” không dùng được") % {"sign": sign})

    def category(self, *, is_negated: bool) -> Chars:
        inside, closed, _rest = self.text[self.at :].partition("}")
        name = inside.removeprefix("{")
        if not inside.startswith("{") or not closed or name not in _CATEGORIES:
            _refuse(_("loại ký tự “\\p%(name)s}” không dùng được") % {"name": inside[:20]})
        self.at += len(inside) + 1
        if not is_negated:
            return Chars((), (name,))
        return _refuse(_("“\\P{…}” không dùng được; hãy viết [^\\p{…}]"))

    def code_point(self) -> int:
        if not self.take("{"):
            return self.hexadecimal(4)
        inside, closed, _rest = self.text[self.at :].partition("}")
        if not closed or not inside or len(inside) > 6 or not set(inside) <= set("0123456789abcdefABCDEF"):
            _refuse(_("mã ký tự \\u{…} viết sai"))
        self.at += len(inside) + 1
        return _scalar(int(inside, 16))

    def hexadecimal(self, size: int) -> int:
        digits = self.text[self.at : self.at + size]
        if len(digits) != size or not set(digits) <= set("0123456789abcdefABCDEF"):
            _refuse(_("mã ký tự viết sai"))
        self.at += size
        return _scalar(int(digits, 16))


def _scalar(point: int) -> int:
    if point > _LAST or _SURROGATES[0] <= point <= _SURROGATES[1]:
        _refuse(_("mã ký tự viết sai"))
    return point


def _one(point: int) -> Chars:
    return Chars(((_scalar(point), point),))


def _point_of(chars: Chars) -> int | None:
    is_single = len(chars.ranges) == 1 and chars.ranges[0][0] == chars.ranges[0][1] and not chars.categories
    return chars.ranges[0][0] if is_single else None


def _number(chars: Chars) -> int:
    return chars.ranges[0][0]


def _positive(chars: Chars) -> list[tuple[int, int]]:
    return list(chars.ranges)


def _others(ranges: Ranges) -> Ranges:
    """Every other character; surrogates are none."""
    found, start = [], 0
    for low, high in sorted((*ranges, _SURROGATES)):
        if low > start:
            found.append((start, low - 1))
        start = high + 1
    return (*found, (start, _LAST))


def _point(point: int) -> str:
    return f"\\u{{{point:x}}}"


def _written(node: Node) -> str:
    if isinstance(node, Anchor):
        return node.sign
    if isinstance(node, Chars):
        return node.written()
    if isinstance(node, Sequence):
        return "".join(map(_written, node.parts))
    if isinstance(node, Choice):
        return f"(?:{'|'.join(map(_written, node.branches))})"
    most = "" if node.most is None else str(node.most)
    times = f"{{{node.least},{most}}}"
    return f"(?:{_written(node.body)}){times}{'?' if node.is_lazy else ''}"


def _check_speed(tree: Node) -> None:
    """Refuses a pattern that a browser could need more than the square of the text's length for."""
    for node in _every(tree):
        if isinstance(node, Repeat) and node.most != 1 and node.most != 0:
            _check_repeated(node.body)
    branches = tree.branches if isinstance(tree, Choice) else (tree,)
    for branch in branches:
        parts = branch.parts if isinstance(branch, Sequence) else (branch,)
        is_anchored = bool(parts) and parts[0] == Anchor("^")
        # Without ^ every place of the text is tried, as if any text stood before.
        _check_overlaps(branch, [] if is_anchored else [(Chars((), (), is_negated=True), _OPEN_BITS)])


def _check_repeated(body: Node) -> None:
    """What is repeated without end must fall into its repetitions in one way only."""
    if isinstance(body, Chars):
        return
    parts = body.parts if isinstance(body, Sequence) else (body,)
    inner = [node for node in _every(body) if isinstance(node, Repeat) and node.varies]
    if isinstance(body, Choice) or any(isinstance(node, Choice) for node in _every(body)):
        if isinstance(body, Choice) and _is_plain_choice(body):
            return
        _refuse(_("lựa chọn “|” bên trong phần lặp; hãy viết bằng tập ký tự […]"))
    if not inner:
        return
    ends = [part for part in (parts[0], parts[-1]) if isinstance(part, Chars)]
    others = [node for node in _every(body) if isinstance(node, Chars)]
    if not any(all(other is end or end.is_apart(other) for other in others) for end in ends):
        _refuse(_("phần lặp nằm trong phần lặp khác mà không có dấu ngăn cách rõ ràng"))


def _is_plain_choice(body: Choice) -> bool:
    """Branches of single characters that begin differently."""
    if not all(branch.parts and all(isinstance(part, Chars) for part in branch.parts) for branch in body.branches):
        return False
    first = [branch.parts[0] for branch in body.branches]
    return all(
        isinstance(one, Chars) and isinstance(two, Chars) and one.is_apart(two)
        for at, one in enumerate(first)
        for two in first[at + 1 :]
    )


def _check_overlaps(node: Node, chain: list[tuple[Chars, float]]) -> None:
    """Walks along a sequence with the parts of varying length that may still give characters back."""
    if isinstance(node, Chars):
        if all(node.is_apart(one) for one, _bits in chain):
            chain.clear()
    elif isinstance(node, Sequence):
        for part in node.parts:
            _check_overlaps(part, chain)
    elif isinstance(node, Choice):
        ends = []
        for branch in node.branches:
            own = list(chain)
            _check_overlaps(branch, own)
            ends.append(own)
        chain[:] = max(ends, key=lambda end: sum(bits for _one, bits in end))
    elif isinstance(node, Repeat):
        _check_repeat_overlaps(node, chain)


def _check_repeat_overlaps(node: Repeat, chain: list[tuple[Chars, float]]) -> None:
    inner = list(chain)
    for _time in range(2 if node.most != 1 else 1):
        _check_overlaps(node.body, inner)
    if not node.varies:
        chain[:] = inner
        return
    own = _united(node.body)
    if node.least and all(own.is_apart(one) for one, _bits in chain):
        chain.clear()
    bits = _OPEN_BITS if node.most is None else min(log2(node.most - node.least + 1), _OPEN_BITS)
    if bits + sum(more for one, more in chain if not own.is_apart(one)) > _MOST_BITS:
        _refuse(_("nhiều phần lặp liền nhau nhận cùng một ký tự"))
    chain.append((own, bits))


def _united(body: Node) -> Chars:
    """One set for all characters of a repeated part; when that cannot be written down, every character."""
    sets = [one for one in _every(body) if isinstance(one, Chars)]
    if len(sets) == 1:
        return sets[0]
    if any(one.is_negated for one in sets):
        return Chars((), (), is_negated=True)
    ranges = tuple(sorted({pair for one in sets for pair in one.ranges}))
    return Chars(ranges, tuple(dict.fromkeys(name for one in sets for name in one.categories)))


def _every(node: Node) -> Iterator[Node]:
    yield node
    inner: tuple[Node, ...] = ()
    if isinstance(node, Sequence):
        inner = node.parts
    elif isinstance(node, Choice):
        inner = node.branches
    elif isinstance(node, Repeat):
        inner = (node.body,)
    for one in inner:
        yield from _every(one)
