"""A question as it stands in an address, and back: links of other people keep working."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tinhso.systems.opendata.rules.query import Aggregate, BadQuery, Filter, Op, Query, Sum


def from_address(given: Mapping[str, Sequence[str]]) -> Query:
    """The question as it stands in an address: loc=cot:op:giá trị (several), tu-khoa=, nhom=a,b, tinh=sum:x, xep=a,-b,
    cot=a,b, so-dong=, tu-dong=, sau=[…]."""

    def one(name: str, default: str = "") -> str:
        return next(iter(given.get(name, ())), default)

    return Query(
        columns=_list(one("cot")),
        filters=tuple(_filter(text) for text in given.get("loc", ()) if text.strip()),
        words=one("tu-khoa")[:200],
        groups=_list(one("nhom")),
        aggregates=tuple(_told(text) for text in _list(one("tinh"))),
        sorts=tuple((name.removeprefix("-"), name.startswith("-")) for name in _list(one("xep"))),
        limit=_number(one("so-dong", "100"), "limit"),
        offset=_number(one("tu-dong", "0"), "offset"),
        after=_json(one("sau")),
    )


def to_address(query: Query) -> list[tuple[str, str]]:
    """The other way round: the same question as pairs for an address."""
    pairs = [
        ("loc", f"{f.column}:{f.op.value}:{'|'.join('' if v is None else str(v) for v in f.values)}")
        for f in query.filters
    ]
    pairs += [("tu-khoa", query.words)] if query.words else []
    pairs += [("cot", ",".join(query.columns))] if query.columns else []
    pairs += [("nhom", ",".join(query.groups))] if query.groups else []
    told = ",".join(f"{a.function.value}:{a.column}" if a.column else a.function.value for a in query.aggregates)
    pairs += [("tinh", told)] if told else []
    pairs += [("xep", ",".join(("-" if down else "") + name for name, down in query.sorts))] if query.sorts else []
    pairs += [("so-dong", str(query.limit))] if query.limit != 100 else []
    return pairs


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _filter(text: str) -> Filter:
    parts = text.split(":", 2)
    if len(parts) < 2 or parts[1] not in Op._value2member_map_:
        raise BadQuery("bad_filter", text)
    op = Op(parts[1])
    value = parts[2] if len(parts) == 3 else ""
    if op is Op.EMPTY:
        return Filter(parts[0], op)
    return Filter(parts[0], op, tuple(value.split("|")) if op is Op.AMONG else (value,))


def _told(text: str) -> Aggregate:
    function, _colon, column = text.partition(":")
    if function not in Sum._value2member_map_:
        raise BadQuery("no_such_function", function)
    return Aggregate(Sum(function), column)


def _number(text: str, reason: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        raise BadQuery(reason, text)
    return int(text)


def _json(text: str) -> tuple[Any, ...]:
    if not text:
        return ()
    try:
        told = json.loads(text)
    except ValueError:
        raise BadQuery("after", text) from None
    if not isinstance(told, list) or len(told) > 10:
        raise BadQuery("after", text)
    return tuple(told)
