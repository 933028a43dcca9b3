"""From the facts of a dossier to what a template prints. Pure: no database, no clock; words come from the form set."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tinhso.systems.procedures.printing.sets import FormSet

Facts = dict[str, Any]
# What every form carries at its head and foot, taken over as it is.
HEAD = ("agency_upper", "agency", "agency_named", "place", "code", "qr", "is_demo", "doc_number")


def form_data(facts: Facts, form: str, form_set: FormSet) -> dict[str, Any]:
    """The data of forms 02 to 05: head, parts in their order, signatures. A part without its fact is left out,
    a field without its value keeps its dotted line for a pen.
    """
    rule = form_set.forms[form]
    words = {key: worded(value) for key, value in facts.items()}
    data = {key: facts[key] for key in HEAD if key in facts}
    data |= {
        "form_number": rule["number"],
        "basis": form_set.basis,
        "title": rule["title"],
        "paper": rule["paper"],
        "is_letter": rule.get("is_letter", False),
        "date": facts["issued_at"].strftime("%Y-%m-%d"),
        "parts": [made for part in rule["parts"] if (made := _part(part, facts, words)) is not None],
        "recipients": [line.format_map(_Kind(words)) for line in rule.get("recipients", ())],
        "signatures": [
            {"title": title.format_map(_Kind(words)), "name": words.get(key, "")} for title, key in rule["signatures"]
        ],
    }
    return data


class _Kind(dict[str, str]):
    """A missing word prints as nothing."""

    def __missing__(self, key: str) -> str:
        return ""


def _part(part: dict[str, Any], facts: Facts, words: dict[str, str]) -> dict[str, Any] | None:
    if "fields" in part:
        return {
            "kind": "fields",
            "pairs": [{"label": label, "value": words.get(key, "")} for label, key in part["fields"]],
        }
    key = part["key"]
    if "field" in part:
        return {"kind": "fields", "pairs": [{"label": part["field"], "value": words.get(key, "")}]}
    if not facts.get(key):
        return None
    if "text" in part:
        return {"kind": "text", "text": part["text"].format_map(_Kind(words))}
    kind = "table" if "table" in part else "list"
    return {"kind": kind, "title": part[kind], "rows": [item_of(one) for one in facts[key]]}


def item_of(one: Any) -> dict[str, str]:
    """A paper asked for: its name, and what is wrong with it."""
    if isinstance(one, dict):
        return {"name": str(one.get("name", "")), "why": str(one.get("why", ""))}
    return {"name": str(one), "why": ""}


def worded(value: Any) -> str:
    """Dates and hours as official papers write them; everything else as it is."""
    if isinstance(value, datetime):
        return f"{value:%H} giờ {value:%M} phút, {long_date(value.date())}"
    if isinstance(value, date):
        return long_date(value)
    return "" if value is None else str(value)


def long_date(day: date) -> str:
    """Days under ten and January and February carry a zero (Decree 30/2020, Annex I, II.4)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def lines(text: str) -> list[str]:
    """A typed text as its items, one per line, without the typist's own numbers and dashes."""
    return [line for one in text.splitlines() if (line := one.strip().lstrip("-•+").strip())]
