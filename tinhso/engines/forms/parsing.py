"""Reading a posted page without any script in the browser: plain names, three boxes per date, ticks, choices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.http import QueryDict

from tinhso.engines.forms import layout, rules, sentences
from tinhso.engines.forms.layout import Data, Definition, Field
from tinhso.engines.forms.validation import FieldError, error_at, in_order, validate
from tinhso.foundation.text.rules import normalise, normalise_lines

_TARGET = re.compile(r"^[a-z0-9_-]{1,200}\Z")


class Unreadable(Exception):
    """What was typed cannot be read as this kind of answer; carries the sentence."""


# The button that adds or takes away a row: "them:thanh_vien", "bo:thanh_vien-3".
ROW_BUTTON = "nhom-lap"

Unread = dict[tuple[str, ...], str]


def parse_page(
    definition: Definition, page_no: int, posted: QueryDict, data: Data | None = None
) -> tuple[dict[str, Any], list[FieldError]]:
    """The page's answers and what is wrong with them. `data` holds the answers of the other pages.

    Only the page's own, visible fields are read: names added by hand, hidden fields and file fields are ignored.
    An empty answer is absent from the values, an empty row of a group too; what cannot be read is kept as typed,
    with its error. After a press on a row's button (`row_pressed`) the rows are as that press leaves them.
    """
    page = layout.page_of(definition, page_no)
    unread: Unread = {}
    read = _read_fields(page.fields, posted, (), unread)
    merged = merge_page(definition, page_no, data or {}, read)
    counting = layout.visible(definition, merged)
    values = {name: counting[name] for name in read if name in counting}
    return values, _page_errors(definition, page, merged, unread)


def row_pressed(posted: QueryDict) -> str:
    """The id of the place to show after a press on "add a row" or "remove"; empty when neither was pressed."""
    verb, _colon, target = str(posted.get(ROW_BUTTON, "")).partition(":")
    if verb not in ("them", "bo") or not _TARGET.match(target):
        return ""
    return f"{target}-them" if verb == "them" else target.rpartition("-")[0]


def merge_page(definition: Definition, page_no: int, data: Data, values: Data) -> dict[str, Any]:
    """`data` with the page's answers replaced by `values`; an answer taken away is gone. Files stay."""
    own = {field.name for field in layout.page_of(definition, page_no).fields if not field.is_file}
    return {name: value for name, value in data.items() if name not in own} | dict(values)


def _page_errors(definition: Definition, page: layout.Page, merged: Data, unread: Unread) -> list[FieldError]:
    """Errors of this page's fields only, in the order asked; a value that cannot be read says why in its own words."""
    found = {error.path: error for error in validate(definition, merged) if error.name in page.names}
    for path, message in unread.items():
        error = error_at(definition, merged, path, message)
        if error is not None:
            found[path] = error
    return in_order(definition, found.values())


def _read_fields(fields: Sequence[Field], posted: QueryDict, path: tuple[str, ...], unread: Unread) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for field in fields:
        place = (*path, field.name)
        if field.is_file or field.is_note:
            continue
        if field.is_group:
            value: Any = _read_rows(field, posted, place, unread)
        else:
            value = _read_or_keep(field, posted, place, unread)
        if value is not None:
            read[field.name] = value
    return read


def _read_or_keep(field: Field, posted: QueryDict, place: tuple[str, ...], unread: Unread) -> Any:
    name = "-".join(place)
    try:
        return _read(field, posted, name)
    except Unreadable as wrong:
        unread[place] = str(wrong)
        # Kept as typed: nothing is lost, and the schema refuses it until it is mended.
        return _as_typed(field, posted, name)


def _read_rows(field: Field, posted: QueryDict, place: tuple[str, ...], unread: Unread) -> list[dict[str, Any]] | None:
    """The rows in the order of the page. Blank ones are not kept, unless a row button was pressed."""
    name = "-".join(place)
    verb, _colon, target = str(posted.get(ROW_BUTTON, "")).partition(":")
    rows: list[dict[str, Any]] = []
    for key in _row_keys(posted, name):
        if verb == "bo" and target == f"{name}-{key}":
            continue
        own: Unread = {}
        row = _read_fields(field.children, posted, (*place, key), own)
        if verb or any(rules.is_filled(value) for value in row.values()):
            # Answers stand at their place in the list, whatever number the page gave the row.
            unread.update({(*place, str(len(rows)), *path[len(place) + 1 :]): said for path, said in own.items()})
            rows.append(row)
    if verb == "them" and target == name and len(rows) < field.max_rows:
        rows.append({})
    return rows or None


def _row_keys(posted: QueryDict, name: str) -> list[str]:
    keys = [key for key in posted.getlist(f"{name}-row") if key.isascii() and key.isdigit() and len(key) <= 4]
    return list(dict.fromkeys(keys))[: layout.MOST_ROWS]


def _read(field: Field, posted: QueryDict, name: str) -> Any:
    """The answer as JSON, or None when nothing was given."""
    if field.widget == "date":
        return _read_date(field, posted, name)
    if field.widget == "checkboxes":
        return [clean(value) for value in posted.getlist(name)] or None
    text = clean(posted.get(name, ""), keep_lines=field.widget == "textarea")
    if field.widget == "checkbox":
        return bool(text)
    if not text:
        return None
    if field.widget in ("number", "money"):
        return _read_number(field, text)
    if field.widget == "phone":
        return _or_unreadable(rules.read_phone(text), sentences.not_a_phone(field))
    return rules.read_digits(text)[:500] if field.widget == "id12" else text


def clean(value: Any, *, keep_lines: bool = False) -> str:
    """Typed text in one Unicode form without control characters; a text area keeps its lines."""
    return normalise_lines(str(value)) if keep_lines else normalise(str(value))


def _as_typed(field: Field, posted: QueryDict, name: str) -> str:
    if field.widget == "date":
        return "/".join(clean(posted.get(f"{name}_{part}", ""))[:10] for part in ("day", "month", "year"))
    return clean(posted.get(name, ""))[:500]


def _read_date(field: Field, posted: QueryDict, name: str) -> str | None:
    parts = [rules.read_digits(clean(posted.get(f"{name}_{part}", ""))) for part in ("day", "month", "year")]
    if not any(parts):
        return None
    if not all(parts):
        raise Unreadable(sentences.missing(field))
    day = rules.read_date(*parts)
    if day is None:
        raise Unreadable(sentences.no_such_day(field, "/".join(parts)))
    return day.isoformat()


def _read_number(field: Field, text: str) -> int | float:
    number = rules.read_number(text)
    if number is None or abs(number) > rules.LARGEST:
        raise Unreadable(sentences.not_a_number(field))
    return int(number) if number == number.to_integral_value() else float(number)


def _or_unreadable(value: Any, sentence: str) -> Any:
    if value is None:
        raise Unreadable(sentence)
    return value
