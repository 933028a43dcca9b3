"""A definition read as pages and fields: what the other modules, templates and faces work with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tinhso.engines.forms import rules
from tinhso.engines.forms.errors import NoSuchPage
from tinhso.engines.forms.sentences import NO_SUCH_PAGE

Data = Mapping[str, Any]
RADIO_AT_MOST = 6


class Definition(Protocol):
    """What is read of a FormDefinition; a preview that is not saved yet serves too."""

    schema: Any
    ui: Any


@dataclass(frozen=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """One question: how it is asked (ui) and what is a right answer (schema)."""

    name: str
    label: str
    widget: str
    schema: Mapping[str, Any]
    is_required: bool
    help: str = ""
    when: rules.Condition = None
    prefill: str = ""
    autocomplete: str = ""
    options: tuple[Option, ...] = ()
    # Bounds that schema cannot say, because "today" moves: {"min": "1900-01-01", "max": "today"}.
    limits: Mapping[str, str] = field(default_factory=dict)
    # The author's own sentences by schema keyword, before the general ones.
    messages: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_file(self) -> bool:
        return self.widget == "file"


@dataclass(frozen=True)
class Page:
    """One matter. `number` counts from 1 over all pages and stays the same when others are hidden."""

    number: int
    key: str
    title: str
    intro: str
    fields: tuple[Field, ...]
    when: rules.Condition = None

    @property
    def names(self) -> frozenset[str]:
        return frozenset(field.name for field in self.fields)


def pages(definition: Definition, data: Data | None = None) -> list[Page]:
    """All pages in order; with `data`, only those whose condition holds and that ask at least one thing."""
    made = [_page(definition, number, raw) for number, raw in enumerate(definition.ui.get("pages", []), start=1)]
    if data is None:
        return made
    return [page for page in made if rules.is_met(page.when, data) and asked_fields(page, data)]


def page_of(definition: Definition, number: int) -> Page:
    """The page of that number; NoSuchPage when there is none."""
    made = pages(definition)
    if not 1 <= number <= len(made):
        raise NoSuchPage(str(NO_SUCH_PAGE))
    return made[number - 1]


def fields(definition: Definition) -> dict[str, Field]:
    """Every field by name, in the order asked."""
    return {field.name: field for page in pages(definition) for field in page.fields}


def visible_fields(page: Page, data: Data) -> list[Field]:
    """The fields that count for `data`: their own condition and their page's hold."""
    if not rules.is_met(page.when, data):
        return []
    return [field for field in page.fields if rules.is_met(field.when, data)]


def asked_fields(page: Page, data: Data) -> list[Field]:
    """The fields to draw: the visible ones, and those that depend on an answer of this very page.

    The latter must be on the page for a browser without scripts; a script hides them until their answer is given.
    """
    return [
        field
        for field in page.fields
        if rules.is_met(field.when, data) or any(name in page.names for name in rules.fields_of(field.when))
    ]


def visible_names(definition: Definition, data: Data) -> frozenset[str]:
    """Names of all fields that count. A field is hidden too when what it depends on is hidden.

    One pass is enough: a published condition only looks at questions asked before it (checks.problems).
    """
    kept: dict[str, Any] = {}
    names: set[str] = set()
    for page in pages(definition):
        if not rules.is_met(page.when, kept):
            continue
        for field_ in page.fields:
            if not rules.is_met(field_.when, kept):
                continue
            names.add(field_.name)
            if field_.name in data:
                kept[field_.name] = data[field_.name]
    return frozenset(names)


def next_page(definition: Definition, number: int, data: Data) -> Page | None:
    """The page after `number` for `data`; None when that was the last."""
    return next((page for page in pages(definition, data) if page.number > number), None)


def _page(definition: Definition, number: int, raw: Mapping[str, Any]) -> Page:
    return Page(
        number,
        str(raw.get("key") or number),
        str(raw.get("title", "")),
        str(raw.get("intro", "")),
        tuple(_field(definition, name) for name in raw.get("fields", [])),
        raw.get("when"),
    )


def _field(definition: Definition, name: str) -> Field:
    schema = definition.schema.get("properties", {}).get(name, {})
    ui = definition.ui.get("fields", {}).get(name, {})
    options = _options(schema, ui)
    return Field(
        name=name,
        label=str(ui.get("label", "")),
        widget=str(ui.get("widget") or _widget(schema, options)),
        schema=schema,
        is_required=name in definition.schema.get("required", []),
        help=str(ui.get("help", "")),
        when=ui.get("when"),
        prefill=str(ui.get("prefill", "")),
        autocomplete=str(ui.get("autocomplete", "")),
        options=options,
        limits=ui.get("limits", {}),
        messages=ui.get("messages", {}),
    )


def _options(schema: Mapping[str, Any], ui: Mapping[str, Any]) -> tuple[Option, ...]:
    values: Sequence[Any] = schema.get("enum") or schema.get("items", {}).get("enum") or []
    labels = ui.get("options", {})
    return tuple(Option(str(value), str(labels.get(str(value), value))) for value in values)


_BY_TYPE = {"boolean": "checkbox", "integer": "number", "number": "number", "array": "checkboxes"}


def _widget(schema: Mapping[str, Any], options: tuple[Option, ...]) -> str:
    kind = str(schema.get("type", "string"))
    if kind in _BY_TYPE:
        return _BY_TYPE[kind]
    if options:
        return "radio" if len(options) <= RADIO_AT_MOST else "select"
    if schema.get("format") in ("date", "email"):
        return str(schema["format"])
    return "textarea" if schema.get("maxLength", 0) > 300 else "text"
