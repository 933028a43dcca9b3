"""Figures as tidy JSON: targets with their states, measures, indicators, units, series, matrix, the records behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from functools import partial, wraps
from inspect import signature
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page
from ninja import Path, Query, Router
from ninja.decorators import decorate_view

from tinhso.engines.indicators import catalogue as engine
from tinhso.engines.indicators import counting, selectors
from tinhso.engines.indicators.periods import AnyPeriod, Period
from tinhso.engines.indicators.permissions import VIEW
from tinhso.engines.indicators.selectors import Standing, Window
from tinhso.faces.api import reading
from tinhso.faces.api.catalogue import Catalogue, Item, catalogue
from tinhso.faces.api.dhis2.rules.periods import Span
from tinhso.faces.api.figures import schemas
from tinhso.faces.api.figures.signing_in import SignedIn, caller
from tinhso.faces.api.forest import Forest, Node, forest
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.reach import Reach
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.text.problems import problem

router = Router(auth=SignedIn(), tags=["figures"])
MOST_CELLS = 100_000
MOST_PERIODS = 400
CODE = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$"
CODES = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}(,[A-Za-z0-9][A-Za-z0-9_.-]{0,79}){0,299}$"
UID = r"^[A-Za-z][A-Za-z0-9]{10}$"
UIDS = r"^[A-Za-z][A-Za-z0-9]{10}(,[A-Za-z][A-Za-z0-9]{10}){0,499}$"
MONTH = r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"
PERIOD = r"(19|20)[0-9]{2}(Q[1-4]|H[12]|-(0[1-9]|1[0-2]))?"
PERIODS = rf"^{PERIOD}(,{PERIOD}){{0,119}}$"
# Within what a date can be; whatever lies outside is refused by form, not by a broken page.
DAY = r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$"

REFUSALS: dict[int, Any] = dict.fromkeys((401, 403, 404, 409, 422), schemas.Problem)

Code = Annotated[str, Path(pattern=CODE)]
After = Annotated[str | None, Query(pattern=CODE, description="khoá của mục cuối trang trước")]
Limit = Annotated[int, Query(ge=1, le=500)]
At = Annotated[str | None, Query(pattern=UID, description="mã 11 ký tự của đơn vị; bỏ trống: đơn vị của bạn")]


class AskedTooMuch(Refused):
    """The answer would be beyond the bounds."""

    code = "asked-too-much"


class Backwards(Refused):
    """The first period lies after the last."""

    code = "backwards"


def _route(path: str, answer: Any, summary: str) -> Callable[[Any], Any]:
    """A reading route with an ETag: who has the answer already is told so (304)."""
    add = router.get(path, response={200: answer, **REFUSALS}, summary=summary)

    def added(view: Any) -> Any:
        known = set(signature(view).parameters)
        return add(decorate_view(partial(_strict, known), conditional_page)(view))

    return added


def _strict(known: set[str], view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A parameter that nobody knows is a mistake of the caller's, and told: silence would answer another question."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        strange = sorted(set(request.GET) - known)
        if strange:
            sentence = _("Không có tham số “%(name)s”.") % {"name": strange[0][:60]}
            return problem(422, "unknown-parameter", sentence)
        answer = view(request, *args, **kwargs)
        # What one reader may see is kept for nobody else, and asked for again each time (the ETag makes that cheap).
        answer["Cache-Control"] = "private, no-cache"
        return answer

    return asked


class _Asked:
    """What every route reads: the caller's reach and the tree."""

    def __init__(self, request: HttpRequest) -> None:
        self.actor = caller(request).actor
        self.reach: Reach = access.reach(self.actor, VIEW)
        self.forest: Forest = forest()

    def node(self, uid: str | None) -> Node:
        """The unit named, or the uppermost of the caller's own; 404 out of reach, so that names tell nothing."""
        if uid is None:
            return self.forest.roots(self.reach)[0]
        node = self.forest.by_uid.get(uid)
        if node is None or not self.reach.covers(node.pk, node.path):
            raise Http404(_("Không có đơn vị này trong phạm vi của bạn."))
        return node

    def narrowed(self, node: Node) -> Reach:
        """The unit and, for readers who see below, what is under it."""
        below = any(node.path.startswith(path) for path in self.reach.paths)
        return Reach(paths=(node.path,)) if below else Reach(units=(node.pk,))


def _number(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 10)


@_route("/targets", schemas.Targets, "Chỉ tiêu Nghị quyết: giá trị, trạng thái, các phần")
def targets(
    request: HttpRequest, unit: At = None, on: Annotated[str | None, Query(pattern=DAY)] = None
) -> dict[str, Any]:
    """All targets as they stand on a day (today unless said) for a unit with everything below it."""
    asked = _Asked(request)
    node, day = asked.node(unit), _day(on)
    names = _names()
    return {"unit": node.uid, "on": day, "items": [_target(row, names) for row in _standings(asked, node, day)]}


