"""A file of rows: CSV with whatever separator, or a workbook. Rows come out one by one, numbered as in it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tinhso.engines.registers.rules.schema import Shape
from tinhso.foundation.concepts import concepts
from tinhso.foundation.text import encodings
from tinhso.foundation.text.rules import fold, normalise


class Broken(StrEnum):
    """Why a whole file cannot be read."""

    EMPTY = "empty"
    NOT_TEXT = "not_text"
    NOT_A_WORKBOOK = "not_a_workbook"
    TOO_BIG = "too_big"
    NO_KEY_COLUMN = "no_key_column"
    COLUMN_TWICE = "column_twice"


class BadFile(ValueError):
    """A file that cannot be read as rows."""

    def __init__(self, broken: Broken, about: str = "") -> None:
        super().__init__(broken)
        self.broken, self.about = broken, about


MOST_ROWS = 3_000_000
MOST_COLUMNS = 400
# A workbook is a zip: what it unpacks to is bounded before it is opened.
MOST_UNPACKED = 600 * 1024 * 1024
SEPARATORS = ";,\t|"


@dataclass
class Row:
    """One row with its number as the file counts (the heading is row 1). `wrong` says what is wrong with its shape."""

    number: int
    values: Mapping[str, Any]
    wrong: str = ""
    about: str = ""


@dataclass
class Table:
    """An opened file: how it was read, which columns were found, and its rows, read once."""

    encoding: str
    separator: str
    rows: Iterator[Row]
    columns: Sequence[str] = ()
    unknown: Sequence[str] = field(default_factory=list)
    missing: Sequence[str] = field(default_factory=list)


def opened(data: bytes, shape: Shape) -> Table:
    """Opens CSV or XLSX bytes. Raises BadFile."""
    if not data.strip():
        raise BadFile(Broken.EMPTY)
    if data[:4] == b"PK\x03\x04":
        return _workbook(data, shape)
    if data[:4] in (b"\xd0\xcf\x11\xe0", b"%PDF"):
        raise BadFile(Broken.NOT_A_WORKBOOK)
    return _text(data, shape)


def separator_of(text: str) -> str:
    """The separator that the heading uses most, outside quotes."""
    heading, quoted = [], False
    for letter in text[:20_000]:
        if letter == '"':
            quoted = not quoted
        elif letter == "\n" and not quoted:
            break
        elif not quoted:
            heading.append(letter)
    counts = {one: heading.count(one) for one in SEPARATORS}
    return max(SEPARATORS, key=lambda one: counts[one])


def _text(data: bytes, shape: Shape) -> Table:
    try:
        text, encoding = encodings.decode(data)
    except encodings.Unreadable as error:
        raise BadFile(Broken.NOT_TEXT) from error
    text = text.replace("\x00", "")
    lines = iter(text.split("\n", 1)[0:1])
    first = next(lines, "")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        separator, text = first.strip()[4], text.split("\n", 1)[1]
    else:
        separator = separator_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    heading = next(reader, [])
    places, table = _columns(heading, shape)
    table.encoding, table.separator = encoding, separator
    table.rows = _text_rows(reader, places, len(heading))
    return table


def _text_rows(reader: Any, places: dict[int, str], width: int) -> Iterator[Row]:
    number = 1
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row(number, {}, "unreadable")
            continue
        if not any(cells):
            continue
        if number > MOST_ROWS + 1:
            raise BadFile(Broken.TOO_BIG)
        if len(cells) != width and (len(cells) < width or any(cell.strip() for cell in cells[width:])):
            yield Row(number, {}, "ragged", f"{len(cells)}/{width}")
            continue
        yield Row(number, {name: cells[place] for place, name in places.items()})


def _other_names(concept: str) -> tuple[str, ...]:
    """What the shared vocabulary calls the same fact."""
    known = concepts().get(concept)
    return (known.label, *known.also) if known else ()


def _columns(heading: Sequence[Any], shape: Shape) -> tuple[dict[int, str], Table]:
    """Which column holds which field: by label, name or another word for it, marks and case aside."""
    names: dict[str, str] = {}
    for one in shape.fields:
        for word in (one.label, one.name, *one.columns, *_other_names(one.concept)):
            names.setdefault(_heading(word), one.name)
    places: dict[int, str] = {}
    unknown: list[str] = []
    for place, cell in enumerate(heading[:MOST_COLUMNS]):
        title = normalise(str(cell or ""))
        name = names.get(_heading(title))
        if name is None:
            unknown += [title] if title else []
        elif name in places.values():
            raise BadFile(Broken.COLUMN_TWICE, title[:80])
        else:
            places[place] = name
    found = set(places.values())
    lacking = [shape.by_name[key].label for key in shape.keys if key not in found]
    if lacking:
        raise BadFile(Broken.NO_KEY_COLUMN, ", ".join(lacking))
    missing = [one.label for one in shape.fields if one.is_required and one.name not in found]
    return places, Table("", "", iter(()), [places[place] for place in sorted(places)], unknown, missing)


def _heading(word: str) -> str:
    return "".join(letter for letter in fold(word) if letter.isalnum())


def _workbook(data: bytes, shape: Shape) -> Table:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise BadFile(Broken.TOO_BIG)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        rows = book.worksheets[0].iter_rows(values_only=True)
        heading = next(rows, ())
    except BadFile:
        raise
    except Exception as error:
        # openpyxl raises whatever its parsers do: a damaged workbook is one thing to the person who sent it.
        raise BadFile(Broken.NOT_A_WORKBOOK) from error
    places, table = _columns(heading, shape)
    table.encoding, table.separator = "xlsx", ""
    table.rows = _sheet_rows(rows, places, len(heading))
    return table


def _sheet_rows(rows: Any, places: dict[int, str], width: int) -> Iterator[Row]:
    number = 1
    for cells in rows:
        number += 1
        if number > MOST_ROWS + 1:
            raise BadFile(Broken.TOO_BIG)
        if all(cell is None or cell == "" for cell in cells):
            continue
        if any(cell not in (None, "") for cell in cells[width:]):
            yield Row(number, {}, "ragged", f"{len(cells)}/{width}")
            continue
        yield Row(number, {name: cells[place] if place < len(cells) else None for place, name in places.items()})
