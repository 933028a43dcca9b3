"""OpenAPI of one dataset: how its rows are asked for, with the names and types of its own columns."""

from __future__ import annotations

from typing import Any

from tinhso.systems.opendata.formats import vocabulary
from tinhso.systems.opendata.formats.site import Site
from tinhso.systems.opendata.rules.record import Column, DatasetRecord, Kind, ResourceRecord

SEARCH = "api/3/action/datastore_search"


def openapi(record: DatasetRecord, site: Site) -> dict[str, Any]:
    """Reading of each table by the CKAN action, of shapes by OGC API Features, of files by their addresses."""
    tables = [resource for resource in record.resources if resource.columns]
    paths: dict[str, Any] = {}
    if tables:
        paths[f"/{SEARCH}"] = {"get": _search(tables)}
    if record.has_shapes:
        paths[f"/ogc/collections/{record.name}/items"] = {"get": _items(record)}
    paths |= {
        f"/bo/{record.name}/mo-ta/{kind}": {"get": _description(kind)} for kind in ("datapackage.json", "csvw.json")
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": record.title,
            "version": record.version,
            "description": record.notes,
            "contact": {"name": record.publisher.name},
            "license": {"name": record.licence.title, **({"url": record.licence.url} if record.licence.url else {})},
        },
        "servers": [{"url": site.home.rstrip("/")}],
        "paths": paths,
        "components": {"schemas": {"Row": row_schema(record.columns)}},
    }


def row_schema(columns: tuple[Column, ...]) -> dict[str, Any]:
    """One row as JSON Schema; a column that may be empty may be null."""
    return {"type": "object", "properties": {column.name: _property(column) for column in columns}}


def _property(column: Column) -> dict[str, Any]:
    made: dict[str, Any] = dict(vocabulary.JSON_TYPES[column.kind])
    if not column.is_required:
        made["type"] = [made["type"], "null"]
    if column.title:
        made["title"] = column.title
    if column.description:
        made["description"] = column.description
    if column.choices:
        made["enum"] = [*column.choices, *([] if column.is_required else [None])]
    return made


def _search(tables: list[ResourceRecord]) -> dict[str, Any]:
    keys = {"type": "string", "enum": [resource.key for resource in tables]}
    row = {"$ref": "#/components/schemas/Row"}
    result = {"type": "object", "properties": {"total": {"type": "integer"}, "records": _list(row)}}
    body = {"type": "object", "properties": {"success": {"type": "boolean"}, "result": result}}
    return {
        "operationId": "searchRows",
        "summary": "Tìm dòng dữ liệu",
        "parameters": [
            _asked("resource_id", keys, is_required=True),
            _asked("q", {"type": "string"}),
            _asked("filters", {"type": "string"}, "JSON: {cột: giá trị}"),
            _asked("sort", {"type": "string"}),
            _asked("limit", {"type": "integer", "minimum": 0, "default": 100}),
            _asked("offset", {"type": "integer", "minimum": 0, "default": 0}),
        ],
        "responses": {"200": _json("Các dòng", body), "409": _json("Câu hỏi sai", {"type": "object"})},
    }


def _items(record: DatasetRecord) -> dict[str, Any]:
    names = [column.name for column in record.columns if column.kind is not Kind.GEOMETRY]
    feature = {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {"type": {"const": "Feature"}, "properties": {"$ref": "#/components/schemas/Row"}},
    }
    body = {"type": "object", "properties": {"features": _list(feature), "numberMatched": {"type": "integer"}}}
    return {
        "operationId": "getFeatures",
        "summary": "Đối tượng trên bản đồ",
        "parameters": [
            _asked("bbox", {"type": "string"}, "tây,nam,đông,bắc"),
            _asked("limit", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 10}),
            _asked("offset", {"type": "integer", "minimum": 0, "default": 0}),
            *(_asked(name, {"type": "string"}) for name in names),
        ],
        "responses": {
            "200": {"description": "GeoJSON", "content": {"application/geo+json": {"schema": body}}},
            "400": _json("Tham số sai", {"type": "object"}),
        },
    }


def _description(kind: str) -> dict[str, Any]:
    return {"operationId": kind.replace(".", "_"), "responses": {"200": _json(kind, {"type": "object"})}}


def _asked(name: str, schema: dict[str, Any], description: str = "", *, is_required: bool = False) -> dict[str, Any]:
    made: dict[str, Any] = {"name": name, "in": "query", "required": is_required, "schema": schema}
    return made | ({"description": description} if description else {})


def _json(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _list(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}
