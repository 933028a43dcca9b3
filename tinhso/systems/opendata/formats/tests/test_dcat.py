"""DCAT-AP: three spellings of the same triples, judged by the profile's own shapes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, SH

from tinhso.systems.opendata.formats import dcat, rdf
from tinhso.systems.opendata.formats.tests.world import CATALOGUE, HOSTILE, PLAIN, SHAPED, SITE

# The directory of the profile's SHACL files (SEMICeu/DCAT-AP, releases/3.0.1/shacl), which are not ours to carry.
SHAPES = "DCAT_AP_SHAPES"


@pytest.fixture(scope="module")
def graph() -> Graph:
    return dcat.catalogue_graph(CATALOGUE, SITE)


def shapes() -> Graph:
    folder = os.environ.get(SHAPES, "")
    found = sorted(Path(folder).glob("*.ttl")) if folder else []
    found = [path for path in found if "dcat-ap" in path.name]
    if not found:
        pytest.skip(f"NOT RUN: {SHAPES} names no folder with the DCAT-AP 3.0.1 shapes")
    made = Graph()
    for path in found:
        made.parse(path)
    # The published file of ranges names properties that neither file defines: there is nothing to judge by them.
    for shape, name in list(made.subject_objects(SH.property)):
        if (name, SH.path, None) not in made:
            made.remove((shape, SH.property, name))
    return made


def test_the_profile_of_europe_finds_nothing_wrong(graph: Graph) -> None:
    pyshacl = pytest.importorskip("pyshacl", reason="NOT RUN: pyshacl is not installed")
    # What a reader gets is judged, not what we hold in memory.
    read = Graph().parse(data=rdf.written(graph, rdf.RDF_XML), format="xml")
    conforms, _found, text = pyshacl.validate(read, shacl_graph=shapes(), advanced=False)
    assert conforms, text


def test_the_judge_does_find_what_is_wrong(graph: Graph) -> None:
    pyshacl = pytest.importorskip("pyshacl", reason="NOT RUN: pyshacl is not installed")
    worse = dcat.dataset_graph(PLAIN, SITE)
    worse.remove((URIRef(SITE.dataset(PLAIN)), DCTERMS.title, None))
    conforms, _found, text = pyshacl.validate(worse, shacl_graph=shapes())
    assert not conforms and "title" in text


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
