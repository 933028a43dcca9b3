"""The service index: the table of components, one component by unit, and the records it counts."""

from __future__ import annotations

from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.orgs.models import Unit
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.performance import components, index, scoring, workbooks
from tinhso.systems.procedures.performance.asked import AGENCIES, Page, choices, read, span_words
from tinhso.systems.procedures.performance.components import BY_SLUG, Component
from tinhso.systems.procedures.performance.index import SOURCES, Source
from tinhso.systems.procedures.performance.models import PointTable
from tinhso.systems.procedures.performance.permissions import VIEW
from tinhso.systems.procedures.performance.views import PAGE, lines_of

ABOVE, BELOW, REST = "tu-so", "mau-so", "khong-tinh"


def table_or_404(page: Page) -> PointTable:
    table = scoring.table_of(page.asked.span.last_day)
    if table is None:
        raise Http404
    return table


@require_safe
@permitted(VIEW)
def home(request: HttpRequest) -> HttpResponse:
    """All components of the index for a unit and a period, with the points each gives."""
    page = read(request)
    table = scoring.table_of(page.asked.span.last_day)
    rows, tally = scoring.score(page.asked, table) if table else ([], None)
    if table and request.GET.get("dang") == "xlsx":
        return _workbook(page, table, rows)
    groups = [
        {
            "number": number,
            "name": name,
            "rows": [_drawn(page, row) for row in rows if row.points.group == number],
            "most": sum(row.points.points for row in rows if row.points.group == number),
        }
        for number, name in components.GROUPS.items()
    ]
    return render(
        request,
        "performance/index.html",
        {
            "page": page,
            "table": table,
            "groups": groups,
            "tally": tally,
            "period": span_words(page.asked.span),
            "xlsx": request.path + page.address(dang="xlsx"),
            **choices(page),
        },
    )


def _drawn(page: Page, row: scoring.Row) -> dict[str, Any]:
    return {
        "row": row,
        "component": row.component,
        "result": row.result,
        "href": reverse("performance:component", args=[row.component.slug]) + page.address(),
        "state": state_words(row.result),
    }


def state_words(found: index.Result) -> str:
    """Why there is no ratio; "" when there is one."""
    if found.component.kind == components.TIME:
        return _("xem theo từng thủ tục")
    if not found.has_source:
        return _("chưa có nguồn số liệu")
    return _("không áp dụng: mẫu số bằng 0") if found.is_not_applicable else ""


def _workbook(page: Page, table: PointTable, rows: list[scoring.Row]) -> HttpResponse:
    head = [
        _("Chỉ số"), _("Số"), _("Tử số"), _("Mẫu số"), _("Tỷ lệ (%)"), _("Đủ điểm khi đạt (%)"), _("Điểm tối đa"),
        _("Điểm"), _("Ghi chú"),
    ]  # fmt: skip
    body = [
        [str(row.component.name), row.component.number, *_parts(row.result), _number(row.result.share),
         _number(row.points.full_at), _number(row.points.points), _number(row.score), state_words(row.result)]
        for row in rows
    ]  # fmt: skip
    about = [
        [_("Đơn vị"), page.place.name],
        [_("Kỳ"), span_words(page.asked.span)],
        [_("Bảng điểm"), table.title],
        [_("Nguồn"), table.source],
    ]
    sheets: list[workbooks.Sheet] = [
        (_("Bộ chỉ số 766"), head, body),
        (_("Về số liệu"), [_("Mục"), _("Nội dung")], about),
    ]
    return workbooks.answer(f"chi-so-766-{page.asked.span}", workbooks.workbook(sheets))


def _parts(found: index.Result) -> tuple[int | None, int | None]:
    return (found.numerator, found.denominator) if found.has_source else (None, None)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def component_of(slug: str) -> tuple[Component, Source | None]:
    component = BY_SLUG.get(slug)
    if component is None:
        raise Http404
    return component, SOURCES.get(component.code)


@require_safe
@permitted(VIEW)
def component(request: HttpRequest, slug: str) -> HttpResponse:
    """One component: its formula, its figure, by unit, each opening its records."""
    page = read(request)
    found, source = component_of(slug)
    table = table_or_404(page)
    points = table.rows.get(code=found.code)
    row = scoring.row_of(points, index.result(found.code, page.asked))
    units = Unit.objects.filter(access.scope(page.actor, VIEW, ""), kind__in=AGENCIES, path__startswith=page.place.path)
    places = scoring.by_unit(found.code, page.asked, list(units.order_by("sort_key", "pk")))
    return render(
        request,
        "performance/component.html",
        {
            "page": page,
            "component": found,
            "row": row,
            "table": table,
            "state": state_words(row.result),
            "places": [{"place": one, "href": _behind(page, found, don_vi=str(one.unit.pk))} for one in places],
            "behind": _behind(page, found) if source else "",
            "is_dossiers": source is not None and is_dossiers(source, page),
            "mean": scoring.mean_time(page.asked) if found.kind == components.TIME else None,
            "period": span_words(page.asked.span),
            "back": reverse("performance:index") + page.address(),
            **choices(page),
        },
    )


def _behind(page: Page, found: Component, **more: str) -> str:
    return reverse("performance:component_records", args=[found.slug]) + page.address(**more)


def is_dossiers(source: Source, page: Page) -> bool:
    return issubclass(source.denominator(page.asked).model, Dossier)


@require_safe
@permitted(VIEW)
def records(request: HttpRequest, slug: str) -> HttpResponse:
    """The very records a component counts, and which of them its numerator counts."""
    page = read(request)
    found, source = component_of(slug)
    if source is None:
        raise Http404
    below, above = source.denominator(page.asked), source.numerator(page.asked)
    part = request.GET.get("phan", BELOW)
    listed = below
    if part == ABOVE:
        listed = above
    elif part == REST:
        listed = below.exclude(pk__in=above.order_by().values("pk"))
    dossiers = is_dossiers(source, page)
    if dossiers:
        mine = Unit.objects.filter(access.scope(page.actor, VIEW, "")).values("pk")
        listed = listed.filter(received_unit__in=mine).select_related("version", "applicant", "received_unit")
    shown = Paginator(listed.order_by("pk"), PAGE).get_page(request.GET.get("trang"))
    objects: list[Model] = list(shown)
    counted = set(above.filter(pk__in=[one.pk for one in objects]).values_list("pk", flat=True))
    lines: list[dict[str, Any]] = (
        lines_of(page, cast(list[Dossier], objects)) if dossiers else [{"name": source.line(one)} for one in objects]
    )
    for line, one in zip(lines, objects, strict=True):
        line["is_counted"] = one.pk in counted
    return render(
        request,
        "performance/component_records.html",
        {
            "page": page,
            "component": found,
            "shown": shown,
            "lines": lines,
            "is_dossiers": dossiers,
            "parts": [
                {"href": _behind(page, found, phan=code), "label": label, "is_current": code == part}
                for code, label in (
                    (BELOW, _("Mẫu số: tất cả")),
                    (ABOVE, _("Được tính vào tử số")),
                    (REST, _("Không được tính")),
                )
            ],
            "period": span_words(page.asked.span),
            "here": page.address(phan=part),
            "back": reverse("performance:component", args=[found.slug]) + page.address(),
        },
    )
