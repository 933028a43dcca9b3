"""What is shown, as an Excel workbook: numbers as numbers, words as words; nothing in it can run as a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.http import HttpResponse

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# (name, head, rows)
Sheet = tuple[str, Sequence[object], Iterable[Sequence[object]]]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """One sheet per (name, head, rows)."""

    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, head, rows in sheets:
        sheet = book.create_sheet(_sheet_name(name))
        for column, title in enumerate(head, 1):
            _put(sheet.cell(1, column), title).font = Font(bold=True)
            sheet.cell(1, column).alignment = Alignment(wrap_text=True, vertical="top")
            sheet.column_dimensions[get_column_letter(column)].width = 44 if column == 1 else 16
        for number, row in enumerate(rows, 2):
            for column, value in enumerate(row, 1):
                _put(sheet.cell(number, column), value)
        sheet.freeze_panes = "B2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _put(cell: Cell, value: object) -> Cell:
    """A number stays a number; everything else is text, whatever it begins with."""

    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, TYPE_STRING

    if value is None:
        return cell
    if isinstance(value, int | float) and not isinstance(value, bool):
        cell.value = value
        return cell
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    cell.value = text
    cell.data_type = TYPE_STRING
    # Excel's own mark for "this is text": kept when the file is saved on as CSV by hand.
    cell.quotePrefix = text.startswith(_FORMULA)
    return cell


def _sheet_name(name: str) -> str:
    return "".join("-" if sign in r"[]:*?/\'" else sign for sign in name)[:31] or "-"


def answer(name: str, content: bytes) -> HttpResponse:
    """The workbook as a file to save."""
    response = HttpResponse(content, content_type=KIND)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
