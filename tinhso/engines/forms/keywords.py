"""The keywords of JSON Schema 2020-12 that our forms may use: those whose verdict the browser gives too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tinhso.engines.forms import patterns
from tinhso.engines.forms.formats import FORMATS
from tinhso.engines.forms.rules import LARGEST

ASSERTIONS = frozenset(
    {
        "type",
        "enum",
        "const",
        "minLength",
        "maxLength",
        "pattern",
        "format",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minItems",
        "maxItems",
        "uniqueItems",
        "required",
        "dependentRequired",
    }
)
SINGLE = frozenset({"items", "additionalProperties", "not", "if", "then", "else"})
LISTS = frozenset({"allOf", "anyOf", "oneOf"})
APPLICATORS = SINGLE | LISTS | {"properties"}
ANNOTATIONS = frozenset({"$schema", "$comment", "title", "description", "default", "examples"})
KEYWORDS = ASSERTIONS | APPLICATORS | ANNOTATIONS
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def parts(schema: Any) -> Iterator[Any]:
    """The schemas directly inside a schema."""
    if not isinstance(schema, Mapping):
        return
    for keyword, value in schema.items():
        if keyword in SINGLE:
            yield value
        elif keyword in LISTS and isinstance(value, list):
            yield from value
        elif keyword == "properties" and isinstance(value, Mapping):
            yield from value.values()


def problems(schema: Any) -> Iterator[str]:
    """What in a schema our forms may not use, each a sentence."""
    if isinstance(schema, bool):
        return
    if not isinstance(schema, Mapping):
        yield _("lược đồ phải là một bảng hoặc true, false")
        return
    for keyword, value in schema.items():
        if keyword not in KEYWORDS:
            yield _("từ khóa “%(keyword)s” không dùng được trong biểu mẫu") % {"keyword": str(keyword)[:60]}
        elif keyword == "pattern" and isinstance(value, str):
            why = patterns.problem(value)
            if why:
                yield _("mẫu “%(pattern)s”: %(why)s") % {"pattern": value[:80], "why": why}
        elif keyword == "format" and value not in FORMATS:
            yield _("định dạng “%(format)s” không dùng được") % {"format": str(value)[:60]}
        elif keyword == "$schema" and value != DRAFT:
            yield _("lược đồ phải theo JSON Schema 2020-12")
        elif keyword in ASSERTIONS and any(abs(number) > LARGEST for number in _numbers(value)):
            yield _("số trong “%(keyword)s” lớn quá 10 mũ 15") % {"keyword": keyword}
    for part in parts(schema):
        yield from problems(part)


def _numbers(value: Any) -> Iterator[int | float]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _numbers(one)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _numbers(one)


def for_validator(schema: Any) -> Any:
    """The schema with its patterns written for the server's engine; nothing else changes."""
    if not isinstance(schema, Mapping):
        return schema
    made: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword == "pattern" and isinstance(value, str):
            made[keyword] = patterns.for_validator(value)
        elif keyword in SINGLE:
            made[keyword] = for_validator(value)
        elif keyword in LISTS and isinstance(value, list):
            made[keyword] = [for_validator(part) for part in value]
        elif keyword == "properties" and isinstance(value, Mapping):
            made[keyword] = {name: for_validator(part) for name, part in value.items()}
        else:
            made[keyword] = value
    return made
