"""Structure messages in SDMX-ML 2.1 and 3.0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from tinhso.faces.api.sdmx.messages import header_xml, namespaces
from tinhso.faces.api.sdmx.rules.keys import DIMENSIONS
from tinhso.faces.api.sdmx.structures import (
    AGENCY,
    CODED,
    CONCEPTS,
    KINDS,
    OBS_ATTRIBUTES,
    SERIES_ATTRIBUTES,
    STRUCTURE,
    Artefact,
    Code,
)

_CLASSES = {
    "dataflow": ("datastructure", "Dataflow"),
    "datastructure": ("datastructure", "DataStructure"),
    "codelist": ("codelist", "Codelist"),
    "conceptscheme": ("conceptscheme", "ConceptScheme"),
}
_WRAPPERS = {
    "2.1": {
        "dataflow": "Dataflows",
        "codelist": "Codelists",
        "conceptscheme": "Concepts",
        "datastructure": "DataStructures",
    },
    "3.0": {
        "dataflow": "Dataflows",
        "codelist": "Codelists",
        "conceptscheme": "ConceptSchemes",
        "datastructure": "DataStructures",
    },
}


def version_of(standard: str) -> str:
    """The version of our artefacts, in the way of writing of each standard."""
    return "1.0" if standard == "2.1" else "1.0.0"


def urn(standard: str, kind: str, ident: str, item: str = "") -> str:
    package, name = _CLASSES[kind]
    tail = f".{item}" if item else ""
    if item:
        name = "Code" if kind == "codelist" else "Concept"
    return f"urn:sdmx:org.sdmx.infomodel.{package}.{name}={AGENCY}:{ident}({version_of(standard)}){tail}"


def message(found: Iterable[Artefact], standard: str, *, is_stub: bool) -> Iterator[str]:
    """The message, piece by piece."""
    writer = _Writer(standard, is_stub=is_stub)
    yield f"<mes:Structure {namespaces(standard, 'structure')}>{header_xml(standard)}<mes:Structures>"
    listed = list(found)
    for kind in KINDS:
        mine = [one for one in listed if one.kind == kind]
        if mine:
            wrapper = _WRAPPERS[standard][kind]
            yield f"<str:{wrapper}>{''.join(writer.artefact(one) for one in mine)}</str:{wrapper}>"
    yield "</mes:Structures></mes:Structure>"


class _Writer:
    def __init__(self, standard: str, *, is_stub: bool) -> None:
        self.standard = standard
        self.is_stub = is_stub
        self.is_old = standard == "2.1"

    def artefact(self, one: Artefact) -> str:
        tag = _CLASSES[one.kind][1]
        final = ' isFinal="true"' if self.is_old else ""
        attributes = (
            f'id="{one.id}" agencyID="{AGENCY}" version="{version_of(self.standard)}"'
            f' urn="{urn(self.standard, one.kind, one.id)}"{final} isExternalReference="{str(self.is_stub).lower()}"'
        )
        inside = "" if self.is_stub else self.inside(one)
        return f"<str:{tag} {attributes}>{_name(one.name)}{inside}</str:{tag}>"

    def inside(self, one: Artefact) -> str:
        match one.kind:
            case "dataflow":
                return f"<str:Structure>{self.reference('datastructure', STRUCTURE)}</str:Structure>"
            case "datastructure":
                return self.components()
        return "".join(self.code(one, code) for code in one.codes)

    def reference(self, kind: str, ident: str) -> str:
        if not self.is_old:
            return urn(self.standard, kind, ident)
        package, name = _CLASSES[kind]
        version = version_of(self.standard)
        return f'<Ref id="{ident}" version="{version}" agencyID="{AGENCY}" package="{package}" class="{name}"/>'

    def code(self, one: Artefact, code: Code) -> str:
        tag = "Code" if one.kind == "codelist" else "Concept"
        address = urn(self.standard, one.kind, one.id, code.id)
        parent = ""
        if code.parent:
            parent = f"<str:Parent>{f'<Ref id={quoteattr(code.parent)}/>' if self.is_old else code.parent}</str:Parent>"
        return f"<str:{tag} id={quoteattr(code.id)} urn={quoteattr(address)}>{_name(code.name)}{parent}</str:{tag}>"

    def identity(self, concept: str) -> str:
        if not self.is_old:
            inside = urn(self.standard, "conceptscheme", CONCEPTS, concept)
        else:
            inside = (
                f'<Ref id="{concept}" maintainableParentID="{CONCEPTS}" maintainableParentVersion="1.0"'
                f' agencyID="{AGENCY}" package="conceptscheme" class="Concept"/>'
            )
        return f"<str:ConceptIdentity>{inside}</str:ConceptIdentity>"

    def coded(self, concept: str) -> str:
        enumeration = self.reference("codelist", CODED[concept])
        return f"<str:LocalRepresentation><str:Enumeration>{enumeration}</str:Enumeration></str:LocalRepresentation>"

    def components(self) -> str:
        dimensions = "".join(
            f'<str:Dimension id="{name}" position="{place}">{self.identity(name)}{self.coded(name)}</str:Dimension>'
            for place, name in enumerate(DIMENSIONS, start=1)
        )
        time = (
            f'<str:TimeDimension id="TIME_PERIOD"{" position=" + chr(34) + "4" + chr(34) if self.is_old else ""}>'
            f"{self.identity('TIME_PERIOD')}"
            '<str:LocalRepresentation><str:TextFormat textType="ObservationalTimePeriod"/></str:LocalRepresentation>'
            "</str:TimeDimension>"
        )
        dimension_list = f'<str:DimensionList id="DimensionDescriptor">{dimensions}{time}</str:DimensionList>'
        attributes, measure = self.attributes(), self.measure()
        parts = attributes + measure if self.is_old else measure + attributes
        return f"<str:DataStructureComponents>{dimension_list}{parts}</str:DataStructureComponents>"

    def attributes(self) -> str:
        optional = 'assignmentStatus="Conditional"' if self.is_old else 'usage="optional"'
        written = ""
        for name in SERIES_ATTRIBUTES:
            related = '<Ref id="MEASURE"/>' if self.is_old else "MEASURE"
            relation = f"<str:Dimension>{related}</str:Dimension>"
            written += self.attribute(name, optional, self.coded(name), relation)
        for name in OBS_ATTRIBUTES:
            relation = f"<str:PrimaryMeasure><Ref id={quoteattr('OBS_VALUE')}/></str:PrimaryMeasure>"
            text = '<str:LocalRepresentation><str:TextFormat textType="DateTime"/></str:LocalRepresentation>'
            written += self.attribute(name, optional, text, relation if self.is_old else "<str:Observation/>")
        return f'<str:AttributeList id="AttributeDescriptor">{written}</str:AttributeList>'

    def attribute(self, name: str, optional: str, shown: str, relation: str) -> str:
        related = f"<str:AttributeRelationship>{relation}</str:AttributeRelationship>"
        return f'<str:Attribute id="{name}" {optional}>{self.identity(name)}{shown}{related}</str:Attribute>'

    def measure(self) -> str:
        tag = "PrimaryMeasure" if self.is_old else "Measure"
        form = '<str:LocalRepresentation><str:TextFormat textType="Double"/></str:LocalRepresentation>'
        inside = f'<str:{tag} id="OBS_VALUE">{self.identity("OBS_VALUE")}{form}</str:{tag}>'
        return f'<str:MeasureList id="MeasureDescriptor">{inside}</str:MeasureList>'


def _name(text: str) -> str:
    return f'<com:Name xml:lang="vi">{escape(text)}</com:Name>'
