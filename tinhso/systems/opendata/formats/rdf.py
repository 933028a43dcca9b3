"""A graph as bytes: Turtle, RDF/XML, JSON-LD."""

from __future__ import annotations

from typing import Any

from rdflib import Graph

from tinhso.systems.opendata.formats.dcat import PREFIXES

TURTLE, RDF_XML, JSON_LD = "text/turtle", "application/rdf+xml", "application/ld+json"
BY_SUFFIX = {"ttl": TURTLE, "rdf": RDF_XML, "jsonld": JSON_LD}
_WRITERS = {TURTLE: "turtle", RDF_XML: "xml", JSON_LD: "json-ld"}


def written(graph: Graph, media_type: str) -> bytes:
    """The same triples in any of the three spellings."""
    extra: dict[str, Any] = {}
    if media_type == JSON_LD:
        context = {prefix: str(space) for prefix, space in PREFIXES.items()}
        extra = {"context": context, "auto_compact": False, "ensure_ascii": False}
    made: bytes = graph.serialize(None, format=_WRITERS[media_type], encoding="utf-8", **extra)
    return made
