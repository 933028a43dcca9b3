"""What differs between two versions of a procedure, part by part. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# How the rows of a list are told apart.
KEYS: dict[str, tuple[str, ...]] = {
    "papers": ("name",),
    "bring": ("name",),
    "cases": ("code",),
    "fees": ("name", "case", "channel"),
    "exemptions": ("group", "name"),
}
SECTION_OF = {
    "papers": "papers",
    "bring": "papers",
    "cases": "cases",
    "fees": "fees",
    "exemptions": "fees",
    "fee_vnd": "fees",
    "fee_note": "fees",
    "result_layout": "result",
    "result_name": "result",
    "result_symbol": "result",
}


@dataclass(frozen=True)
class Change:
    """One difference. `before` or `after` is None where the thing was not there."""

    section: str
    # The fact, the field's name, the step's code: what the sentence is about.
    what: str
    part: str
    before: Any
    after: Any

    @property
    def kind(self) -> str:
        return "added" if self.before is None else "removed" if self.after is None else "changed"


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Every difference between two contents, in the order of sections; nothing for equal ones."""
    found = [*_facts(old, new), *_questions(old, new), *_pages(old, new), *_steps(old, new)]
    return sorted(found, key=lambda change: ORDER.index(change.section))


ORDER = ["facts", "papers", "cases", "fees", "form", "process", "result"]


def _facts(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[Change]:
    for name in sorted((old.keys() | new.keys()) - {"schema", "ui", "process"}):
        before, after = old.get(name), new.get(name)
        section = SECTION_OF.get(name, "facts")
        if name in KEYS:
            yield from _rows(section, name, _by(before or [], KEYS[name]), _by(after or [], KEYS[name]))
        elif name == "result_layout":
            yield from _rows(section, name, _flat(before or {}), _flat(after or {}))
        elif before != after:
            yield Change(section, name, "", before, after)


def _rows(section: str, what: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[Change]:
    for key in [*before, *(key for key in after if key not in before)]:
        if before.get(key) != after.get(key):
            yield Change(section, what, key, before.get(key), after.get(key))


def _by(rows: Iterable[Mapping[str, Any]], keys: tuple[str, ...]) -> dict[str, Any]:
    return {" · ".join(str(row[key]) for key in keys if row.get(key)): row for row in rows}


def _flat(layout: Mapping[str, Any]) -> dict[str, Any]:
    rows = {f"{row.get('label', '')}": row.get("field") for row in layout.get("rows", [])}
    return {**{name: value for name, value in layout.items() if name != "rows"}, **rows}


def _questions(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[Change]:
    yield from _rows("form", "question", _asked(old), _asked(new))


def _asked(content: Mapping[str, Any]) -> dict[str, Any]:
    schema, ui = content.get("schema") or {}, content.get("ui") or {}
    required = set(schema.get("required", []))
    return {
        name: {"schema": part, "ui": ui.get("fields", {}).get(name, {}), "required": name in required}
        for name, part in schema.get("properties", {}).items()
    }


def _pages(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[Change]:
    yield from _rows("form", "page", _by_title(old), _by_title(new))


def _by_title(content: Mapping[str, Any]) -> dict[str, Any]:
    pages = (content.get("ui") or {}).get("pages", [])
    return {
        page.get("title", ""): {key: page[key] for key in ("intro", "when", "fields") if key in page} for page in pages
    }


def _steps(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[Change]:
    before = _by((old.get("process") or {}).get("steps", []), ("code",))
    after = _by((new.get("process") or {}).get("steps", []), ("code",))
    yield from _rows("process", "step", before, after)
