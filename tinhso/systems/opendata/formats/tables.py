"""Descriptions of the tables themselves: Frictionless Data Package and CSV on the Web."""

from __future__ import annotations

from typing import Any

from tinhso.systems.opendata.formats import vocabulary
from tinhso.systems.opendata.formats.site import Site
from tinhso.systems.opendata.rules.record import Column, DatasetRecord, ResourceRecord

PACKAGE_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


def data_package(record: DatasetRecord, site: Site, *, local: dict[str, str] | None = None) -> dict[str, Any]:
    """datapackage.json. `local` names files beside it by key (a package on disk); else addresses are named."""
    resources = [
        _resource(resource, (local or {}).get(resource.key) or site.file(resource))
        for resource in record.resources
        if local is None or resource.key in local
    ]
    return {
        "$schema": PACKAGE_PROFILE,
        "name": record.name,
        "id": site.dataset(record),
        "title": record.title,
        "description": record.notes,
        "homepage": site.dataset(record),
        "version": record.version,
        "created": record.issued_at.isoformat(),
        "keywords": list(record.tags),
        "licenses": [_licence(record, site)],
        "sources": [_source(record)],
        "contributors": [{"title": record.publisher.name, "roles": ["publisher"]}],
        "resources": resources,
    }


def _licence(record: DatasetRecord, site: Site) -> dict[str, str]:
    path = record.licence.url or site.under(f"giay-phep/#{record.licence.code}")
    return {"name": record.licence.code, "title": record.licence.title, "path": path}


def _source(record: DatasetRecord) -> dict[str, str]:
    if record.origin:
        return {"title": record.origin.source, "path": record.origin.url}
    return {"title": record.publisher.name}


def _resource(resource: ResourceRecord, path: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": resource.key.lower(),
        "title": resource.title,
        "path": path,
        "format": resource.format.lower(),
        "mediatype": resource.media_type.partition(";")[0],
    }
    if resource.description:
        made["description"] = resource.description
    if resource.size is not None:
        made["bytes"] = resource.size
    if resource.sha256:
        made["hash"] = f"sha256:{resource.sha256}"
    if is_table(resource):
        made |= {"type": "table", "encoding": resource.encoding, "schema": table_schema(resource.columns)}
        made["dialect"] = {"delimiter": ",", "header": True}
    return made


def is_table(resource: ResourceRecord) -> bool:
    """A CSV file with a dictionary: what table descriptions speak of."""
    return resource.format.upper() == "CSV" and bool(resource.columns)


def table_schema(columns: tuple[Column, ...]) -> dict[str, Any]:
    """The dictionary as a Table Schema."""
    made: dict[str, Any] = {"fields": [_field(column) for column in columns], "missingValues": [""]}
    keys = [column.name for column in columns if column.is_unique and column.is_required]
    if keys:
        made["primaryKey"] = keys[:1]
    return made


def _field(column: Column) -> dict[str, Any]:
    made: dict[str, Any] = {"name": column.name, "type": vocabulary.TABLE_TYPES[column.kind]}
    if column.title:
        made["title"] = column.title
    if column.description:
        made["description"] = column.description
    rules: dict[str, Any] = {}
    if column.is_required:
        rules["required"] = True
    if column.is_unique:
        rules["unique"] = True
    if column.choices:
        rules["enum"] = list(column.choices)
    return made | ({"constraints": rules} if rules else {})


def csvw(record: DatasetRecord, site: Site, *, local: dict[str, str] | None = None) -> dict[str, Any]:
    """CSV on the Web metadata (W3C Tabular Metadata): every CSV file of the dataset."""
    tables = [
        {"url": (local or {}).get(resource.key) or site.file(resource), "tableSchema": _csvw_schema(resource.columns)}
        for resource in record.resources
        if is_table(resource) and (local is None or resource.key in local)
    ]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "vi"}],
        "dc:title": record.title,
        "dc:description": record.notes,
        "dc:publisher": record.publisher.name,
        "dc:license": {"@id": _licence(record, site)["path"]},
        "dc:modified": {"@value": record.modified_at.isoformat(), "@type": "xsd:dateTime"},
        "dialect": {"delimiter": ",", "header": True, "encoding": "utf-8"},
        "tables": tables,
    }


def _csvw_schema(columns: tuple[Column, ...]) -> dict[str, Any]:
    made: dict[str, Any] = {"columns": [_csvw_column(column) for column in columns]}
    keys = [column.name for column in columns if column.is_unique and column.is_required]
    return made | ({"primaryKey": keys[0]} if keys else {})


def _csvw_column(column: Column) -> dict[str, Any]:
    # The machine's name is what the header line holds; titles are matched against that line.
    titles: dict[str, Any] = {"vi": [column.name, column.title] if column.title else [column.name]}
    if column.title_en:
        titles["en"] = column.title_en
    made: dict[str, Any] = {
        "name": column.name,
        "titles": titles,
        "datatype": vocabulary.CSVW_TYPES[column.kind],
        "required": column.is_required,
    }
    return made | ({"dc:description": column.description} if column.description else {})
