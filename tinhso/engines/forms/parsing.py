"""Reading a posted page without any script in the browser: plain names, three boxes per date, ticks, choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from tinhso.engines.forms import layout, rules, sentences
from tinhso.engines.forms.layout import Data, Definition, Field
from tinhso.engines.forms.validation import FieldError, validate
from tinhso.foundation.text.rules import normalise


class Unreadable(Exception):
    """What was typed cannot be read as this kind of answer; carries the sentence."""


def parse_page(
    definition: Definition, page_no: int, posted: QueryDict, data: Data | None = None
) -> tuple[dict[str, Any], list[FieldError]]:
    """The page's answers and what is wrong with them. `data` holds the answers of the other pages.

    Only the page's own, visible fields are read: names added by hand, hidden fields and file fields are ignored.
    An empty answer is absent from the values; one that cannot be read is kept as typed, with its error.
    """
    page = layout.page_of(definition, page_no)
    read: dict[str, Any] = {}
    unreadable: dict[str, str] = {}
    for field in page.fields:
        if field.is_file:
            continue
        try:
            value = _read(field, posted)
        except Unreadable as wrong:
            unreadable[field.name] = str(wrong)
            # Kept as typed: nothing is lost, and the schema refuses it until it is mended.
            value = _as_typed(field, posted)
        if value is not None:
            read[field.name] = value
    merged = merge_page(definition, page_no, data or {}, read)
    shown = layout.visible_names(definition, merged)
    values = {name: value for name, value in read.items() if name in shown}
    errors = _page_errors(definition, page, merged, unreadable, shown)
    return values, errors


def merge_page(definition: Definition, page_no: int, data: Data, values: Data) -> dict[str, Any]:
    """`data` with the page's answers replaced by `values`; an answer taken away is gone. Files stay."""
    own = {field.name for field in layout.page_of(definition, page_no).fields if not field.is_file}
    return {name: value for name, value in data.items() if name not in own} | dict(values)


def _page_errors(
    definition: Definition,
    page: layout.Page,
    merged: Data,
    unreadable: Mapping[str, str],
    shown: frozenset[str],
) -> list[FieldError]:
    """Errors of this page's fields only, unreadable answers first in their own field, in the order asked."""
    wrong = {error.name: error for error in validate(definition, merged) if error.name in page.names}
    errors = []
    for field in page.fields:
        if field.name in unreadable and field.name in shown:
            errors.append(FieldError((field.name,), field.label, unreadable[field.name]))
        elif field.name in wrong:
            errors.append(wrong[field.name])
    return errors


def _read(field: Field, posted: QueryDict) -> Any:
    """The answer as JSON, or None when nothing was given."""
    if field.widget == "date":
        return _read_date(field, posted)
    if field.widget == "checkboxes":
        return [clean(value) for value in posted.getlist(field.name)] or None
    text = clean(posted.get(field.name, ""), keep_lines=field.widget == "textarea")
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
    if not keep_lines:
        return normalise(str(value))
    return "\n".join(normalise(line) for line in str(value).splitlines()).strip()


def _as_typed(field: Field, posted: QueryDict) -> str:
    if field.widget == "date":
        return "/".join(clean(posted.get(f"{field.name}_{part}", ""))[:10] for part in ("day", "month", "year"))
    return clean(posted.get(field.name, ""))[:500]


def _read_date(field: Field, posted: QueryDict) -> str | None:
    parts = [rules.read_digits(clean(posted.get(f"{field.name}_{part}", ""))) for part in ("day", "month", "year")]
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
    if number is None or abs(number) > 10**15:
        raise Unreadable(sentences.not_a_number(field))
    return int(number) if number == number.to_integral_value() else float(number)


def _or_unreadable(value: Any, sentence: str) -> Any:
    if value is None:
        raise Unreadable(sentence)
    return value
