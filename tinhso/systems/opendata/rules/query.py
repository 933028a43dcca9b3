"""The closed grammar of questions to a table: filter, range, group, aggregate, sort, page.

There is no way to write SQL: names must be columns of the table, values travel as parameters, words of the grammar are
a fixed list.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from tinhso.foundation.openness.columns import Column, Kind

MOST_ROWS = 32_000
MOST_FILTERS = 30
MOST_GROUPS = 4
MOST_AGGREGATES = 8
MOST_VALUES = 500
LONGEST_VALUE = 500
ROW = "_id"


class Op(StrEnum):
    """How a value is compared."""

    EQUAL = "eq"
    NOT = "ne"
    LESS = "lt"
    AT_MOST = "lte"
    MORE = "gt"
    AT_LEAST = "gte"
    AMONG = "in"
    HOLDS = "contains"
    BEGINS = "starts"
    EMPTY = "empty"


class Sum(StrEnum):
    """What is made of a group."""

    COUNT = "count"
    SUM = "sum"
    AVERAGE = "avg"
    LEAST = "min"
    MOST = "max"
    DISTINCT = "distinct"


_SIGNS = {Op.EQUAL: "=", Op.NOT: "<>", Op.LESS: "<", Op.AT_MOST: "<=", Op.MORE: ">", Op.AT_LEAST: ">="}
_NUMBERS = (Kind.INTEGER, Kind.NUMBER, Kind.YEAR)
TYPES = {
    Kind.STRING: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    Kind.NUMBER: "DOUBLE",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.DATE: "DATE",
    Kind.DATETIME: "TIMESTAMP",
    Kind.YEAR: "INTEGER",
    Kind.GEOMETRY: "VARCHAR",
}


class BadQuery(Exception):
    """A question the grammar does not hold; `reason` is a code that faces put in words, `what` the offending part."""

    def __init__(self, reason: str, what: object = "") -> None:
        super().__init__(f"{reason}: {what}")
        self.reason, self.what = reason, str(what)[:80]


@dataclass(frozen=True)
class Filter:
    column: str
    op: Op
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Aggregate:
    function: Sum
    column: str = ""

    @property
    def name(self) -> str:
        return f"{self.function.value}_{self.column}" if self.column else self.function.value


@dataclass(frozen=True)
class Query:
    """One question. `after` is the sort values and the row of the last line seen (keyset paging)."""

    columns: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    words: str = ""
    groups: tuple[str, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()
    sorts: tuple[tuple[str, bool], ...] = ()  # (name, is descending)
    limit: int = 100
    offset: int = 0
    after: tuple[Any, ...] = ()
    is_distinct: bool = False

    @property
    def is_grouped(self) -> bool:
        return bool(self.groups or self.aggregates)

    def key(self) -> str:
        """The same text for the same question: what answers are kept by."""
        return repr(self)


@dataclass
class Compiled:
    """SQL with its parameters, for DuckDB over a relation called `t` that has a column `_id`: what stands before the
    relation and after it."""

    head: str
    tail: str = ""
    parameters: list[Any] = field(default_factory=list)
    names: tuple[str, ...] = ()

    def over(self, source: str) -> str:
        """The whole sentence over a relation of the engine's."""
        return f"{self.head} FROM {source} AS t{self.tail}"

    @property
    def has_row(self) -> bool:
        """Whether the row's number is asked for anywhere."""
        return quoted(ROW) in self.head or quoted(ROW) in self.tail


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def compile_query(query: Query, columns: Sequence[Column], *, most: int = MOST_ROWS) -> Compiled:
    """The question as SQL; raises BadQuery for whatever the table or the grammar does not hold."""
    known = {column.name: column for column in columns} | {ROW: Column(ROW, Kind.INTEGER)}
    _check_bounds(query, most)
    where, parameters = _where(query, known)
    if query.is_grouped:
        return _grouped(query, known, where, parameters)
    return _plain(query, known, where, parameters)


def compile_count(query: Query, columns: Sequence[Column]) -> Compiled:
    """How many rows the question meets, before paging."""
    known = {column.name: column for column in columns} | {ROW: Column(ROW, Kind.INTEGER)}
    where, parameters = _where(query, known)
    if query.is_grouped or query.is_distinct:
        chosen = query.groups if query.is_grouped else query.columns
        names = ", ".join(quoted(_known(known, name).name) for name in chosen) or "1"
        return Compiled(f"SELECT count(*) FROM (SELECT DISTINCT {names}", f"{where})", parameters)  # noqa: S608
    return Compiled("SELECT count(*)", where, parameters)


