"""What search engines and learning tools read: schema.org Dataset and Croissant 1.0, both JSON-LD."""

from __future__ import annotations

from typing import Any

from tinhso.systems.opendata.formats import vocabulary
from tinhso.systems.opendata.formats.site import Site
from tinhso.systems.opendata.rules.record import Column, DatasetRecord, ResourceRecord

# http://mlcommons.org/croissant/1.0: the context that a conforming file carries.
CROISSANT_CONTEXT: dict[str, Any] = {
    "@language": "vi",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def schema_org(record: DatasetRecord, site: Site) -> dict[str, Any]:
    """schema.org/Dataset, as dataset search engines ask for it."""
    head = {"@context": "https://schema.org/", "@type": "Dataset", "@id": site.dataset(record)}
    return head | _common(record, site) | {
        "includedInDataCatalog": {"@type": "DataCatalog", "name": site.title, "url": site.home},
        "isAccessibleForFree": True,
        "inLanguage": list(record.languages),
        "measurementTechnique": record.legal_basis or None,
        "variableMeasured": [_variable(column) for column in record.columns],
        "distribution": [_download(resource, site) for resource in record.resources],
    } | _coverage(record)  # fmt: skip


def _common(record: DatasetRecord, site: Site) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": record.title,
        "description": record.notes or record.title,
        "url": site.dataset(record),
        "identifier": record.name,
        "keywords": list(record.tags),
        "license": record.licence.url or site.under(f"giay-phep/#{record.licence.code}"),
        "creator": _organisation(record, site),
        "publisher": _organisation(record, site),
        "datePublished": record.issued_at.isoformat(),
        "dateModified": record.modified_at.isoformat(),
        "version": record.version,
    }
    if record.title_en:
        made["alternateName"] = record.title_en
    if record.origin:
        made["isBasedOn"] = record.origin.url
    return made


def _organisation(record: DatasetRecord, site: Site) -> dict[str, Any]:
    agent = record.publisher
    return {"@type": "Organization", "name": agent.name, "url": agent.homepage or site.under(f"co-quan/{agent.code}/")}


def _coverage(record: DatasetRecord) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if record.box:
        box = record.box
        shape = {"@type": "GeoShape", "box": f"{box.south} {box.west} {box.north} {box.east}"}
        made["spatialCoverage"] = {"@type": "Place", "name": record.spatial_title, "geo": shape}
    elif record.spatial_title:
        made["spatialCoverage"] = {"@type": "Place", "name": record.spatial_title}
    if record.starts_on or record.ends_on:
        ends = [day.isoformat() if day else ".." for day in (record.starts_on, record.ends_on)]
        made["temporalCoverage"] = "/".join(ends)
    return made


def _variable(column: Column) -> dict[str, Any]:
    made = {"@type": "PropertyValue", "name": column.name, "alternateName": column.title}
    return made | {
        key: value for key, value in (("description", column.description), ("unitText", column.unit)) if value
    }


def _download(resource: ResourceRecord, site: Site) -> dict[str, Any]:
    made: dict[str, Any] = {
        "@type": "DataDownload",
        "name": resource.title,
        "contentUrl": site.file(resource),
        "encodingFormat": resource.media_type.partition(";")[0],
    }
    if resource.size is not None:
        made["contentSize"] = f"{resource.size} B"
    if resource.sha256:
        made["sha256"] = resource.sha256
    return made


def croissant(record: DatasetRecord, site: Site) -> dict[str, Any]:
    """Croissant 1.0: every file with its checksum, and each CSV table as a set of typed records."""
    files = [resource for resource in record.resources if resource.sha256]
    return {
        "@context": CROISSANT_CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        **_common(record, site),
        # The standard asks for a semantic version of three numbers.
        "version": f"{record.version}.0.0" if record.version.isdigit() else record.version,
        "citeAs": f"{record.publisher.name}, {record.title}, {record.modified_at.year}. {site.dataset(record)}",
        "distribution": [_file_object(resource, site) for resource in files],
        "recordSet": [
            _record_set(resource) for resource in files if resource.columns and resource.format in ("CSV", "PARQUET")
        ],
    }


def _file_object(resource: ResourceRecord, site: Site) -> dict[str, Any]:
    return _download(resource, site) | {"@type": "cr:FileObject", "@id": f"tep/{resource.key}"}


def _record_set(resource: ResourceRecord) -> dict[str, Any]:
    fields = []
    for column in resource.columns:
        source = {"fileObject": {"@id": f"tep/{resource.key}"}, "extract": {"column": column.name}}
        fields.append(
            {
                "@type": "cr:Field",
                "@id": f"bang/{resource.key}/{column.name}",
                "name": column.name,
                "description": column.description or column.title or column.name,
                "dataType": vocabulary.CROISSANT_TYPES[column.kind],
                "source": source,
            }
        )
    return {"@type": "cr:RecordSet", "@id": f"bang/{resource.key}", "name": resource.key, "field": fields}
