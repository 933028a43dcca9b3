"""`datastore_search`. There is no `datastore_search_sql`, here or anywhere."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any
from urllib.parse import quote

import orjson
from django.utils.translation import gettext as _

from tinhso.faces.data.ckan import shapes
from tinhso.faces.data.ckan.reading import resource_of
from tinhso.faces.data.ckan.views import Call, action
from tinhso.foundation.openness.columns import Column, Kind
from tinhso.systems.opendata import selectors
from tinhso.systems.opendata import tables as engine
from tinhso.systems.opendata.errors import Invalid, NotFound
from tinhso.systems.opendata.exporting import guarded
from tinhso.systems.opendata.rules.query import MOST_ROWS, ROW, BadQuery, Filter, Op, Query
from tinhso.systems.opendata.selectors import OpenTable
from tinhso.systems.opendata.services import datastore

Found = tuple[list[str], list[list[Any]], int | None]
NAMES = {
    Kind.STRING: "text", Kind.INTEGER: "int8", Kind.NUMBER: "float8", Kind.BOOLEAN: "bool", Kind.DATE: "date",
    Kind.DATETIME: "timestamp", Kind.YEAR: "int4", Kind.GEOMETRY: "text",
}  # fmt: skip


def fields(columns: Iterable[Column]) -> list[dict[str, Any]]:
    """The dictionary as the data store words it, the row's number first."""
    told = [{"id": column.name, "type": NAMES[column.kind], "info": {"label": column.title}} for column in columns]
    return [{"id": ROW, "type": "int"}, *told]


@action
def datastore_search(call: Call) -> Any:
    """Rows by filters (equal, lists, {"gte": …} ranges), words, sort; pages by offset or by `after` (keyset)."""
    query, is_counted = _query(call), call.flag("include_total", True)
    key = shapes.read_key(call.text("resource_id") or call.text("id"))
    table = selectors.open_table(key) if key else None
    if table is None:
        table, one = _not_open(call, query)
    else:
        one = _one_row(table, query)
    names, rows, total = one or _answer(table, query, is_counted)
    shape = call.text("records_format", "objects")
    answer: dict[str, Any] = {
        "resource_id": str(table.resource_id), "include_total": is_counted, "limit": query.limit,
        "records_format": shape, "fields": [one for one in fields(table.columns) if one["id"] in names],
        "records": _shaped(names, rows, shape), "_links": _links(call, query, names, rows),
        "total_was_estimated": False,
    }  # fmt: skip
    if total is not None:
        answer["total"] = total
    return answer


def _not_open(call: Call, query: Query) -> tuple[OpenTable, Found | None]:
    """A table that is the caller's own, or whose rows are newer than its Parquet: made anew unless one row will do."""
    resource = resource_of(call, "resource_id" if call.given.get("resource_id") else "id")
    if not resource.is_datastore:
        raise NotFound
    unmade = OpenTable(resource.pk, "", selectors.columns_of(resource.columns), tuple(resource.key))
    if one := _one_row(unmade, query):
        return unmade, one
    return selectors.opened(datastore.fresh(resource)), None


def _answer(table: OpenTable, query: Query, is_counted: bool) -> Found:
    told = orjson.loads(engine.ask_bytes(table.sha256, table.columns, query, count=is_counted))
    return told["columns"], told["rows"], told["total"]


def _one_row(table: OpenTable, query: Query) -> Found | None:
    """A whole key of a table kept in PostgreSQL: one row of its index, no table opened."""
    if not table.key or {f.column for f in query.filters} != set(table.key):
        return None
    values = {f.column: f.values[0] for f in query.filters if f.op is Op.EQUAL and len(f.values) == 1}
    if len(values) != len(table.key) or query.words or query.columns:
        return None
    row = datastore.row_by_key(table.resource_id, [values[name] for name in table.key])
    if row is None and not datastore.is_written(table.resource_id):
        return None  # made of a file: its rows are in its table only
    names = [ROW, *(column.name for column in table.columns)]
    return names, [[row.get(name) for name in names]] if row else [], int(row is not None)


def _query(call: Call) -> Query:
    filters = call.given.get("filters") or {}
    if isinstance(filters, str):
        try:
            filters = orjson.loads(filters)
        except ValueError:
            raise BadQuery("bad_filter", filters) from None
    if not isinstance(filters, dict):
        raise BadQuery("bad_filter", filters)
    words = call.given.get("q") or ""
    return Query(
        columns=tuple(str(name) for name in call.items("fields")),
        filters=tuple(made for name, value in filters.items() for made in _filters(str(name), value)),
        words=str(words)[:200] if not isinstance(words, dict) else " ".join(map(str, words.values()))[:200],
        sorts=tuple(_sort(part) for part in call.text("sort").split(",") if part.strip()),
        limit=call.number("limit", 100, MOST_ROWS),
        offset=call.number("offset", 0, 10**9),
        after=tuple(call.items("after")),
        is_distinct=call.flag("distinct"),
    )


def _filters(name: str, value: Any) -> list[Filter]:
    if isinstance(value, dict):
        if unknown := set(value) - set(Op._value2member_map_):
            raise BadQuery("bad_filter", min(map(str, unknown)))
        return [Filter(name, Op(op), tuple(told) if isinstance(told, list) else (told,)) for op, told in value.items()]
    return [Filter(name, Op.AMONG, tuple(value)) if isinstance(value, list) else Filter(name, Op.EQUAL, (value,))]


def _sort(part: str) -> tuple[str, bool]:
    name, _space, way = part.strip().rpartition(" ")
    if way.lower() in ("asc", "desc") and name:
        return name.strip().strip('"'), way.lower() == "desc"
    return part.strip().strip('"'), False


def _shaped(names: list[str], rows: list[list[Any]], shape: str) -> Any:
    if shape == "objects":
        return [dict(zip(names, row, strict=True)) for row in rows]
    if shape == "lists":
        return rows
    if shape == "csv":
        text = StringIO()
        csv.writer(text).writerows(map(guarded, rows))
        return text.getvalue()
    raise Invalid({"records_format": [_("Chỉ có objects, lists, csv.")]})


def _links(call: Call, query: Query, names: list[str], rows: list[list[Any]]) -> dict[str, str]:
    start = f"/api/3/action/datastore_search?resource_id={quote(call.text('resource_id') or call.text('id'))}"
    links = {"start": start}
    if len(rows) == query.limit and rows and ROW in names and not query.is_distinct:
        told = dict(zip(names, rows[-1], strict=True))
        if all(name in told for name, _down in query.sorts):
            after = orjson.dumps([*(told[name] for name, _down in query.sorts), told[ROW]]).decode()
            links["next"] = f"{start}&after={quote(after)}&limit={query.limit}"
    return links
