"""Asking a table without SQL; files in every format, whole or as a question chose them."""

from __future__ import annotations

import dataclasses
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tinhso.faces.data import drawing
from tinhso.faces.data.requests import dataset_or_404, table_of
from tinhso.faces.data.words import FUNCTIONS, OPERATORS
from tinhso.foundation.access.gates import public
from tinhso.foundation.files.serving import serve
from tinhso.foundation.openness.columns import Column
from tinhso.foundation.text.errors import Refused
from tinhso.systems.opendata import exporting, selectors, tables
from tinhso.systems.opendata.errors import query_sentence
from tinhso.systems.opendata.models import Dataset, Resource
from tinhso.systems.opendata.rules.address import from_address, to_address
from tinhso.systems.opendata.rules.query import (
    ROW,
    Aggregate,
    BadQuery,
    Filter,
    Op,
    Query,
    Sum,
)
from tinhso.systems.opendata.services import datastore

PER_PAGE = 50
CONDITIONS = 4


def _table(name: str) -> tuple[Dataset, Resource, tuple[Column, ...]]:
    dataset = dataset_or_404(name)
    resource = table_of(dataset)
    if resource is None:
        raise Http404
    resource = datastore.fresh(resource)
    return dataset, resource, selectors.columns_of(resource.columns)


@public
def explore(request: HttpRequest, name: str) -> HttpResponse:
    """The query builder: conditions, grouping and order chosen from lists; the question stands in the address."""
    dataset, resource, columns = _table(name)
    assert resource.table is not None  # `fresh` has made it
    fault, answer, query = "", None, Query(limit=PER_PAGE)
    try:
        query = _asked(request)
        page = dataclasses.replace(query, limit=PER_PAGE)
        answer = tables.ask(resource.table.sha256, columns, page, count=not query.after)
    except BadQuery as bad:
        fault = query_sentence(bad)
    except Refused as refused:
        fault = refused.sentence
    context = {
        "dataset": dataset,
        "resource": resource,
        "fault": fault,
        "total": answer.total if answer else None,
        "conditions": _conditions(query),
        "columns": [(column.name, column.title or column.name) for column in columns],
        "operators": OPERATORS,
        "functions": FUNCTIONS,
        "group": query.groups[0] if query.groups else "",
        "group_two": query.groups[1] if len(query.groups) > 1 else "",
        "function": query.aggregates[0].function.value if query.aggregates else "count",
        "of": query.aggregates[0].column if query.aggregates else "",
        "words": query.words,
        "sort": query.sorts[0][0] if query.sorts else "",
        "is_down": bool(query.sorts and query.sorts[0][1]),
        "call": request.build_absolute_uri(f"/du-lieu/bo/{name}/tep/{resource.pk}.json?{_address(query)}"),
        "downloads": _downloads(dataset, resource, query),
        **(_shown(request, columns, query, answer) if answer else {}),
    }
    return render(request, "data/explore.html", context, status=422 if fault else 200)


def _asked(request: HttpRequest) -> Query:
    """The question of the address: the short form (loc=, nhom=…) or the fields of the page's form."""
    given = request.GET
    query = from_address({key: given.getlist(key) for key in given})
    made = [_condition(given, number) for number in range(CONDITIONS)]
    filters = query.filters + tuple(one for one in made if one)
    groups = query.groups + tuple(filter(None, (given.get("gop2", ""),)))
    aggregates = query.aggregates
    if query.groups and not aggregates:
        function, of = given.get("phep", "count"), given.get("cua", "")
        if function not in Sum._value2member_map_:
            raise BadQuery("no_such_function", function)
        aggregates = (Aggregate(Sum(function), of if function != "count" else ""),)
    sorts = tuple((name, down or given.get("giam") == "1") for name, down in query.sorts)
    return dataclasses.replace(query, filters=filters, groups=groups, aggregates=aggregates, sorts=sorts)


def _condition(given: Any, number: int) -> Filter | None:
    column, op, value = (given.get(f"{part}{number}", "") for part in ("c", "o", "v"))
    if not column or (not value and op != Op.EMPTY):
        return None
    if op not in Op._value2member_map_:
        raise BadQuery("bad_filter", op)
    return Filter(column, Op(op), () if op == Op.EMPTY else (value,))


def _conditions(query: Query) -> list[dict[str, Any]]:
    """The form's lines: those asked, then an empty one."""
    lines = [{"column": f.column, "op": f.op.value, "value": f.values[0] if f.values else ""} for f in query.filters]
    lines = lines[:CONDITIONS] + [{"column": "", "op": "", "value": ""}] * (len(lines) < CONDITIONS)
    return [{**line, "number": number} for number, line in enumerate(lines)]


