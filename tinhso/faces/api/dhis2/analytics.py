"""`analytics`: figures by data, period and place, added up as the measures say."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from tinhso.faces.api import reading
from tinhso.faces.api.catalogue import Item
from tinhso.faces.api.dhis2.calls import Call
from tinhso.faces.api.dhis2.metadata import DEFAULT_OPTION_COMBO
from tinhso.faces.api.dhis2.places import places_of
from tinhso.faces.api.dhis2.rules import periods
from tinhso.faces.api.dhis2.rules.faults import Fault
from tinhso.faces.api.dhis2.rules.periods import Span
from tinhso.faces.api.encoding import as_json
from tinhso.faces.api.forest import Node
from tinhso.faces.api.uids import uid_of

MOST_CELLS = 500_000
MOST_ITEMS = 5_000
DIMENSIONS = ("dx", "pe", "ou", "co")
COLUMNS = {
    "dx": "Data",
    "co": "Category option combo",
    "pe": "Period",
    "ou": "Organisation unit",
    "value": "Value",
}


@dataclass
class Asked:
    """The question, read: items, places and periods; which of them are columns and which only narrow."""

    columns: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)


def analytics(call: Call) -> HttpResponseBase:
    """Aggregate figures as rows, `{"headers": …, "rows": …, "metaData": …}`, or CSV."""
    asked = _read(call)
    rows = [] if call.flag("skipData") else _rows(call, asked)
    if call.form == "csv":
        return _as_csv(asked, rows)
    body: dict[str, Any] = {
        "headers": [_header(name) for name in [*asked.columns, "value"]],
        "rows": rows,
        "height": len(rows),
        "width": len(asked.columns) + 1,
        "headerWidth": len(asked.columns) + 1,
    }
    if not call.flag("skipMeta"):
        body["metaData"] = _metadata(call, asked)
    return as_json(body)


def _read(call: Call) -> Asked:
    columns = _split(call.params.getlist("dimension"))
    narrowing = _split(call.params.getlist("filter"))
    if not columns:
        raise Fault("E7100")
    for name in narrowing:
        if name in columns:
            raise Fault("E7116", name)
    given = columns | narrowing
    if "dx" not in given:
        raise Fault("E7101")
    asked = Asked(columns=list(columns))
    asked.items = _items(call, given["dx"])
    asked.spans = _spans(call, given.get("pe"))
    if "pe" not in given and asked.spans and "startDate" in call.params:
        asked.columns = [name for name in asked.columns if name != "pe"]
    asked.nodes = places_of(call, given["ou"], "E7120") if "ou" in given else call.forest.roots(call.reach)
    size = len(asked.items) * len(asked.nodes) * len(asked.spans)
    if size > MOST_CELLS:
        raise Fault("E7128", size, MOST_CELLS)
    return asked


def _split(given: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    # `dimension=dx:a;b,pe:2026` and `dimension=dx:a;b&dimension=pe:2026` say the same.
    for part in (piece for text in given for piece in text.split(",") if piece):
        name, _colon, listed = part.partition(":")
        if name not in DIMENSIONS:
            raise Fault("E7111", part)
        if name in found:
            raise Fault("E7116", name)
        found[name] = [item for item in dict.fromkeys(listed.split(";")) if item]
        if len(found[name]) > MOST_ITEMS:
            raise Fault("E2015", name, MOST_ITEMS)
    return found


def _items(call: Call, uids: list[str]) -> list[Item]:
    found: dict[str, Item] = {}
    for uid in uids:
        for item in _items_of(call, uid):
            found[item.code] = item
    if not found:
        raise Fault("E7102") if not uids else Fault("E7124", "dx")
    return list(found.values())


def _items_of(call: Call, uid: str) -> Iterable[Item]:
    known = call.catalogue
    if uid.startswith("DE_GROUP-"):
        return [item for item in known.measures.values() if uid_of("measure-group", item.group) == uid[9:]]
    if uid.startswith("IN_GROUP-"):
        return [item for item in known.indicators.values() if uid_of("indicator-group", item.group) == uid[9:]]
    # "<measure>.<combo>" names the same measure: there is no disaggregation.
    found = known.by_uid.get(uid.partition(".")[0])
    return [found] if found else []


def _spans(call: Call, given: list[str] | None) -> list[Span]:
    today = timezone.localdate()
    if given is None:
        return _between(call)
    found = dict.fromkeys(span for text in given for span in periods.expand(text, today))
    if not found:
        raise Fault("E7104")
    return list(found)


def _between(call: Call) -> list[Span]:
    """Months between startDate and endDate, added up when no period column is asked."""
    first, last = call.day("startDate"), call.day("endDate")
    if first is None or last is None:
        raise Fault("E7104")
    if last < first:
        raise Fault("E2004", first, last)
    found, here = [], periods.of(periods.MONTH, first)
    while here.first <= last:
        found.append(here)
        here = here.plus(1)
        if len(found) > MOST_ITEMS:
            raise Fault("E2015", "pe", MOST_ITEMS)
    return found


def _rows(call: Call, asked: Asked) -> list[list[str]]:
    if {"pe", "ou"} <= set(asked.columns):
        question = reading.Question(asked.items, asked.nodes, asked.spans, call.reach)
        cells = reading.values(question, call.catalogue)
        return [
            _row(asked, item, span, node, cells[(item.code, node.pk, span)])
            for item in asked.items
            for span in asked.spans
            for node in asked.nodes
            if (item.code, node.pk, span) in cells
        ]
    return _narrowed(call, asked)


def _narrowed(call: Call, asked: Asked) -> list[list[str]]:
    """What only narrows is added up before anything is divided."""
    places: list[list[Node]] = [[node] for node in asked.nodes] if "ou" in asked.columns else [asked.nodes]
    times: list[list[Span]] = [[span] for span in asked.spans] if "pe" in asked.columns else [asked.spans]
    rows: list[list[str]] = []
    try:
        cells = reading.grouped(asked.items, places, times, call.seen, call.catalogue, call.forest)
    except reading.CannotBeAdded as error:
        raise Fault("E7131", error) from error
    for item in asked.items:
        for time_number, spans in enumerate(times):
            for place_number, nodes in enumerate(places):
                value = cells.get((item.code, place_number, time_number))
                if value is not None:
                    rows.append(_row(asked, item, spans[0], nodes[0], value))
    return rows


def _row(asked: Asked, item: Item, span: Span, node: Node, value: Fraction) -> list[str]:
    shown = {"dx": item.uid, "co": DEFAULT_OPTION_COMBO, "pe": str(span), "ou": node.uid}
    return [*(shown[name] for name in asked.columns), number(value)]


def number(value: Fraction) -> str:
    """A figure as the interface writes it: at least one decimal digit, at most ten."""
    whole = Decimal(value.numerator) / Decimal(value.denominator)
    text = f"{whole:.10f}".rstrip("0")
    return f"{text}0" if text.endswith(".") else text


def _header(name: str) -> dict[str, Any]:
    is_value = name == "value"
    return {
        "name": name,
        "column": COLUMNS[name],
        "valueType": "NUMBER" if is_value else "TEXT",
        "type": "java.lang.Double" if is_value else "java.lang.String",
        "hidden": False,
        "meta": not is_value,
    }


def _metadata(call: Call, asked: Asked) -> dict[str, Any]:
    items: dict[str, Any] = {name: {"name": COLUMNS[name]} for name in (*asked.columns, "dx", "pe", "ou")}
    items |= {item.uid: {"uid": item.uid, "code": item.code, "name": item.name} for item in asked.items}
    items |= {node.uid: {"uid": node.uid, "code": node.code, "name": node.name} for node in asked.nodes}
    items |= {str(span): {"uid": str(span), "code": str(span), "name": str(span)} for span in asked.spans}
    found: dict[str, Any] = {
        "items": items,
        "dimensions": {
            "dx": [item.uid for item in asked.items],
            "pe": [str(span) for span in asked.spans],
            "ou": [node.uid for node in asked.nodes],
            "co": [DEFAULT_OPTION_COMBO] if "co" in asked.columns else [],
        },
    }
    if call.flag("hierarchyMeta"):
        found["ouHierarchy"] = {
            node.uid: "/".join(one.uid for one in call.forest.ancestors(node)) for node in asked.nodes
        }
    return found


def _as_csv(asked: Asked, rows: list[list[str]]) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([COLUMNS[name] for name in [*asked.columns, "value"]])
    writer.writerows(rows)
    return HttpResponse(text.getvalue(), content_type="application/csv; charset=utf-8")
