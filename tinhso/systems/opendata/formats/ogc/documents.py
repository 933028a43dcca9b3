"""The documents of the OGC interfaces: landing page, conformance, collections, records as GeoJSON."""

from __future__ import annotations

from typing import Any

from tinhso.systems.opendata.formats.ogc.features import Collection
from tinhso.systems.opendata.formats.openapi import row_schema
from tinhso.systems.opendata.formats.site import Site
from tinhso.systems.opendata.rules.record import Box, Catalogue, DatasetRecord, Kind

RECORDS = "danh-muc"
JSON, GEOJSON, OPENAPI = "application/json", "application/geo+json", "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMANCE = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-collection",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core-query-parameters",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/searchable-catalog",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/json",
]


def link(href: str, rel: str, kind: str = JSON, title: str = "") -> dict[str, str]:
    return {"href": href, "rel": rel, "type": kind} | ({"title": title} if title else {})


def landing(catalogue: Catalogue, site: Site) -> dict[str, Any]:
    return {
        "title": catalogue.title,
        "description": catalogue.description,
        "links": [
            link(site.ogc(), "self"),
            link(site.ogc("api"), "service-desc", OPENAPI),
            link(site.home, "service-doc", "text/html"),
            link(site.ogc("conformance"), "conformance"),
            link(site.ogc("conformance"), "http://www.opengis.net/def/rel/ogc/1.0/conformance"),
            link(site.ogc("collections"), "data"),
            link(site.ogc(f"collections/{RECORDS}"), "http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog"),
        ],
    }


def collections(catalogue: Catalogue, records: list[DatasetRecord], site: Site) -> dict[str, Any]:
    known = [record_collection(catalogue, site), *(feature_collection(record, site) for record in records)]
    return {"links": [link(site.ogc("collections"), "self")], "collections": known}


def record_collection(catalogue: Catalogue, site: Site) -> dict[str, Any]:
    return {
        "id": RECORDS,
        "type": "Catalog",
        "title": catalogue.title,
        "description": catalogue.description,
        "itemType": "record",
        "crs": [CRS84],
        "links": _links(site, RECORDS),
    }


def feature_collection(record: DatasetRecord, site: Site, box: Box | None = None) -> dict[str, Any]:
    box = box or record.box
    extent: dict[str, Any] = {}
    if box:
        extent["spatial"] = {"bbox": [[box.west, box.south, box.east, box.north]], "crs": CRS84}
    if record.starts_on or record.ends_on:
        extent["temporal"] = {"interval": [[_midnight(record.starts_on), _midnight(record.ends_on)]]}
    made = {
        "id": record.name,
        "title": record.title,
        "description": record.notes,
        "itemType": "feature",
        "crs": [CRS84],
        "links": [*_links(site, record.name), link(site.dataset(record), "describedby", "text/html")],
    }
    return made | ({"extent": extent} if extent else {})


def _midnight(day: Any) -> str | None:
    return f"{day.isoformat()}T00:00:00+07:00" if day else None


def _links(site: Site, name: str) -> list[dict[str, str]]:
    here = site.ogc(f"collections/{name}")
    return [
        link(here, "self"),
        link(f"{here}/items", "items", GEOJSON),
        link(f"{here}/queryables", "http://www.opengis.net/def/rel/ogc/1.0/queryables", SCHEMA),
    ]


def queryables(name: str, record: DatasetRecord | None, site: Site) -> dict[str, Any]:
    """What may be asked by name: the columns of the table, or the words of a record."""
    if record is None:
        properties: dict[str, Any] = {key: {"type": "string"} for key in ("q", "ids", "type", "datetime")}
    else:
        plain = tuple(column for column in record.columns if column.kind is not Kind.GEOMETRY)
        properties = row_schema(plain)["properties"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": site.ogc(f"collections/{name}/queryables"),
        "type": "object",
        "title": record.title if record else site.title,
        "properties": properties,
        "additionalProperties": False,
    }


def as_record(record: DatasetRecord, site: Site) -> dict[str, Any]:
    """One dataset as a record of OGC API Records: a GeoJSON feature with links to what describes and holds it."""
    here = site.ogc(f"collections/{RECORDS}/items/{record.name}")
    properties: dict[str, Any] = {
        "type": "dataset",
        "title": record.title,
        "description": record.notes,
        "created": record.issued_at.isoformat(),
        "updated": record.modified_at.isoformat(),
        "language": {"code": "vi"},
        "keywords": list(record.tags),
        "license": record.licence.url or record.licence.code,
        "contacts": [_contact(record)],
        "externalIds": [{"value": record.origin.identifier, "scheme": record.origin.url}] if record.origin else [],
        "formats": [{"name": resource.format, "mediaType": resource.media_type} for resource in record.resources],
    }
    if record.themes:
        scheme = "http://publications.europa.eu/resource/authority/data-theme"
        properties["themes"] = [{"concepts": [{"id": theme} for theme in record.themes], "scheme": scheme}]
    time = {"interval": [day.isoformat() if day else ".." for day in (record.starts_on, record.ends_on)]}
    return {
        "id": record.name,
        "type": "Feature",
        "conformsTo": ["http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core"],
        "time": time if record.starts_on or record.ends_on else None,
        "geometry": polygon(record.box) if record.box else None,
        "properties": properties,
        "links": _record_links(record, site, here),
    }


def _contact(record: DatasetRecord) -> dict[str, Any]:
    agent = record.contact or record.publisher
    made: dict[str, Any] = {"name": agent.name, "organization": record.publisher.name, "roles": ["publisher"]}
    if agent.email:
        made["emails"] = [{"value": agent.email}]
    return made


def _record_links(record: DatasetRecord, site: Site, here: str) -> list[dict[str, str]]:
    made = [
        link(here, "self", GEOJSON),
        link(site.ogc(f"collections/{RECORDS}"), "collection"),
        link(site.dataset(record), "alternate", "text/html", record.title),
        link(site.describe(record, "dcat.ttl"), "alternate", "text/turtle"),
    ]
    made += [
        link(site.file(resource), "enclosure", resource.media_type, resource.title) for resource in record.resources
    ]
    if record.has_shapes:
        made.append(link(site.ogc(f"collections/{record.name}/items"), "item", GEOJSON))
    return made


def polygon(box: Box) -> dict[str, Any]:
    west, south, east, north = box.west, box.south, box.east, box.north
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def extent_of(collection: Collection) -> Box | None:
    return collection.record.box or collection.box
