"""A DCAT catalogue in Turtle, RDF/XML or JSON-LD; pages by hydra links, each address visited once."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urljoin

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, Namespace

from tinhso.systems.opendata.harvest.errors import Endless, Unreadable
from tinhso.systems.opendata.harvest.found import (
    MOST_FILES,
    MOST_TAGS,
    MOST_TEXT,
    Found,
    FoundFile,
    Page,
    address,
    text,
)

ACCEPT = "text/turtle, application/rdf+xml;q=0.9, application/ld+json;q=0.8"
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
# Reading RDF takes far longer than fetching it: a page may not be large.
MOST_BYTES = 8 * 1024 * 1024
MOST_DEPTH = 60
_NAMES = {"text/turtle": "turtle", "application/rdf+xml": "xml", "application/ld+json": "json-ld",
          "application/xml": "xml", "text/xml": "xml", "application/json": "json-ld"}  # fmt: skip
_SUFFIXES = {".ttl": "turtle", ".rdf": "xml", ".xml": "xml", ".jsonld": "json-ld", ".json": "json-ld"}


def step(asked: Any, fetch: Any, cursor: dict[str, Any]) -> Page:
    """One document of the catalogue."""
    if cursor.get("is_circle"):
        raise Endless(_("Nguồn dẫn quay vòng về trang đã đọc; dừng tại đây."))
    url, visited = str(cursor.get("url") or asked.url), list(cursor.get("visited", []))
    # Only a first page may be unchanged as a whole: of the others nothing is known.
    answer = fetch(url, accept=ACCEPT, etag="" if visited else asked.etag, most=MOST_BYTES)
    if answer.status == 304:
        return Page([], is_unchanged=True, etag=asked.etag)
    graph = parsed(answer.body, _name(answer.media_type, answer.url), answer.url)
    found = [_found(graph, node) for node in sorted(set(graph.subjects(RDF.type, DCAT.Dataset)), key=str)]
    # The mark of the catalogue is its first page's; it holds for the whole only when there is one page.
    onward = _onward(graph, answer.url)
    etag = "" if onward or visited else answer.etag
    # A page that leads back is still taken in itself; the step after it says so.
    is_circle = onward in (*visited, url)
    following = {"url": onward, "visited": [*visited, url], "is_circle": is_circle} if onward else None
    return Page(found, following, _claimed(graph), len(answer.body), etag=etag)


def _name(media_type: str, url: str) -> str:
    path = url.partition("?")[0].lower()
    by_name = next((name for suffix, name in _SUFFIXES.items() if path.endswith(suffix)), "turtle")
    return _NAMES.get(media_type, by_name)


def parsed(body: bytes, name: str, base: str) -> Graph:
    """The graph of a document that may be hostile: no entities, no context fetched from elsewhere, no depth."""
    graph = Graph()
    try:
        if name == "xml":
            fromstring(body, forbid_dtd=False, forbid_entities=True, forbid_external=True)
        if name == "json-ld":
            _check_contexts(json.loads(body), 0)
        graph.parse(data=body, format=name, publicID=base)
    except (Unreadable, DefusedXmlException) as refused:
        raise Unreadable(_("Tài liệu của nguồn chứa khai báo nguy hiểm nên không đọc.")) from refused
    except RecursionError:
        raise Unreadable(_("Tài liệu của nguồn lồng quá sâu.")) from None
    except Exception as problem:  # the parsers raise whatever their depth happens to meet
        raise Unreadable(_("Tài liệu của nguồn không đúng định dạng RDF.")) from problem
    return graph


def _check_contexts(told: Any, depth: int) -> None:
    """A context by address would be fetched by the parser, past our gate: only contexts written out are read."""
    if depth > MOST_DEPTH:
        raise RecursionError
    if isinstance(told, dict):
        contexts = told.get("@context")
        for context in contexts if isinstance(contexts, list) else [contexts]:
            if isinstance(context, str) or (isinstance(context, dict) and "@import" in context):
                raise Unreadable("@context")
        for value in told.values():
            _check_contexts(value, depth + 1)
    elif isinstance(told, list):
        for value in told:
            _check_contexts(value, depth + 1)


def _onward(graph: Graph, base: str) -> str:
    for predicate in (HYDRA.nextPage, HYDRA.next):
        for value in graph.objects(None, predicate):
            return urljoin(base, str(value))
    return ""


def _claimed(graph: Graph) -> int | None:
    told = [value.toPython() for value in graph.objects(None, HYDRA.totalItems) if isinstance(value, Literal)]
    return next((value for value in told if isinstance(value, int) and value >= 0), None)


def _found(graph: Graph, node: Any) -> Found:
    identifier = text(_one(graph, node, DCTERMS.identifier)) or (text(str(node)) if isinstance(node, URIRef) else "")
    if not identifier:
        return Found("", fault=_("Bản ghi không có mã."))
    title = text(_one(graph, node, DCTERMS.title))
    if not title:
        return Found(identifier, fault=_("Bản ghi không có tên."))
    page = _one(graph, node, DCAT.landingPage)
    publisher = next(iter(graph.objects(node, DCTERMS.publisher)), None)
    files = [_file(graph, one) for one in sorted(graph.objects(node, DCAT.distribution), key=str)]
    return Found(
        identifier=identifier,
        title=title,
        notes=text(_one(graph, node, DCTERMS.description), MOST_TEXT),
        url=address(page) or address(str(node)),
        name=identifier.rstrip("/").rpartition("/")[2],
        modified=text(_one(graph, node, DCTERMS.modified), 40),
        publisher=text(_one(graph, publisher, FOAF.name)) if publisher is not None else "",
        tags=tuple(sorted({text(str(tag), 100) for tag in graph.objects(node, DCAT.keyword)} - {""}))[:MOST_TAGS],
        files=tuple(file for file in files if file)[:MOST_FILES],
    )


def _one(graph: Graph, node: Any, predicate: Any) -> str:
    """One value, the Vietnamese before the unmarked before the others."""
    values = list(graph.objects(node, predicate))
    order = {"vi": 0, None: 1}
    values.sort(key=lambda value: (order.get(getattr(value, "language", None), 2), str(value)))
    return str(values[0]) if values else ""


def _file(graph: Graph, node: Any) -> FoundFile | None:
    url = address(_one(graph, node, DCAT.downloadURL)) or address(_one(graph, node, DCAT.accessURL))
    if not url:
        return None
    kind = _one(graph, node, DCTERMS["format"]).rpartition("/")[2]
    media_type = _one(graph, node, DCAT.mediaType).removeprefix("https://www.iana.org/assignments/media-types/")
    return FoundFile(
        url, text(_one(graph, node, DCTERMS.title)), text(kind, 40), text(media_type, 100),
        text(_one(graph, node, DCTERMS.description), 2000),
    )  # fmt: skip
