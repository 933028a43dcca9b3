"""A page of a form as the components of the design system take it: one Question per field, ready for the template."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as from_factory
from typing import Any

from django.utils.translation import gettext as _

from tinhso.engines.forms import layout, rules
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
}


@dataclass(frozen=True)
class Question:
    """One field to draw: the component's template and everything that template reads."""

    field: Field
    template: str
    value: Any = ""
    values: Sequence[str] = ()
    error: str = ""
    provenance: str = ""
    files: Sequence[Mapping[str, Any]] = ()
    # Set when the question depends on another of the same page: drawn always, hidden by a script.
    depends: str = ""
    depends_hint: str = ""
    day: str = ""
    month: str = ""
    year: str = ""
    input: Mapping[str, str] = from_factory(default_factory=dict)

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
    def href(self) -> str:
        """Where the error summary leads: the first box of a date, else the field itself."""
        return f"#{self.field.name}_day" if self.field.widget == "date" else f"#{self.field.name}"


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
    wrong = {error.name: error.message for error in errors}
    return [
        _question(
            page,
            one,
            data.get(one.name),
            wrong.get(one.name, ""),
            (provenance or {}).get(one.name, ""),
            (files or {}).get(one.name, ()),
        )
        for one in layout.asked_fields(page, data)
    ]


def error_links(questions: Sequence[Question]) -> list[dict[str, str]]:
    """The error summary's rows, in the order of the page."""
    return [{"href": one.href, "message": one.error} for one in questions if one.error]


def _question(
    page: Page, one: Field, value: Any, error: str, provenance: str, files: Sequence[Mapping[str, Any]]
) -> Question:
    other = next((name for name in rules.fields_of(one.when) if name in page.names), "")
    day, month, year = _boxes(value) if one.widget == "date" else ("", "", "")
    return Question(
        field=one,
        template=_TEMPLATES.get(one.widget, "ui/components/field.html"),
        value=_shown(value),
        values=[str(item) for item in value] if isinstance(value, list) and not one.is_file else [],
        error=error,
        provenance=provenance,
        files=files,
        depends=json.dumps(one.when, ensure_ascii=False) if other else "",
        depends_hint=_hint(page, other) if other else "",
        day=day,
        month=month,
        year=year,
        input={"rows": "5", "type": "text"} if one.widget == "textarea" else _INPUTS.get(one.widget, {"type": "text"}),
    )


def _hint(page: Page, other: str) -> str:
    label = next(field_.label for field_ in page.fields if field_.name == other)
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
