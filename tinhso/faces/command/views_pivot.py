"""The analysts' page: a table laid out as asked, its charts, saved views, downloads."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.engines.indicators.boards import services as boards
from tinhso.engines.indicators.boards.models import SavedView
from tinhso.engines.indicators.matrix import Matrix
from tinhso.engines.indicators.permissions import VIEW
from tinhso.faces.command import pivot, splitting
from tinhso.faces.command.downloads import as_csv
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.text.asked import whole_number
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.ui import charts, formats
from tinhso.systems.procedures.performance import workbooks

NAME = "phan-tich"
MOST_CHARTED = 40
PARQUET = "application/vnd.apache.parquet"


@permitted(VIEW)
def analysis(request: HttpRequest) -> HttpResponse:
    """Indicator × unit × period as the address asks; POST saves or removes a view."""
    error = ""
    if request.method == "POST":
        try:
            return _keep(request)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    known = pivot.choices()
    state = pivot.asked(request, known)
    beyond = pivot.too_many(state)
    shape = request.GET.get("dang", "")
    if state.split and state.codes and not beyond:
        return _split(request, known, state, shape)
    found = None if beyond or not state.codes else pivot.read(state)
    if found is not None and shape in _DOWNLOADS:
        return _DOWNLOADS[shape](state, found)
    if shape in _DOWNLOADS:
        said = beyond or _("Hãy chọn ít nhất một chỉ tiêu trước khi tải.")
        return JsonResponse({"title": said, "status": 422}, status=422, content_type="application/problem+json")
    context = _context(request, known, state, found)
    status = 422 if error else 200
    return render(request, "command/pivot.html", {**context, "error": error, "refusal": beyond}, status=status)


def _split(request: HttpRequest, known: dict[str, pivot.Choice], state: pivot.Asked, shape: str) -> HttpResponse:
    """The same page with each cell split by a dimension of its records."""
    lines = list(splitting.lines(state))
    if shape in _DOWNLOADS:
        rows = list(splitting.long_rows(state, lines))
        if shape == "xlsx":
            sheets = [(_("Từng ô"), splitting.LONG_HEAD, rows)]
            return workbooks.answer(NAME, workbooks.workbook(sheets))
        return as_csv(NAME, splitting.LONG_HEAD, rows) if shape == "csv" else _as_parquet(splitting.LONG_HEAD, rows)
    made = splitting.table(state, lines)
    mute = splitting.cannot_say(state)
    refusal = _("Không chia được: %(names)s.") % {"names": "; ".join(mute)} if mute else ""
    context = {**_context(request, known, state, None), "table": made, "rows": [_drawn(row) for row in made.rows]}
    return render(request, "command/pivot.html", {**context, "error": "", "refusal": refusal})


def _context(
    request: HttpRequest, known: dict[str, pivot.Choice], state: pivot.Asked, found: Matrix | None
) -> dict[str, Any]:
    made = pivot.table(state, found) if found is not None else None
    views = list(SavedView.objects.usable_by(actor_of(request)).select_related("owner")[:200])
    base = reverse("command:analysis")
    return {
        "state": state,
        "table": made,
        "rows": [_drawn(row) for row in made.rows] if made else [],
        "charts": _charts(state, found) if found is not None and made and made.holds_any else [],
        "echarts": _series(state, found) if found is not None and made and made.holds_any else None,
        "too_short": pivot.too_short(state) if made else "",
        "indicators": [one for one in known.values() if one.is_indicator],
        "measures": [one for one in known.values() if not one.is_indicator],
        "chosen": [one.code for one in state.codes],
        "levels": [(code, words) for code, (words, _kinds) in pivot.LEVELS.items()],
        "kinds": [(code, words) for code, (_kind, words) in pivot.KINDS.items()],
        "splits": list(pivot.dimensions().items()),
        "layouts": list(pivot.COLUMNS.items()),
        "views": [
            {"one": view, "href": f"{base}?{view.query}", "is_mine": view.owner_id == actor_of(request).account_id}
            for view in views
        ],
        "downloads": [(f"{base}?{state.query}&dang={code}", label) for code, label in _LABELS],
        "most_codes": pivot.MOST_CODES,
    }


def _drawn(row: pivot.Row) -> dict[str, Any]:
    cells = [_words(value, unit) for value, unit in zip(row.values, row.units, strict=True)]
    return {"heads": row.heads, "cells": cells}


def _words(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    text = formats.number(round(value, 2), None if value == int(value) else 1)
    return f"{text}{formats.NBSP}{unit}" if unit else text


def _charts(state: pivot.Asked, found: Matrix) -> list[dict[str, Any]]:
    """A line for each indicator over the periods of one unit; else the units of the last period as bars."""
    drawn = []
    for one in state.codes[:4]:
        if len(state.units) == 1 and len(state.periods) > 1:
            unit = state.units[0]
            points = [
                charts.Point(pivot.period_words(period), _float(found, one, unit, period)) for period in state.periods
            ]
            drawn.append({"kind": "line", "title": f"{one.name}, {unit.name}", "points": points, "unit": one.unit})
        else:
            period = state.periods[-1]
            points = [
                charts.Point(str(unit.short_name), _float(found, one, unit, period))
                for unit in state.units[:MOST_CHARTED]
            ]
            title = f"{one.name}, {pivot.period_words(period)}"
            drawn.append({"kind": "bars", "title": title, "points": points, "unit": one.unit})
    return drawn


def _float(found: Matrix, one: pivot.Choice, *place: Any) -> float | None:
    value = found.value(one.code, *place)
    return None if value is None else float(value)


def _series(state: pivot.Asked, found: Matrix) -> dict[str, Any]:
    """What the interactive chart draws: the same figures as the table below it."""
    many = len(state.units) > 1
    lines = [
        {
            "name": f"{one.name} · {unit.short_name}" if many else one.name,
            "data": [_float(found, one, unit, period) for period in state.periods],
        }
        for one in state.codes
        for unit in state.units[:MOST_CHARTED]
    ]
    return {"periods": [pivot.period_words(period) for period in state.periods], "series": lines[:MOST_CHARTED]}


def _keep(request: HttpRequest) -> HttpResponse:
    typed, base = request.POST, reverse("command:analysis")
    match typed.get("viec", ""):
        case "luu":
            view = boards.save_view(
                actor=actor_of(request),
                name=typed.get("ten", ""),
                query=typed.get("cau_hoi", "").lstrip("?"),
                is_shared=typed.get("dung_chung") == "1",
            )
            messages.success(request, _("Đã lưu góc nhìn “%(name)s”.") % {"name": view.name})
            return redirect(f"{base}?{view.query}")
        case "bo":
            text = typed.get("goc_nhin", "")
            number = whole_number(text) or 0
            try:
                boards.remove_view(actor=actor_of(request), view_id=number)
            except SavedView.DoesNotExist:
                raise Http404 from None
            messages.success(request, _("Đã bỏ góc nhìn."))
            return redirect(request.get_full_path())
    raise Http404


# Downloads: one row per cell, the same columns in each form.


def _csv(state: pivot.Asked, found: Matrix) -> HttpResponse:
    rows = ([*row[:-1], "" if row[-1] is None else row[-1]] for row in pivot.long_rows(state, found))
    return as_csv(NAME, pivot.LONG_HEAD, rows)


def _xlsx(state: pivot.Asked, found: Matrix) -> HttpResponse:
    made = pivot.table(state, found)
    wide = ([*row.heads, *row.values] for row in made.rows)
    sheets = [
        (_("Bảng"), [*made.heads, *made.columns], wide),
        (_("Từng ô"), pivot.LONG_HEAD, pivot.long_rows(state, found)),
    ]
    return workbooks.answer(NAME, workbooks.workbook(sheets))


def _parquet(state: pivot.Asked, found: Matrix) -> HttpResponse:
    return _as_parquet(pivot.LONG_HEAD, list(pivot.long_rows(state, found)))


def _as_parquet(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> HttpResponse:
    """Texts and one number: the last column."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as duck:
        path = Path(folder) / "phan-tich.parquet"
        texts = ", ".join(f"{name} VARCHAR" for name in head[:-1])
        duck.execute(f"CREATE TABLE cells ({texts}, value DOUBLE)")
        # Column by column: one row at a time takes a hundred times as long.
        columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _name in head]
        named = ", ".join(f"unnest(${number})" for number in range(1, len(columns) + 1))
        duck.execute(f"INSERT INTO cells SELECT {named}", columns)
        duck.execute(f"COPY cells TO '{path}' (FORMAT parquet)")
        content = path.read_bytes()
    answer = HttpResponse(content, content_type=PARQUET)
    answer["Content-Disposition"] = f'attachment; filename="{NAME}.parquet"'
    return answer


_DOWNLOADS = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}
_LABELS = (("csv", "CSV"), ("xlsx", "Excel"), ("parquet", "Parquet"))
