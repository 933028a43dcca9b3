"""DCAT-AP: three spellings of the same triples, judged by shapes of ours and, where they lie, by the profile's own."""

from __future__ import annotations

import pytest
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, FOAF, SKOS

from tinhso.systems.opendata.formats import dcat, rdf
from tinhso.systems.opendata.formats.tests import judging
from tinhso.systems.opendata.formats.tests.world import CATALOGUE, HOSTILE, SHAPED, SITE

HELD = {
    "a dataset's title": (DCAT.Dataset, DCTERMS.title),
    "a dataset's description": (DCAT.Dataset, DCTERMS.description),
    "the catalogue's publisher": (DCAT.Catalog, DCTERMS.publisher),
    "where a file is": (DCAT.Distribution, DCAT.accessURL),
    "where a service is": (DCAT.DataService, DCAT.endpointURL),
    "an agent's name": (FOAF.Agent, FOAF.name),
    "what a record is about": (DCAT.CatalogRecord, FOAF.primaryTopic),
    "a concept's label": (SKOS.Concept, SKOS.prefLabel),
}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return dcat.catalogue_graph(CATALOGUE, SITE)


def test_the_profile_of_europe_finds_nothing_wrong(graph: Graph) -> None:
    # What a reader gets is judged, not what we hold in memory.
    judging.judge(Graph().parse(data=rdf.written(graph, rdf.RDF_XML), format="xml"), judging.ours())


def test_the_profiles_own_shapes_find_nothing_wrong(graph: Graph) -> None:
    shapes = judging.theirs()
    judging.judge(Graph().parse(data=rdf.written(graph, rdf.RDF_XML), format="xml"), shapes)


def test_the_judge_does_find_what_is_missing(graph: Graph) -> None:
    worse = Graph() + graph
    for kind, predicate in HELD.values():
        worse.remove((next(worse.subjects(RDF.type, kind)), predicate, None))
    told = judging.faults(worse, judging.ours())
    assert {(kind, predicate) for kind, predicate in HELD.values()} <= told


def test_the_judge_does_find_what_is_wrong(graph: Graph) -> None:
    worse = Graph() + graph
    node = next(worse.subjects(RDF.type, DCAT.Distribution))
    for predicate in (DCAT.byteSize, DCTERMS.license, DCAT.mediaType):
        worse.add((node, predicate, Literal("hai")))
    told = judging.faults(worse, judging.ours())
    kind = DCAT.Distribution
    assert {(kind, DCAT.byteSize), (kind, DCTERMS.license), (kind, DCAT.mediaType)} <= told


@pytest.mark.parametrize(("media_type", "name"), [(rdf.RDF_XML, "xml"), (rdf.JSON_LD, "json-ld")])
def test_every_spelling_says_the_same(graph: Graph, media_type: str, name: str) -> None:
    turtle = Graph().parse(data=rdf.written(graph, rdf.TURTLE), format="turtle")
    other = Graph().parse(data=rdf.written(graph, media_type), format=name)
    assert isomorphic(turtle, other)


def test_hostile_words_come_back_as_they_were(graph: Graph) -> None:
    read = Graph().parse(data=rdf.written(graph, rdf.TURTLE), format="turtle")
    node = URIRef(SITE.dataset(HOSTILE))
    assert (node, DCTERMS.title, Literal(dcat.clean(HOSTILE.title), lang="vi")) in read
    assert {str(tag) for tag in read.objects(node, DCAT.keyword)} == set(HOSTILE.tags)


def test_pages_of_the_catalogue_lead_on() -> None:
    text = rdf.written(dcat.catalogue_graph(CATALOGUE, SITE, page=2, pages=3, total=250), rdf.TURTLE).decode()
    assert "page=3" in text and "page=1" in text and "250" in text


def test_shapes_are_served_by_a_data_service(graph: Graph) -> None:
    services = list(graph.subjects(RDF.type, DCAT.DataService))
    assert services == [URIRef(SITE.ogc("collections/ranh-gioi"))]
    assert (services[0], DCAT.servesDataset, URIRef(SITE.dataset(SHAPED))) in graph
