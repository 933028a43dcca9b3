"""A short way to write a form: pages of typed questions become a schema and a ui part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# What each short type means. Bounds are generous: they stop nonsense, not people.
TYPES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "text": ({"type": "string", "minLength": 1, "maxLength": 200}, {"widget": "text"}),
    "address": (
        {"type": "string", "minLength": 1, "maxLength": 300},
        {"widget": "text", "autocomplete": "street-address"},
    ),
    "textarea": ({"type": "string", "minLength": 1, "maxLength": 4000}, {"widget": "textarea"}),
    "id12": ({"type": "string", "pattern": r"^\d{12}$"}, {"widget": "id12"}),
    "date": ({"type": "string", "format": "date"}, {"widget": "date", "limits": {"min": "1900-01-01"}}),
    "phone": ({"type": "string", "pattern": r"^0\d{9,10}$"}, {"widget": "phone", "autocomplete": "tel"}),
    "email": ({"type": "string", "format": "email", "maxLength": 254}, {"widget": "email", "autocomplete": "email"}),
    "bool": ({"type": "boolean"}, {"widget": "checkbox"}),
    "integer": ({"type": "integer", "minimum": 0}, {"widget": "number"}),
    "number": ({"type": "number", "minimum": 0}, {"widget": "number"}),
    "money": ({"type": "integer", "minimum": 0}, {"widget": "money"}),
    "note": ({}, {"widget": "note"}),
    "select": ({"type": "string"}, {}),
    "multiselect": ({"type": "array", "uniqueItems": True, "items": {"type": "string"}}, {"widget": "checkboxes"}),
    "file": (
        {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["sha256", "name"],
                "properties": {"sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}, "name": {"type": "string"}},
            },
        },
        {"widget": "file"},
    ),
}
_UI_KEYS = (
    "label",
    "help",
    "when",
    "prefill",
    "concept",
    "of_kind",
    "about",
    "autocomplete",
    "limits",
    "messages",
    "widget",
)
_GROUP_KEYS = ("row", "add", "row_title")


def compose(pages: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(schema, ui) of pages [{title, intro, when, fields: [{name, label, type, required, options, …}]}].

    A question may bring its own `schema` part (added to its type's) and any ui key. KeyError for an unknown type.
    A repeating group is {"type": "group", "row": "Thành viên", "min", "max", "row_title", "fields": […]}; a "note"
    is only read.
    """
    schema, fields = _object([raw for page in pages for raw in page["fields"]])
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return schema, {"pages": [_page(number, page) for number, page in enumerate(pages, start=1)], "fields": fields}


def _page(number: int, page: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: page[key] for key in ("title", "intro", "when") if page.get(key)}
    return {"key": page.get("key", str(number)), **kept, "fields": [raw["name"] for raw in page["fields"]]}


def _object(questions: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema of answers to these questions and how each is asked; notes are asked nothing."""
    properties: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    for raw in questions:
        schema, fields[raw["name"]] = _group(raw) if raw["type"] == "group" else _question(raw)
        if raw["type"] != "note":
            properties[raw["name"]] = schema
    required = [raw["name"] for raw in questions if raw.get("required") and raw["type"] != "note"]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}, fields


def _group(raw: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    row, fields = _object(raw["fields"])
    least = max(int(raw.get("min", 0)), 1 if raw.get("required") else 0)
    schema: dict[str, Any] = {"type": "array", "items": row}
    if least:
        schema["minItems"] = least
    if raw.get("max"):
        schema["maxItems"] = int(raw["max"])
    kept = {key: raw[key] for key in (*_UI_KEYS, *_GROUP_KEYS) if raw.get(key)}
    return schema, {**kept, "widget": "group", "order": [one["name"] for one in raw["fields"]], "fields": fields}


def _question(raw: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    base_schema, base_ui = TYPES[raw["type"]]
    schema = {**base_schema, **raw.get("schema", {})}
    if raw["type"] == "select" and raw.get("options"):
        schema["enum"] = list(raw["options"])
    if raw["type"] == "select" and not raw.get("options"):
        base_ui = {"widget": "select"}
    if raw["type"] == "multiselect" and raw.get("options"):
        schema["items"] = {"type": "string", "enum": list(raw["options"])}
    if raw["type"] == "bool" and raw.get("required"):
        schema["const"] = True
    if raw["type"] in ("file", "multiselect") and raw.get("required"):
        schema["minItems"] = 1
    kept = {key: raw[key] for key in _UI_KEYS if raw.get(key)}
    if raw.get("option_labels"):
        kept["options"] = dict(raw["option_labels"])
    return schema, {**base_ui, **kept}
