"""Reads an XLSForm workbook (survey, choices, settings) into a form: pyxform reads the sheets, this says what they ask.

What our forms cannot say is refused, each with its sheet, row and reason: nothing is dropped in silence.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tinhso.engines.forms import xpath
from tinhso.engines.forms.checks import lint
from tinhso.engines.forms.compose import compose
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.text.rules import fold, normalise

MAX_BYTES = 5_000_000
MAX_UNPACKED = 50_000_000
MAX_ROWS = 2_000
SURVEY = "survey"

# What pyxform calls a type → ours.
TYPES = {
    "text": "text",
    "string": "text",
    "integer": "integer",
    "int": "integer",
    "decimal": "number",
    "date": "date",
    "select one": "select",
    "select all that apply": "multiselect",
    "note": "note",
    "acknowledge": "bool",
    "trigger": "bool",
    "photo": "file",
    "image": "file",
    "file": "file",
}
# Properties of a row that our forms have no word for.
_UNSAID = {"media": "media", "default": "default", "parameters": "parameters", "query": "query", "actions": "trigger"}
_UNSAID_BINDS = {"calculate": "calculation", "readonly": "read_only", "jr:preload": "type"}
_NO = ("", "no", "false", "false()", "none")
_YES = ("yes", "true", "true()")


@dataclass(frozen=True)
class Fault:
    """One thing that could not be read: where, and why."""

    sheet: str
    row: int
    reason: str

    @property
    def sentence(self) -> str:
        if not self.row:
            return self.reason
        return _("Trang tính “%(sheet)s”, dòng %(row)d: %(reason)s") % {
            "sheet": self.sheet,
            "row": self.row,
            "reason": self.reason,
        }


class BadWorkbook(Refused):
    """A workbook that is no form of ours; `faults` names every place."""

    code = "forms.bad-workbook"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults)
        said = " ".join(fault.sentence for fault in self.faults[:10])
        super().__init__(_("Chưa đọc được bảng tính: %(faults)s") % {"faults": said})


@dataclass(frozen=True)
class Imported:
    """A form read from a workbook, ready for draft_form."""

    code: str
    title: str
    schema: dict[str, Any]
    ui: dict[str, Any]


def read_workbook(content: bytes) -> Imported:
    """The form of an .xlsx file. BadWorkbook with every sheet, row and reason when any part cannot be said."""
    rows = _rows(content)
    tree = _tree(content)
    reader = _Reader(rows)
    pages = reader.pages(tree)
    if reader.faults:
        raise BadWorkbook(reader.faults)
    schema, ui = compose(pages)
    wrong = lint(schema, ui)
    if wrong:
        raise BadWorkbook([Fault(SURVEY, 0, sentence) for sentence in wrong])
    return Imported(str(tree.get("id_string") or "")[:60], str(tree.get("title") or "")[:300], schema, ui)


def _rows(content: bytes) -> list[tuple[int, str, str]]:
    """(row number, type, name) of every filled row of the survey sheet but the ends of groups."""

    from openpyxl import load_workbook

    _refuse_bombs(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        name = next((one for one in book.sheetnames if one.strip().lower() == SURVEY), None)
        if name is None:
            raise BadWorkbook([Fault(SURVEY, 0, _("Bảng tính không có trang “survey”."))])
        lines = book[name].iter_rows(values_only=True, max_row=MAX_ROWS + 1, max_col=60)
        header = [str(cell or "").strip().lower() for cell in next(lines, ())]
        if "type" not in header or "name" not in header:
            raise BadWorkbook([Fault(SURVEY, 1, _("dòng đầu phải có cột “type” và “name”."))])
        kind, named = header.index("type"), header.index("name")
        cells = [(at, _cell(line, kind), _cell(line, named)) for at, line in enumerate(lines, start=2)]
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, AttributeError, EOFError) as wrong:
        raise BadWorkbook([Fault(SURVEY, 0, _("Tệp không phải bảng tính .xlsx đọc được."))]) from wrong
    if len(cells) >= MAX_ROWS:
        raise BadWorkbook([Fault(SURVEY, MAX_ROWS, _("nhiều hơn %(limit)d dòng.") % {"limit": MAX_ROWS})])
    return [cell for cell in cells if cell[1] and not cell[1].lower().startswith("end")]


def _cell(line: Sequence[Any], at: int) -> str:
    return str(line[at]).strip() if at < len(line) and line[at] is not None else ""


def _refuse_bombs(content: bytes) -> None:
    too_big = BadWorkbook([Fault(SURVEY, 0, _("Tệp lớn quá 5 MB hoặc bung ra quá lớn."))])
    if len(content) > MAX_BYTES:
        raise too_big
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(item.file_size for item in packed.infolist()) > MAX_UNPACKED:
                raise too_big
    except zipfile.BadZipFile as wrong:
        raise BadWorkbook([Fault(SURVEY, 0, _("Tệp không phải bảng tính .xlsx đọc được."))]) from wrong


def _tree(content: bytes) -> dict[str, Any]:
    """What pyxform makes of the sheets; its refusals, which name the row, are passed on."""

    from pyxform.errors import PyXFormError
    from pyxform.xls2json import workbook_to_json
    from pyxform.xls2json_backends import get_xlsform

    try:
        tree: dict[str, Any] = workbook_to_json(get_xlsform(io.BytesIO(content)), warnings=[])
    except PyXFormError as wrong:
        found = re.search(r"\[row : (\d+)\]\s*(.*)", str(wrong), re.DOTALL)
        row, said = (int(found[1]), found[2]) if found else (0, str(wrong))
        reason = _("chưa đúng XLSForm (%(reason)s).") % {"reason": normalise(said)[:300]}
        raise BadWorkbook([Fault(SURVEY, row, reason)]) from wrong
    except Exception as wrong:
        # Whatever else a hostile file makes the library stumble over is a refusal, not a broken page.
        raise BadWorkbook([Fault(SURVEY, 0, _("Tệp không phải bảng tính .xlsx đọc được."))]) from wrong
    return tree


class _Reader:
    """Walks the tree and the sheet's rows side by side, so that every refusal knows its row."""

    def __init__(self, rows: list[tuple[int, str, str]]) -> None:
        self.rows = rows
        self.faults: list[Fault] = []
        self.names: dict[str, str] = {}
        self.kinds: dict[str, str] = {}

    def refuse(self, row: int, reason: str) -> None:
        self.faults.append(Fault(SURVEY, row, reason))

    def row_of(self, item: Mapping[str, Any]) -> int:
        """The next row of that name; rows before it were given up by pyxform itself."""
        wanted = str(item.get("name", ""))
        for at, (number, _kind, name) in enumerate(self.rows):
            if name == wanted:
                del self.rows[: at + 1]
                return number
        return 0

    def pages(self, tree: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Groups at the top are pages; questions between them make pages of the form's own title."""
        pages: list[dict[str, Any]] = []
        loose: list[dict[str, Any]] = []
        title = str(tree.get("title") or "")
        for item in _asked(tree):
            if item.get("type") == "group":
                self._close(pages, loose, title)
                row = self.row_of(item)
                page = {"title": self.text(item, "label", row), "when": self.relevance(item, row)}
                pages.append({**page, "fields": list(self.fields(item, None, title_said=True))})
            else:
                loose += self.fields({"children": [item]}, None)
        self._close(pages, loose, title)
        return pages

    def _close(self, pages: list[dict[str, Any]], loose: list[dict[str, Any]], title: str) -> None:
        if loose:
            pages.append({"title": title, "fields": list(loose)})
            loose.clear()

    def fields(self, parent: Mapping[str, Any], when: Any, *, title_said: bool = False) -> Iterator[dict[str, Any]]:
        """The questions inside; an inner group's heading becomes a note, its condition joins each question's."""
        for item in _asked(parent):
            row = self.row_of(item)
            if not row and item.get("type") == "calculate":
                # Made by pyxform for its own use; the row that asked for it is refused by itself.
                continue
            own = _both(when, self.relevance(item, row))
            if item.get("type") == "group":
                heading = self.text(item, "label", row, may_miss=True)
                if heading:
                    yield {"name": self.name(item, row), "type": "note", "label": heading, "when": own}
                yield from self.fields(item, own)
            elif item.get("type") == "repeat":
                yield self.repeat(item, row, own)
            else:
                yield from self.question(item, row, own)

    def repeat(self, item: Mapping[str, Any], row: int, when: Any) -> dict[str, Any]:
        if item.get("control", {}).get("jr:count"):
            self.refuse(row, _("số lần lặp cố định (repeat_count) không dùng được; dùng ràng buộc số mục."))
        label = self.text(item, "label", row)
        made = {"name": self.name(item, row), "type": "group", "label": label, "row": label, "when": when}
        self.kinds[str(item.get("name"))] = "group"
        return {**made, "fields": list(self.fields(item, None))}

    def question(self, item: Mapping[str, Any], row: int, when: Any) -> Iterator[dict[str, Any]]:
        kind = TYPES.get(str(item.get("type")))
        if kind is None:
            self.refuse(row, _("kiểu “%(type)s” không dùng được trong biểu mẫu.") % {"type": item.get("type")})
            return
        self.refuse_unsaid(item, row)
        self.kinds[str(item.get("name"))] = kind
        label = self.text(item, "label", row)
        made: dict[str, Any] = {"name": self.name(item, row), "type": kind, "label": label, "when": when}
        bind = item.get("bind", {})
        made["help"] = self.text(item, "hint", row, may_miss=True)
        made["required"] = self.is_required(bind, row)
        made["schema"] = {"minimum": -(10**15)} if kind in ("integer", "number") else {}
        if kind == "text":
            long = "multiline" in str(item.get("control", {}).get("appearance", ""))
            made["type"] = "textarea" if long else "text"
            made["schema"] = {"maxLength": 4000} if long else {}
        self.add_choices(made, item, row)
        self.constrain(made, kind, bind, row)
        yield {key: value for key, value in made.items() if value not in (None, "", {})}

    def add_choices(self, made: dict[str, Any], item: Mapping[str, Any], row: int) -> None:
        if made["type"] not in ("select", "multiselect"):
            return
        if item.get("choice_filter") or not item.get("choices"):
            self.refuse(row, _("danh sách lựa chọn phải có sẵn trong trang “choices”, không lọc theo câu khác."))
            return
        made["options"] = [str(one["name"]) for one in item["choices"]]
        made["option_labels"] = {str(one["name"]): self.said(one.get("label")) for one in item["choices"]}

    def constrain(self, made: dict[str, Any], kind: str, bind: Mapping[str, Any], row: int) -> None:
        text = str(bind.get("constraint") or "").strip()
        if not text:
            return
        try:
            schema, limits = xpath.bounds(text, kind)
        except xpath.CannotSay as wrong:
            self.refuse(row, _("ràng buộc “%(text)s”: %(why)s.") % {"text": text[:120], "why": wrong})
            return
        made["schema"] = {**made["schema"], **schema}
        if limits:
            made["limits"] = {"min": "1900-01-01", **limits}
        said = self.said(bind.get("jr:constraintMsg"))
        if said:
            made["messages"] = dict.fromkeys(schema, said)

    def relevance(self, item: Mapping[str, Any], row: int) -> Any:
        text = str(item.get("bind", {}).get("relevant") or "").strip()
        if not text:
            return None
        try:
            return xpath.condition(text, self.names, self.kinds)
        except xpath.CannotSay as wrong:
            self.refuse(row, _("điều kiện “%(text)s”: %(why)s.") % {"text": text[:120], "why": wrong})
            return None

    def is_required(self, bind: Mapping[str, Any], row: int) -> bool:
        said = str(bind.get("required") or "").strip().lower()
        if said not in (*_NO, *_YES):
            self.refuse(row, _("“required” chỉ dùng yes hoặc no."))
        return said in _YES

    def refuse_unsaid(self, item: Mapping[str, Any], row: int) -> None:
        for key, column in _UNSAID.items():
            if item.get(key):
                self.refuse(row, _("cột “%(column)s” không dùng được trong biểu mẫu.") % {"column": column})
        for key, column in _UNSAID_BINDS.items():
            if str(item.get("bind", {}).get(key) or "").strip().lower() not in _NO:
                self.refuse(row, _("cột “%(column)s” không dùng được trong biểu mẫu.") % {"column": column})

    def name(self, item: Mapping[str, Any], row: int) -> str:
        """Our name of a question: small letters without marks. Two that become one are refused."""
        given = str(item.get("name", ""))
        ours = re.sub(r"[^a-z0-9_]", "_", fold(given))[:60]
        if ours in self.names.values():
            self.refuse(row, _("tên “%(name)s” trùng với một câu hỏi khác.") % {"name": given[:60]})
        self.names[given] = ours
        return ours

    def text(self, item: Mapping[str, Any], key: str, row: int, *, may_miss: bool = False) -> str:
        found = self.said(item.get(key))
        if not found and not may_miss:
            self.refuse(row, _("thiếu chữ ở cột “%(column)s”.") % {"column": key})
        if "${" in found:
            self.refuse(row, _("chữ hiện câu trả lời khác (${…}) không dùng được."))
        return found

    def said(self, value: Any) -> str:
        """A text, the Vietnamese one where the workbook has several languages."""
        if isinstance(value, Mapping):
            wanted = [key for key in value if str(key).strip().lower().startswith(("vi", "tiếng việt", "tieng viet"))]
            value = value[wanted[0]] if wanted else next(iter(value.values()), "")
        return normalise(str(value or ""))


def _asked(parent: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The children without what pyxform adds for its own engine."""
    for item in parent.get("children", []):
        if not (item.get("name") == "meta" and item.get("control", {}).get("bodyless")):
            yield item


def _both(one: Any, other: Any) -> Any:
    if one and other:
        return {"all": [one, other]}
    return one or other