def _address(query: Query) -> str:
    return urlencode(to_address(query))


def _downloads(dataset: Dataset, resource: Resource, query: Query) -> list[dict[str, str]]:
    asked = _address(query)
    return [
        {"label": shape, "href": f"{selectors.table_path(dataset, resource, shape)}?{asked}"}
        for shape in selectors.formats_of(dataset, resource)
        if not (query.is_grouped and shape == "GEOJSON")
    ]


def _shown(request: HttpRequest, columns: tuple[Column, ...], query: Query, answer: tables.Answer) -> dict[str, Any]:
    titles = {column.name: column.title or column.name for column in columns}
    start = 0 if query.is_grouped or answer.names[0] != ROW else 1
    chart = None
    if query.is_grouped and len(query.groups) == 1 and answer.rows and len(answer.names) == 2:
        rows = answer.rows[:20]
        chart = drawing.bars([drawing.cell(row[0]) for row in rows], [row[1] for row in rows])
    words = dict(FUNCTIONS)
    heads = [titles.get(name) or str(words.get(name.partition("_")[0], name)) for name in answer.names[start:]]
    return {
        "heads": heads,
        "lines": [[drawing.cell(value) for value in row[start:]] for row in answer.rows],
        "bars": chart,
        "next_url": _next(request, query, answer),
    }


def _next(request: HttpRequest, query: Query, answer: tables.Answer) -> str:
    if query.is_grouped or len(answer.rows) < PER_PAGE:
        return ""
    import orjson

    told = dict(zip(answer.names, answer.rows[-1], strict=True))
    after = [told.get(name) for name, _down in query.sorts] + [told[ROW]]
    pairs = [*to_address(query), ("sau", orjson.dumps(after, default=str).decode())]
    return f"{request.path}?{urlencode(pairs)}"


@public
def table_file(request: HttpRequest, name: str, key: UUID, shape: str) -> HttpResponse:
    """The table in one format: whole, or what the question of the address chose."""
    dataset, _first, _columns = _table(name)
    resource = next((one for one in dataset.live if one.pk == key and one.table_id), None)  # type: ignore[attr-defined]
    if resource is None or shape not in exporting.FORMATS:
        raise Http404
    resource = datastore.fresh(resource)
    assert resource.table is not None
    return _hand_out(request, resource.table.sha256, selectors.columns_of(resource.columns), f"{name}.{shape}", shape)


def _hand_out(request: HttpRequest, sha256: str, columns: tuple[Column, ...], name: str, shape: str) -> HttpResponse:
    given = {key: request.GET.getlist(key) for key in request.GET}
    given.setdefault("so-dong", ["0"])
    mark = f'"{sha256[:32]}-{shape}"'
    if request.headers.get("If-None-Match") == mark and len(given) == 1:
        return HttpResponse(status=304)
    try:
        made = exporting.write(sha256, columns, from_address(given), shape)
    except BadQuery as bad:
        return HttpResponse(query_sentence(bad), status=400, content_type="text/plain; charset=utf-8")
    response = FileResponse(made, as_attachment=shape != "json", filename=name)
    response["Content-Type"] = selectors.MEDIA_TYPES[shape.upper()] + ("; charset=utf-8" if shape == "csv" else "")
    response["Access-Control-Allow-Origin"] = "*"
    if len(given) == 1:
        response["ETag"] = mark
    return response  # type: ignore[return-value]


@public
def version_file(request: HttpRequest, name: str, number: int, shape: str) -> HttpResponse:
    """A published state as a file, for good under this address."""
    dataset = dataset_or_404(name)
    version = selectors.versions(dataset).filter(number=number).first()
    if version is None or shape not in exporting.FORMATS:
        raise Http404
    columns = selectors.columns_of(version.columns)
    return _hand_out(request, version.table.sha256, columns, f"{name}-v{number}.{shape}", shape)


@public
def original(request: HttpRequest, name: str, key: UUID) -> HttpResponse:
    """A file as its publisher gave it."""
    dataset = dataset_or_404(name)
    resource = next((one for one in dataset.live if one.pk == key), None)  # type: ignore[attr-defined]
    if resource is None or resource.file is None:
        raise Http404(_("Tệp này không còn."))
    return serve(resource.file)  # type: ignore[return-value]
