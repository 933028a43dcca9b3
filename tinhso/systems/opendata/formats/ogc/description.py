"""OpenAPI 3.0 of the OGC interfaces as a whole."""

from __future__ import annotations

from typing import Any

from tinhso.systems.opendata.formats.ogc.asking import DEFAULT_LIMIT, MOST
from tinhso.systems.opendata.formats.ogc.documents import GEOJSON, JSON, RECORDS
from tinhso.systems.opendata.formats.site import Site
from tinhso.systems.opendata.rules.record import Catalogue, DatasetRecord


def description(catalogue: Catalogue, records: list[DatasetRecord], site: Site) -> dict[str, Any]:
    names = [RECORDS, *(record.name for record in records)]
    known = {"name": "collectionId", "in": "path", "required": True, "schema": {"type": "string", "enum": names}}
    item = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    paths = {
        "/": _get("getLandingPage", JSON),
        "/conformance": _get("getConformance", JSON),
        "/collections": _get("getCollections", JSON),
        "/collections/{collectionId}": _get("describeCollection", JSON, known, may_miss=True),
        "/collections/{collectionId}/queryables": _get(
            "getQueryables", "application/schema+json", known, may_miss=True
        ),
        "/collections/{collectionId}/items": _get("getFeatures", GEOJSON, known, *_asked(), may_miss=True),
        "/collections/{collectionId}/items/{featureId}": _get("getFeature", GEOJSON, known, item, may_miss=True),
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": catalogue.title, "description": catalogue.description, "version": "1.0.0"},
        "servers": [{"url": site.ogc().rstrip("/")}],
        "paths": paths,
    }


def _get(name: str, kind: str, *parameters: dict[str, Any], may_miss: bool = False) -> dict[str, Any]:
    answers: dict[str, Any] = {"200": {"description": "OK", "content": {kind: {"schema": {"type": "object"}}}}}
    answers["400"] = {"description": "Tham số sai"}
    if may_miss:
        answers["404"] = {"description": "Không có"}
    return {"get": {"operationId": name, "parameters": list(parameters), "responses": answers}}


def _asked() -> list[dict[str, Any]]:
    numbers = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
    return [
        {"name": "bbox", "in": "query", "style": "form", "explode": False, "schema": numbers},
        {"name": "datetime", "in": "query", "schema": {"type": "string"}},
        {"name": "limit", "in": "query",
         "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT}},
        {"name": "offset", "in": "query", "schema": {"type": "integer", "minimum": 0, "default": 0}},
        {"name": "q", "in": "query", "schema": {"type": "string"}},
    ]  # fmt: skip
