"""One request to the OGC interfaces answered: OGC API Features 1.0 core and OGC API Records 1.0 over one source.

Knows no web framework: a path below the landing page and the query go in, an `Answer` comes out.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from tinhso.systems.opendata.formats.ogc import asking, description, documents
from tinhso.systems.opendata.formats.ogc.documents import GEOJSON, JSON, OPENAPI, RECORDS, SCHEMA, link
from tinhso.systems.opendata.formats.ogc.features import Collection
from tinhso.systems.opendata.formats.site import Site
from tinhso.systems.opendata.formats.source import Asked, Source
from tinhso.systems.opendata.rules.record import DatasetRecord

KEPT_COLLECTIONS = 8
OURS = {"bbox", "datetime", "limit", "offset", "startindex", "f", "crs", "bbox-crs", "q", "type", "ids", "token"}


@dataclass(frozen=True)
class Answer:
    status: int
    media_type: str
    body: dict[str, Any] = field(default_factory=dict)


class Shelf:
    """The collections last read, by dataset and version: a few, so that memory stays bounded."""

    def __init__(self, room: int = KEPT_COLLECTIONS) -> None:
        self._kept: OrderedDict[tuple[str, str, datetime], Collection] = OrderedDict()
        self._room = room

    def take(self, record: DatasetRecord, source: Source) -> Collection:
        key = (record.name, record.version, record.modified_at)
        kept = self._kept.get(key) or Collection(record, source.rows(record))
        self._kept[key] = kept
        self._kept.move_to_end(key)
        while len(self._kept) > self._room:
            self._kept.popitem(last=False)
        return kept


def answer(source: Source, site: Site, path: str, query: Mapping[str, str], shelf: Shelf) -> Answer:
    """The whole interface. Wrong parameters are 400, unknown names 404, each with a sentence."""
    try:
        return _answer(source, site, [part for part in path.split("/") if part], query, shelf)
    except asking.Wrong as wrong:
        return Answer(400, JSON, {"code": "InvalidParameterValue", "description": str(wrong)})


def _answer(source: Source, site: Site, parts: list[str], query: Mapping[str, str], shelf: Shelf) -> Answer:
    match parts:
        case []:
            return Answer(200, JSON, documents.landing(source.catalogue(), site))
        case ["conformance"]:
            return Answer(200, JSON, {"conformsTo": documents.CONFORMANCE})
        case ["api"]:
            made = description.description(source.catalogue(), source.with_geometry(), site)
            return Answer(200, OPENAPI, made)
        case ["collections"]:
            return Answer(200, JSON, documents.collections(source.catalogue(), source.with_geometry(), site))
        case ["collections", name, *rest] if name == RECORDS:
            return _records(source, site, rest, query)
        case ["collections", name, *rest]:
            record = source.one(name)
            if record is None or not record.has_shapes:
                return _missing()
            return _shapes(record, source, site, rest, query, shelf)
    return _missing()


def _missing() -> Answer:
    return Answer(404, JSON, {"code": "NotFound", "description": "Không có đối tượng này."})


def _records(source: Source, site: Site, rest: list[str], query: Mapping[str, str]) -> Answer:
    match rest:
        case []:
            return Answer(200, JSON, documents.record_collection(source.catalogue(), site))
        case ["queryables"]:
            return Answer(200, SCHEMA, documents.queryables(RECORDS, None, site))
        case ["items"]:
            return _found_records(source, site, query)
        case ["items", name]:
            record = source.one(name)
            return Answer(200, GEOJSON, documents.as_record(record, site)) if record else _missing()
    return _missing()


def _found_records(source: Source, site: Site, query: Mapping[str, str]) -> Answer:
    page, (since, until) = asking.page(query), asking.interval(query)
    _known(query, set())
    if query.get("type", "dataset") != "dataset":
        return _list(site, RECORDS, query, page, 0, [])
    names = tuple(name for name in query.get("ids", "").split(",") if name)[:200]
    words = query.get("q", "").replace(",", " ")[:200]
    asked = Asked(words, asking.box(query), since, until, names, page.offset, page.limit)
    total, found = source.find(asked)
    return _list(site, RECORDS, query, page, total, [documents.as_record(record, site) for record in found])


def _shapes(
    record: DatasetRecord, source: Source, site: Site, rest: list[str], query: Mapping[str, str], shelf: Shelf
) -> Answer:
    match rest:
        case []:
            box = documents.extent_of(shelf.take(record, source))
            return Answer(200, JSON, documents.feature_collection(record, site, box))
        case ["queryables"]:
            return Answer(200, SCHEMA, documents.queryables(record.name, record, site))
        case ["items"]:
            return _found_shapes(record, shelf.take(record, source), site, query)
        case ["items", key]:
            feature = shelf.take(record, source).one(key)
            if feature is None:
                return _missing()
            here = site.ogc(f"collections/{record.name}")
            links = [link(f"{here}/items/{feature.key}", "self", GEOJSON), link(here, "collection")]
            return Answer(200, GEOJSON, feature.as_json() | {"links": links})
    return _missing()


def _found_shapes(record: DatasetRecord, collection: Collection, site: Site, query: Mapping[str, str]) -> Answer:
    page, box = asking.page(query), asking.box(query)
    first, last = asking.interval(query)
    columns = {column.name for column in record.columns}
    _known(query, columns)
    equal = {name: value for name, value in query.items() if name in columns and name not in OURS}
    found = collection.within(box, equal) if _in_time(record, first, last) else []
    here = found[page.offset : page.offset + page.limit]
    return _list(site, record.name, query, page, len(found), [feature.as_json() for feature in here])


def _in_time(record: DatasetRecord, first: Any, last: Any) -> bool:
    """Features carry no time of their own: the dataset's period speaks for all of them."""
    return not (
        (first and record.ends_on and record.ends_on < first) or (last and record.starts_on and record.starts_on > last)
    )


def _known(query: Mapping[str, str], columns: set[str]) -> None:
    unknown = sorted(set(query) - OURS - columns)
    if unknown:
        raise asking.Wrong(f"Tham số lạ: {', '.join(unknown)[:200]}.")


def _list(
    site: Site, name: str, query: Mapping[str, str], page: asking.Page, total: int, features: list[dict[str, Any]]
) -> Answer:
    here = site.ogc(f"collections/{name}/items")
    links = [
        link(_with(here, query, page.offset), "self", GEOJSON),
        link(site.ogc(f"collections/{name}"), "collection"),
    ]
    if page.offset + len(features) < total and features:
        links.append(link(_with(here, query, page.offset + page.limit), "next", GEOJSON))
    if page.offset:
        links.append(link(_with(here, query, max(0, page.offset - page.limit)), "prev", GEOJSON))
    body = {
        "type": "FeatureCollection",
        "features": features,
        "numberMatched": total,
        "numberReturned": len(features),
        "timeStamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "links": links,
    }
    return Answer(200, GEOJSON, body)


def _with(address: str, query: Mapping[str, str], offset: int) -> str:
    kept = {name: value for name, value in query.items() if name not in ("offset", "startindex")}
    if offset:
        kept["offset"] = str(offset)
    return f"{address}?{urlencode(kept)}" if kept else address
