"""A file as it comes, made a table: any usual encoding and delimiter, rows that do not fit named by number."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation.openness.columns import Column, Kind
from tinhso.foundation.text import encodings
from tinhso.foundation.ui.templatetags.ui import vi_number
from tinhso.systems.opendata import tables
from tinhso.systems.opendata.errors import CannotRead
from tinhso.systems.opendata.rules.query import quoted

MOST_COLUMNS = 500
MOST_FAULTS = 200
MOST_OLD = 64 << 20
MOST_WORKBOOK = 50 << 20
_SNIFFED = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8 (BOM)"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
)
_KINDS = {
    "BIGINT": Kind.INTEGER,
    "DOUBLE": Kind.NUMBER,
    "BOOLEAN": Kind.BOOLEAN,
    "DATE": Kind.DATE,
    "TIMESTAMP": Kind.DATETIME,
}
_STORED = {Kind.INTEGER: "BIGINT", Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN", Kind.DATE: "DATE"}


def as_utf8(source: Path, target: Path) -> str:
    """Writes the text as UTF-8 without BOM; the encoding it was in. Plain UTF-8 files are not copied.

    Old encodings (TCVN3, VNI, Windows-1258) are told by what they say (text/encodings), the whole text at hand, so such
    files may not be large; all others pass piece by piece. Raises CannotRead.
    """
    with source.open("rb") as given:
        head = given.read(4)
    for mark, codec, name in _MARKS:
        if head.startswith(mark):
            _recode(source, target, codec, len(mark))
            return name
    if _is_plain_utf8(source):
        return "utf-8"
    if source.stat().st_size > MOST_OLD:
        raise CannotRead(_("Tệp lớn hơn 64 MB phải là CSV UTF-8 (hoặc UTF-16 có dấu BOM)."))
    try:
        text, encoding = encodings.decode(source.read_bytes())
    except encodings.Unreadable:
        raise CannotRead(_("Tệp không đọc được thành chữ. Hãy lưu lại dạng CSV UTF-8.")) from None
    target.write_text(text, encoding="utf-8", newline="")
    return encoding


def _recode(source: Path, target: Path, codec: str, skipped: int) -> None:
    decoder = codecs.getincrementaldecoder(codec)()
    with source.open("rb") as given, target.open("w", encoding="utf-8", newline="") as made:
        given.seek(skipped)
        try:
            while piece := given.read(_SNIFFED):
                made.write(decoder.decode(piece))
            made.write(decoder.decode(b"", final=True))
        except UnicodeError:
            raise CannotRead(_("Tệp không đọc được thành chữ. Hãy lưu lại dạng CSV UTF-8.")) from None


def _is_plain_utf8(source: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with source.open("rb") as given:
        head = given.read(_SNIFFED)
        if head.startswith(codecs.BOM_UTF8) or b"\x00" in head[:2000]:
            return False
        try:
            while head:
                decoder.decode(head)
                head = given.read(_SNIFFED)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def from_csv(
    connection: duckdb.DuckDBPyConnection, folder: Path, source: Path, target: Path
) -> tuple[list[Column], int, list[dict[str, Any]]]:
    """The table of a CSV file as Parquet: its columns, its rows, and the rows that did not fit."""
    text = folder / "text.csv"
    if as_utf8(source, text) == "utf-8":
        text = source
    path = str(text).replace("'", "''")
    relation = (
        f"read_csv('{path}', header = true, auto_detect = true, sample_size = 200000, store_rejects = true, "
        f"rejects_limit = {MOST_FAULTS}, null_padding = false, max_line_size = 2097152, "
        "auto_type_candidates = ['BOOLEAN', 'BIGINT', 'DOUBLE', 'DATE', 'TIMESTAMP', 'VARCHAR'])"
    )
    try:
        connection.execute(f"CREATE VIEW given AS SELECT * FROM {relation}")  # noqa: S608
        described = connection.execute("DESCRIBE given").fetchall()
        columns, chosen = _columns((str(row[0]), str(row[1])) for row in described)
        most = settings.OPENDATA_MOST_ROWS
        rows = tables.to_parquet(connection, f"(SELECT {chosen} FROM given LIMIT {most + 1})", (), target)  # noqa: S608
        faults = connection.execute(
            "SELECT line, first(column_name), first(error_type) FROM reject_errors GROUP BY line ORDER BY line LIMIT ?",
            [MOST_FAULTS],
        ).fetchall()
    except duckdb.Error as fault:
        raise CannotRead(
            _("Tệp CSV không đọc được thành bảng: %(why)s") % {"why": str(fault).splitlines()[0][:200]}
        ) from None
    if rows > most:
        raise CannotRead(_("Bảng có hơn %(most)s dòng; hãy chia thành nhiều tệp.") % {"most": vi_number(most)})
    return columns, rows, [{"row": int(line), "column": name or "", "reason": str(why)} for line, name, why in faults]


def _columns(described: Iterable[tuple[str, str]]) -> tuple[list[Column], str]:
    columns: list[Column] = []
    chosen: list[str] = []
    taken: set[str] = {"_id"}
    for given, kind in described:
        name = " ".join(given.split())[:120].lstrip("_") or f"cot_{len(columns) + 1}"
        while name in taken:
            name += "_2"
        taken.add(name)
        told = _KINDS.get(kind, Kind.STRING)
        columns.append(Column(name, told, title=name))
        chosen.append(
            f"CAST({quoted(given)} AS {_STORED.get(told, 'TIMESTAMP' if told is Kind.DATETIME else 'VARCHAR')}) "
            f"AS {quoted(name)}"
        )
        if len(columns) > MOST_COLUMNS:
            raise CannotRead(_("Bảng có hơn 500 cột."))
    return columns, ", ".join(chosen)


def from_xlsx(
    connection: duckdb.DuckDBPyConnection, folder: Path, source: Path, target: Path
) -> tuple[list[Column], int, list[dict[str, Any]]]:
    """The first sheet of a workbook, by way of CSV."""

    from openpyxl import load_workbook

    text = folder / "sheet.csv"
    if source.stat().st_size > MOST_WORKBOOK:
        raise CannotRead(_("Tệp XLSX lớn hơn 50 MB; hãy lưu lại dạng CSV UTF-8."))
    try:
        book = load_workbook(source, read_only=True, data_only=True)
        with text.open("w", encoding="utf-8", newline="") as made:
            writer = csv.writer(made)
            for row in book.worksheets[0].iter_rows(values_only=True):
                if any(cell is not None for cell in row):
                    writer.writerow(["" if cell is None else cell for cell in row])
    except (ValueError, KeyError, OSError, IndexError) as fault:
        raise CannotRead(_("Tệp XLSX không đọc được: %(why)s") % {"why": str(fault)[:200]}) from None
    return from_csv(connection, folder, text, target)
