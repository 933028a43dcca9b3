"""Published states of a dataset: one, and what two of them differ in. Their addresses are kept for good."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from tinhso.faces.data import drawing
from tinhso.faces.data.requests import dataset_or_404, table_of
from tinhso.foundation.access.gates import public
from tinhso.foundation.text.errors import Refused
from tinhso.systems.opendata import comparing, selectors, tables
from tinhso.systems.opendata.rules.query import Query
from tinhso.systems.opendata.rules.record import Column

PREVIEW = 10
MOST_OFFERED = 100


@public
def version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One published state, for good under this address."""
    found = dataset_or_404(name)
    one = get_object_or_404(selectors.versions(found), number=number)
    columns = selectors.columns_of(one.columns)
    answer = tables.ask(one.table.sha256, columns, Query(limit=PREVIEW))
    titles = {column.name: column.title or column.name for column in columns}
    earlier = selectors.versions(found).filter(number__lt=number).values_list("number", flat=True).first()
    context = {
        "dataset": found,
        "version": one,
        "earlier": earlier,
        "heads": [titles.get(name, name) for name in answer.names[1:]],
        "lines": [[drawing.cell(value) for value in row[1:]] for row in answer.rows],
    }
    return render(request, "data/version.html", context)


@public
def choose(request: HttpRequest, name: str) -> HttpResponse:
    """The form of two versions leads to their address; without them to the last two."""
    found = dataset_or_404(name)
    numbers = list(selectors.versions(found).values_list("number", flat=True)[:MOST_OFFERED])
    if len(numbers) < 2:
        raise Http404
    asked = [request.GET.get(part, "") for part in ("tu", "den")]
    told = sorted({int(text) for text in asked if text.isascii() and text.isdigit() and len(text) < 9})
    old, new = told if len(told) == 2 else (numbers[1], numbers[0])
    return HttpResponseRedirect(reverse("data:differences", args=[name, old, new]))


@public
def differences(request: HttpRequest, name: str, old: int, new: int) -> HttpResponse:
    """What the newer of two versions has that the older had not, row by row, up to a bound."""
    found = dataset_or_404(name)
    before, after = (get_object_or_404(selectors.versions(found), number=number) for number in (old, new))
    if old >= new:
        raise Http404
    table = table_of(found)
    context: dict[str, Any] = {
        "dataset": found,
        "before": before,
        "after": after,
        "numbers": selectors.versions(found).values_list("number", flat=True)[:MOST_OFFERED],
    }
    try:
        context |= _shown(comparing.compare(before, after, table.key if table else ()))
    except Refused as refused:
        context["fault"] = refused.sentence
    return render(request, "data/differences.html", context, status=422 if "fault" in context else 200)


def _title(column: Column) -> str:
    return column.title or column.name


def _shown(made: comparing.Differences) -> dict[str, Any]:
    titles = {column.name: _title(column) for column in made.columns}
    return {
        "differences": made,
        "key": ", ".join(titles[name] for name in made.key),
        "key_heads": [titles[name] for name in made.key],
        "heads": list(titles.values()),
        "added_lines": [[drawing.cell(value) for value in row] for row in made.added_rows],
        "removed_lines": [[drawing.cell(value) for value in row] for row in made.removed_rows],
        "changed_lines": [
            {
                "key": [drawing.cell(value) for value in one.key],
                "cells": [(_title(column), drawing.cell(was), drawing.cell(now)) for column, was, now in one.cells],
            }
            for one in made.changed_rows
        ],
        "new_columns": ", ".join(map(_title, made.new_columns)),
        "gone_columns": ", ".join(map(_title, made.gone_columns)),
    }
