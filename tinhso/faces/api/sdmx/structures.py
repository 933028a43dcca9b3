"""The artefacts: two dataflows of one data structure, its codelists and concepts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tinhso.faces.api.catalogue import Catalogue
from tinhso.faces.api.forest import Forest
from tinhso.faces.api.sdmx.rules.faults import NO_RESULTS, NOT_IMPLEMENTED, SYNTAX, Fault

AGENCY = "TINHSO"
MEASURES, INDICATORS = "MEASURES", "INDICATORS"
STRUCTURE, CONCEPTS = "FIGURES", "CONCEPTS"


@dataclass(frozen=True)
class Code:
    id: str
    name: str
    parent: str = ""


@dataclass(frozen=True)
class Artefact:
    """One maintained thing: a flow, a structure, a list of codes or of concepts."""

    kind: str
    id: str
    name: str
    codes: tuple[Code, ...] = field(default=(), repr=False)


KINDS = ("dataflow", "codelist", "conceptscheme", "datastructure")
# Codelist of each dimension and coded attribute.
CODED = {"FREQ": "CL_FREQ", "MEASURE": "CL_MEASURE", "REF_AREA": "CL_AREA", "UNIT_MEASURE": "CL_UNIT"}
SERIES_ATTRIBUTES, OBS_ATTRIBUTES = ("UNIT_MEASURE",), ("LAST_UPDATE",)


def frequencies() -> tuple[Code, ...]:
    names = {"A": _("năm"), "S": _("6 tháng"), "Q": _("quý"), "M": _("tháng"), "W": _("tuần"), "D": _("ngày")}
    return tuple(Code(letter, name) for letter, name in names.items())


def concepts() -> tuple[Code, ...]:
    return (
        Code("FREQ", _("Tần suất")),
        Code("MEASURE", _("Chỉ tiêu")),
        Code("REF_AREA", _("Đơn vị")),
        Code("TIME_PERIOD", _("Kỳ")),
        Code("OBS_VALUE", _("Giá trị")),
        Code("UNIT_MEASURE", _("Đơn vị tính")),
        Code("LAST_UPDATE", _("Cập nhật lúc")),
    )


def artefacts(catalogue: Catalogue, forest: Forest) -> list[Artefact]:
    """Everything there is, the codes as they stand."""
    units = {item.unit_code: item.unit_name for item in catalogue.items}
    parents = {node.pk: node.sdmx_id for node in forest.nodes}
    areas = (Code(node.sdmx_id, node.name, parents.get(node.parent_id or 0, "")) for node in forest.nodes)
    return [
        Artefact("dataflow", MEASURES, _("Số liệu đếm và số liệu nhập, theo đơn vị và kỳ")),
        Artefact("dataflow", INDICATORS, _("Chỉ tiêu tính từ số liệu, theo đơn vị và kỳ")),
        Artefact("codelist", "CL_FREQ", _("Tần suất"), frequencies()),
        Artefact("codelist", "CL_MEASURE", _("Chỉ tiêu"), tuple(Code(i.sdmx_id, i.name) for i in catalogue.items)),
        Artefact("codelist", "CL_AREA", _("Đơn vị, mỗi thời kỳ một mã"), tuple(areas)),
        Artefact("codelist", "CL_UNIT", _("Đơn vị tính"), tuple(Code(c, n) for c, n in sorted(units.items()))),
        Artefact("conceptscheme", CONCEPTS, _("Khái niệm"), concepts()),
        Artefact("datastructure", STRUCTURE, _("Số liệu điều hành"), ()),
    ]


# What each kind refers to (children), and what refers to it (parents).
CHILDREN = {"dataflow": ("datastructure",), "datastructure": ("codelist", "conceptscheme")}
PARENTS = {"datastructure": ("dataflow",), "codelist": ("datastructure",), "conceptscheme": ("datastructure",)}


def chosen(everything: list[Artefact], kind: str, ident: str, references: str) -> list[Artefact]:
    """The artefacts asked for and, as `references` says, those around them, in the standard's order."""
    if kind in ("structure", "*"):
        found = [one for one in everything if ident in ("all", "*", one.id)]
    elif kind in KINDS:
        names = None if ident in ("all", "*") else set(ident.replace(",", "+").split("+"))
        found = [one for one in everything if one.kind == kind and (names is None or one.id in names)]
    else:
        raise Fault(NOT_IMPLEMENTED, kind)
    if not found:
        raise Fault(NO_RESULTS, ident)
    around = set(_around({one.kind for one in found}, references))
    return [one for one in everything if one in found or one.kind in around]


def _around(kinds: set[str], references: str) -> Iterator[str]:
    match references:
        case "" | "none":
            return
        case "children":
            yield from (child for kind in kinds for child in CHILDREN.get(kind, ()))
        case "parents" | "ancestors" | "parentsandsiblings":
            parents = {parent for kind in kinds for parent in PARENTS.get(kind, ())}
            yield from parents
            if references == "parentsandsiblings":
                yield from (child for parent in parents for child in CHILDREN.get(parent, ()))
        case "descendants":
            children = {child for kind in kinds for child in CHILDREN.get(kind, ())}
            yield from children
            yield from (child for kind in children for child in CHILDREN.get(kind, ()))
        case "all":
            yield from KINDS
        case _ if references in KINDS:
            yield references
        case _:
            raise Fault(SYNTAX, references)
