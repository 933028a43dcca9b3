"""Judges of a graph: our own shapes, always there; the profile's own where DCAT_AP_SHAPES names their folder."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest
from rdflib import RDF, Graph, Node
from rdflib.namespace import SH

# The directory of the profile's SHACL files (SEMICeu/DCAT-AP, releases/3.0.1/shacl), which are not ours to carry.
SHAPES = "DCAT_AP_SHAPES"


@cache
def ours() -> Graph:
    """What the specification demands, in our own words."""
    return Graph().parse(Path(__file__).with_name("dcat_ap_shapes.ttl"))


@cache
def theirs() -> Graph:
    """The profile's own shapes; NOT RUN where they do not lie."""
    folder = os.environ.get(SHAPES, "")
    found = sorted(Path(folder).glob("*dcat-ap*.ttl")) if folder else []
    if not found:
        pytest.skip(f"NOT RUN: {SHAPES} names no folder with the DCAT-AP 3.0.1 shapes; our own have judged")
    made = Graph()
    for path in found:
        made.parse(path)
    # The published file of ranges names properties that neither file defines: there is nothing to judge by them.
    for shape, name in list(made.subject_objects(SH.property)):
        if (name, SH.path, None) not in made:
            made.remove((shape, SH.property, name))
    return made


def judge(graph: Graph, shapes: Graph) -> None:
    """Nothing is wrong, or the judge's own words."""
    pyshacl = pytest.importorskip("pyshacl", reason="NOT RUN: pyshacl is not installed")
    conforms, _found, text = pyshacl.validate(graph, shacl_graph=shapes, advanced=False)
    assert conforms, text


def faults(graph: Graph, shapes: Graph) -> set[tuple[Node, Node]]:
    """(class, property) of everything the judge finds wrong."""
    pyshacl = pytest.importorskip("pyshacl", reason="NOT RUN: pyshacl is not installed")
    _conforms, found, _text = pyshacl.validate(graph, shacl_graph=shapes, advanced=False)
    assert isinstance(found, Graph)
    return {
        (kind, path)
        for fault in found.subjects(RDF.type, SH.ValidationResult)
        for path in found.objects(fault, SH.resultPath)
        for node in found.objects(fault, SH.focusNode)
        for kind in graph.objects(node, RDF.type)
    }
