"""The command centre: from the Resolution's targets to a unit, a month and the very records."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.engines.indicators import catalogue, selectors, words
from tinhso.engines.indicators.models import FigureAlert, MeasureFill, Target
from tinhso.engines.indicators.permissions import VIEW
from tinhso.engines.indicators.registry import Indicator
from tinhso.engines.indicators.rules import State
from tinhso.faces.command import rows
from tinhso.faces.command.asked import AS_AT, AS_NOW, AS_WAS, MONTH, YEAR, Asked, asked, narrowed, unit_within
from tinhso.faces.command.downloads import as_csv
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.access.reach import PASS_SECONDS, write_pass

ALERT_DAYS = 7

FILTERS: dict[str, tuple[Any, frozenset[State]]] = {
    "": (gettext_lazy("Tất cả"), frozenset(State)),
    "co-so": (
        gettext_lazy("Có số liệu"),
        frozenset({State.REACHED, State.ON_PATH, State.BEHIND, State.FAR_BEHIND, State.NO_THRESHOLD}),
    ),
    "cham": (gettext_lazy("Chậm"), frozenset({State.BEHIND, State.FAR_BEHIND})),
    "chua-co-nguon": (gettext_lazy("Chưa có nguồn"), frozenset({State.NO_SOURCE, State.NO_DATA})),
    "cap-ket-thuc": (gettext_lazy("Cấp đã kết thúc"), frozenset({State.LEVEL_ENDED})),
}


def shared(request: HttpRequest, state: Asked, **more: Any) -> dict[str, Any]:
    """What every page of the command centre draws: the switches, the moment, the stream to listen to."""
    return {
        "asked": state,
        "trees": [
            (AS_WAS, _("đơn vị như khi ấy")),
            (AS_NOW, _("đơn vị như hiện nay")),
            (AS_AT, _("đơn vị như một ngày khác")),
        ],
        "spans": [(YEAR, _("luỹ kế từ đầu năm")), (MONTH, _("riêng tháng ấy"))],
        "drawn_at": timezone.now(),
        "stream": f"{settings.PUSH_URL}/day/so-lieu" if state.is_live else "",
        "csv_href": f"{request.path}{state.query}{'&' if state.query else '?'}dang=csv",
        **more,
    }


def wants_csv(request: HttpRequest) -> bool:
    return request.GET.get("dang") == "csv"


@require_safe
@permitted(VIEW)
def home(request: HttpRequest) -> HttpResponse:
    """All 56 target rows by group, each with its figure for what the reader answers for."""
    state = asked(request)
    standings = selectors.standings(state.window, state.root, state.day)
    fed = rows.fed_words(selectors.sources_share(standings))
    listed = rows.target_rows(standings, state)
    chosen = request.GET.get("loc", "")
    if chosen not in FILTERS:
        chosen = ""
    shown = [row for row in listed if row.state in FILTERS[chosen][1]]
    if wants_csv(request):
        return _targets_csv(shown, state)
    return render(
        request,
        "command/home.html",
        shared(
            request,
            state,
            groups=rows.grouped(shown),
            tally=rows.tally(listed),
            total=len(listed),
            fed=fed,
            fed_bar=rows.fed_bar(fed),
            chips=_chips(state, listed, chosen),
            alerts=_alerts(state),
        ),
    )


def _chips(state: Asked, listed: list[rows.TargetRow], chosen: str) -> list[dict[str, Any]]:
    found = []
    for code, (label, states) in FILTERS.items():
        joiner = "&" if state.query else "?"
        href = reverse("command:home") + state.query + (f"{joiner}loc={code}" if code else "")
        count = sum(row.state in states for row in listed)
        found.append({"href": href, "label": label, "count": count, "is_current": code == chosen})
    return found


def _alerts(state: Asked) -> list[FigureAlert]:
    since = timezone.now() - timedelta(days=ALERT_DAYS)
    recent = FigureAlert.objects.filter(state.reach.where("unit"), found_at__gte=since)
    return list(recent.select_related("unit").order_by("-found_at")[:20])


def _targets_csv(shown: list[rows.TargetRow], state: Asked) -> HttpResponse:
    head = (
        _("mã"), _("nhóm"), _("chỉ tiêu"), _("cấp"), _("mục tiêu"), _("hiện tại"), _("tử số"), _("mẫu số"),
        _("trạng thái"), _("số liệu đứng trên"), _("chịu trách nhiệm"), _("mô phỏng"), _("đếm lúc"), _("đơn vị"),
        _("tính đến ngày"), _("nguồn"),
    )  # fmt: skip
    body = []
    for row in shown:
        figure = row.standing.figure
        parts = [part.value.normalize() if part else "" for part in _parts(figure)]
        body.append([
            row.target.code, words.group_name(row.target.group), row.target.name, words.level_name(row.target.level),
            row.goal, row.value, *parts, row.state_word, row.stands_on, row.head,
            _("mô phỏng") if row.is_simulated else "", _stamp(row.counted_at), state.root.name, state.day,
            row.target.source,
        ])  # fmt: skip
    return as_csv(f"chi-tieu-{state.day}", head, body)


def _parts(figure: selectors.Figure | None) -> tuple[selectors.Amount | None, selectors.Amount | None]:
    return (figure.numerator, figure.denominator) if figure else (None, None)


def _stamp(at: Any) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""


@require_safe
@permitted(VIEW)
def target(request: HttpRequest, code: str) -> HttpResponse:
    """One target: where it stands, where the figure comes from, by unit and by month."""
    state = asked(request)
    found = get_object_or_404(Target, code=code)
    indicator = catalogue.indicator_for(code)
    figure = selectors.totals([indicator], state.window, state.root)[indicator.code] if indicator else None
    row = rows.target_rows([selectors.standing_of(found, figure, state.day, indicator)], state)[0]
    order = request.GET.get("xep", rows.BY_NAME)
    by_unit = rows.in_order(rows.unit_rows(indicator, found, state), order) if indicator else []
    if wants_csv(request):
        return _figures_csv(f"{code}-don-vi-{state.day}", _("đơn vị"), by_unit)
    by_month = rows.month_rows(indicator, found, state, state.root, state.series) if indicator else []
    return render(
        request,
        "command/target.html",
        shared(
            request,
            state,
            row=row,
            target=found,
            level=words.level_name(found.level),
            group=words.group_name(found.group),
            by_unit=by_unit,
            **rows.unit_map(by_unit, state),
            missing=sum(one.percent is None and not one.denominator for one in by_unit),
            by_month=by_month,
            chart=rows.month_chart(by_month),
            goal_value=float(found.value) if found.value is not None else None,
            orders=_orders(request, state, order),
            has_source=indicator is not None,
            origin=_origin(indicator) if indicator else [],
            note=indicator.note if indicator else "",
        ),
    )


def _orders(request: HttpRequest, state: Asked, order: str) -> list[dict[str, Any]]:
    choices = ((rows.BY_NAME, _("Theo tên")), (rows.LOWEST, _("Thấp nhất trước")), (rows.HIGHEST, _("Cao nhất trước")))
    known = order if order in {code for code, _label in choices} else rows.BY_NAME
    joiner = "&" if state.query else "?"
    return [
        {
            "href": request.path
            + state.query
            + (f"{joiner}xep={code}" if code != rows.BY_NAME else "")
            + "#theo-don-vi",
            "label": label,
            "is_current": code == known,
        }
        for code, label in choices
    ]


def _origin(indicator: Indicator) -> list[dict[str, Any]]:
    """ "Số này từ đâu?": each measure's sentence, and when it was last counted whole."""
    marks = {mark.measure: mark for mark in MeasureFill.objects.filter(measure__in=indicator.parts)}
    labels = (_("Tử số"), _("Mẫu số"))
    known = catalogue.measures(indicator.parts)
    return [
        {"label": label, "measure": known[part], "mark": marks.get(part)}
        for label, part in zip(labels, indicator.parts, strict=False)
    ]