def _check_bounds(query: Query, most: int) -> None:
    if len(query.filters) > MOST_FILTERS:
        raise BadQuery("too_many_filters", MOST_FILTERS)
    if len(query.groups) > MOST_GROUPS or len(query.aggregates) > MOST_AGGREGATES:
        raise BadQuery("too_many_groups", MOST_GROUPS)
    if not 0 <= query.limit <= most:
        raise BadQuery("limit", query.limit)
    if query.offset < 0 or query.offset > 10**9:
        raise BadQuery("offset", query.offset)


def _known(known: Mapping[str, Column], name: str) -> Column:
    if name not in known:
        raise BadQuery("no_such_column", name)
    return known[name]


def _where(query: Query, known: Mapping[str, Column]) -> tuple[str, list[Any]]:
    parts: list[str] = []
    parameters: list[Any] = []
    for one in query.filters:
        parts.append(_condition(one, _known(known, one.column), parameters))
    for word in query.words.split()[:8]:
        texts = [quoted(c.name) for c in known.values() if c.kind is Kind.STRING]
        if texts:
            parts.append("(" + " OR ".join(f"contains(strip_accents(lower({name})), ?)" for name in texts) + ")")
            parameters.extend([fold(word)] * len(texts))
    return (" WHERE " + " AND ".join(parts) if parts else ""), parameters


def fold(text: str) -> str:
    """Lower case without marks, as DuckDB's strip_accents makes it (đ stays)."""
    import unicodedata

    return "".join(ch for ch in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(ch))


def _condition(one: Filter, column: Column, parameters: list[Any]) -> str:
    name = quoted(column.name)
    if one.op is Op.EMPTY:
        return f"{name} IS NULL"
    if one.op in (Op.HOLDS, Op.BEGINS):
        parameters.append(fold(_text(one)))
        function = "contains" if one.op is Op.HOLDS else "starts_with"
        return f"{function}(strip_accents(lower(CAST({name} AS VARCHAR))), ?)"
    values = [read(value, column) for value in one.values]
    if one.op is Op.AMONG or len(values) > 1:
        return _among(name, values, parameters)
    if not values:
        raise BadQuery("no_value", one.column)
    if values[0] is None:
        return f"{name} IS NULL" if one.op is Op.EQUAL else f"{name} IS NOT NULL"
    parameters.append(values[0])
    return f"{name} {_SIGNS[one.op]} ?"


def _among(name: str, values: list[Any], parameters: list[Any]) -> str:
    if len(values) > MOST_VALUES:
        raise BadQuery("too_many_values", MOST_VALUES)
    kept = [value for value in values if value is not None]
    parts = [f"{name} IN ({', '.join('?' * len(kept))})"] if kept else []
    if len(kept) < len(values):
        parts.append(f"{name} IS NULL")
    parameters.extend(kept)
    return "(" + " OR ".join(parts or ["FALSE"]) + ")"


def _text(one: Filter) -> str:
    text = str(one.values[0]) if one.values else ""
    if not text or len(text) > LONGEST_VALUE:
        raise BadQuery("no_value" if not text else "value_too_long", one.column)
    return text


def read(value: Any, column: Column) -> Any:
    """A value of the address or of JSON as the column's kind; BadQuery when it is none."""
    if value is None or (value == "" and column.kind is not Kind.STRING):
        return None
    try:
        return _read(value, column.kind)
    except (ValueError, TypeError, OverflowError):
        raise BadQuery("bad_value", f"{column.name}={value}") from None


def _read(value: Any, kind: Kind) -> Any:
    if isinstance(value, (list, dict)):
        raise TypeError
    if kind in (Kind.INTEGER, Kind.YEAR):
        number = int(str(value))
        if abs(number) >= 2**63:
            raise OverflowError
        return number
    if kind is Kind.NUMBER:
        return float(str(value).replace(",", "."))
    if kind is Kind.BOOLEAN:
        return _BOOLEANS[str(value).lower()] if str(value).lower() in _BOOLEANS else _refuse(value)
    if kind is Kind.DATE:
        return date.fromisoformat(str(value)[:10])
    if kind is Kind.DATETIME:
        return datetime.fromisoformat(str(value)).replace(tzinfo=None)
    text = str(value)
    if len(text) > LONGEST_VALUE:
        raise ValueError
    return text


