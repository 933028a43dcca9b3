"""From a cell to its records: the same rows that were counted, within the reader's rights."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.engines.indicators import catalogue, counting, selectors
from tinhso.engines.indicators.permissions import VIEW
from tinhso.engines.indicators.registry import Measure, Records
from tinhso.engines.indicators.rules import Period
from tinhso.faces.command import rows
from tinhso.faces.command.asked import Asked, asked, narrowed, unit_within
from tinhso.faces.command.downloads import as_csv
from tinhso.faces.command.views import measured, shared, wants_csv
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.orgs.models import Unit
from tinhso.systems.procedures.models import Dossier

PAGE = 50
MOST_IN_CSV = 10_000


@require_safe
@permitted(VIEW)
def records(request: HttpRequest, code: str, unit_id: int, period: Period) -> HttpResponse:
    """The very records behind one cell: those of the denominator, and which of them the numerator counts."""
    state = asked(request)
    found, indicator = measured(code)
    place = unit_within(state, unit_id)
    base = catalogue.measure(indicator.denominator or indicator.numerator)
    counted = catalogue.measure(indicator.numerator)
    wanted = request.GET.get("phan", "")
    listed = _listed(state, base, counted, place, period, wanted)
    page = Paginator(listed, PAGE).get_page(request.GET.get("trang"))
    lines = _lines(state, base, counted, period, page)
    if wants_csv(request):
        return _records_csv(
            f"{code}-{place.code}-{period}", _lines(state, base, counted, period, list(listed[:MOST_IN_CSV]))
        )
    window = selectors.Window(period, period, narrowed(state, place))
    figure = selectors.figures_by_month(indicator, window, place).get(period)
    return render(
        request,
        "command/records.html",
        shared(
            request,
            state,
            target=found,
            place=place,
            period=f"{period.month:02d}/{period.year}",
            row=rows.figure_row("", "", "", figure, found, state),
            page=page,
            lines=lines,
            parts=_part_chips(request, state, wanted),
            wanted=wanted,
            shown_all=base.visible_to is not None,
        ),
    )


def _listed(state: Asked, base: Measure, counted: Measure, place: Unit, period: Period, wanted: str) -> Records:
    found = counting.records_under(base, place, period)
    if base.visible_to is None:
        return found.none()
    found = base.visible_to(state.actor, found)
    inside = counting.records_under(counted, place, period).values("pk")
    if wanted == "duoc-tinh":
        found = found.filter(pk__in=inside)
    elif wanted == "khong-tinh":
        found = found.exclude(pk__in=inside)
    order = [f"-{base.date_path}", "-pk"] if base.date_path else ["-pk"]
    return found.order_by(*order)


def _lines(
    state: Asked, base: Measure, counted: Measure, period: Period, page: Page[Any] | list[Any]
) -> list[dict[str, Any]]:
    if base.describe is None:
        return []
    objects = list(page)
    keys = [one.pk for one in objects]
    inside = set(counting.records_within(counted, period).filter(pk__in=keys).values_list("pk", flat=True))
    may_open = _openable(state.actor, objects)
    return [
        {
            "line": base.describe(one),
            "is_counted": one.pk in inside,
            "href": reverse("desk:dossier", args=[one.pk]) if one.pk in may_open else "",
        }
        for one in objects
    ]


def _openable(actor: access.Actor, objects: list[Any]) -> set[int]:
    """Which dossiers of the page the reader may open whole; others stay a line."""
    keys = [one.pk for one in objects if isinstance(one, Dossier)]
    return set(Dossier.objects.visible_to(actor).filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()


def _part_chips(request: HttpRequest, state: Asked, wanted: str) -> list[dict[str, Any]]:
    choices = (("", _("Mẫu số: tất cả")), ("duoc-tinh", _("Được tính vào tử số")), ("khong-tinh", _("Không được tính")))
    joiner = "&" if state.query else "?"
    return [
        {
            "href": request.path + state.query + (f"{joiner}phan={code}" if code else ""),
            "label": label,
            "is_current": code == wanted,
        }
        for code, label in choices
    ]


def _records_csv(name: str, lines: list[dict[str, Any]]) -> HttpResponse:
    head = (_("mã hồ sơ"), _("thủ tục"), _("người nộp"), _("ngày"), _("trạng thái"), _("được tính"), _("mô phỏng"))
    body = [
        [
            entry["line"].code,
            entry["line"].title,
            entry["line"].person,
            entry["line"].on,
            entry["line"].state,
            _("có") if entry["is_counted"] else _("không"),
            _("mô phỏng") if entry["line"].is_simulated else "",
        ]
        for entry in lines
    ]
    return as_csv(name, head, body)