def _figures_csv(name: str, first: str, listed: list[rows.FigureRow]) -> HttpResponse:
    head = (first, _("tử số"), _("mẫu số"), _("giá trị"), _("trạng thái"), _("ước tính"), _("đếm lúc"))
    body = [
        [
            row.label,
            row.numerator,
            row.denominator,
            row.value,
            row.state_word,
            _("có") if row.is_estimated else "",
            _stamp(row.counted_at),
        ]
        for row in listed
    ]
    return as_csv(name, head, body)


def measured(code: str) -> tuple[Target, Indicator]:
    found = get_object_or_404(Target, code=code)
    indicator = catalogue.indicator_for(code)
    if indicator is None:
        raise Http404
    return found, indicator


@require_safe
@permitted(VIEW)
def unit(request: HttpRequest, code: str, unit_id: int) -> HttpResponse:
    """One target at one unit, month by month."""
    state = asked(request)
    found, indicator = measured(code)
    place = unit_within(state, unit_id)
    reach = narrowed(state, place)
    figure = selectors.totals([indicator], state.window.within(reach), place)[indicator.code]
    by_month = rows.month_rows(indicator, found, state, place, state.series.within(reach))
    if wants_csv(request):
        return _figures_csv(f"{code}-{place.code}-{state.day}", _("tháng"), by_month)
    return render(
        request,
        "command/unit.html",
        shared(
            request,
            state,
            target=found,
            place=place,
            row=rows.target_row(selectors.standing_of(found, figure, state.day), state),
            by_month=by_month,
            chart=rows.month_chart(by_month),
            goal_value=float(found.value) if found.value is not None else None,
        ),
    )


@require_safe
@never_cache
@permitted(VIEW)
def listening_pass(request: HttpRequest) -> JsonResponse:
    """A fresh pass for the live stream, scoped to what this reader sees now."""
    actor: access.Actor = actor_of(request)
    return JsonResponse({"pass": write_pass(actor.account_id, access.reach(actor, VIEW)), "seconds": PASS_SECONDS})
