"""Data messages, piece by piece: SDMX-ML (generic, structure-specific), SDMX-JSON, SDMX-CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from xml.sax.saxutils import quoteattr

import orjson

from tinhso.faces.api.catalogue import Catalogue
from tinhso.faces.api.forest import Forest
from tinhso.faces.api.sdmx.messages import header_json, header_xml, namespaces
from tinhso.faces.api.sdmx.observations import DELETE, DataSet, Query, Series
from tinhso.faces.api.sdmx.rules.forms import Form
from tinhso.faces.api.sdmx.rules.keys import DIMENSIONS
from tinhso.faces.api.sdmx.structure_xml import urn, version_of
from tinhso.faces.api.sdmx.structures import AGENCY, STRUCTURE, concepts, frequencies

ALL = "AllDimensions"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


class Context:
    """What writers need to know of the answer."""

    def __init__(self, flow: str, standard: str, query: Query, catalogue: Catalogue, forest: Forest) -> None:
        self.flow = flow
        self.standard = standard
        self.query = query
        self.catalogue = catalogue
        self.forest = forest

    @property
    def has_attributes(self) -> bool:
        return self.query.detail in ("full", "nodata")

    @property
    def is_flat(self) -> bool:
        return self.query.at_observation == ALL


Writer = Callable[[Context, Iterator[DataSet]], Iterator[str]]


def _header(context: Context, standard: str, namespace: str = "") -> str:
    version = version_of(standard)
    if standard == "2.1":
        inside = f'<Ref agencyID="{AGENCY}" id="{STRUCTURE}" version="{version}" class="DataStructure"/>'
        reference = f"<com:Structure>{inside}</com:Structure>"
    else:
        reference = f"<com:Structure>{urn(standard, 'datastructure', STRUCTURE)}</com:Structure>"
    named = f' namespace="{namespace}"' if namespace else ""
    return header_xml(
        standard,
        f'<mes:Structure structureID="{STRUCTURE}"{named}'
        f' dimensionAtObservation="{context.query.at_observation}">{reference}</mes:Structure>',
    )


def _value(name: str, value: str) -> str:
    return f"<gen:Value id={quoteattr(name)} value={quoteattr(value)}/>"


def _held(one: DataSet, prefix: str = "") -> str:
    """What a data set says of itself: what to do with it, since when and until when it holds."""
    pairs = [("action", one.action), ("validFromDate", one.valid_from), ("validToDate", one.valid_to)]
    return _pairs([(f"{prefix}{name}", value) for name, value in pairs if value])


def generic(context: Context, sets: Iterator[DataSet]) -> Iterator[str]:
    """SDMX-ML 2.1 generic data."""
    yield f"{HEAD}<mes:GenericData {namespaces('2.1', 'generic')}>{_header(context, '2.1')}"
    for one in sets:
        yield f'<mes:DataSet structureRef="{STRUCTURE}"{_held(one)}>'
        for series in one.series:
            yield from _generic_series(context, series)
        yield "</mes:DataSet>"
    yield "</mes:GenericData>"


def _generic_series(context: Context, one: Series) -> Iterator[str]:
    key = "".join(_value(name, code) for name, code in zip(DIMENSIONS, one[:3], strict=True))
    unit = _value("UNIT_MEASURE", one.unit) if context.has_attributes else ""
    if context.is_flat:
        yield from _generic_flat(context, one, key, unit)
        return
    attributes = f"<gen:Attributes>{unit}</gen:Attributes>" if unit else ""
    yield f"<gen:Series><gen:SeriesKey>{key}</gen:SeriesKey>{attributes}"
    for seen in one.observations:
        updated = _updated(context, seen.updated)
        yield (
            f"<gen:Obs><gen:ObsDimension value={quoteattr(seen.time)}/>{_generic_value(seen.value)}"
            f"{f'<gen:Attributes>{updated}</gen:Attributes>' if updated else ''}</gen:Obs>"
        )
    yield "</gen:Series>"


def _generic_value(value: str) -> str:
    return f"<gen:ObsValue value={quoteattr(value)}/>" if value else ""


def _updated(context: Context, moment: str) -> str:
    return _value("LAST_UPDATE", moment) if moment and context.query.detail == "full" else ""


def _generic_flat(context: Context, one: Series, key: str, unit: str) -> Iterator[str]:
    for seen in one.observations:
        attributes = unit + _updated(context, seen.updated)
        yield (
            f"<gen:Obs><gen:ObsKey>{key}{_value('TIME_PERIOD', seen.time)}</gen:ObsKey>"
            f"{_generic_value(seen.value)}"
            f"{f'<gen:Attributes>{attributes}</gen:Attributes>' if attributes else ''}</gen:Obs>"
        )


def specific(context: Context, sets: Iterator[DataSet], standard: str = "2.1") -> Iterator[str]:
    """SDMX-ML structure-specific data, 2.1 and 3.0."""
    namespace = f"{urn(standard, 'datastructure', STRUCTURE)}:ObsLevelDim:{context.query.at_observation}"
    yield f'{HEAD}<mes:StructureSpecificData {namespaces(standard, "specific")} xmlns:own="{namespace}">'
    yield _header(context, standard, namespace)
    for one in sets:
        yield (
            f'<mes:DataSet ss:structureRef="{STRUCTURE}" xsi:type="own:DataSetType" ss:dataScope="DataStructure"'
            f"{_held(one, 'ss:')}>"
        )
        for series in one.series:
            yield from _specific_series(context, series)
        yield "</mes:DataSet>"
    yield "</mes:StructureSpecificData>"


def _specific_series(context: Context, one: Series) -> Iterator[str]:
    pairs = list(zip(DIMENSIONS, one[:3], strict=True))
    if context.has_attributes:
        pairs.append(("UNIT_MEASURE", one.unit))
    key = _pairs(pairs)
    if not context.is_flat:
        yield f"<Series{key}>"
    for seen in one.observations:
        about = [("TIME_PERIOD", seen.time)]
        if seen.value:
            about.append(("OBS_VALUE", seen.value))
        if seen.updated and context.query.detail == "full":
            about.append(("LAST_UPDATE", seen.updated))
        yield f"<Obs{key if context.is_flat else ''}{_pairs(about)}/>"
    if not context.is_flat:
        yield "</Series>"


def specific3(context: Context, sets: Iterator[DataSet]) -> Iterator[str]:
    return specific(context, sets, "3.0")


def _pairs(pairs: list[tuple[str, str]]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in pairs)


class _Values:
    """The values of a component, numbered as they appear."""

    def __init__(self, names: dict[str, str], *, is_draft: bool) -> None:
        self.names = names
        self.is_draft = is_draft
        self.numbers: dict[str, int] = {}

    def number(self, value: str) -> int:
        return self.numbers.setdefault(value, len(self.numbers))

    def listed(self) -> list[dict[str, Any]]:
        return [_named(value, self.names.get(value, value), is_draft=self.is_draft) for value in self.numbers]


def _named(ident: str, name: str, *, is_draft: bool) -> dict[str, Any]:
    return {"id": ident, "name": name} | ({} if is_draft else {"names": {"vi": name}})


class _Numbered:
    """All components of an answer in SDMX-JSON: the data comes first, their values are listed after it."""

    def __init__(self, context: Context, *, is_draft: bool) -> None:
        known = context.catalogue
        self.is_draft = is_draft
        areas = {node.sdmx_id: node.name for node in context.forest.nodes}
        measures = {item.sdmx_id: item.name for item in known.items}
        units = {item.unit_code: item.unit_name for item in known.items}
        names = {"FREQ": {code.id: code.name for code in frequencies()}, "MEASURE": measures, "REF_AREA": areas}
        self.concepts = {concept.id: concept.name for concept in concepts()}
        self.dimensions = {name: _Values(names[name], is_draft=is_draft) for name in DIMENSIONS}
        self.time, self.updated = _Values({}, is_draft=is_draft), _Values({}, is_draft=is_draft)
        self.unit = _Values(units, is_draft=is_draft)

    def structure(self, context: Context) -> dict[str, Any]:
        keyed = [self._component(name, values) for name, values in self.dimensions.items()]
        keyed = [one | {"keyPosition": place} for place, one in enumerate(keyed)]
        time = self._component("TIME_PERIOD", self.time) | {"keyPosition": len(DIMENSIONS)}
        unit, updated = self._component("UNIT_MEASURE", self.unit), self._component("LAST_UPDATE", self.updated)
        flat, full = context.is_flat, context.query.detail == "full"
        units = [unit] if context.has_attributes else []
        return {
            "name": context.flow,
            "names": {"vi": context.flow},
            "links": [{"rel": "dataflow", "urn": urn(context.standard, "dataflow", context.flow)}],
            "dimensions": {
                "dataSet": [],
                "series": [] if flat else keyed,
                "observation": [*keyed, time] if flat else [time],
            },
            "attributes": {
                "dataSet": [],
                "series": [] if flat else units,
                "observation": [*(units if flat else []), *([updated] if full else [])],
            },
        }

    def _component(self, name: str, values: _Values) -> dict[str, Any]:
        about = _named(name, self.concepts[name], is_draft=self.is_draft)
        return about | {"roles": [name], "values": values.listed()}


def json_data(context: Context, sets: Iterator[DataSet], *, is_draft: bool = False) -> Iterator[str]:
    """SDMX-JSON 1.0 (one `structure`), 2.0 (`structures`), or the draft before them (nothing under `data`)."""
    is_old = context.standard == "2.1"
    numbered = _Numbered(context, is_draft=is_draft)
    if is_draft:
        yield f'{{"header":{_dump(header_json("data", "1.0"))},"dataSets":['
    else:
        yield f'{{"meta":{_dump(header_json("data", "1.0" if is_old else "2.0.0"))},"data":{{"dataSets":['
    comma = ""
    for one in sets:
        held = {"action": one.action, "validFrom": one.valid_from, "validTo": one.valid_to}
        yield comma + _dump({name: value for name, value in held.items() if value})[:-1]
        if not is_old:
            yield ',"structure":0'
        yield ',"observations":{' if context.is_flat else ',"series":{'
        yield from (_json_flat if context.is_flat else _json_series)(context, numbered, one.series)
        yield "}}"
        comma = ","
    structure = _dump(numbered.structure(context))
    named = f'"structure":{structure}' if is_old else f'"structures":[{structure}]'
    yield f"],{named}" + ("}" if is_draft else "}}")


def json_draft(context: Context, sets: Iterator[DataSet]) -> Iterator[str]:
    return json_data(context, sets, is_draft=True)


def _json_series(context: Context, numbered: _Numbered, series: Iterable[Series]) -> Iterator[str]:
    comma = ""
    for one in series:
        key = _json_key(numbered, one)
        seen = {
            str(numbered.time.number(cell.time)): [_json_number(cell.value), *_json_updated(context, numbered, cell)]
            for cell in one.observations
        }
        body: dict[str, Any] = {"observations": seen}
        if context.has_attributes:
            body["attributes"] = [numbered.unit.number(one.unit)]
        yield f'{comma}"{key}":{_dump(body)}'
        comma = ","


def _json_flat(context: Context, numbered: _Numbered, series: Iterable[Series]) -> Iterator[str]:
    comma = ""
    for one in series:
        key = _json_key(numbered, one)
        unit = [numbered.unit.number(one.unit)] if context.has_attributes else []
        for cell in one.observations:
            about = [_json_number(cell.value), *unit, *_json_updated(context, numbered, cell)]
            yield f'{comma}"{key}:{numbered.time.number(cell.time)}":{_dump(about)}'
            comma = ","


def _json_key(numbered: _Numbered, one: Series) -> str:
    return ":".join(str(numbered.dimensions[name].number(code)) for name, code in zip(DIMENSIONS, one[:3], strict=True))


def _json_number(text: str) -> float | int | None:
    if not text:
        return None
    return float(text) if "." in text else int(text)


def _json_updated(context: Context, numbered: _Numbered, cell: Any) -> list[int | None]:
    if context.query.detail != "full":
        return []
    return [numbered.updated.number(cell.updated) if cell.updated else None]


def _dump(value: Any) -> str:
    return orjson.dumps(value).decode()


CSV_COLUMNS = (*DIMENSIONS, "TIME_PERIOD", "OBS_VALUE")


def csv_data(context: Context, sets: Iterator[DataSet]) -> Iterator[str]:
    """SDMX-CSV 1.0 (DATAFLOW first) or 2.0 (STRUCTURE, STRUCTURE_ID, ACTION first). 1.0 cannot say what is gone."""
    is_old = context.standard == "2.1"
    name = f"{AGENCY}:{context.flow}({version_of(context.standard)})"
    first = ["DATAFLOW"] if is_old else ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    extra = ["UNIT_MEASURE", "LAST_UPDATE"] if context.query.detail == "full" else []
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*first, *CSV_COLUMNS, *extra])
    for one in sets:
        if is_old and one.action == DELETE:
            continue
        before = [name] if is_old else ["dataflow", name, one.action[0]]
        for series in one.series:
            for cell in series.observations:
                more = [series.unit, cell.updated] if extra else []
                writer.writerow([*before, *series[:3], cell.time, cell.value, *more])
            if text.tell() > 60_000:
                yield text.getvalue()
                text.seek(0)
                text.truncate()
    yield text.getvalue()


WRITERS: dict[str, tuple[Writer, str]] = {
    "generic-2.1": (generic, "2.1"),
    "specific-2.1": (specific, "2.1"),
    "specific-3.0": (specific3, "3.0"),
    "json-0": (json_draft, "2.1"),
    "json-1.0": (json_data, "2.1"),
    "json-2.0": (json_data, "3.0"),
    "csv-1.0": (csv_data, "2.1"),
    "csv-2.0": (csv_data, "3.0"),
}


def written(form: Form, context: Context, sets: Iterator[DataSet], most: int = 32_000) -> Iterator[bytes]:
    """The message in the form, gathered into pieces worth sending."""
    waiting: list[str] = []
    size = 0
    for piece in WRITERS[form.name][0](context, sets):
        waiting.append(piece)
        size += len(piece)
        if size >= most:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()
