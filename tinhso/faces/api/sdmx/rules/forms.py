"""Which form of answer is wanted: by the Accept header or the `format` parameter."""

from __future__ import annotations

from dataclasses import dataclass

from tinhso.faces.api.sdmx.rules.faults import NOT_ACCEPTABLE, Fault


@dataclass(frozen=True)
class Form:
    """A form of answer: its short name and its media type."""

    name: str
    media_type: str


GENERIC = Form("generic-2.1", "application/vnd.sdmx.genericdata+xml;version=2.1")
SPECIFIC = Form("specific-2.1", "application/vnd.sdmx.structurespecificdata+xml;version=2.1")
SPECIFIC3 = Form("specific-3.0", "application/vnd.sdmx.data+xml;version=3.0.0")
JSON1 = Form("json-1.0", "application/vnd.sdmx.data+json;version=1.0.0")
JSON2 = Form("json-2.0", "application/vnd.sdmx.data+json;version=2.0.0")
# The form before 1.0, everything at the top: what many clients still read.
JSON0 = Form("json-0", "application/vnd.sdmx.draft-sdmx-json+json;version=2.1")
CSV1 = Form("csv-1.0", "application/vnd.sdmx.data+csv;version=1.0.0")
CSV2 = Form("csv-2.0", "application/vnd.sdmx.data+csv;version=2.0.0")
STRUCTURE = Form("structure-2.1", "application/vnd.sdmx.structure+xml;version=2.1")
STRUCTURE3 = Form("structure-3.0", "application/vnd.sdmx.structure+xml;version=3.0.0")
STRUCTURE_JSON1 = Form("structure-json-1.0", "application/vnd.sdmx.structure+json;version=1.0.0")
STRUCTURE_JSON2 = Form("structure-json-2.0", "application/vnd.sdmx.structure+json;version=2.0.0")

# By version of the web service: what an Accept word stands for; the first is given to whoever takes anything.
DATA: dict[str, dict[str, Form]] = {
    "2.1": {
        "*/*": GENERIC,
        "application/*": GENERIC,
        "application/xml": GENERIC,
        "text/xml": GENERIC,
        "genericdata": GENERIC,
        "structurespecificdata": SPECIFIC,
        "application/vnd.sdmx.genericdata+xml": GENERIC,
        "application/vnd.sdmx.structurespecificdata+xml": SPECIFIC,
        "application/json": JSON1,
        "jsondata": JSON1,
        "application/vnd.sdmx.draft-sdmx-json+json": JSON0,
        "application/vnd.sdmx.data+json": JSON1,
        "text/csv": CSV1,
        "csv": CSV1,
        "csvdata": CSV1,
        "application/vnd.sdmx.data+csv": CSV1,
    },
    "3.0": {
        "*/*": SPECIFIC3,
        "application/*": SPECIFIC3,
        "application/xml": SPECIFIC3,
        "text/xml": SPECIFIC3,
        "structurespecificdata": SPECIFIC3,
        "application/vnd.sdmx.data+xml": SPECIFIC3,
        "application/json": JSON2,
        "jsondata": JSON2,
        "application/vnd.sdmx.data+json": JSON2,
        "text/csv": CSV2,
        "csv": CSV2,
        "csvdata": CSV2,
        "application/vnd.sdmx.data+csv": CSV2,
    },
}
STRUCTURES: dict[str, dict[str, Form]] = {
    "2.1": {
        "*/*": STRUCTURE,
        "application/*": STRUCTURE,
        "application/xml": STRUCTURE,
        "text/xml": STRUCTURE,
        "structure": STRUCTURE,
        "application/vnd.sdmx.structure+xml": STRUCTURE,
        "application/json": STRUCTURE_JSON1,
        "json": STRUCTURE_JSON1,
        "application/vnd.sdmx.structure+json": STRUCTURE_JSON1,
    },
    "3.0": {
        "*/*": STRUCTURE3,
        "application/*": STRUCTURE3,
        "application/xml": STRUCTURE3,
        "text/xml": STRUCTURE3,
        "structure": STRUCTURE3,
        "application/vnd.sdmx.structure+xml": STRUCTURE3,
        "application/json": STRUCTURE_JSON2,
        "json": STRUCTURE_JSON2,
        "application/vnd.sdmx.structure+json": STRUCTURE_JSON2,
    },
}
_ALL = (
    *(GENERIC, SPECIFIC, SPECIFIC3, JSON0, JSON1, JSON2, CSV1, CSV2),
    *(STRUCTURE, STRUCTURE3, STRUCTURE_JSON1, STRUCTURE_JSON2),
)
BY_TYPE = {form.media_type: form for form in _ALL}


def wanted(accept: str, known: dict[str, Form]) -> Form:
    """The form most wished for among those that can be given; Fault 406 when none can."""
    wishes = []
    for order, part in enumerate((accept or "*/*")[:2000].split(",")):
        words = [word.strip().lower() for word in part.split(";")]
        weight = next((_weight(word[2:]) for word in words[1:] if word.startswith("q=")), 1.0)
        version = next((word for word in words[1:] if word.startswith("version=")), "")
        wishes.append((-weight, order, words[0], version))
    for weight, _order, name, version in sorted(wishes):
        exact = BY_TYPE.get(f"{name};{version}") if version else None
        if exact is not None and (exact in known.values() or _is_kin(exact, known)):
            return exact
        if weight < 0 and name in known and not version:
            return known[name]
    raise Fault(NOT_ACCEPTABLE, accept)


def _is_kin(form: Form, known: dict[str, Form]) -> bool:
    # Asked by its full name, a form of the other version of the standard is given too.
    are_structures = "structure+" in form.media_type
    return are_structures == ("structure" in known and "csv" not in known)


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
