"""The data store's actions. There is no `datastore_search_sql`, here or anywhere."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any
from urllib.parse import quote

import orjson
from django.utils.translation import gettext as _

from tinhso.faces.data.ckan.reading import dataset_of, resource_of
from tinhso.faces.data.ckan.views import Call, action
from tinhso.foundation.openness.columns import Column, Kind
from tinhso.systems.opendata import tables as engine
from tinhso.systems.opendata.errors import Invalid, NotFound
from tinhso.systems.opendata.exporting import guarded
from tinhso.systems.opendata.models import Resource
from tinhso.systems.opendata.rules.query import MOST_ROWS, ROW, BadQuery, Filter, Op, Query
from tinhso.systems.opendata.selectors import columns_of
from tinhso.systems.opendata.services import catalogue, datastore

TYPES = {
    "text": Kind.STRING, "varchar": Kind.STRING, "json": Kind.STRING, "int": Kind.INTEGER, "int2": Kind.INTEGER,
    "int4": Kind.INTEGER, "int8": Kind.INTEGER, "integer": Kind.INTEGER, "bigint": Kind.INTEGER,
    "numeric": Kind.NUMBER, "float": Kind.NUMBER, "float8": Kind.NUMBER, "double": Kind.NUMBER, "bool": Kind.BOOLEAN,
    "boolean": Kind.BOOLEAN, "date": Kind.DATE, "timestamp": Kind.DATETIME, "timestamptz": Kind.DATETIME,
}  # fmt: skip
NAMES = {
    Kind.STRING: "text", Kind.INTEGER: "int8", Kind.NUMBER: "float8", Kind.BOOLEAN: "bool", Kind.DATE: "date",
    Kind.DATETIME: "timestamp", Kind.YEAR: "int4", Kind.GEOMETRY: "text",
}  # fmt: skip


def _resource(call: Call) -> Resource:
    return resource_of(call, "resource_id" if call.given.get("resource_id") else "id")


@action
def datastore_create(call: Call) -> Any:
    told = call.given.get("resource")
    if isinstance(told, dict):
        dataset = dataset_of(call, str(told.get("package_id", "")))
        values = {"name": str(told.get("name") or "")[:300], "format": str(told.get("format") or "CSV")[:40]}
        resource = catalogue.save_resource(call.actor, resource=Resource(dataset=dataset), values=values)
    else:
        resource = _resource(call)
    records = _records(call)
    columns = [_column(one) for one in call.items("fields")] or _guessed(records)
    keys = [str(name) for name in call.items("primary_key")]
    if not columns:
        raise Invalid({"fields": [_("Cần fields hoặc records để biết bảng có cột nào.")]})
    made = datastore.create(call.actor, resource=resource, columns=columns, key=keys, records=records)
    return {
        "resource_id": str(made.pk), "package_id": str(made.dataset_id), "fields": _fields(made)[1:],
        "primary_key": made.key, "method": "insert",
    }  # fmt: skip


def _records(call: Call) -> list[Any]:
    told = call.given.get("records") or []
    if isinstance(told, str):
        told = orjson.loads(told)
    if not isinstance(told, list):
        raise Invalid({"records": [_("records phải là một danh sách.")]})
    return told


def _column(one: Any) -> Column:
    if not isinstance(one, dict) or not one.get("id"):
        raise Invalid({"fields": [_("Mỗi cột cần id.")]})
    name = str(one["id"])
    if name.startswith("_") or len(name) > 120 or '"' in name or not name.isprintable():
        raise Invalid({"fields": [_("Tên cột không hợp lệ: “%(name)s”.") % {"name": name[:60]}]})
    kind = TYPES.get(str(one.get("type", "text")).lower())
    if kind is None:
        raise Invalid({"fields": [_("Không có kiểu “%(kind)s”.") % {"kind": str(one.get("type"))[:40]}]})
    told = one.get("info")
    info: dict[str, Any] = told if isinstance(told, dict) else {}
    return Column(name, kind, title=str(info.get("label") or name), description=str(info.get("notes") or ""))


def _guessed(records: list[Any]) -> list[Column]:
    names = dict.fromkeys(name for one in records[:100] if isinstance(one, dict) for name in one)
    return [_column({"id": name, "type": _type([one.get(name) for one in records[:100]])}) for name in names]


def _type(values: list[Any]) -> str:
    kept = [value for value in values if value is not None]
    if kept and all(isinstance(value, bool) for value in kept):
        return "bool"
    if kept and all(isinstance(value, int) and not isinstance(value, bool) for value in kept):
        return "int8"
    return "float8" if kept and all(isinstance(value, (int, float)) for value in kept) else "text"


@action
def datastore_upsert(call: Call) -> Any:
    method = call.text("method", "upsert")
    made = datastore.upsert(call.actor, resource=_resource(call), records=_records(call), method=method)
    return {"resource_id": str(made.pk), "method": method, "total": made.rows}


@action
def datastore_delete(call: Call) -> Any:
    filters = call.given.get("filters")
    filters = orjson.loads(filters) if isinstance(filters, str) and filters else filters
    if filters is not None and not isinstance(filters, dict):
        raise Invalid({"filters": [_("filters phải là một đối tượng.")]})
    made = datastore.delete_rows(call.actor, resource=_resource(call), filters=filters)
    return {"resource_id": str(made.pk), "filters": filters}


def _fields(resource: Resource) -> list[dict[str, Any]]:
    columns = columns_of(resource.columns)
    told = [{"id": column.name, "type": NAMES[column.kind], "info": {"label": column.title}} for column in columns]
    return [{"id": ROW, "type": "int"}, *told]


@action
def datastore_info(call: Call) -> Any:
    resource = _resource(call)
    if not resource.is_datastore:
        raise NotFound
    return {
        "fields": _fields(resource)[1:],
        "meta": {
            "id": str(resource.pk),
            "count": resource.rows,
            "table_type": "BASE TABLE",
            "version": resource.data_version,
        },
    }


@action
def datastore_search(call: Call) -> Any:
    """Rows by filters (equal, lists, {"gte": …} ranges), words, sort; pages by offset or by `after` (keyset)."""
    resource = _resource(call)
    if not resource.is_datastore:
        raise NotFound
    columns = columns_of(resource.columns)
    query = _query(call)
    if (one := _one_row(resource, query)) is not None:
        names, rows, total = one
    else:
        resource = datastore.fresh(resource)
        assert resource.table is not None
        told = orjson.loads(
            engine.ask_bytes(resource.table.sha256, columns, query, count=call.flag("include_total", True))
        )
        names, rows, total = told["columns"], told["rows"], told["total"]
    shape = call.text("records_format", "objects")
    answer: dict[str, Any] = {
        "resource_id": str(resource.pk), "include_total": call.flag("include_total", True), "limit": query.limit,
        "records_format": shape, "fields": [one for one in _fields(resource) if one["id"] in names],
        "records": _shaped(names, rows, shape), "_links": _links(call, query, names, rows),
        "total_was_estimated": False,
    }  # fmt: skip
    if total is not None:
        answer["total"] = total
    return answer


def _one_row(resource: Resource, query: Query) -> tuple[list[str], list[list[Any]], int] | None:
    """A whole key of a table kept in PostgreSQL: one row of its index, nothing built."""
    if not resource.key or {f.column for f in query.filters} != set(resource.key) or not resource.is_table_stale:
        return None
    values = {f.column: f.values[0] for f in query.filters if f.op is Op.EQUAL and len(f.values) == 1}
    if len(values) != len(resource.key) or query.words or query.columns:
        return None
    row = datastore.row_by_key(resource, [values[name] for name in resource.key])
    names = [ROW, *(column["name"] for column in resource.columns)]
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
