"""Reads for screens: the summary to check, known answers filled in with their source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tinhso.engines.forms import layout, rules
from tinhso.engines.forms.layout import Data, Definition, Field
from tinhso.engines.forms.models import FormDefinition


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


def latest(code: str) -> FormDefinition | None:
    """The newest published version of a form."""
    return FormDefinition.objects.published().filter(code=code).order_by("-version").first()


def summary(definition: Definition, data: Data) -> list[SummaryRow]:
    """Every question that counts, in order, with its answer as people write it; unanswered ones say so."""
    shown = layout.visible_names(definition, data)
    return [
        SummaryRow(page.number, page.title, field.name, field.label, answer(field, data.get(field.name)), field.is_file)
        for page in layout.pages(definition)
        for field in page.fields
        if field.name in shown
    ]


def answer(field: Field, value: Any) -> str:
    """One answer as text: 23/11/2026, 1.250, Có, the label of a choice, the names of files."""
    if field.widget == "checkbox":
        return _("Có") if value else _("Không")
    if not rules.is_filled(value):
        return _("(chưa điền)")
    if field.is_file:
        return "; ".join(str(item.get("name", "")) for item in value)
    labels = {option.value: option.label for option in field.options}
    if isinstance(value, list):
        return "; ".join(labels.get(str(item), str(item)) for item in value)
    if isinstance(value, int | float):
        return rules.write_number(value)
    if field.widget == "date":
        return _as_day(str(value))
    return labels.get(str(value), str(value))


def _as_day(iso: str) -> str:
    try:
        return f"{date.fromisoformat(iso):%d/%m/%Y}"
    except ValueError:
        return iso


def prefill(definition: Definition, sources: Mapping[str, Source]) -> tuple[dict[str, Any], dict[str, str]]:
    """Known answers and, for each, the words to show beside it: "từ tài khoản định danh, 20/11/2026".

    A field names its source as "source.key" (several, parted by "|": the first that knows wins).
    """
    data: dict[str, Any] = {}
    provenance: dict[str, str] = {}
    for field in layout.fields(definition).values():
        for wish in field.prefill.split("|"):
            name, _dot, key = wish.strip().partition(".")
            source = sources.get(name)
            value = source.values.get(key) if source else None
            if source is not None and rules.is_filled(value):
                data[field.name] = value.isoformat() if isinstance(value, date) else value
                provenance[field.name] = _("từ %(source)s, %(day)s") % {
                    "source": source.title,
                    "day": f"{source.on:%d/%m/%Y}",
                }
                break
    return data, provenance
