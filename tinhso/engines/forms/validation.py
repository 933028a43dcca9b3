"""The verdict on answers: JSON Schema 2020-12 over what is visible, plus bounds that move with the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import jsonschema_rs
import orjson
from django.utils import timezone
from jsonschema_rs import ValidationError

from tinhso.engines.forms import layout, sentences
from tinhso.engines.forms.layout import Data, Definition, Field

_KEYWORDS = {
    "Constant": "const",
    "AdditionalProperties": "additionalProperties",
}


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one answer. `path` is the field's name, then places inside it; empty for the whole form."""

    path: tuple[str, ...]
    label: str
    message: str

    @property
    def name(self) -> str:
        return self.path[0] if self.path else ""


def validate(definition: Definition, data: Data) -> list[FieldError]:
    """Everything wrong with `data`, in the order the form asks. Hidden fields are neither required nor read."""
    shown = layout.visible_names(definition, data)
    answers = {name: value for name, value in data.items() if name in shown}
    known = layout.fields(definition)
    found: dict[str, FieldError] = {}
    for error in validator(orjson.dumps(definition.schema)).iter_errors(answers):
        name, keyword = _place(error)
        if name in known and name in shown and name not in found:
            message = sentences.wrong(known[name], keyword, error.kind.as_dict())
            found[name] = FieldError((name,), known[name].label, message)
    for name in shown & answers.keys():
        message = _beyond_limits(known[name], answers[name])
        if message and name not in found:
            found[name] = FieldError((name,), known[name].label, message)
    order = list(known)
    return sorted(found.values(), key=lambda error: order.index(error.name))


@lru_cache(maxsize=256)
def validator(schema: bytes) -> jsonschema_rs.Draft202012Validator:
    """A compiled schema. Patterns run on an engine of linear time: no answer can make it backtrack for ever."""
    return jsonschema_rs.Draft202012Validator(
        orjson.loads(schema), validate_formats=True, pattern_options=jsonschema_rs.RegexOptions()
    )


def _place(error: ValidationError) -> tuple[str, str]:
    """The field an error belongs to, and the schema keyword that failed."""
    kind = type(error.kind).__name__.rpartition("_")[2]
    keyword = _KEYWORDS.get(kind, kind[:1].lower() + kind[1:])
    if keyword == "required" and not error.instance_path:
        return str(error.kind.as_dict()["property"]), keyword
    return (str(error.instance_path[0]) if error.instance_path else ""), keyword


def _beyond_limits(field: Field, value: Any) -> str:
    """A date before or after what the author allows, "today" being the server's day in Vietnam."""
    if not field.limits or not isinstance(value, str):
        return ""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return ""
    for side, bound in _bounds(field):
        if side == "min" and day < bound:
            return sentences.too_early(field, f"{bound:%d/%m/%Y}")
        if side == "max" and day > bound:
            if field.limits["max"] == "today":
                return sentences.not_in_the_future(field)
            return sentences.too_late(field, f"{bound:%d/%m/%Y}")
    return ""


def _bounds(field: Field) -> Iterator[tuple[str, date]]:
    for side, bound in field.limits.items():
        yield side, timezone.localdate() if bound == "today" else date.fromisoformat(bound)
