"""What a register holds, as plain data: fields, keys, quality rules. Read from what people wrote, so checked whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tinhso.foundation.concepts import is_known


class FieldType(StrEnum):
    """How a value is read and judged."""

    TEXT = "text"
    NAME = "name"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    PERSONAL_NUMBER = "personal_number"
    TAX_CODE = "tax_code"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"


class Sensitivity(StrEnum):
    """Who may see a value. State secrets have no level: they are not kept here at all."""

    OPEN = "open"
    SHARED = "shared"
    RESTRICTED = "restricted"
    PERSONAL = "personal"


class RuleKind(StrEnum):
    """A closed set: nobody writes code to say what is right."""

    PATTERN = "pattern"
    RANGE = "range"
    NOT_BEFORE = "not_before"
    REQUIRED_IF = "required_if"
    UNIQUE = "unique"


class Trouble(StrEnum):
    """Why a definition cannot be used."""

    NO_FIELDS = "no_fields"
    TOO_MANY = "too_many"
    NAME = "name"
    TWICE = "twice"
    LABEL = "label"
    TYPE = "type"
    SENSITIVITY = "sensitivity"
    STATE_SECRET = "state_secret"  # noqa: S105 - a name of a trouble
    NO_OPTIONS = "no_options"
    NO_KEY = "no_key"
    KEY_UNKNOWN = "key_unknown"
    KEY_OPTIONAL = "key_optional"
    RULE = "rule"
    SUBJECT = "subject"
    CONCEPT = "concept"


MOST_FIELDS = 200
LONGEST = 2000
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
# Patterns come from people: short, and without what makes matching explode.
_HEAVY = re.compile(r"[+*}]\s*[)]\s*[+*{]|\\[1-9]|[(]\?")
LONGEST_PATTERN = 120


@dataclass(frozen=True)
class Field:
    """One column of a register."""

    name: str
    label: str
    type: FieldType = FieldType.TEXT
    is_required: bool = False
    sensitivity: Sensitivity = Sensitivity.SHARED
    options: tuple[str, ...] = ()
    max_length: int = 300
    help: str = ""
    # Which fact it is, by the shared vocabulary: a question of a form with the same code asks for the same fact.
    concept: str = ""
    # Names of columns in files, besides the label and the name.
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One quality rule over one or two fields."""

    kind: RuleKind
    field: str
    other: str = ""
    value: str = ""
    least: str = ""
    most: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class Shape:
    """A register's definition, read."""

    fields: tuple[Field, ...]
    keys: tuple[str, ...]
    rules: tuple[Rule, ...] = ()
    # The field that holds a person's number: looks at the record are shown to that person.
    subject: str = ""
    # The field that is a record's title on screens.
    title: str = ""
    by_name: Mapping[str, Field] = field(default_factory=dict, compare=False)

    def key_of(self, values: Mapping[str, Any]) -> str:
        """The record's key as one text; two keys are parted by a sign that values never hold."""
        return "|".join(str(values.get(name, "")).strip().upper().replace("|", "/") for name in self.keys)

    def title_of(self, values: Mapping[str, Any]) -> str:
        """What a record is called on a screen."""
        return str(values.get(self.title) or self.key_of(values))

    def holding(self, concept: str) -> Field | None:
        """The field that holds a fact of the shared vocabulary."""
        return next((one for one in self.fields if concept and one.concept == concept), None)

    def named(self, sensitivity: Sensitivity) -> tuple[str, ...]:
        """Names of the fields of one level."""
        return tuple(one.name for one in self.fields if one.sensitivity is sensitivity)


def read(content: Mapping[str, Any]) -> Shape:
    """The shape of a definition that `troubles` finds nothing wrong with."""
    fields = tuple(_field(one) for one in content.get("fields", []))
    rules = tuple(
        Rule(
            RuleKind(one["kind"]),
            one["field"],
            *(str(one.get(name, "")) for name in ("other", "value", "least", "most", "sentence")),
        )
        for one in content.get("rules", [])
    )
    return Shape(
        fields,
        tuple(content.get("keys", [])),
        rules,
        content.get("subject", ""),
        content.get("title", ""),
        {one.name: one for one in fields},
    )


