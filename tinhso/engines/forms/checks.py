"""What must be true of a definition before people are asked to fill it in: each fault a sentence for its author."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs
import orjson
from django.utils.translation import gettext as _

from tinhso.engines.forms import keywords, layout
from tinhso.engines.forms.formats import is_day
from tinhso.engines.forms.layout import Definition, Field, Page
from tinhso.engines.forms.validation import PRIORITY, others_of, validator

# What each way of asking gives, as types of JSON.
ANSWERS = {
    "text": {"string"},
    "textarea": {"string"},
    "date": {"string"},
    "phone": {"string"},
    "id12": {"string"},
    "email": {"string"},
    "select": {"string"},
    "radio": {"string"},
    "checkbox": {"boolean"},
    "checkboxes": {"array"},
    "number": {"number", "integer"},
    "money": {"number", "integer"},
    "file": {"array"},
    "group": {"array"},
    "note": set(),
}
WIDGETS = frozenset(ANSWERS)
DEEPEST = 2
# What may stand beside `properties` for the whole form or for a row: conditions between questions are `when`, so
# that what is hidden is never judged.
TABLE_KEYWORDS = keywords.ANNOTATIONS | {"type", "properties", "required", "additionalProperties"}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
_RESERVED = frozenset({"viec", "csrfmiddlewaretoken"})
_PARTS_OF_DATES = ("_day", "_month", "_year", "-row")
_SHAPES = ("all", "any", "not", "field")
_COMPARISONS = frozenset({"equals", "in", "has", "filled"})
_PAIRS = (("minLength", "maxLength"), ("minimum", "maximum"), ("minItems", "maxItems"))


@dataclass
class Draft:
    """A definition that is not saved: what a builder holds while it is edited."""

    schema: Any
    ui: Any


def lint(schema: Any, ui: Any) -> list[str]:
    """Sentences naming each fault of a form being made; an empty list means it may be published."""
    return problems(Draft(schema, ui))


def problems(definition: Definition) -> list[str]:
    """Sentences naming each fault; an empty list means the form may be published."""
    wrong_shape = list(_of_shape(definition))
    if wrong_shape:
        return wrong_shape
    try:
        unusable = list(_of_keywords(definition)) or list(_of_schema(definition))
        made = layout.pages(definition)
        found = [*unusable, *_of_names(definition, made), *_of_pages(made)]
        for page in made:
            for field in page.fields:
                found += _of_field(field)
        return list(dict.fromkeys([*found, *_of_conditions(made)]))
    except (AttributeError, TypeError, KeyError, ValueError):
        return [_bad_shape()]


def _of_schema(definition: Definition) -> Iterator[str]:
    try:
        validator(orjson.dumps(definition.schema))
    except (jsonschema_rs.ValidationError, ValueError, TypeError) as wrong:
        reason = (str(wrong).splitlines() or ["?"])[0][:200]
        yield _("Lược đồ không phải JSON Schema 2020-12: %(reason)s") % {"reason": reason}


def _bad_shape() -> str:
    return _("Phần cách hỏi không đúng khuôn: cần “pages” là danh sách và “fields” là bảng theo tên ô.")


def _of_shape(definition: Definition) -> Iterator[str]:
    schema, ui = definition.schema, definition.ui
    if not isinstance(schema, Mapping) or not isinstance(schema.get("properties", {}), Mapping):
        yield _("Lược đồ của biểu mẫu phải là một bảng câu trả lời (type: object, properties).")
        return
    is_right = isinstance(ui, Mapping) and isinstance(ui.get("pages", []), list)
    if not is_right or not isinstance(ui.get("fields", {}), Mapping):
        yield _bad_shape()
        return
    pages_right = all(
        isinstance(page, Mapping) and isinstance(page.get("fields", []), list) for page in ui.get("pages", [])
    )
    if not pages_right or not all(isinstance(one, Mapping) for one in ui.get("fields", {}).values()):
        yield _bad_shape()


def _of_keywords(definition: Definition) -> Iterator[str]:
    """Only what the browser judges alike; and for the whole form only what hidden questions cannot upset."""
    schema = definition.schema
    for keyword in sorted(set(schema) - TABLE_KEYWORDS):
        yield _(
            "Lược đồ của biểu mẫu: “%(keyword)s” chỉ dùng được bên trong một ô; điều kiện giữa các ô đặt ở “when”."
        ) % {"keyword": keyword}
    for name, part in schema.get("properties", {}).items():
        for why in keywords.problems(part):
            yield _("Ô “%(name)s”: %(why)s.") % {"name": name, "why": why}


def _of_names(definition: Definition, made: list[Page]) -> Iterator[str]:
    fields = [field for page in made for field in page.fields]
    asked = Counter(field.name for field in fields if not field.is_note)
    known = set(definition.schema.get("properties", {}))
    for name in sorted(known - asked.keys()):
        yield _("Ô “%(name)s” không nằm trong trang nào.") % {"name": name}
    for name in sorted(asked.keys() - known):
        yield _("Ô “%(name)s” không có trong lược đồ.") % {"name": name}
    for name in sorted(name for name, times in Counter(one.name for one in fields).items() if times > 1):
        yield _("Ô “%(name)s” được hỏi nhiều lần.") % {"name": name}
    for name in sorted(set(definition.schema.get("required", [])) - known):
        yield _("Ô bắt buộc “%(name)s” không có trong lược đồ.") % {"name": name}
    for name in sorted(set(definition.ui.get("fields", {})) - {field.name for field in fields}):
        yield _("Phần cách hỏi còn nhắc ô “%(name)s” đã bỏ.") % {"name": name}
    tops = {field.name for field in fields}
    for field in _every(fields):
        if not _NAME.match(field.name) or field.name in _RESERVED or field.name.endswith(_PARTS_OF_DATES):
            yield _("Tên ô “%(name)s” phải gồm chữ thường không dấu, chữ số, gạch dưới, bắt đầu bằng chữ.") % {
                "name": field.name[:80]
            }
        for child in field.children:
            if child.name in tops:
                yield _("Ô “%(name)s” trong nhóm “%(group)s” trùng tên với một ô ngoài nhóm.") % {
                    "name": child.name,
                    "group": field.label or field.name,
                }


def _every(fields: Iterable[Field]) -> Iterator[Field]:
    for one in fields:
        yield one
        yield from _every(one.children)


def _of_pages(made: list[Page]) -> Iterator[str]:
    if not made:
        yield _("Biểu mẫu chưa có trang nào.")
    for page in made:
        if not page.title.strip():
            yield _("Trang %(number)d chưa có tiêu đề.") % {"number": page.number}
        if not page.fields:
            yield _("Trang %(number)d không hỏi gì.") % {"number": page.number}
    for key, times in Counter(page.key for page in made).items():
        if times > 1:
            yield _("Hai trang cùng mang khóa “%(key)s”.") % {"key": key}


def _of_field(field: Field, depth: int = 1) -> Iterator[str]:
    name = {"name": field.label.strip() or field.name}
    if not field.label.strip():
        yield _("Ô “%(name)s” chưa có nhãn.") % name
    if field.widget not in WIDGETS:
        yield _("Ô “%(name)s” có kiểu nhập lạ: %(widget)s.") % {**name, "widget": field.widget}
        return
    kinds = field.schema.get("type")
    if kinds is not None and not field.is_note and not {kinds} & ANSWERS[field.widget]:
        yield _("Ô “%(name)s”: kiểu nhập “%(widget)s” không cho câu trả lời kiểu “%(kind)s”.") % {
            **name,
            "widget": field.widget,
            "kind": kinds,
        }
    yield from _of_options(field, name)
    yield from _of_bounds(field, name)
    if field.is_group:
        yield from _of_group(field, name, depth)
    unknown = sorted(set(field.messages) - set(PRIORITY))
    if unknown:
        yield _("Ô “%(name)s” có câu báo lỗi cho từ khóa lạ: %(keywords)s.") % {**name, "keywords": ", ".join(unknown)}


def _of_options(field: Field, name: Mapping[str, str]) -> Iterator[str]:
    if field.widget not in ("select", "radio", "checkboxes"):
        return
    if not field.options:
        yield _("Ô “%(name)s” chưa có lựa chọn.") % name
    for option in field.options:
        if not option.label.strip() or not option.value.strip():
            yield _("Ô “%(name)s” có lựa chọn chưa có chữ.") % name
    for label, times in Counter(option.label.strip().casefold() for option in field.options).items():
        if label and times > 1:
            yield _("Ô “%(name)s” có hai lựa chọn cùng chữ “%(label)s”.") % {**name, "label": label}


def _of_bounds(field: Field, name: Mapping[str, str]) -> Iterator[str]:
    for low, high in _PAIRS:
        if low in field.schema and high in field.schema and field.schema[low] > field.schema[high]:
            yield _("Ô “%(name)s”: không câu trả lời nào vừa đạt %(low)s vừa đạt %(high)s.") % {
                **name,
                "low": f"{low} {field.schema[low]}",
                "high": f"{high} {field.schema[high]}",
            }
    for side, bound in field.limits.items():
        is_known = bound == "today" or is_day(str(bound)) or (isinstance(bound, str) and bound.startswith("@"))
        if side not in ("min", "max") or not is_known:
            yield _("Ô “%(name)s”: giới hạn ngày phải là “today”, năm-tháng-ngày hoặc “@tên ô ngày khác”.") % name
    low, high = field.limits.get("min", ""), field.limits.get("max", "")
    if is_day(low) and is_day(high) and low > high:
        yield _("Ô “%(name)s”: ngày sớm nhất đứng sau ngày muộn nhất.") % name


def _of_group(group: Field, name: Mapping[str, str], depth: int) -> Iterator[str]:
    row = group.schema.get("items")
    if not isinstance(row, Mapping) or not isinstance(row.get("properties"), Mapping) or row.get("type") != "object":
        yield _("Nhóm “%(name)s”: mỗi mục phải là một bảng câu trả lời (items: type object, properties).") % name
        return
    for keyword in sorted(set(row) - TABLE_KEYWORDS):
        yield _("Nhóm “%(name)s”: “%(keyword)s” chỉ dùng được bên trong một ô.") % {**name, "keyword": keyword}
    if depth >= DEEPEST and any(child.is_group for child in group.children):
        yield _("Nhóm “%(name)s” lồng quá sâu: nhiều nhất hai lớp.") % name
    if not group.children:
        yield _("Nhóm “%(name)s” không hỏi gì.") % name
    known, asked = set(row["properties"]), [one.name for one in group.children if not one.is_note]
    for child in sorted(known - set(asked)):
        yield _("Nhóm “%(name)s”: ô “%(child)s” có trong lược đồ mà không được hỏi.") % {**name, "child": child}
    for child in sorted((set(asked) | set(row.get("required", []))) - known):
        yield _("Nhóm “%(name)s”: ô “%(child)s” không có trong lược đồ.") % {**name, "child": child}
    for child, times in Counter(asked).items():
        if times > 1:
            yield _("Nhóm “%(name)s”: ô “%(child)s” được hỏi nhiều lần.") % {**name, "child": child}
    if group.row_title and group.row_title not in asked:
        yield _("Nhóm “%(name)s” lấy tên mục từ ô “%(child)s” đã bỏ.") % {**name, "child": group.row_title}
    for one in group.children:
        if one.is_file:
            yield _("Nhóm “%(name)s”: ô tệp “%(child)s” phải đặt ngoài nhóm, mọi tệp của nhóm vào một ô.") % {
                **name,
                "child": one.label or one.name,
            }
        yield from _of_field(one, depth + 1)


def _of_conditions(made: list[Page]) -> Iterator[str]:
    """A condition may only look at questions asked before: no loops, and one pass decides what is hidden."""
    every = {field.name: field for page in made for field in page.fields}
    before: dict[str, Field] = {}
    for page in made:
        where = _("Trang %(number)d") % {"number": page.number}
        yield from _of_condition(where, page.when, before, every)
        for field in page.fields:
            yield from _of_condition(_named(field), field.when, before, every)
            yield from _of_others(field, before)
            yield from _of_rows(field, before, every)
            if not field.is_note:
                before[field.name] = field


def _of_rows(group: Field, before: Mapping[str, Field], every: Mapping[str, Field]) -> Iterator[str]:
    near = dict(before)
    known = {**every, **{child.name: child for child in group.children}}
    for child in group.children:
        yield from _of_condition(_named(child), child.when, near, known)
        yield from _of_others(child, near)
        yield from _of_rows(child, near, known)
        if not child.is_note:
            near[child.name] = child


def _of_others(field: Field, before: Mapping[str, Field]) -> Iterator[str]:
    """A date may be bounded only by a date asked before it."""
    for _side, other in others_of(field):
        if other not in before or before[other].widget != "date":
            yield _("%(where)s so với ô ngày “%(other)s” không được hỏi trước đó.") % {
                "where": _named(field),
                "other": before[other].label if other in before else other,
            }


def _named(field: Field) -> str:
    return _("Ô “%(name)s”") % {"name": field.label or field.name}


def _of_condition(where: str, condition: Any, before: Mapping[str, Field], every: Mapping[str, Field]) -> Iterator[str]:
    """What is wrong with one condition: its shape, a removed question, a later one (or a circle), an unknown choice."""
    if condition in (None, ""):
        return
    if not _is_condition(condition):
        yield _("%(where)s có điều kiện viết sai.") % {"where": where}
        return
    for name, values in _looks_at(condition):
        told = {"where": where, "other": every[name].label or name if name in every else name}
        if name not in every:
            yield _("%(where)s phụ thuộc ô “%(other)s” đã bỏ hoặc chưa có.") % told
        elif name not in before:
            yield _("%(where)s phụ thuộc ô “%(other)s” không được hỏi trước đó; như vậy có thể thành vòng.") % told
        else:
            known = {option.value for option in before[name].options}
            for value in values:
                if known and value not in known:
                    yield _("%(where)s chờ lựa chọn “%(value)s” mà ô “%(other)s” không có.") % {**told, "value": value}


def _is_condition(condition: Any, depth: int = 0) -> bool:
    if isinstance(condition, str):
        return bool(condition.partition("=")[0])
    if not isinstance(condition, Mapping) or depth > 5:
        return False
    shapes = [shape for shape in _SHAPES if shape in condition]
    if len(shapes) != 1:
        return False
    inner = condition[shapes[0]]
    if shapes[0] == "field":
        others = set(condition) - {"field"}
        return isinstance(inner, str) and len(others) <= 1 and others <= _COMPARISONS and _is_compared(condition)
    if len(condition) != 1:
        return False
    if shapes[0] == "not":
        return inner not in (None, "") and _is_condition(inner, depth + 1)
    return isinstance(inner, list) and bool(inner) and all(_is_condition(part, depth + 1) for part in inner)


def _is_compared(condition: Mapping[str, Any]) -> bool:
    return isinstance(condition.get("in", []), list) and isinstance(condition.get("filled", True), bool)


def _looks_at(condition: Any) -> Iterator[tuple[str, list[Any]]]:
    """(question, the values it is compared with) for every comparison in a condition."""
    if isinstance(condition, str):
        name, equals, value = condition.partition("=")
        yield name, [value] if equals else []
        return
    for part in [*condition.get("all", []), *condition.get("any", [])]:
        yield from _looks_at(part)
    if "not" in condition:
        yield from _looks_at(condition["not"])
    if "field" in condition:
        values = [condition[key] for key in ("equals", "has") if key in condition]
        yield condition["field"], [*values, *condition.get("in", [])]
