"""Editing a form as data: pages and questions are added, changed, moved and removed. Pure: old form in, new one out."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tinhso.engines.forms.compose import TYPES, compose
from tinhso.systems.procedures.authoring.errors import WrongEdit

Form = tuple[dict[str, Any], dict[str, Any]]
# What a question's author may change after it was made; its type stays, for answers already given to it.
CHANGEABLE = ("label", "help", "when", "prefill", "concept", "of_kind", "about")


def empty() -> Form:
    """A form that asks nothing yet."""
    return compose([])


def add_page(form: Form, *, title: str, intro: str = "") -> Form:
    """A new last page."""
    schema, ui = _copied(form)
    keys = {page["key"] for page in ui["pages"]}
    key = next(str(number) for number in range(1, len(keys) + 2) if str(number) not in keys)
    ui["pages"].append({"key": key, "title": title, **({"intro": intro} if intro else {}), "fields": []})
    return schema, ui


def change_page(form: Form, key: str, *, title: str, intro: str = "", when: str = "") -> Form:
    """Another title, introduction or condition for a page."""
    schema, ui = _copied(form)
    page = _page(ui, key)
    page["title"] = title
    for name, value in (("intro", intro), ("when", when)):
        page.pop(name, None)
        if value:
            page[name] = value
    return schema, ui


def remove_page(form: Form, key: str) -> Form:
    """Takes a page away with its questions."""
    schema, ui = _copied(form)
    for name in _page(ui, key)["fields"]:
        _forget(schema, ui, name)
    ui["pages"] = [page for page in ui["pages"] if page["key"] != key]
    return schema, ui


def move_page(form: Form, key: str, by: int) -> Form:
    """Moves a page up (-1) or down (1)."""
    schema, ui = _copied(form)
    _move(ui["pages"], ui["pages"].index(_page(ui, key)), by)
    return schema, ui


def add_question(form: Form, key: str, raw: Mapping[str, Any]) -> Form:
    """A new last question of a page: {name, label, type, required, options, help, when, prefill, concept, …}."""
    schema, ui = _copied(form)
    name = str(raw["name"])
    if name in schema["properties"]:
        raise WrongEdit(_("Ô “%(name)s” đã có trong biểu mẫu. Hãy đặt tên khác.") % {"name": name})
    if raw["type"] not in TYPES:
        raise WrongEdit(_("Không có kiểu câu hỏi “%(type)s”.") % {"type": raw["type"]})
    made_schema, made_ui = compose([{"title": "", "fields": [raw]}])
    schema["properties"][name] = made_schema["properties"][name]
    schema["required"] += made_schema["required"]
    ui["fields"][name] = made_ui["fields"][name]
    _page(ui, key)["fields"].append(name)
    return schema, ui


def change_question(form: Form, name: str, raw: Mapping[str, Any]) -> Form:
    """Another label, help, condition, source of prefill, choices, or whether it must be answered."""
    schema, ui = _copied(form)
    if name not in ui["fields"]:
        raise WrongEdit(_("Không còn ô “%(name)s” trong biểu mẫu.") % {"name": name})
    for part in CHANGEABLE:
        ui["fields"][name].pop(part, None)
        if raw.get(part):
            ui["fields"][name][part] = raw[part]
    schema["required"] = [one for one in schema["required"] if one != name] + ([name] if raw.get("required") else [])
    _choose(schema["properties"][name], raw.get("options") or [])
    return schema, ui


def _choose(part: dict[str, Any], options: list[str]) -> None:
    holder = part["items"] if part.get("type") == "array" and "enum" in part.get("items", {}) else part
    if "enum" in holder:
        holder["enum"] = list(options)


def remove_question(form: Form, name: str) -> Form:
    """Takes a question away. What depends on it is named by the checks, not removed in silence."""
    schema, ui = _copied(form)
    _forget(schema, ui, name)
    for page in ui["pages"]:
        page["fields"] = [one for one in page["fields"] if one != name]
    return schema, ui


def move_question(form: Form, name: str, by: int) -> Form:
    """Moves a question up (-1) or down (1) within its page."""
    schema, ui = _copied(form)
    for page in ui["pages"]:
        if name in page["fields"]:
            _move(page["fields"], page["fields"].index(name), by)
    return schema, ui


def _copied(form: Form) -> Form:
    schema, ui = copy.deepcopy(form[0]), copy.deepcopy(form[1])
    schema.setdefault("properties", {})
    schema.setdefault("required", [])
    ui.setdefault("pages", [])
    ui.setdefault("fields", {})
    for number, page in enumerate(ui["pages"], start=1):
        page.setdefault("key", str(number))
    return schema, ui


def _page(ui: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] | None = next((page for page in ui["pages"] if page["key"] == key), None)
    if found is None:
        raise WrongEdit(_("Không còn trang này trong biểu mẫu. Hãy mở lại trang soạn."))
    return found


def _forget(schema: dict[str, Any], ui: dict[str, Any], name: str) -> None:
    schema["properties"].pop(name, None)
    ui["fields"].pop(name, None)
    schema["required"] = [one for one in schema["required"] if one != name]


def _move(items: list[Any], at: int, by: int) -> None:
    to = at + by
    if 0 <= to < len(items):
        items[at], items[to] = items[to], items[at]
