"""Reading a filled-in template: bounded, streaming, every bad cell named by sheet, row, column and reason.

Columns and rows are found by their hidden keys, and their visible titles must say the same: what was moved whole is
read where it stands now, what was moved in part is refused by name. Nothing is guessed.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from tinhso.foundation.text.rules import normalise
from tinhso.systems.reporting import words, workbooks
from tinhso.systems.reporting.errors import BadWorkbook
from tinhso.systems.reporting.models import Submission
from tinhso.systems.reporting.rules import numbers
from tinhso.systems.reporting.rules.content import CellKind, CellSpec, Section
from tinhso.systems.reporting.services.judging import EMPTY, Figures

MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 20_000, 200, 60
MOST_INFLATED = 60 * 1024 * 1024
MOST_FAULTS = 500
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
# A formula that no programme has worked out yet: there is nothing to read, and that is not an empty cell.
_UNSOLVED = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<f[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")


@dataclass(frozen=True)
class BadCell:
    """One cell that cannot be taken, where it is in the file, and why."""

    sheet: str
    row: int
    column: str
    sentence: str


@dataclass
class Found:
    """What a workbook would change: texts by cell with the version each was based on."""

    values: dict[str, list[Any]] = field(default_factory=dict)
    faults: list[BadCell] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_cut: bool = False

    def bad(self, sheet: str, row: int, column: int, sentence: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(BadCell(sheet, row, get_column_letter(max(column, 1)), sentence))
        else:
            self.is_cut = True

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def read(content: bytes, submission: Submission, figures: Figures) -> Found:
    """Everything that the file says about this report. Raises BadWorkbook when it is another file altogether."""
    parts = _opened(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, TypeError, OSError, zipfile.BadZipFile, AttributeError):
        raise BadWorkbook(_("Tệp bị hỏng hoặc không phải bảng tính Excel (.xlsx).")) from None
    try:
        return _read(book, parts, submission, figures)
    except BadWorkbook:
        raise
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, SyntaxError):
        # The parts of a hostile workbook may contradict each other in endless ways; none may break the page.
        raise BadWorkbook(_("Không đọc được bảng tính này. Hãy tải lại mẫu và nhập vào mẫu đó.")) from None
    finally:
        book.close()


@dataclass(frozen=True)
class Part:
    """What the streaming reader does not tell of a sheet: merged ranges, and formulas without a result."""

    merged: tuple[tuple[int, int, int, int], ...] = ()
    unsolved: frozenset[tuple[int, int]] = frozenset()


NOTHING = Part()


def _opened(content: bytes) -> dict[str, Part]:
    """Bounds first; then each sheet's own part."""
    found: dict[str, Part] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if sum(one.file_size for one in members) > MOST_INFLATED or len(members) > 2000:
                raise BadWorkbook(_("Bảng tính phình quá lớn khi mở nên không được nhận."))
            for member in members:
                if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
                    raw = archive.read(member)
                    found[member.filename] = Part(
                        tuple(
                            (int(r1), _column(c1), int(r2), _column(c2))
                            for c1, r1, c2, r2 in _MERGED.findall(raw)[:5000]
                        ),
                        frozenset((int(row), _column(column)) for column, row in _UNSOLVED.findall(raw)),
                    )
    # A packing method that zipfile does not know is a NotImplementedError of its own, a locked archive a RuntimeError.
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError):
        raise BadWorkbook(_("Tệp bị hỏng hoặc không phải bảng tính Excel (.xlsx).")) from None
    return found


def _column(letters: bytes) -> int:
    return column_index_from_string(letters.decode())


def _read(book: Any, parts: dict[str, Part], submission: Submission, figures: Figures) -> Found:
    names = book.sheetnames
    if len(names) > MOST_SHEETS:
        raise BadWorkbook(_("Bảng tính có quá nhiều trang."))
    base = _base(book, names, submission)
    found = Found()
    form = submission.duty.form.form
    sheets = workbooks.sheet_names(form)
    for section in form.sections:
        name = sheets[section.key]
        if name not in names:
            raise BadWorkbook(_("Tệp thiếu trang “%(sheet)s” của mẫu. Hãy tải lại mẫu.") % {"sheet": name})
        sheet = book[name]
        part = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
        _Sheet(sheet, name, section, found, base, figures, parts.get(part, NOTHING)).read()
    return found


