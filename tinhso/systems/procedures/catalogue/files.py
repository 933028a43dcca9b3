"""Reading a file of procedures into numbered raw rows: JSON lines, CSV or XLSX with the same columns."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation.text.errors import Refused

MOST_BYTES = 64 * 1024 * 1024
# A workbook is a zip: what it unpacks to is bounded too.
MOST_UNPACKED = 256 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 100

# A raw row, or the sentence that says why the line is none.
Raw = dict[str, Any] | str


class BadFile(Refused):
    """The file as a whole cannot be read."""

    code = "catalogue.bad-file"


def rows_of(path: Path) -> Iterator[tuple[int, Raw]]:
    """(number, row) of every row; the number is the one a person sees: the line, or the row of the sheet."""
    content = _bytes_of(path)
    name = path.name.lower().removesuffix(".gz")
    if name.endswith((".jsonl", ".ndjson", ".json")):
        return _bounded(_lines(_text(content)))
    if name.endswith(".csv"):
        return _bounded(_sheet(csv.reader(io.StringIO(_text(content)), strict=False)))
    if name.endswith(".xlsx"):
        return _bounded(_workbook(content))
    raise BadFile(_("Tệp phải là .jsonl, .csv hoặc .xlsx: %(name)s") % {"name": path.name})


def _bytes_of(path: Path) -> bytes:
    if not path.is_file():
        raise BadFile(_("Không thấy tệp %(name)s.") % {"name": str(path)})
    try:
        if path.name.lower().endswith(".gz"):
            with gzip.open(path) as packed:
                content = packed.read(MOST_BYTES + 1)
        else:
            with path.open("rb") as plain:
                content = plain.read(MOST_BYTES + 1)
    except (OSError, EOFError, gzip.BadGzipFile) as error:
        raise BadFile(_("Không đọc được tệp %(name)s.") % {"name": path.name}) from error
    if len(content) > MOST_BYTES:
        raise BadFile(_("Tệp lớn hơn 64 MB. Hãy chia thành nhiều tệp."))
    if not content.strip():
        raise BadFile(_("Tệp %(name)s không có dòng nào.") % {"name": path.name})
    return content


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadFile(_("Dòng %(line)d không phải UTF-8. Hãy lưu lại tệp với mã UTF-8.") % {"line": line}) from error


def _bounded(rows: Iterator[tuple[int, Raw]]) -> Iterator[tuple[int, Raw]]:
    for count, row in enumerate(rows):
        if count >= MOST_ROWS:
            raise BadFile(_("Tệp có hơn %(most)d dòng.") % {"most": MOST_ROWS})
        yield row


def _lines(text: str) -> Iterator[tuple[int, Raw]]:
    # Split by the line feed only: a name may hold a line separator that str.splitlines would cut at.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line, parse_constant=lambda _word: None)
        except (ValueError, RecursionError):
            yield number, _("không phải JSON")
            continue
        yield number, found if isinstance(found, dict) else _("không phải một đối tượng JSON")


def _sheet(rows: Iterator[list[Any]]) -> Iterator[tuple[int, Raw]]:
    """Rows under a heading row; a column without a name is left out."""
    names: list[str] = []
    number = 0
    while True:
        number += 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadFile(_("Dòng %(line)d: tệp CSV hỏng.") % {"line": number}) from error
        if not any(cell not in (None, "") for cell in row):
            continue
        if not names:
            names = _headings(row)
            continue
        yield number, {name: cell for name, cell in zip(names, row, strict=False) if name}


def _headings(row: list[Any]) -> list[str]:
    names = [str(cell or "").strip() for cell in row[:MOST_COLUMNS]]
    given = [name for name in names if name]
    if "code" not in given or "name_vi" not in given:
        raise BadFile(_("Dòng đầu phải ghi tên cột; thiếu cột code hoặc name_vi."))
    if len(set(given)) != len(given):
        raise BadFile(_("Có hai cột trùng tên."))
    return names


def _workbook(content: bytes) -> Iterator[tuple[int, Raw]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise BadFile(_("Tệp Excel nở ra quá lớn."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except BadFile:
        raise
    except Exception as error:  # openpyxl raises whatever the broken part makes it raise
        raise BadFile(_("Không đọc được tệp Excel.")) from error
    try:
        sheet = book.worksheets[0]
        yield from _sheet([_cell(value) for value in row[:MOST_COLUMNS]] for row in sheet.iter_rows(values_only=True))
    finally:
        book.close()


def _cell(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
