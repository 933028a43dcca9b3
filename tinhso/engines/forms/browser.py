"""What the browser needs to judge a page as the server will: fields, sentences, answers of other pages, the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tinhso.engines.forms import layout, rules, sentences, validation
from tinhso.engines.forms.layout import Data, Definition, Field

_SCHEMA_WORDS = ("title", "description", "default", "examples", "$comment")


def page_rules(definition: Definition, page_no: int, data: Data) -> dict[str, Any]:
    """The rules of one page as plain JSON (static/forms/verdict.js reads it). Days are the server's."""
    page = layout.page_of(definition, page_no)
    counting = layout.visible(definition, data)
    every = list(_every(page.fields))
    looked_at = {name for field in every for name in rules.fields_of(field.when)}
    looked_at |= {other for field in every for _side, other in validation.others_of(field)}
    labels = {one.name: one.label for one in _every(layout.fields(definition).values())}
    return {
        "fields": [_field(field, labels) for field in page.fields],
        # Only what this page's conditions look at: nothing else of the person's answers leaves the server again.
        "known": {name: counting[name] for name in sorted(looked_at - page.names) if name in counting},
    }


def _every(fields: Iterable[Field]) -> Iterator[Field]:
    for one in fields:
        yield one
        yield from _every(one.children)


def _field(field: Field, labels: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": field.name,
        "widget": field.widget,
        "schema": field.schema,
        "required": field.is_required,
        "when": field.when,
        "limits": [
            {"side": side, "day": day.isoformat(), "message": message}
            for side, day, message in validation.limits_of(field)
        ],
        "others": [
            {"side": side, "name": other, "message": sentences.beyond_other(field, side, labels.get(other, other))}
            for side, other in validation.others_of(field)
        ],
        "say": _sentences(field),
        "children": [_field(one, labels) for one in field.children],
        "row_title": field.row_title,
    }


def _sentences(field: Field) -> dict[str, str]:
    said = {keyword: sentences.wrong(field, keyword, {"limit": limit}) for keyword, limit in _keywords(field.schema)}
    said["required"] = sentences.wrong(field, "required", {})
    said["missing"] = sentences.missing(field)
    said["other"] = sentences.wrong(field, "", {})
    if field.widget == "date":
        said["no_such_day"] = sentences.no_such_day(field, "{typed}")
    if field.widget in ("number", "money"):
        said["unread"] = sentences.not_a_number(field)
    if field.widget == "phone":
        said["unread"] = sentences.not_a_phone(field)
    if field.is_group:
        said["row"] = sentences.row_pattern(field)
    return said


def _keywords(schema: Any) -> Iterator[tuple[str, Any]]:
    """Every keyword that may fail somewhere in a field's schema; the outermost of a name comes last and wins."""
    if not isinstance(schema, Mapping):
        return
    for keyword, value in schema.items():
        for part in value if isinstance(value, list) else [value]:
            if keyword not in ("properties", "enum", "const"):
                yield from _keywords(part)
    yield from ((keyword, value) for keyword, value in schema.items() if keyword not in _SCHEMA_WORDS)
