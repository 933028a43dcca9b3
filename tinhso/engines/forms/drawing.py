"""A page of a form as the components of the design system take it: one Question per field, ready for the template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as from_factory
from typing import Any

from django.utils.translation import gettext as _

from tinhso.engines.forms import layout, rules, sentences
from tinhso.engines.forms.layout import Data, Definition, Field, Page
from tinhso.engines.forms.validation import FieldError

LONG_CHOICE = 15
_INPUTS = {
    "id12": {"type": "text", "inputmode": "numeric", "width": "20", "maxlength": "20"},
    "phone": {"type": "tel", "inputmode": "tel", "width": "20", "maxlength": "20"},
    "email": {"type": "email", "inputmode": "email", "maxlength": "254"},
    "number": {"type": "text", "inputmode": "decimal", "width": "10", "maxlength": "20"},
    "money": {"type": "text", "inputmode": "numeric", "width": "10", "maxlength": "20", "suffix": "đồng"},
}
_TEMPLATES = {
    "date": "ui/components/date_boxes.html",
    "radio": "ui/components/choices.html",
    "checkboxes": "ui/components/choices.html",
    "checkbox": "forms/tick.html",
    "file": "ui/components/file_upload.html",
    "group": "forms/group.html",
    "note": "forms/note.html",
}


@dataclass(frozen=True)
class Question:
    """One field to draw: the component's template and everything that template reads."""

    field: Field
    template: str
    # The name of its input, and what stands before it inside a row: "thanh_vien-0-".
    name: str = ""
    scope: str = ""
    value: Any = ""
    values: Sequence[str] = ()
    error: str = ""
    where: str = ""
    provenance: str = ""
    files: Sequence[Mapping[str, Any]] = ()
    # Set when the question depends on another of the same page: drawn always, hidden by a script.
    depends: bool = False
    depends_hint: str = ""
    day: str = ""
    month: str = ""
    year: str = ""
    input: Mapping[str, str] = from_factory(default_factory=dict)
    # A repeating group: its rows, and one blank row for the script that adds rows.
    rows: Sequence[Row] = ()
    blank: Row | None = None

    @property
    def is_optional(self) -> bool:
        return not self.field.is_required

    @property
    def multiple(self) -> bool:
        return self.field.widget == "checkboxes" or self.field.is_file

    @property
    def is_long(self) -> bool:
        return len(self.field.options) > LONG_CHOICE

    @property
    def options(self) -> list[tuple[str, str]]:
        return [(option.value, option.label) for option in self.field.options]

    @property
    def empty_label(self) -> str:
        return _("Chọn") if self.field.widget == "select" else ""

    @property
    def is_full(self) -> bool:
        return len(self.rows) >= self.field.max_rows

    @property
    def can_remove(self) -> bool:
        return len(self.rows) > self.field.min_rows

    @property
    def add_label(self) -> str:
        return self.field.add_label or _("Thêm %(row)s") % {"row": (self.field.row_label or _("Mục")).lower()}

    @property
    def row_pattern(self) -> str:
        return sentences.row_pattern(self.field)

    @property
    def href(self) -> str:
        """Where the error summary leads: the first box of a date, else the field itself."""
        return f"#{self.name}_day" if self.field.widget == "date" else f"#{self.name}"


@dataclass(frozen=True)
class Row:
    """One row of a repeating group, ready to draw. `name` is "thanh_vien-0"."""

    name: str
    key: str
    title: str
    questions: Sequence[Question]


@dataclass(frozen=True)
class _Drawing:
    """What stays the same over a whole page."""

    page: Page
    data: Data
    wrong: Mapping[str, FieldError]
    provenance: Mapping[str, str]
    files: Mapping[str, Sequence[Mapping[str, Any]]]


