"""The workbook of one report: the template that a unit downloads, and the published figures of many.

The template says what it is on a hidden sheet (form version, unit, period, what stood in each cell when it was
downloaded), so that an upload can tell a wrong file, and what this person changed from what others changed meanwhile.
"""

from __future__ import annotations

import io
import json
import re
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, TYPE_STRING, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tinhso.systems.reporting import words
from tinhso.systems.reporting.models import Submission
from tinhso.systems.reporting.rules.content import CellKind, CellSpec, Form, Section
from tinhso.systems.reporting.services.judging import EMPTY, Figure, Figures

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MARK = "_tinhso"
# Rows and columns of a section's sheet: a hidden row of column keys and a hidden column of row keys.
TITLE_ROW, ABOUT_ROW, KEY_ROW, HEAD_ROW, FIRST_ROW = 1, 2, 3, 4, 5
KEY_COLUMN, NUMBER_COLUMN, NAME_COLUMN, UNIT_COLUMN, FIRST_COLUMN = 1, 2, 3, 4, 5
# A cell of a workbook holds 32,767 characters; the mark is cut into pieces below that.
PIECE = 30_000
_THIN = Side(style="thin", color="9CA3AF")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_LOCKED = PatternFill("solid", fgColor="E5E7EB")
_TYPED = PatternFill("solid", fgColor="FFFFFF")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def identity(submission: Submission, figures: Figures) -> dict[str, Any]:
    """What the file says of itself. `base`: content and version of each typed cell when it was downloaded."""
    duty = submission.duty
    return {
        "form": duty.form_id,
        "regime": duty.regime.code,
        "version": duty.form.number,
        "unit": duty.unit_id,
        "period": str(duty.period),
        "submission": submission.pk,
        "base": {
            code: [figures[code].shown, figures[code].version]
            for code in duty.form.form.by_hand
            if code in figures and figures[code].version
        },
    }


# A sheet's name holds 31 characters and none of these; an apostrophe may not stand at its ends.
LONGEST_SHEET = 31
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]+")


def sheet_names(form: Form) -> dict[str, str]:
    """The sheet of each section by its key: the section's own title, told apart by a number where two are alike."""
    found: dict[str, str] = {}
    # The guide's own name in both languages: a file downloaded in one may come back in the other.
    taken = {MARK.casefold(), "hướng dẫn", "guide", "history"}
    for section in form.sections:
        title = " ".join(_NOT_IN_A_NAME.sub(" ", section.title).split()).strip(" '") or section.key
        name, number = title[:LONGEST_SHEET].strip(" '"), 1
        while name.casefold() in taken:
            number += 1
            name = f"{title[: LONGEST_SHEET - 4].strip()} ({number})"
        taken.add(name.casefold())
        found[section.key] = name
    return found


def template(submission: Submission, figures: Figures) -> bytes:
    """The workbook to fill in: typed cells open, all others locked, numbers guarded by validation."""
    duty = submission.duty
    book = Workbook()
    book.remove(book.worksheets[0])
    about = f"{duty.unit.name} – {words.period_name(duty.period)} ({words.span_words(duty.span)})"
    names = sheet_names(duty.form.form)
    for section in duty.form.form.sections:
        _section(book.create_sheet(names[section.key]), section, figures, f"{duty.regime.name}. {section.title}", about)
    _guide(book.create_sheet(_("Hướng dẫn")))
    _mark(book.create_sheet(MARK), identity(submission, figures))
    return _bytes(book)


def _section(sheet: Worksheet, section: Section, figures: Figures, title: str, about: str) -> None:
    put(sheet.cell(TITLE_ROW, NUMBER_COLUMN), title).font = Font(bold=True, size=13)
    put(sheet.cell(ABOUT_ROW, NUMBER_COLUMN), about)
    heads = [_("TT"), _("Chỉ tiêu"), _("ĐVT"), *(column.title for column in section.columns)]
    for offset, head in enumerate(heads):
        cell = put(sheet.cell(HEAD_ROW, NUMBER_COLUMN + offset), head)
        cell.font, cell.fill, cell.border = Font(bold=True), _LOCKED, _BORDER
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    for offset, column in enumerate(section.columns):
        put(sheet.cell(KEY_ROW, FIRST_COLUMN + offset), column.key)
        sheet.column_dimensions[get_column_letter(FIRST_COLUMN + offset)].width = 18
    validations = _Validations(sheet)
    for number, row in enumerate(section.rows, FIRST_ROW):
        put(sheet.cell(number, KEY_COLUMN), row.key)
        for column_number, text in ((NUMBER_COLUMN, row.number), (NAME_COLUMN, row.title), (UNIT_COLUMN, row.unit)):
            cell = put(sheet.cell(number, column_number), text)
            cell.border, cell.font = _BORDER, Font(bold=row.is_heading)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
        for offset, spec in enumerate(section.cells_of(row)):
            box: Any = sheet.cell(number, FIRST_COLUMN + offset)
            _figure(box, spec, figures.get(spec.code, EMPTY))
            validations.guard(box, spec)
    validations.add()
    sheet.row_dimensions[KEY_ROW].hidden = True
    sheet.column_dimensions["A"].hidden = True
    for letter, width in (("B", 7), ("C", 60), ("D", 14)):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = f"{get_column_letter(FIRST_COLUMN)}{FIRST_ROW}"
    sheet.protection.sheet = True  # without a password: a guard against slips, not a lock
    sheet.protection.formatColumns = False


