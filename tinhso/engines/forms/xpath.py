"""The expressions of XLSForm that our forms can say: conditions between questions, and bounds of one answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tinhso.engines.forms.formats import is_day

_TOKEN = re.compile(
    r"\s*(?:(?P<name>\$\{[^}]{1,80}\})|(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>-?[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<sign><=|>=|!=|=|<|>|\(|\)|,|\.)|(?P<word>[a-z][a-z-]*))"
)
_MIRROR = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
_NUMBERS = {">=": "minimum", "<=": "maximum", ">": "exclusiveMinimum", "<": "exclusiveMaximum"}
DEEPEST = 20

Tree = tuple[Any, ...]


class CannotSay(Exception):
    """Why an expression has no words in our forms."""


def condition(text: str, names: Mapping[str, str], kinds: Mapping[str, str]) -> Any:
    """A `relevant` as a `when`. `names` are ours by theirs, `kinds` our types by their names."""
    return _when(_Parser(text).whole(), names, kinds)


def bounds(text: str, kind: str) -> tuple[dict[str, Any], dict[str, str]]:
    """A `constraint` as (schema keywords, limits of a date). Only parts joined by "and" can be said."""
    schema: dict[str, Any] = {}
    limits: dict[str, str] = {}
    for part in _parts(_Parser(text).whole()):
        _bound(part, kind, schema, limits)
    return schema, limits


def _parts(tree: Tree) -> list[Tree]:
    return [*_parts(tree[1]), *_parts(tree[2])] if tree[0] == "and" else [tree]


def _when(tree: Tree, names: Mapping[str, str], kinds: Mapping[str, str]) -> Any:
    if tree[0] in ("and", "or"):
        return {"all" if tree[0] == "and" else "any": [_when(part, names, kinds) for part in tree[1:]]}
    if tree[0] == "call" and tree[1] == "not" and len(tree) == 3:
        return {"not": _when(tree[2], names, kinds)}
    if (
        tree[0] == "call"
        and tree[1] == "selected"
        and len(tree) == 4
        and tree[2][0] == "name"
        and tree[3][0] == "value"
    ):
        field, kind = _field(tree[2], names, kinds)
        return {"field": field, "has" if kind == "multiselect" else "equals": tree[3][1]}
    if tree[0] == "compare":
        sign, left, right = tree[1:]
        if right[0] == "name" and left[0] == "value":
            sign, left, right = _MIRROR[sign], right, left
        if left[0] == "name" and right[0] == "value" and sign in ("=", "!="):
            field, kind = _field(left, names, kinds)
            same = {"field": field, "filled": False} if right[1] == "" else _equal(field, kind, right[1])
            return same if sign == "=" else {"not": same}
    raise CannotSay(_("chỉ dùng được so sánh = và != với một câu đã hỏi, selected(), and, or, not()"))


def _equal(field: str, kind: str, value: Any) -> dict[str, Any]:
    if kind == "multiselect":
        raise CannotSay(_("câu chọn nhiều phải hỏi bằng selected()"))
    if kind in ("integer", "number") and isinstance(value, str):
        try:
            value = float(value)
        except ValueError as wrong:
            raise CannotSay(_("so sánh một số với chữ")) from wrong
    if kind not in ("integer", "number") and not isinstance(value, str):
        value = f"{value:g}"
    return {"field": field, "equals": value}


def _field(tree: Tree, names: Mapping[str, str], kinds: Mapping[str, str]) -> tuple[str, str]:
    if tree[1] not in names:
        raise CannotSay(_("câu “%(name)s” không được hỏi trước đó") % {"name": tree[1]})
    return names[tree[1]], kinds.get(tree[1], "")


def _bound(tree: Tree, kind: str, schema: dict[str, Any], limits: dict[str, str]) -> None:
    if tree[0] == "call" and tree[1] == "regex" and len(tree) == 4 and tree[2] == ("self",) and tree[3][0] == "value":
        # In XForms the whole answer must match.
        schema["pattern"] = f"^(?:{tree[3][1]})$"
        return
    if tree[0] != "compare":
        raise CannotSay(_("chỉ dùng được các phần nối bằng and: so sánh, string-length(.), regex(., '…'), today()"))
    sign, left, right = tree[1:]
    if left[0] == "value" or left == ("call", "today"):
        sign, left, right = _MIRROR[sign], right, left
    if left == ("self",) and kind == "date":
        _limit(sign, right, limits)
    elif left == ("self",) and kind in ("integer", "number") and right[0] == "value" and _is_number(right[1]):
        _number(sign, right[1], schema)
    elif left[0] == "call" and left[2:] == (("self",),) and right[0] == "value" and _is_number(right[1]):
        _size(left[1], sign, int(right[1]), schema)
    else:
        raise CannotSay(_("phần này không diễn đạt được bằng giới hạn của một câu trả lời"))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def _number(sign: str, value: float, schema: dict[str, Any]) -> None:
    if sign == "=":
        schema["const"] = value
    elif sign == "!=":
        schema["not"] = {"const": value}
    else:
        schema[_NUMBERS[sign]] = value


def _size(function: str, sign: str, value: int, schema: dict[str, Any]) -> None:
    known = {"string-length": ("minLength", "maxLength"), "count-selected": ("minItems", "maxItems")}
    if function not in known or sign == "!=":
        raise CannotSay(_("hàm %(name)s() không dùng được ở đây") % {"name": function})
    least, most = known[function]
    if sign in ("=", ">=", ">"):
        schema[least] = value + (1 if sign == ">" else 0)
    if sign in ("=", "<=", "<"):
        schema[most] = max(value - (1 if sign == "<" else 0), 0)


def _limit(sign: str, right: Tree, limits: dict[str, str]) -> None:
    day = "today" if right == ("call", "today") else ""
    if right[0] == "call" and right[1] == "date" and len(right) == 3 and right[2][0] == "value":
        day = str(right[2][1])
    elif right[0] == "value":
        day = str(right[1])
    if sign not in ("<=", ">=") or not (day == "today" or is_day(day)):
        raise CannotSay(_("ngày chỉ so sánh bằng <= hoặc >= với today() hay date('năm-tháng-ngày')"))
    limits["max" if sign == "<=" else "min"] = day


class _Parser:
    """Recursive descent over `or`, `and`, comparisons, calls."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        at = 0
        text = text.strip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if not found or found.lastgroup is None:
                raise CannotSay(_("không đọc được từ “%(rest)s”") % {"rest": text[at : at + 20]})
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self.at = self.depth = 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self, *wanted: str) -> str:
        if self.peek()[1] in wanted and self.peek()[0] in ("sign", "word"):
            self.at += 1
            return self.tokens[self.at - 1][1]
        return ""

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise CannotSay(_("thiếu dấu “%(sign)s”") % {"sign": sign})

    def whole(self) -> Tree:
        tree = self.either()
        if self.peek()[0] != "end":
            raise CannotSay(_("không đọc được từ “%(rest)s”") % {"rest": self.peek()[1][:20]})
        return tree

    def either(self) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            raise CannotSay(_("lồng quá nhiều dấu ngoặc"))
        tree = self.both()
        while self.take("or"):
            tree = ("or", tree, self.both())
        self.depth -= 1
        return tree

    def both(self) -> Tree:
        tree = self.comparison()
        while self.take("and"):
            tree = ("and", tree, self.comparison())
        return tree

    def comparison(self) -> Tree:
        left = self.atom()
        sign = self.take("=", "!=", "<", "<=", ">", ">=")
        return ("compare", sign, left, self.atom()) if sign else left

    def atom(self) -> Tree:
        kind, text = self.peek()
        self.at += 1
        if kind == "name":
            return ("name", text[2:-1].strip())
        if kind == "text":
            return ("value", text[1:-1])
        if kind == "number":
            return ("value", float(text) if "." in text else int(text))
        if (kind, text) == ("sign", "."):
            return ("self",)
        if (kind, text) == ("sign", "("):
            tree = self.either()
            self.expect(")")
            return tree
        if kind == "word":
            return self.call(text)
        raise CannotSay(_("bị bỏ dở hoặc có dấu lạ “%(sign)s”") % {"sign": text})

    def call(self, name: str) -> Tree:
        self.expect("(")
        arguments: list[Tree] = []
        while not self.take(")"):
            if arguments:
                self.expect(",")
            arguments.append(self.either())
        return ("call", name, *arguments)