_BOOLEANS = {"true": True, "false": False, "1": True, "0": False, "có": True, "không": False}


def _refuse(value: Any) -> Any:
    raise ValueError(value)


def _plain(query: Query, known: Mapping[str, Column], where: str, parameters: list[Any]) -> Compiled:
    names = tuple(_known(known, name).name for name in query.columns) or tuple(known)
    if ROW not in names and not query.is_distinct:
        names = (ROW, *names)
    elif not query.columns:
        names = (ROW, *(name for name in known if name != ROW))
    sorts = [(_known(known, name).name, is_down) for name, is_down in query.sorts]
    if query.is_distinct:
        sorts = [one for one in sorts if one[0] in names]
    elif ROW not in [name for name, _down in sorts]:
        sorts.append((ROW, False))
    if query.after:
        condition = _after(query.after, sorts, known, parameters)
        where = f"{where} AND {condition}" if where else f" WHERE {condition}"
    chosen = ", ".join(quoted(name) for name in names)
    ordered = ", ".join(f"{quoted(name)}{' DESC' if down else ''} NULLS LAST" for name, down in sorts)
    head = f"SELECT {'DISTINCT ' if query.is_distinct else ''}{chosen}"
    return Compiled(head, f"{where}{f' ORDER BY {ordered}' if ordered else ''}{_page(query)}", parameters, names)


def _page(query: Query) -> str:
    return f" LIMIT {int(query.limit)} OFFSET {int(query.offset)}"


def _after(
    after: Sequence[Any], sorts: Sequence[tuple[str, bool]], known: Mapping[str, Column], parameters: list[Any]
) -> str:
    """Rows that come after the last one seen, in the order asked; empty cells come last in either direction."""
    if len(after) != len(sorts):
        raise BadQuery("after", json.dumps(list(after), default=str)[:60])
    steps: list[str] = []
    for place, (name, down) in enumerate(sorts):
        same = [_same(sorts[i][0], after[i], known, parameters) for i in range(place)]
        value = read(after[place], known[name])
        if value is None:
            continue
        parameters.append(value)
        beyond = f"({quoted(name)} {'<' if down else '>'} ? OR {quoted(name)} IS NULL)"
        steps.append("(" + " AND ".join([*same, beyond]) + ")")
    return "(" + " OR ".join(steps or ["FALSE"]) + ")"


def _same(name: str, given: Any, known: Mapping[str, Column], parameters: list[Any]) -> str:
    value = read(given, known[name])
    if value is None:
        return f"{quoted(name)} IS NULL"
    parameters.append(value)
    return f"{quoted(name)} = ?"


def _grouped(query: Query, known: Mapping[str, Column], where: str, parameters: list[Any]) -> Compiled:
    groups = [_known(known, name).name for name in query.groups]
    aggregates = query.aggregates or (Aggregate(Sum.COUNT),)
    made = [(_aggregate(one, known), one.name) for one in aggregates]
    names = (*groups, *(name for _sql, name in made))
    chosen = ", ".join([*map(quoted, groups), *(f"{sql} AS {quoted(name)}" for sql, name in made)])
    sorts = list(query.sorts)
    unknown = next((name for name, _down in sorts if name not in names), None)
    if unknown is not None:
        raise BadQuery("sort_not_in_group", unknown)
    sorts += [(name, False) for name in groups if name not in [s for s, _down in sorts]]
    tail = where + (f" GROUP BY {', '.join(map(quoted, groups))}" if groups else "")
    tail += (
        " ORDER BY " + ", ".join(f"{quoted(name)}{' DESC' if down else ''} NULLS LAST" for name, down in sorts)
        if sorts
        else ""
    )
    return Compiled(f"SELECT {chosen}", f"{tail}{_page(query)}", parameters, tuple(names))


def _aggregate(one: Aggregate, known: Mapping[str, Column]) -> str:
    if not one.column:
        if one.function is not Sum.COUNT:
            raise BadQuery("no_value", one.function)
        return "count(*)"
    column = _known(known, one.column)
    if one.function in (Sum.SUM, Sum.AVERAGE) and column.kind not in _NUMBERS:
        raise BadQuery("not_a_number", one.column)
    name = quoted(column.name)
    return f"count(DISTINCT {name})" if one.function is Sum.DISTINCT else f"{one.function.value}({name})"
