"""What callers send as data values: JSON or CSV, read within bounds, one row at a time where that can be."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import msgspec

from tinhso.faces.api.dhis2.rules.faults import Fault

MOST_BYTES = 48 * 1024 * 1024
MOST_ROWS = 200_000
LONGEST_LINE = 20_000
Scalar = str | int | float | bool | None


class DataValue(msgspec.Struct):
    """One value as the interface writes it."""

    dataElement: str | None = None
    period: str | int | None = None
    orgUnit: str | None = None
    categoryOptionCombo: str | None = None
    attributeOptionCombo: str | None = None
    value: Scalar = None
    comment: str | None = None
    deleted: bool | None = None


class Payload(msgspec.Struct):
    """A set of values; what stands beside them holds for each that does not say otherwise."""

    dataValues: list[DataValue] = []
    dataSet: str | None = None
    completeDate: str | None = None
    period: str | int | None = None
    orgUnit: str | None = None
    attributeOptionCombo: str | None = None


class Unreadable(Exception):
    """The body is not what its content type says."""


_JSON = msgspec.json.Decoder(Payload)
_JSON_VALUE = msgspec.json.Decoder(DataValue)


def from_json(raw: bytes) -> Payload:
    """The whole set. Typed structs hold a hundred thousand values in some tens of megabytes."""
    try:
        payload = _JSON.decode(raw or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(str(error)[:200]) from error
    if len(payload.dataValues) > MOST_ROWS:
        raise Fault("E2015", "dataValues", MOST_ROWS)
    return payload


def value_from_json(raw: bytes) -> DataValue:
    try:
        return _JSON_VALUE.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(str(error)[:200]) from error


_ORDER = ("dataElement", "period", "orgUnit", "categoryOptionCombo", "attributeOptionCombo", "value")


def from_csv(raw: bytes, *, has_head: bool) -> Iterator[DataValue]:
    """Row by row. Columns stand in the interface's order; a named head may bring its own."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("UTF-8") from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=False)
    places: dict[str, int] = {name.lower(): place for place, name in enumerate(_ORDER)}
    places |= {"comment": 8, "deleted": 10}
    try:
        for count, cells in enumerate(reader):
            if count > MOST_ROWS:
                raise Fault("E2015", "dataValues", MOST_ROWS)
            if count == 0 and has_head:
                named = {cell.strip().lower().replace("_", ""): place for place, cell in enumerate(cells)}
                places = named if {"dataelement", "value"} <= named.keys() else places
            elif cells:
                yield _row(cells, places)
    except csv.Error as error:
        raise Unreadable(str(error)) from error


def _row(cells: list[str], places: dict[str, int]) -> DataValue:
    def at(name: str) -> str | None:
        place = places.get(name, len(cells))
        return cells[place].strip()[:LONGEST_LINE] or None if place < len(cells) else None

    return DataValue(
        dataElement=at("dataelement"),
        period=at("period"),
        orgUnit=at("orgunit"),
        categoryOptionCombo=at("categoryoptioncombo"),
        attributeOptionCombo=at("attributeoptioncombo"),
        value=at("value"),
        comment=at("comment"),
        deleted=at("deleted") == "true",
    )
