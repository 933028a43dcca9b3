"""The data store's actions that write, and what it says of a table."""

from __future__ import annotations

from typing import Any

import orjson
from django.utils.translation import gettext as _

from tinhso.faces.data.ckan.asking import fields
from tinhso.faces.data.ckan.reading import dataset_of, resource_of
from tinhso.faces.data.ckan.views import Call, action, writes
from tinhso.foundation.openness.columns import Column, Kind
from tinhso.systems.opendata.errors import Invalid, NotFound
from tinhso.systems.opendata.models import Resource
from tinhso.systems.opendata.selectors import columns_of
from tinhso.systems.opendata.services import catalogue, datastore

TYPES = {
    "text": Kind.STRING, "varchar": Kind.STRING, "json": Kind.STRING, "int": Kind.INTEGER, "int2": Kind.INTEGER,
    "int4": Kind.INTEGER, "int8": Kind.INTEGER, "integer": Kind.INTEGER, "bigint": Kind.INTEGER,
    "numeric": Kind.NUMBER, "float": Kind.NUMBER, "float8": Kind.NUMBER, "double": Kind.NUMBER, "bool": Kind.BOOLEAN,
    "boolean": Kind.BOOLEAN, "date": Kind.DATE, "timestamp": Kind.DATETIME, "timestamptz": Kind.DATETIME,
}  # fmt: skip


def _resource(call: Call) -> Resource:
    return resource_of(call, "resource_id" if call.given.get("resource_id") else "id")


@writes
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
        "resource_id": str(made.pk), "package_id": str(made.dataset_id), "fields": fields(columns_of(made.columns))[1:],
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


@writes
def datastore_upsert(call: Call) -> Any:
    method = call.text("method", "upsert")
    made = datastore.upsert(call.actor, resource=_resource(call), records=_records(call), method=method)
    return {"resource_id": str(made.pk), "method": method, "total": made.rows}


@writes
def datastore_delete(call: Call) -> Any:
    filters = call.given.get("filters")
    filters = orjson.loads(filters) if isinstance(filters, str) and filters else filters
    if filters is not None and not isinstance(filters, dict):
        raise Invalid({"filters": [_("filters phải là một đối tượng.")]})
    made = datastore.delete_rows(call.actor, resource=_resource(call), filters=filters)
    return {"resource_id": str(made.pk), "filters": filters}


@action
def datastore_info(call: Call) -> Any:
    resource = _resource(call)
    if not resource.is_datastore:
        raise NotFound
    return {
        "fields": fields(columns_of(resource.columns))[1:],
        "meta": {
            "id": str(resource.pk),
            "count": resource.rows,
            "table_type": "BASE TABLE",
            "version": resource.data_version,
        },
    }