def _names() -> dict[str, str]:
    """Names of measures by code."""
    return {code: item.name for code, item in catalogue().measures.items()}


def _day(text: str | None) -> date:
    today = timezone.localdate()
    day = date.fromisoformat(text) if text else today
    if day > today:
        raise Backwards(_("Ngày chưa đến."))
    return day


def _standings(asked: _Asked, node: Node, day: date) -> list[Standing]:
    window = Window(Period(day.year, 1), Period.of(day), asked.narrowed(node))
    return selectors.standings(window, Unit.objects.get(pk=node.pk), day)


def _target(standing: Standing, names: dict[str, str]) -> dict[str, Any]:
    target, figure = standing.target, standing.figure
    columns = ("code", "group", "name", "level", "operator", "unit_of_measure", "year", "kind", "responsible")
    return {column: getattr(target, column) for column in columns} | {
        "value": None if target.value is None else float(target.value),
        "state": str(standing.state),
        "figure": _number(figure.value) if figure else None,
        "expected": _number(standing.expected),
        "indicator": standing.indicator.code if standing.indicator else None,
        "parts": [
            {"code": code, "name": names.get(code, code)}
            for code in (standing.indicator.parts if standing.indicator else ())
        ],
        "counted_at": figure.counted_at if figure else None,
        "is_estimated": bool(figure and figure.is_estimated),
        "sources": asdict(figure.shares) if figure and figure.shares else None,
    }


@_route("/targets/{code}", schemas.TargetRow, "Một chỉ tiêu Nghị quyết")
def target(
    request: HttpRequest, code: Code, unit: At = None, on: Annotated[str | None, Query(pattern=DAY)] = None
) -> dict[str, Any]:
    """One target as it stands."""
    asked = _Asked(request)
    node = asked.node(unit)
    found = next((row for row in _standings(asked, node, _day(on)) if row.target.code == code), None)
    if found is None:
        raise Http404(_("Không có chỉ tiêu này."))
    return _target(found, _names())


def _page(items: list[Any], after: str | None, limit: int, key: Callable[[Any], str]) -> tuple[list[Any], str | None]:
    """Items after a key, in its order: a page stays right while others are added before it."""
    rest = [item for item in sorted(items, key=key) if after is None or key(item) > after]
    return rest[:limit], key(rest[limit - 1]) if len(rest) > limit else None


@_route("/measures", schemas.Measures, "Số liệu cơ sở")
def measures(request: HttpRequest, after: After = None, limit: Limit = 100) -> dict[str, Any]:
    """Measures by code."""
    items, following = _page(list(catalogue().measures.values()), after, limit, lambda item: item.code)
    return {"items": [_measure(item) for item in items], "next": following}


def _measure(item: Item) -> dict[str, Any]:
    return {
        "uid": item.uid,
        "code": item.code,
        "name": item.name,
        "sentence": item.sentence,
        "kind": "flow" if item.is_flow else "stock",
        "source": item.source,
        "frequency": item.frequency,
        "unit_of_measure": item.unit_code,
        "over_units": item.over_units,
        "over_time": item.over_time,
    }


@_route("/indicators", schemas.Indicators, "Chỉ số: công thức trên số liệu cơ sở")
def indicators(request: HttpRequest, after: After = None, limit: Limit = 100) -> dict[str, Any]:
    """Indicators by code."""
    items, following = _page(list(catalogue().indicators.values()), after, limit, lambda item: item.code)
    return {"items": [_indicator(item) for item in items], "next": following}


def _indicator(item: Item) -> dict[str, Any]:
    return {
        "uid": item.uid,
        "code": item.code,
        "name": item.name,
        "note": item.sentence,
        "formula": item.formula,
        "parts": list(item.parts),
        "unit_of_measure": item.unit_code,
        "targets": list(item.targets),
        "source": item.source,
    }


@_route("/units", schemas.Units, "Đơn vị, cả đơn vị đã kết thúc")
def units(
    request: HttpRequest,
    after: Annotated[str | None, Query(pattern=UID)] = None,
    limit: Limit = 100,
    on: Annotated[str | None, Query(pattern=DAY, description="chỉ đơn vị còn hiệu lực ngày ấy")] = None,
) -> dict[str, Any]:
    """Units by UID."""
    asked = _Asked(request)
    day = date.fromisoformat(on) if on else None
    living = [node for node in asked.forest.nodes if day is None or node.lives_between(day, day)]
    items, following = _page(living, after, limit, lambda node: node.uid)
    return {"items": [_unit(asked, node) for node in items], "next": following}


def _unit(asked: _Asked, node: Node) -> dict[str, Any]:
    parent = asked.forest.by_id.get(node.parent_id) if node.parent_id else None
    return {
        "uid": node.uid,
        "code": node.code,
        "name": node.name,
        "kind": node.kind,
        "level": node.level,
        "parent": parent.uid if parent else None,
        "valid_from": node.valid_from,
        "valid_to": node.valid_to,
        "is_within_reach": asked.reach.covers(node.pk, node.path),
    }