def _field(one: Mapping[str, Any]) -> Field:
    return Field(
        name=one["name"],
        label=one["label"],
        type=FieldType(one.get("type", "text")),
        is_required=bool(one.get("required", False)),
        sensitivity=Sensitivity(one.get("sensitivity", "shared")),
        options=tuple(one.get("options", [])),
        max_length=min(int(one.get("max_length", 300)), LONGEST),
        help=one.get("help", ""),
        concept=str(one.get("concept", "")),
        # Definitions from before the vocabulary name other words of a field in "also".
        columns=(*one.get("columns", []), *one.get("also", [])),
    )


def troubles(content: Any) -> list[tuple[Trouble, str]]:
    """Everything wrong with a definition, each with the name it concerns."""
    if not isinstance(content, Mapping) or not _is_list_of_maps(content.get("fields")) or not content["fields"]:
        return [(Trouble.NO_FIELDS, "")]
    fields: Sequence[Mapping[str, Any]] = content["fields"]
    found = [(Trouble.TOO_MANY, "")] if len(fields) > MOST_FIELDS else []
    seen: set[str] = set()
    for one in fields:
        name = str(one.get("name", ""))
        found += [(trouble, name) for trouble in _of_field(one, name)]
        if name in seen:
            found.append((Trouble.TWICE, name))
        seen.add(name)
    said = [str(one["concept"]) for one in fields if one.get("concept")]
    found += [(Trouble.CONCEPT, code[:60]) for code in sorted(set(said)) if said.count(code) > 1]
    found += list(_of_keys(content, fields))
    found += list(_of_rules(content, seen))
    for pointer in ("subject", "title"):
        if content.get(pointer) and content[pointer] not in seen:
            found.append((Trouble.SUBJECT, str(content[pointer])[:60]))
    return found


def _is_list_of_maps(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(one, Mapping) for one in given)


def _of_field(one: Mapping[str, Any], name: str) -> Iterator[Trouble]:
    if not _NAME.fullmatch(name):
        yield Trouble.NAME
    if not isinstance(one.get("label"), str) or not one["label"].strip():
        yield Trouble.LABEL
    if one.get("type", "text") not in [*FieldType]:
        yield Trouble.TYPE
    if one.get("sensitivity") == "secret":
        yield Trouble.STATE_SECRET
    elif one.get("sensitivity", "shared") not in [*Sensitivity]:
        yield Trouble.SENSITIVITY
    options = one.get("options", [])
    is_choice = one.get("type") == FieldType.CHOICE
    if (
        not isinstance(options, list)
        or not all(isinstance(each, str) for each in options)
        or (is_choice and not options)
    ):
        yield Trouble.NO_OPTIONS
    length = one.get("max_length", 300)
    if isinstance(length, bool) or not isinstance(length, int) or not 0 < length <= LONGEST:
        yield Trouble.TYPE
    if any(not isinstance(one.get(part, []), list) for part in ("also", "columns")):
        yield Trouble.TYPE
    if one.get("concept") and not is_known(str(one["concept"])):
        yield Trouble.CONCEPT


def _of_keys(content: Mapping[str, Any], fields: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Trouble, str]]:
    keys = content.get("keys", [])
    if not isinstance(keys, list) or not keys:
        yield Trouble.NO_KEY, ""
        return
    by_name = {one.get("name"): one for one in fields}
    for key in keys:
        if not isinstance(key, str) or key not in by_name:
            yield Trouble.KEY_UNKNOWN, str(key)[:60]
        elif not by_name[key].get("required"):
            yield Trouble.KEY_OPTIONAL, key


def _of_rules(content: Mapping[str, Any], names: set[str]) -> Iterator[tuple[Trouble, str]]:
    rules = content.get("rules", [])
    if not _is_list_of_maps(rules):
        yield Trouble.RULE, ""
        return
    for rule in rules:
        kind, about = rule.get("kind"), str(rule.get("field", ""))
        two = kind in (RuleKind.NOT_BEFORE, RuleKind.REQUIRED_IF)
        if kind not in [*RuleKind] or about not in names or (two and rule.get("other") not in names):
            yield Trouble.RULE, about[:60]
        elif kind == RuleKind.PATTERN and not is_light(str(rule.get("value", ""))):
            yield Trouble.RULE, about


def is_light(pattern: str) -> bool:
    """A pattern that may run on every row of a file: short, no nested repeats, no references back."""
    if not pattern or len(pattern) > LONGEST_PATTERN or _HEAVY.search(pattern):
        return False
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
