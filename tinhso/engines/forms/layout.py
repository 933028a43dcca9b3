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
# `about` of a question that asks of somebody other than who fills the form in.
OTHER = "other"
# More rows than any form of the province asks for; what is posted beyond is not read.
MOST_ROWS = 100


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
    # Which fact it asks for, by the shared vocabulary; of which kind of paper, when the fact is a paper's; of whom.
    concept: str = ""
    of_kind: str = ""
    is_of_other: bool = False
    autocomplete: str = ""
    options: tuple[Option, ...] = ()
    # Bounds that schema cannot say, because "today" moves: {"min": "1900-01-01", "max": "today"}.
    limits: Mapping[str, str] = field(default_factory=dict)
    # The author's own sentences by schema keyword, before the general ones.
    messages: Mapping[str, str] = field(default_factory=dict)
    # A repeating group: its answer is a list of rows, each asking the same children.
    children: tuple[Field, ...] = ()
    # What one row is called ("Thành viên"), what adding one is called, and the child whose answer names a row.
    row_label: str = ""
    add_label: str = ""
    row_title: str = ""

    @property
    def wishes(self) -> tuple[str, ...]:
        """What it may be filled from, the best first: named sources, then whoever holds its fact of the applicant."""
        named = [wish.strip() for wish in self.prefill.split("|") if wish.strip()]
        fact = f"{self.concept}#{self.of_kind}" if self.of_kind else self.concept
        return tuple(named if self.is_of_other or not fact else [*named, fact])

    @property
    def is_file(self) -> bool:
        return self.widget == "file"

    @property
    def is_group(self) -> bool:
        return self.widget == "group"

    @property
    def is_note(self) -> bool:
        """Only read, never answered."""
        return self.widget == "note"

    @property
    def min_rows(self) -> int:
        return max(int(self.schema.get("minItems", 0)), 1 if self.is_required else 0)

    @property
    def max_rows(self) -> int:
        return min(int(self.schema.get("maxItems", MOST_ROWS)), MOST_ROWS)

    def child(self, name: str) -> Field | None:
        return next((one for one in self.children if one.name == name), None)


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
    """All pages in order; with `data`, only those whose condition holds and that ask at least one thing.

    Conditions read what counts: an answer left behind on a page that is hidden itself opens no later page.
    """
    made = list(_laid_out(definition))
    if data is None:
        return made
    counting = _visible(made, data)[0]
    return [page for page in made if rules.is_met(page.when, counting) and asked_fields(page, counting)]


# Published forms as pages: the database refuses to change one, so it is laid out once in a process.
_PUBLISHED: dict[tuple[Any, ...], tuple[Page, ...]] = {}
_MOST_KEPT = 1_000


def _laid_out(definition: Definition) -> tuple[Page, ...]:
    key = (getattr(definition, "pk", None), getattr(definition, "published_at", None))
    if None in key:
        return _pages(definition)
    if key not in _PUBLISHED:
        if len(_PUBLISHED) >= _MOST_KEPT:
            _PUBLISHED.clear()
        _PUBLISHED[key] = _pages(definition)
    return _PUBLISHED[key]


def _pages(definition: Definition) -> tuple[Page, ...]:
    return tuple(_page(definition, number, raw) for number, raw in enumerate(definition.ui.get("pages", []), start=1))


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
    return [field for field in page.fields if _is_asked(field, page.names, data)]


def asked_children(group: Field, row: Data, around: Data, page_names: frozenset[str]) -> list[Field]:
    """The same within one row of a repeating group; `around` holds the answers outside it."""
    near = page_names | {one.name for one in group.children}
    return [one for one in group.children if _is_asked(one, near, {**around, **row})]


def _is_asked(field_: Field, near: frozenset[str], data: Data) -> bool:
    return rules.is_met(field_.when, data) or any(name in near for name in rules.fields_of(field_.when))


def visible_names(definition: Definition, data: Data) -> frozenset[str]:
    """Names of all fields that count. A field is hidden too when what it depends on is hidden.

    One pass is enough: a published condition only looks at questions asked before it (checks.problems).
    """
    return _visible(pages(definition), data)[1]


def visible(definition: Definition, data: Data) -> dict[str, Any]:
    """The answers that count: without hidden fields, hidden parts of rows, and names the form does not know."""
    return _visible(pages(definition), data)[0]


def _visible(made: Sequence[Page], data: Data) -> tuple[dict[str, Any], frozenset[str]]:
    kept: dict[str, Any] = {}
    names: set[str] = set()
    for page in made:
        if not rules.is_met(page.when, kept):
            continue
        for field_ in page.fields:
            if field_.is_note or not rules.is_met(field_.when, kept):
                continue
            names.add(field_.name)
            if field_.name in data:
                kept[field_.name] = _counting(field_, data[field_.name], kept)
    return kept, frozenset(names)


def _counting(field_: Field, value: Any, around: Data) -> Any:
    if not field_.is_group or not isinstance(value, list):
        return value
    return [visible_row(field_, row, around)[0] if isinstance(row, Mapping) else row for row in value]


def visible_row(group: Field, row: Data, around: Data) -> tuple[dict[str, Any], frozenset[str]]:
    """What counts in one row, and the names of the children that are asked in it."""
    kept: dict[str, Any] = {}
    names: set[str] = set()
    for one in group.children:
        if one.is_note or not rules.is_met(one.when, {**around, **kept}):
            continue
        names.add(one.name)
        if one.name in row:
            kept[one.name] = _counting(one, row[one.name], {**around, **kept})
    return kept, frozenset(names)


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
    return _made(name, schema, ui, name in definition.schema.get("required", []))


def _made(name: str, schema: Mapping[str, Any], ui: Mapping[str, Any], is_required: bool) -> Field:
    options = _options(schema, ui)
    return Field(
        name=name,
        label=str(ui.get("label", "")),
        widget=str(ui.get("widget") or _widget(schema, options)),
        schema=schema,
        is_required=is_required,
        help=str(ui.get("help", "")),
        when=ui.get("when"),
        prefill=str(ui.get("prefill", "")),
        concept=str(ui.get("concept", "")),
        of_kind=str(ui.get("of_kind", "")),
        is_of_other=ui.get("about") == OTHER,
        autocomplete=str(ui.get("autocomplete", "")),
        options=options,
        limits=ui.get("limits", {}),
        messages=ui.get("messages", {}),
        children=_children(schema, ui),
        row_label=str(ui.get("row", "")),
        add_label=str(ui.get("add", "")),
        row_title=str(ui.get("row_title", "")),
    )


def _children(schema: Mapping[str, Any], ui: Mapping[str, Any]) -> tuple[Field, ...]:
    if ui.get("widget") != "group":
        return ()
    row = schema.get("items", {})
    return tuple(
        _made(
            name,
            row.get("properties", {}).get(name, {}),
            ui.get("fields", {}).get(name, {}),
            name in row.get("required", []),
        )
        for name in ui.get("order", [])
    )


def _options(schema: Mapping[str, Any], ui: Mapping[str, Any]) -> tuple[Option, ...]:
    inner = schema.get("items")
    values: Sequence[Any] = schema.get("enum") or (inner.get("enum") if isinstance(inner, Mapping) else None) or []
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
