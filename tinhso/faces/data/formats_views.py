"""The open data in the formats of others: each view asks the formats once and puts the bytes on the wire."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.foundation.access.gates import public
from tinhso.systems.opendata.formats import dcat, feeds, negotiation, openapi, rdf, search_engines, tables
from tinhso.systems.opendata.formats import package as packing
from tinhso.systems.opendata.formats.ogc import serving
from tinhso.systems.opendata.formats.site import Site
from tinhso.systems.opendata.formats.source import Asked
from tinhso.systems.opendata.published import Published, open_csv
from tinhso.systems.opendata.rules.record import DatasetRecord

PAGE = 100
NEWEST = 50
HTML, JSON_LD, JSON = "text/html", rdf.JSON_LD, "application/json"
SHELF = serving.Shelf()
Made = Callable[[DatasetRecord, Site], Any]
# What each description is called in the address, its media type, and who makes it.
DOCUMENTS: dict[str, tuple[str, Made]] = {
    "schema.jsonld": (JSON_LD, search_engines.schema_org),
    "croissant.json": (JSON_LD, search_engines.croissant),
    "datapackage.json": (JSON, tables.data_package),
    "csvw.json": ("application/csvm+json", tables.csvw),
    "openapi.json": ("application/vnd.oai.openapi+json", openapi.openapi),
}
GRAPHS = {"dcat.ttl": rdf.TURTLE, "dcat.rdf": rdf.RDF_XML, "dcat.jsonld": rdf.JSON_LD}
KIND_OF = {kind: name for name, kind in GRAPHS.items()} | {
    "application/csvm+json": "csvw.json",
    JSON: "datapackage.json",
}


def media_type_of(kind: str) -> str:
    """What a description of this name is sent as."""
    return GRAPHS.get(kind) or DOCUMENTS[kind][0]


def _site(request: HttpRequest) -> Site:
    return Site(f"{request.scheme}://{request.get_host()}", title=_("Cổng dữ liệu mở"))


def _sent(request: HttpRequest, body: bytes, media_type: str, status: int = 200) -> HttpResponse:
    """Public bytes with their mark: a reader who has them already is told so; pages of others may read them."""
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    known = request.headers.get("If-None-Match", "")
    is_known = status == 200 and mark in (part.strip().removeprefix("W/") for part in known.split(","))
    answer = HttpResponse(b"" if is_known else body, content_type=media_type, status=304 if is_known else status)
    answer["ETag"] = mark
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


@require_safe
@public
def catalogue(request: HttpRequest, suffix: str = "") -> HttpResponse:
    """The whole catalogue in DCAT-AP, a hundred datasets a page; without a suffix as the reader prefers."""
    site = _site(request)
    if suffix:
        media_type = rdf.BY_SUFFIX.get(suffix)
        if media_type is None:
            raise Http404
    else:
        media_type = negotiation.choose(request.headers.get("Accept", ""), [HTML, *rdf.BY_SUFFIX.values()])
        if media_type == HTML:
            return _varied(HttpResponseRedirect(site.home))
    if media_type is None:
        return _varied(_unacceptable())
    made = _catalogue_page(site, _page(request), media_type)
    return _varied(_sent(request, made, media_type))


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) < 10_000_000):
        raise Http404
    return int(text[:9])


def _catalogue_page(site: Site, page: int, media_type: str) -> bytes:
    source = Published()
    total, found = source.find(Asked(offset=(page - 1) * PAGE, limit=PAGE))
    pages = max(1, -(-total // PAGE))
    if page > pages:
        raise Http404
    whole = replace(source.catalogue(), datasets=tuple(found))
    return rdf.written(dcat.catalogue_graph(whole, site, page=page, pages=pages, total=total), media_type)


def _varied(answer: HttpResponse) -> HttpResponse:
    patch_vary_headers(answer, ["Accept"])
    return answer


def _unacceptable() -> HttpResponse:
    offered = ", ".join([HTML, *KIND_OF])
    return HttpResponse(_("Có các dạng: %(offered)s") % {"offered": offered}, status=406, content_type="text/plain")


def _record(name: str) -> DatasetRecord:
    record = Published().one(name)
    if record is None:
        raise Http404
    return record


@require_safe
@public
def described(request: HttpRequest, name: str) -> HttpResponse:
    """One dataset in the form the reader prefers; a browser is led to its page."""
    record, site = _record(name), _site(request)
    kind = negotiation.choose(request.headers.get("Accept", ""), [HTML, *KIND_OF])
    if kind is None:
        return _varied(_unacceptable())
    return _varied(HttpResponseRedirect(site.dataset(record) if kind == HTML else site.describe(record, KIND_OF[kind])))


@require_safe
@public
def described_as(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """One dataset in one form, by its plain address."""
    if kind not in DOCUMENTS and kind not in GRAPHS:
        raise Http404
    record = _record(name)
    return _sent(request, _description(record, _site(request), kind), media_type_of(kind))


@lru_cache(maxsize=512)
def _description(record: DatasetRecord, site: Site, kind: str) -> bytes:
    """The bytes of a description, kept by everything it is made of: a new version is another record."""
    if kind in GRAPHS:
        return rdf.written(dcat.dataset_graph(record, site), GRAPHS[kind])
    return _json(DOCUMENTS[kind][1](record, site))


@require_safe
@public
def package(request: HttpRequest, name: str) -> HttpResponseBase:
    """The tables of a dataset with their descriptions, in one file."""
    record = _record(name)
    if not packing.can_pack(record):
        raise Http404
    into = TemporaryFile()  # noqa: SIM115 (closed by the response)
    packing.pack(record, _site(request), open_csv, into)
    into.seek(0)
    return FileResponse(into, as_attachment=True, filename=f"{record.name}-v{record.version}.zip")


@require_safe
@public
def sitemap(request: HttpRequest) -> HttpResponse:
    _total, found = Published().find(Asked(limit=feeds.MOST_ADDRESSES - 1))
    return _sent(request, feeds.sitemap(found, _site(request)), "application/xml")


@require_safe
@public
def rss(request: HttpRequest) -> HttpResponse:
    source = Published()
    _total, found = source.find(Asked(limit=NEWEST))
    return _sent(request, feeds.rss(source.catalogue(), found, _site(request)), "application/rss+xml")


@require_safe
@public
def ogc(request: HttpRequest, rest: str = "") -> HttpResponse:
    """OGC API Features and Records."""
    made = serving.answer(Published(), _site(request), rest, request.GET.dict(), SHELF)
    return _sent(request, _json(made.body), made.media_type, made.status)