def _base(book: Any, names: list[str], submission: Submission) -> dict[str, Any]:
    """What the file says it is; refused with what is wrong: the form's version, the unit, the period."""
    mine = _("Hãy tải mẫu của đúng báo cáo này rồi nhập lại.")
    if workbooks.MARK not in names:
        raise BadWorkbook(_("Tệp này không phải mẫu do hệ thống cấp.") + " " + mine)
    sheet = book[workbooks.MARK]
    sheet.reset_dimensions()
    pieces = []
    for number, row in enumerate(sheet.iter_rows(max_col=1, values_only=True)):
        if number > 2000:
            break
        pieces.append(str(row[0] or "") if row else "")
    try:
        about = json.loads("".join(pieces))
        base = {str(code): (str(one[0]), int(one[1])) for code, one in about["base"].items()}
        said = (about["regime"], about["form"], about["unit"], about["period"], about["submission"])
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise BadWorkbook(_("Phần nhận dạng của mẫu đã bị sửa.") + " " + mine) from None
    duty = submission.duty
    if said[0] != duty.regime.code:
        raise BadWorkbook(_("Tệp này là mẫu của chế độ báo cáo khác.") + " " + mine)
    if said[1] != duty.form_id:
        raise BadWorkbook(_("Tệp này theo phiên bản biểu mẫu khác.") + " " + mine)
    if said[2] != duty.unit_id:
        raise BadWorkbook(_("Tệp này là mẫu của đơn vị khác.") + " " + mine)
    if said[3] != str(duty.period):
        raise BadWorkbook(_("Tệp này là mẫu của kỳ khác (%(period)s).") % {"period": str(said[3])[:20]} + " " + mine)
    if said[4] != submission.pk:
        raise BadWorkbook(_("Tệp này tải trước khi mở bản đính chính.") + " " + mine)
    return base


