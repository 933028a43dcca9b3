"""Tables written out: CSV, XLSX, JSON, Parquet, GeoJSON, whole or as a question chose them.

Written to a file of the workshop by DuckDB (memory stays flat however long the table), then handed out. In CSV, text
cells that a spreadsheet would take for a formula get an apostrophe before them; in XLSX they are marked as text.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import duckdb
import orjson
from django.utils.translation import gettext as _

from tinhso.foundation.files import blobs
from tinhso.foundation.openness.columns import Column, Kind
from tinhso.systems.opendata import tables
from tinhso.systems.opendata.errors import OpenDataRefused, TooHeavy
from tinhso.systems.opendata.reader import over
from tinhso.systems.opendata.rules.query import ROW, Query, compile_query, quoted

MOST = 2_000_000_000
MOST_IN_SHEET = 200_000
MOST_SHAPES = 100_000
_ACTING = tuple("=+@\t\r\n-")
_FORMULA = r"^[=+@\t\r\n-]"
FORMATS = ("csv", "xlsx", "json", "parquet", "geojson")


def write(sha256: str, columns: Sequence[Column], query: Query, shape: str) -> IO[bytes]:
    """The answer as an open file in the format; gone when closed."""
    whole = dataclasses.replace(query, limit=MOST if query.limit == 0 else query.limit)
    compiled = compile_query(whole, columns, most=MOST)
    made: IO[bytes] = TemporaryFile(dir=blobs.folder("incoming"))  # noqa: SIM115 -- handed to the caller
    with tables.workshop() as (connection, folder):
        try:
            connection.execute(f"CREATE TEMP TABLE made AS {over(sha256, compiled)}", compiled.parameters)
        except duckdb.OutOfMemoryException:
            raise TooHeavy from None
        if not query.is_grouped and not query.is_distinct:
            connection.execute(f"ALTER TABLE made DROP COLUMN {quoted(ROW)}")
        target = folder / "made"
        _WRITERS[shape](connection, target, columns)
        with target.open("rb") as given:
            shutil.copyfileobj(given, made, 1 << 20)
    made.seek(0)
    return made


def _described(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return [(str(row[0]), str(row[1])) for row in connection.execute("DESCRIBE made").fetchall()]


def _csv(connection: duckdb.DuckDBPyConnection, target: Path, columns: Sequence[Column]) -> None:
    chosen = ", ".join(_csv_cell(quoted(name), kind) for name, kind in _described(connection))
    connection.execute(f"COPY (SELECT {chosen} FROM made) TO '{target}' (FORMAT csv, HEADER)")  # noqa: S608


def _csv_cell(name: str, kind: str) -> str:
    if kind == "VARCHAR":
        return f"CASE WHEN regexp_matches({name}, '{_FORMULA}') THEN '''' || {name} ELSE {name} END AS {name}"
    if kind == "TIMESTAMP":  # instants with the zone they are told in, as the table's descriptions promise
        return f"strftime({name}, '%Y-%m-%dT%H:%M:%S+07:00') AS {name}"
    return name


def guarded(row: Iterable[Any]) -> list[Any]:
    """A row for a CSV text made here: cells that a spreadsheet would take for a formula get their apostrophe."""
    return [f"'{cell}" if isinstance(cell, str) and cell[:1] in _ACTING else cell for cell in row]


def _json(connection: duckdb.DuckDBPyConnection, target: Path, columns: Sequence[Column]) -> None:
    connection.execute(f"COPY made TO '{target}' (FORMAT json, ARRAY true)")


def _parquet(connection: duckdb.DuckDBPyConnection, target: Path, columns: Sequence[Column]) -> None:
    connection.execute(f"COPY made TO '{target}' (FORMAT parquet, COMPRESSION zstd)")


def _rows(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    cursor = connection.execute("SELECT * FROM made")
    while batch := cursor.fetchmany(5000):
        yield from batch


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("SELECT count(*) FROM made").fetchone()
    return int(row[0]) if row else 0


def _xlsx(connection: duckdb.DuckDBPyConnection, target: Path, columns: Sequence[Column]) -> None:
    from openpyxl import Workbook

    if _count(connection) > MOST_IN_SHEET:
        raise OpenDataRefused(_("Bảng dài quá 200.000 dòng; hãy lọc bớt hoặc tải CSV, Parquet."))
    book = Workbook(write_only=True)
    sheet = book.create_sheet("du-lieu")
    sheet.append([name for name, _kind in _described(connection)])
    for row in _rows(connection):
        sheet.append([_cell(sheet, value) for value in row])
    book.save(target)


def _cell(sheet: Any, value: Any) -> Any:
    """Text stays text: never a formula, whatever it begins with."""

    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str):
        return value
    kept = "".join(ch for ch in value if ch >= " " or ch in "\t\n")[:32_000]
    cell = WriteOnlyCell(sheet, value=kept)
    cell.data_type = "s"
    return cell


def _geojson(connection: duckdb.DuckDBPyConnection, target: Path, columns: Sequence[Column]) -> None:
    if _count(connection) > MOST_SHAPES:
        raise OpenDataRefused(_("Bảng dài quá 100.000 hình; hãy lọc bớt hoặc tải Parquet."))
    names = [name for name, _kind in _described(connection)]
    shaped = next((column.name for column in columns if column.kind is Kind.GEOMETRY and column.name in names), None)
    features = []
    for row in _rows(connection):
        told = dict(zip(names, row, strict=True))
        features.append({"type": "Feature", "geometry": _geometry(told, shaped), "properties": told})
    target.write_bytes(orjson.dumps({"type": "FeatureCollection", "features": features}, default=str))


def _geometry(told: dict[str, Any], shaped: str | None) -> Any:
    if shaped:
        text = told.pop(shaped)
        return orjson.loads(text) if text else None
    east, north = told.get("longitude"), told.get("latitude")
    return None if east is None or north is None else {"type": "Point", "coordinates": [east, north]}


_WRITERS = {"csv": _csv, "json": _json, "parquet": _parquet, "xlsx": _xlsx, "geojson": _geojson}