def _known(codes: list[str]) -> tuple[Catalogue, list[Item]]:
    known = catalogue()
    items = [known.indicators.get(code) or known.measures.get(code) for code in dict.fromkeys(codes)]
    if None in items:
        raise Http404(_("Không có số liệu hay chỉ số mang mã này."))
    return known, [item for item in items if item]


def _cells(asked: _Asked, codes: list[str], nodes: list[Node], periods: list[AnyPeriod]) -> dict[Any, Fraction]:
    known, items = _known(codes)
    if len(items) * len(nodes) * len(periods) > MOST_CELLS or len(periods) > MOST_PERIODS:
        raise AskedTooMuch(_("Câu trả lời quá lớn. Hãy hỏi hẹp hơn."))
    spans = [Span(period.kind, period.first_day) for period in periods]
    return reading.values(reading.Question(items, nodes, spans, asked.reach), known)


@_route("/series/{code}", schemas.Series, "Một chuỗi theo tháng")
def series(
    request: HttpRequest,
    code: Code,
    first: Annotated[str, Query(pattern=MONTH)],
    last: Annotated[str, Query(pattern=MONTH)],
    unit: At = None,
) -> dict[str, Any]:
    """An indicator or a measure by month, everything below the unit added up; divided last."""
    asked = _Asked(request)
    node = asked.node(unit)
    if last < first:
        raise Backwards(_("Tháng đầu phải trước tháng cuối."))
    months = _months(Period.parse(first), Period.parse(last))
    periods = [AnyPeriod.of_month(month) for month in months]
    cells = _cells(asked, [code], [node], periods)
    _catalogue, [item] = _known([code])
    value = partial(_value, cells, code, node.pk)
    points = [{"period": str(period), "value": value(period)} for period in periods]
    return {"code": code, "unit": node.uid, "unit_of_measure": item.unit_code, "points": points}


def _months(first: Period, last: Period) -> list[Period]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    if count > MOST_PERIODS:
        raise AskedTooMuch(_("Câu trả lời quá lớn. Hãy hỏi hẹp hơn."))
    return [first.plus(step) for step in range(count)]


def _value(cells: dict[Any, Fraction], code: str, unit: int, period: AnyPeriod) -> float | None:
    return _number(cells.get((code, unit, Span(period.kind, period.first_day))))


@_route("/matrix", schemas.Matrix, "Nhiều mã, nhiều đơn vị, nhiều kỳ cùng lúc")
def matrix(
    request: HttpRequest,
    codes: Annotated[str, Query(pattern=CODES, max_length=20_000)],
    periods: Annotated[str, Query(pattern=PERIODS, max_length=1_500)],
    units: Annotated[str | None, Query(pattern=UIDS, max_length=6_000)] = None,
) -> dict[str, Any]:
    """Only cells that were reported."""
    asked = _Asked(request)
    nodes = [asked.node(uid) for uid in dict.fromkeys(units.split(","))] if units else [asked.node(None)]
    wanted = [AnyPeriod.parse(text) for text in dict.fromkeys(periods.split(","))]
    cells = _cells(asked, codes.split(","), nodes, wanted)
    uids = {node.pk: node.uid for node in nodes}
    names = {Span(period.kind, period.first_day): str(period) for period in wanted}
    found = [
        {"code": code, "unit": uids[unit], "period": names[span], "value": _number(value)}
        for (code, unit, span), value in cells.items()
    ]
    return {"cells": found}


@_route("/records/{code}", schemas.Records, "Hồ sơ đứng sau một con số")
def records(
    request: HttpRequest,
    code: Code,
    month: Annotated[str, Query(pattern=MONTH)],
    unit: At = None,
    after: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    """The records that one cell counted, as the reader may see them; a unit's own, not those below it."""
    asked = _Asked(request)
    node = asked.node(unit)
    measure = engine.measures([code]).get(code)
    if measure is None:
        raise Http404(_("Không có số liệu mang mã này."))
    found = counting.records_of(measure, Unit.objects.get(pk=node.pk), Period.parse(month))
    seen = measure.visible_to(asked.actor, found) if measure.visible_to else found.none()
    rest = seen.filter(pk__gt=after) if after is not None else seen
    page = list(rest.order_by("pk")[: limit + 1]) if measure.describe else []
    shown = page[:limit]
    return {
        "measure": code,
        "unit": node.uid,
        "month": month,
        "counted": found.count(),
        "items": [_record(measure.describe(row)) for row in shown if measure.describe],
        "next": shown[-1].pk if len(page) > limit else None,
    }


def _record(line: Any) -> dict[str, Any]:
    names = ("code", "title", "person", "on", "state", "is_simulated")
    shown = {name: getattr(line, name) for name in names}
    return shown | {name: str(shown[name]) for name in ("code", "title", "person", "state")}