def _figure(cell: Cell, spec: CellSpec, figure: Figure) -> None:
    cell.border = _BORDER
    cell.protection = Protection(locked=not spec.is_filled_by_hand)
    cell.fill = _TYPED if spec.is_filled_by_hand else _LOCKED
    cell.alignment = Alignment(wrap_text=spec.kind is CellKind.TEXT, vertical="center")
    if spec.kind is CellKind.NONE:
        return
    if figure.value is not None:
        cell.value = int(figure.value) if figure.value == figure.value.to_integral_value() else float(figure.value)
    else:
        put(cell, figure.text)
    if spec.is_number:
        cell.number_format = "#,##0" + ("." + "#" * spec.shape.decimals if spec.shape.decimals else "")
    if spec.kind is CellKind.LIVE:
        cell.comment = Comment(_("Lấy trực tiếp từ hệ thống: %(source)s") % {"source": figure.source}, "Tỉnh Số")


class _Validations:
    """One rule per kind of number cell, over runs of rows: a rule that lists ten thousand cells takes a minute."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.rules: dict[tuple[object, ...], tuple[DataValidation, list[list[Any]]]] = {}

    def guard(self, cell: Cell, spec: CellSpec) -> None:
        if spec.kind is not CellKind.TYPED:
            return
        shape = spec.shape
        key = (bool(shape.decimals), shape.least, shape.most, cell.column_letter)
        if key not in self.rules:
            self.rules[key] = (_validation(spec), [])
        runs = self.rules[key][1]
        if runs and runs[-1][2] == cell.row - 1:
            runs[-1][2] = cell.row
        else:
            runs.append([cell.column_letter, cell.row, cell.row])

    def add(self) -> None:
        for rule, runs in self.rules.values():
            rule.sqref = MultiCellRange(" ".join(f"{letter}{first}:{letter}{last}" for letter, first, last in runs))
            self.sheet.add_data_validation(rule)


def _validation(spec: CellSpec) -> DataValidation:
    shape = spec.shape
    least = str(shape.least) if shape.least is not None else "-1000000000000000"
    most = str(shape.most) if shape.most is not None else "999999999999999"
    rule = DataValidation(
        type="decimal" if shape.decimals else "whole",
        operator="between",
        formula1=least,
        formula2=most,
        allow_blank=True,
        showErrorMessage=True,
    )
    rule.errorTitle, rule.error = _("Chưa đúng"), _("Ô này chỉ nhận số. Không có số liệu thì để trống.")
    return rule


def _guide(sheet: Worksheet) -> None:
    sheet.column_dimensions["A"].width = 100
    lines = [
        _("Chỉ nhập vào các ô trắng. Ô xám được lấy trực tiếp hoặc tự tính; sửa ô xám không có tác dụng."),
        _("Không có số liệu thì để trống. Ô trống không phải là 0."),
        _("Không thêm, bớt, gộp ô, không đổi chỗ dòng và cột."),
        _("Khi tải lên, hệ thống đọc thử trước, nêu từng ô chưa đúng, rồi mới ghi khi bạn xác nhận."),
    ]
    for number, text in enumerate(lines, 1):
        put(sheet.cell(number, 1), text).alignment = Alignment(wrap_text=True)


def _mark(sheet: Worksheet, about: dict[str, Any]) -> None:
    words_ = json.dumps(about, ensure_ascii=False)
    for number, start in enumerate(range(0, len(words_), PIECE), 1):
        put(sheet.cell(number, 1), words_[start : start + PIECE])
    sheet.sheet_state = "veryHidden"
    sheet.protection.sheet = True


def put(cell: Any, value: object) -> Any:
    """Words stay words whatever they begin with: nothing that was typed can run as a formula."""
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    if not text:
        return cell
    cell.value = text
    cell.data_type = TYPE_STRING
    cell.quotePrefix = text.startswith(_FORMULA)
    return cell


def _bytes(book: Workbook) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def table(title: str, head: list[str], rows: list[list[Any]]) -> bytes:
    """A plain table: published figures of all units."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.append(head)
    for row in rows:
        sheet.append([_plain(value) for value in row])
    return _bytes(book)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, int | float):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text
