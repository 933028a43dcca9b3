"""Reads for screens: the summary to check, known answers filled in with their source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from tinhso.engines.forms import layout, rules, sentences
from tinhso.engines.forms.layout import Data, Definition, Field, Page
from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.forms.validation import validate


@dataclass(frozen=True)
class Source:
    """Where known answers come from: what to call it, of which day, and its values by key."""

    title: str
    on: date
    values: Mapping[str, Any]


@dataclass(frozen=True)
class SummaryRow:
    """One answered question as text. `page_no` is where to change it."""

    page_no: int
    page_title: str
    name: str
    label: str
    value: str
    is_file: bool = False
    # The row of a repeating group it belongs to ("Thành viên 2"), already in `label`, and the label without it.
    row: str = ""
    plain_label: str = ""


def latest(code: str) -> FormDefinition | None:
    """The newest published version of a form."""
    return FormDefinition.objects.published().filter(code=code).order_by("-version").first()


def summary(definition: Definition, data: Data) -> list[SummaryRow]:
    """Every question that counts, in order, with its answer as people write it; unanswered ones say so."""
    counting, shown = layout.visible(definition, data), layout.visible_names(definition, data)
    return [
        row
        for page in layout.pages(definition)
        for field in page.fields
        if field.name in shown and not field.is_note
        for row in _summary_of(page, field, counting.get(field.name), "", "", counting)
    ]


@dataclass(frozen=True)
class SummaryPart:
    """Rows of the summary under one heading: a page's own (no title), or one row of a repeating group."""

    title: str
    rows: tuple[SummaryRow, ...]


def summary_parts(rows: Sequence[SummaryRow]) -> list[SummaryPart]:
    """The rows of one page in order, those of each row of a group together under its name."""
    return [SummaryPart(title, tuple(part)) for title, part in groupby(rows, key=lambda row: row.row)]


def _summary_of(page: Page, field: Field, value: Any, scope: str, where: str, around: Data) -> Iterator[SummaryRow]:
    """One line for a question; for a repeating group a line for each question of each of its rows."""
    rows = [row for row in value if isinstance(row, Mapping)] if field.is_group and isinstance(value, list) else []
    if not rows:
        label = _("%(row)s – %(label)s") % {"row": where, "label": field.label} if where else field.label
        text = answer(field, value)
        yield SummaryRow(
            page.number, page.title, f"{scope}{field.name}", label, text, field.is_file, where, field.label
        )
        return
    for number, row in enumerate(rows):
        name = " · ".join(part for part in (where, sentences.row_name(field, number)) if part)
        asked = layout.visible_row(field, row, around)[1]
        for child in field.children:
            if child.name in asked and not child.is_note:
                inner = f"{scope}{field.name}-{number}-"
                yield from _summary_of(page, child, row.get(child.name), inner, name, {**around, **row})


def answer(field: Field, value: Any) -> str:
    """One answer as text: 23/11/2026, 1.250, Có, the label of a choice, the names of files, one line per row."""
    if field.widget == "checkbox":
        return _("Có") if value else _("Không")
    if not rules.is_filled(value):
        return _("(chưa điền)")
    if field.is_group and isinstance(value, list):
        return "\n".join(f"{at}. {_row_text(field, row)}" for at, row in enumerate(value, start=1))
    if field.is_file and isinstance(value, list):
        return "; ".join(str(item.get("name", "")) for item in value if isinstance(item, Mapping))
    labels = {option.value: option.label for option in field.options}
    if isinstance(value, list):
        return "; ".join(labels.get(str(item), str(item)) for item in value)
    if isinstance(value, int | float):
        return rules.write_number(value)
    if field.widget == "date":
        return _as_day(str(value))
    return labels.get(str(value), str(value))


def _row_text(group: Field, row: Any) -> str:
    given = row if isinstance(row, Mapping) else {}
    return "; ".join(answer(one, given[one.name]) for one in group.children if rules.is_filled(given.get(one.name)))


def _as_day(iso: str) -> str:
    try:
        return f"{date.fromisoformat(iso):%d/%m/%Y}"
    except ValueError:
        return iso


def not_asked_again(definition: Definition, data: Data, provenance: Mapping[str, str]) -> int:
    """How many answers the person need not give because the province knows them; a row's parts count one by one."""
    counting = layout.visible(definition, data)
    return sum(_filled_parts(counting[name]) for name in provenance if name in counting)


def _filled_parts(value: Any) -> int:
    if isinstance(value, list) and all(isinstance(row, Mapping) for row in value):
        return sum(_filled_parts(part) for row in value for part in row.values())
    return 1 if rules.is_filled(value) else 0


def carry_over(definition: Definition, data: Data) -> tuple[dict[str, Any], list[str]]:
    """Answers moved onto another version of their form: what is still right there, and the labels of what is not.

    A choice that is no longer offered, a question that became stricter or was removed: asked again, never guessed.
    """
    known = layout.fields(definition)
    moved = {name: value for name, value in data.items() if name in known}
    for _time in range(len(moved) + 1):
        wrong = {error.name for error in validate(definition, moved) if error.name in moved}
        if not wrong:
            break
        moved = {name: value for name, value in moved.items() if name not in wrong}
    lost = [field.label for name, field in known.items() if name in data and name not in moved]
    return moved, [*lost, *(name for name in data if name not in known)]


def prefill(definition: Definition, sources: Mapping[str, Source]) -> tuple[dict[str, Any], dict[str, str]]:
    """Known answers and, for each, the words to show beside it: "từ tài khoản định danh, 20/11/2026".

    A field names its source as "source.key" (several, parted by "|": the first that knows wins), or the fact it asks
    for: a source may be filed under the whole code of one. A choice is filled only with what it offers.
    """
    data: dict[str, Any] = {}
    provenance: dict[str, str] = {}
    for field in layout.fields(definition).values():
        for wish in field.wishes:
            source, value = _told(sources, wish)
            if source is not None and rules.is_filled(value) and _is_offered(field, value):
                data[field.name] = _known(field, value)
                provenance[field.name] = _("từ %(source)s, %(day)s") % {
                    "source": source.title,
                    "day": f"{source.on:%d/%m/%Y}",
                }
                break
    return data, provenance


def _told(sources: Mapping[str, Source], wish: str) -> tuple[Source | None, Any]:
    if wish in sources:
        return sources[wish], sources[wish].values.get(wish)
    name, _dot, key = wish.partition(".")
    source = sources.get(name)
    return source, source.values.get(key) if source else None


def _is_offered(field: Field, value: Any) -> bool:
    return not field.options or isinstance(value, list) or str(value) in {option.value for option in field.options}


def _known(field: Field, value: Any) -> Any:
    """A known value as an answer; rows of a source become rows of the group, each child by its own `prefill` key."""
    if field.is_group and isinstance(value, list):
        rows = [_known_row(field, row) for row in value if isinstance(row, Mapping)]
        return [row for row in rows if row][: field.max_rows]
    return value.isoformat() if isinstance(value, date) else value


def _known_row(group: Field, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        one.name: _known(one, row[one.prefill])
        for one in group.children
        if one.prefill and rules.is_filled(row.get(one.prefill))
    }