class _Sheet:
    """One sheet read in one pass."""

    def __init__(
        self,
        sheet: Any,
        name: str,
        section: Section,
        found: Found,
        base: dict[str, Any],
        figures: Figures,
        part: Part,
    ) -> None:
        self.sheet, self.section, self.found, self.base, self.figures = sheet, section, found, base, figures
        self.part = part
        self.name = name
        self.columns: dict[int, Any] = {}
        self.titles = {row.key: row for row in section.rows}
        self.seen: dict[str, int] = {}
        self.name_column = workbooks.NAME_COLUMN

    def read(self) -> None:
        self.sheet.reset_dimensions()
        for number, row in enumerate(self._rows(), 1):
            if number == workbooks.KEY_ROW:
                self._keys(row)
            elif number == workbooks.HEAD_ROW:
                self._heads(row)
            elif number >= workbooks.FIRST_ROW:
                self._row(number, row)
        if not self.columns:
            raise BadWorkbook(_("Trang “%(sheet)s” mất dòng mã cột. Hãy tải lại mẫu.") % {"sheet": self.name})
        self._merged_cells()
        for key in self.titles:
            if key not in self.seen:
                self.found.bad(self.name, workbooks.FIRST_ROW, workbooks.NAME_COLUMN,
                               _("Thiếu dòng “%(row)s”.") % {"row": self.titles[key].title})  # fmt: skip

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        for number, row in enumerate(self.sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
            if number > MOST_ROWS:
                raise BadWorkbook(_("Trang “%(sheet)s” có quá nhiều dòng.") % {"sheet": self.name})
            yield row

    def _keys(self, row: tuple[Any, ...]) -> None:
        """Where each column stands by its hidden key."""
        wanted = {column.key: column for column in self.section.columns}
        for position, value in enumerate(row):
            key = str(value).strip() if value is not None else ""
            if key in wanted:
                if any(known.key == key for known in self.columns.values()):
                    raise BadWorkbook(_("Trang “%(sheet)s” có cột bị chép đôi.") % {"sheet": self.name})
                self.columns[position] = wanted[key]
        missing = [column.title for key, column in wanted.items() if column not in self.columns.values()]
        if missing:
            raise BadWorkbook(
                _("Trang “%(sheet)s” thiếu cột “%(column)s”. Hãy tải lại mẫu.")
                % {"sheet": self.name, "column": missing[0]}
            )

    def _heads(self, row: tuple[Any, ...]) -> None:
        """The visible title must be that of the key: a header moved alone would change what the figures mean."""
        for position, column in self.columns.items():
            shown = normalise(str(row[position] or "")) if position < len(row) else ""
            if shown != normalise(column.title):
                self.found.bad(
                    self.name,
                    workbooks.HEAD_ROW,
                    position + 1,
                    _("Tiêu đề cột phải là “%(title)s” nhưng tệp ghi “%(shown)s”; cột đã bị đổi chỗ.")
                    % {"title": column.title, "shown": shown[:60]},
                )

    def _row(self, number: int, row: tuple[Any, ...]) -> None:
        key = str(row[0]).strip() if row and row[0] is not None else ""
        line = self.titles.get(key)
        if line is None:
            filled = [position for position in self.columns if position < len(row) and row[position] not in (None, "")]
            if filled:
                self.found.bad(self.name, number, filled[0] + 1, _("Dòng này không có trong mẫu."))
            return
        if key in self.seen:
            self.found.bad(self.name, number, workbooks.NAME_COLUMN,
                           _("Dòng “%(row)s” bị lặp, đã có ở dòng %(number)s.")
                           % {"row": line.title, "number": self.seen[key]})  # fmt: skip
            return
        self.seen[key] = number
        shown = normalise(str(row[self.name_column - 1] or "")) if len(row) >= self.name_column else ""
        if shown != normalise(line.title):
            self.found.bad(self.name, number, workbooks.NAME_COLUMN,
                           _("Tên chỉ tiêu phải là “%(title)s” nhưng tệp ghi “%(shown)s”; dòng đã bị đổi chỗ.")
                           % {"title": line.title, "shown": shown[:60]})  # fmt: skip
            return
        for position, column in self.columns.items():
            value = row[position] if position < len(row) else None
            self._cell(number, position + 1, self.section.cell(line, column), value)

    def _cell(self, row: int, column: int, spec: CellSpec, value: Any) -> None:
        if not spec.is_filled_by_hand:
            self._locked(row, column, spec, value)
            return
        if value is None and (row, column) in self.part.unsolved:
            self.found.bad(
                self.name, row, column, _("Công thức trong ô chưa có kết quả. Hãy mở tệp bằng Excel rồi lưu lại.")
            )
            return
        try:
            text = _text_of(spec, value)
        except numbers.BadNumber as bad:
            self.found.bad(self.name, row, column, words.number_sentence(bad, spec))
            return
        except ValueError as wrong:
            self.found.bad(self.name, row, column, str(wrong))
            return
        before, version = self.base.get(spec.code, ("", 0))
        if text != before:
            self.found.values[spec.code] = [text, version]

    def _locked(self, row: int, column: int, spec: CellSpec, value: Any) -> None:
        """Locked cells are not read; whoever changed one is told that it has no effect."""
        if spec.kind is CellKind.NONE:
            if value not in (None, ""):
                self.found.bad(self.name, row, column, _("Ô này bị gạch, không nhập số liệu."))
            return
        mine = self.figures.get(spec.code, EMPTY).value
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        is_changed = is_number and mine is not None and abs(float(mine) - value) > 0.00005
        if is_changed and len(self.found.notes) < MOST_FAULTS:
            self.found.notes.append(
                _("Trang “%(sheet)s”, ô %(cell)s là ô khoá: số trong tệp không được lấy, hệ thống giữ số của mình.")
                % {"sheet": self.name, "cell": f"{get_column_letter(column)}{row}"}
            )

    def _merged_cells(self) -> None:
        """A merged range that touches a cell of the form: its figures would hide behind one another."""
        for top, left, bottom, right in self.part.merged:
            touched = [position + 1 for position in self.columns if left <= position + 1 <= right]
            if bottom >= workbooks.FIRST_ROW and touched:
                where = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
                self.found.bad(
                    self.name,
                    max(top, workbooks.FIRST_ROW),
                    touched[0],
                    _("Các ô %(range)s đã bị gộp. Hãy bỏ gộp rồi ghi từng ô.") % {"range": where},
                )


def _text_of(spec: CellSpec, value: Any) -> str:
    """What a workbook's cell says, as the web page would have typed it. Raises BadNumber or ValueError."""
    if value is None:
        return ""
    if spec.kind is CellKind.TEXT:
        return normalise_text(value)
    if isinstance(value, bool):
        raise numbers.BadNumber(numbers.Fault.TEXT, str(value))
    if isinstance(value, int | float):
        return numbers.write(numbers.from_float(value, spec.shape))
    if isinstance(value, datetime | date | time | timedelta):
        raise ValueError(_("Ô đang ở dạng ngày, giờ. Hãy đổi định dạng ô thành số."))
    text = str(value)
    if text.strip() in ERRORS:
        raise ValueError(_("Ô chứa công thức lỗi %(error)s.") % {"error": text.strip()})
    return numbers.write(numbers.parse(text, spec.shape))


def normalise_text(value: Any) -> str:
    from tinhso.foundation.text.rules import normalise_lines
    from tinhso.systems.reporting.services.filling import LONGEST_TEXT

    return normalise_lines(str(value))[:LONGEST_TEXT].strip()