def draw_page(
    definition: Definition,
    page_no: int,
    data: Data,
    *,
    errors: Sequence[FieldError] = (),
    provenance: Mapping[str, str] | None = None,
    files: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> list[Question]:
    """The page's questions with the answers of `data`; wrong ones are shown as they were typed, with their error."""
    page = layout.page_of(definition, page_no)
    wrong = {error.html_name: error for error in errors}
    drawing = _Drawing(page, data, wrong, provenance or {}, files or {})
    return [_question(drawing, one, data.get(one.name), "") for one in layout.asked_fields(page, data)]


def error_links(questions: Sequence[Question]) -> list[dict[str, str]]:
    """The error summary's rows, in the order of the page."""
    links = []
    for one in questions:
        if one.error:
            links.append({"href": one.href, "message": f"{one.where}: {one.error}" if one.where else one.error})
        for row in one.rows:
            links += error_links(row.questions)
    return links


def _question(drawing: _Drawing, one: Field, value: Any, scope: str, near: frozenset[str] = frozenset()) -> Question:
    name = f"{scope}{one.name}"
    error = drawing.wrong.get(name)
    other = next((it for it in rules.fields_of(one.when) if it in near | drawing.page.names), "")
    day, month, year = _boxes(value) if one.widget == "date" else ("", "", "")
    is_list = isinstance(value, list) and not one.is_file and not one.is_group
    return Question(
        field=one,
        template=_TEMPLATES.get(one.widget, "ui/components/field.html"),
        name=name,
        scope=scope,
        value=_shown(value),
        values=[str(item) for item in value] if is_list else [],
        error=error.message if error else "",
        where=error.where if error else "",
        provenance="" if scope else drawing.provenance.get(one.name, ""),
        files=() if scope else drawing.files.get(one.name, ()),
        depends=bool(other),
        depends_hint=_hint(drawing.page, other) if other else "",
        day=day,
        month=month,
        year=year,
        input={"rows": "5", "type": "text"} if one.widget == "textarea" else _INPUTS.get(one.widget, {"type": "text"}),
        rows=_rows(drawing, one, value, name, near) if one.is_group else (),
        blank=_row(drawing, one, f"__{one.name}__", {}, name, near) if one.is_group else None,
    )


def _rows(drawing: _Drawing, group: Field, value: Any, name: str, near: frozenset[str]) -> list[Row]:
    """The rows there are, and as many blank ones as the group must have."""
    given = [row if isinstance(row, Mapping) else {} for row in value] if isinstance(value, list) else []
    given += [{}] * (group.min_rows - len(given))
    return [_row(drawing, group, str(number), row, name, near) for number, row in enumerate(given)]


def _row(drawing: _Drawing, group: Field, key: str, row: Data, name: str, near: frozenset[str]) -> Row:
    asked = layout.asked_children(group, row, drawing.data, near | drawing.page.names)
    within = near | {one.name for one in group.children}
    title = sentences.row_name(group, int(key), {}) if key.isdigit() else (group.row_label or _("Mục"))
    scope = f"{name}-{key}-"
    made = [_question(drawing, one, row.get(one.name), scope, within) for one in asked]
    return Row(f"{name}-{key}", key, title, made)


def _hint(page: Page, other: str) -> str:
    every = [one for field_ in page.fields for one in (field_, *field_.children)]
    label = next((one.label for one in every if one.name == other), other)
    return _("Chỉ trả lời khi câu “%(label)s” cần đến.") % {"label": label}


def _shown(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value or ""
    return rules.write_number(value) if isinstance(value, int | float) else value


def _boxes(value: Any) -> tuple[str, str, str]:
    """Day, month and year of an ISO date, or of a wrong one kept as typed ("31/2/2026")."""
    text = str(value or "")
    if "/" in text:
        parts = [*text.split("/"), "", ""]
        return parts[0], parts[1], parts[2]
    year, _dash, rest = text.partition("-")
    month, _dash, day = rest.partition("-")
    return day.lstrip("0"), month.lstrip("0"), year
