"""What must be true of a definition before people are asked to fill it in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import jsonschema_rs
import orjson
from django.utils.translation import gettext as _

from tinhso.engines.forms import layout, rules
from tinhso.engines.forms.layout import Definition, Page
from tinhso.engines.forms.validation import validator

WIDGETS = frozenset(
    {
        "text",
        "textarea",
        "date",
        "select",
        "radio",
        "checkbox",
        "checkboxes",
        "number",
        "money",
        "phone",
        "id12",
        "email",
        "file",
        "group",
        "note",
    }
)


def problems(definition: Definition) -> list[str]:
    """Sentences naming each fault; an empty list means the form may be published."""
    try:
        validator(orjson.dumps(definition.schema))
    except (jsonschema_rs.ValidationError, ValueError) as wrong:
        return [_("Lược đồ không phải JSON Schema 2020-12: %(reason)s") % {"reason": str(wrong).splitlines()[0]}]
    try:
        made = layout.pages(definition)
    except (AttributeError, TypeError, KeyError):
        return [_("Phần cách hỏi không đúng khuôn: cần “pages” là danh sách và “fields” là bảng theo tên ô.")]
    return [*_of_names(definition, made), *_of_pages(made), *_of_conditions(made)]


def _of_names(definition: Definition, made: list[Page]) -> Iterator[str]:
    asked = Counter(field.name for page in made for field in page.fields if not field.is_note)
    known = set(definition.schema.get("properties", {}))
    for name in sorted(known - asked.keys()):
        yield _("Ô “%(name)s” không nằm trong trang nào.") % {"name": name}
    for name in sorted(asked.keys() - known):
        yield _("Ô “%(name)s” không có trong lược đồ.") % {"name": name}
    for name in sorted(name for name, times in asked.items() if times > 1):
        yield _("Ô “%(name)s” được hỏi nhiều lần.") % {"name": name}
    for name in sorted(set(definition.schema.get("required", [])) - known):
        yield _("Ô bắt buộc “%(name)s” không có trong lược đồ.") % {"name": name}


def _of_pages(made: list[Page]) -> Iterator[str]:
    if not made:
        yield _("Biểu mẫu chưa có trang nào.")
    for page in made:
        if not page.title:
            yield _("Trang %(number)d chưa có tiêu đề.") % {"number": page.number}
        if not page.fields:
            yield _("Trang %(number)d không hỏi gì.") % {"number": page.number}
        for field in page.fields:
            if not field.label:
                yield _("Ô “%(name)s” chưa có nhãn.") % {"name": field.name}
            if field.widget not in WIDGETS:
                yield _("Ô “%(name)s” có kiểu nhập lạ: %(widget)s.") % {"name": field.name, "widget": field.widget}
            if field.widget in ("select", "radio", "checkboxes") and not field.options:
                yield _("Ô “%(name)s” chưa có lựa chọn.") % {"name": field.name}


def _of_conditions(made: list[Page]) -> Iterator[str]:
    """A condition may only look at questions asked before: no loops, and one pass decides what is hidden."""
    before: set[str] = set()
    for page in made:
        for name in set(rules.fields_of(page.when)) - before:
            yield _("Trang %(number)d phụ thuộc ô “%(other)s” không được hỏi trước đó.") % {
                "number": page.number,
                "other": name,
            }
        for field in page.fields:
            for name in set(rules.fields_of(field.when)) - before:
                yield _("Ô “%(name)s” phụ thuộc ô “%(other)s” không được hỏi trước đó.") % {
                    "name": field.name,
                    "other": name,
                }
            before.add(field.name)
