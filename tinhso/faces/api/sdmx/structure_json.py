"""Structure messages in SDMX-JSON 1.0 and 2.0."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tinhso.faces.api.sdmx.messages import header_json
from tinhso.faces.api.sdmx.rules.keys import DIMENSIONS
from tinhso.faces.api.sdmx.structure_xml import urn, version_of
from tinhso.faces.api.sdmx.structures import (
    AGENCY,
    CODED,
    CONCEPTS,
    OBS_ATTRIBUTES,
    SERIES_ATTRIBUTES,
    STRUCTURE,
    Artefact,
)

_KEYS = {
    "dataflow": "dataflows",
    "codelist": "codelists",
    "conceptscheme": "conceptSchemes",
    "datastructure": "dataStructures",
}


def message(found: Iterable[Artefact], standard: str, *, is_stub: bool) -> dict[str, Any]:
    data: dict[str, list[Any]] = {}
    for one in found:
        data.setdefault(_KEYS[one.kind], []).append(_artefact(one, standard, is_stub=is_stub))
    return {"meta": header_json("structure", "1.0" if standard == "2.1" else "2.0.0"), "data": data}


def _named(ident: str, name: str) -> dict[str, Any]:
    return {"id": ident, "name": name, "names": {"vi": name}}


def _artefact(one: Artefact, standard: str, *, is_stub: bool) -> dict[str, Any]:
    body = _named(one.id, one.name) | {
        "version": version_of(standard),
        "agencyID": AGENCY,
        "isExternalReference": is_stub,
        "links": [{"rel": "self", "urn": urn(standard, one.kind, one.id)}],
    }
    if is_stub:
        return body
    match one.kind:
        case "dataflow":
            return body | {"structure": urn(standard, "datastructure", STRUCTURE)}
        case "datastructure":
            return body | {"dataStructureComponents": _components(standard)}
    key = "codes" if one.kind == "codelist" else "concepts"
    codes = [_named(code.id, code.name) | ({"parent": code.parent} if code.parent else {}) for code in one.codes]
    return body | {key: codes}


def _component(standard: str, name: str) -> dict[str, Any]:
    body: dict[str, Any] = {"id": name, "conceptIdentity": urn(standard, "conceptscheme", CONCEPTS, name)}
    if name in CODED:
        body["localRepresentation"] = {"enumeration": urn(standard, "codelist", CODED[name])}
    return body


def _components(standard: str) -> dict[str, Any]:
    dimensions = [
        _component(standard, name) | {"position": place, "type": "Dimension"} for place, name in enumerate(DIMENSIONS)
    ]
    time_format = {"localRepresentation": {"textFormat": {"textType": "ObservationalTimePeriod"}}}
    time = _component(standard, "TIME_PERIOD") | {"type": "TimeDimension"} | time_format
    status = {"assignmentStatus": "Conditional"} if standard == "2.1" else {"usage": "optional"}
    on_obs: dict[str, Any] = {"primaryMeasure": "OBS_VALUE"} if standard == "2.1" else {"observation": {}}
    attributes = [
        _component(standard, name) | status | {"attributeRelationship": {"dimensions": ["MEASURE"]}}
        for name in SERIES_ATTRIBUTES
    ] + [_component(standard, name) | status | {"attributeRelationship": on_obs} for name in OBS_ATTRIBUTES]
    measure = _component(standard, "OBS_VALUE")
    measures = {"primaryMeasure": measure} if standard == "2.1" else {"measures": [measure]}
    is_old = standard == "2.1"
    return {
        "dimensionList": {
            "id": "DimensionDescriptor",
            "dimensions": dimensions,
            **({"timeDimensions": [time]} if is_old else {"timeDimension": time}),
        },
        "attributeList": {"id": "AttributeDescriptor", "attributes": attributes},
        "measureList": {"id": "MeasureDescriptor", **measures},
    }
