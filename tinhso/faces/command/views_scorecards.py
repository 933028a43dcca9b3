"""Scorecards: the weights of an index in versions, a unit's own points with reasons and evidence, year by year."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.engines.indicators.models import Scorecard, ScorecardRow, SelfScore
from tinhso.engines.indicators.permissions import DEFINE, ENTER, VIEW
from tinhso.engines.indicators.scorecards import services
from tinhso.engines.indicators.scorecards.selectors import sheet
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.files import services as files
from tinhso.foundation.files import serving
from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.text import number_words, numbers
from tinhso.foundation.text.asked import day_of
from tinhso.foundation.text.errors import Refused

PURPOSE = "indicators.scorecard.evidence"
# A year is assessed when it ends or in the months after; older ones stay readable.
YEARS_BACK = 5
# number; name; points[; components[; indicator]]
_LINE = re.compile(r"^\s*([^;]{1,8});([^;]{1,300});([^;]{1,40})(?:;([^;]*))?(?:;([^;]*))?$")


@require_safe
@permitted(VIEW)
def scorecards(request: HttpRequest) -> HttpResponse:
    """Every index with its versions, the newest first."""
    groups: dict[str, list[Scorecard]] = {}
    for one in Scorecard.objects.prefetch_related("rows").order_by("code", "-version"):
        groups.setdefault(one.code, []).append(one)
    may_publish = access.allowed(actor_of(request), DEFINE)
    return render(request, "command/scorecards.html", {"groups": groups.items(), "may_publish": may_publish})


@require_safe
@permitted(VIEW)
def scorecard(request: HttpRequest, code: str) -> HttpResponse:
    """One index for a unit and year: most points, own points, what the figures say, the gaps named."""
    units = _units(actor_of(request))
    unit = _chosen(units, str(request.GET.get("don-vi", "")))
    year = _year(str(request.GET.get("nam", "")), code)
    card = services.in_force(code, year)
    if card is None and not Scorecard.objects.filter(code=code).exists():
        raise Http404
    return render(request, "command/scorecard.html", {
        "code": code, "card": card, "sheet": sheet(card, unit, year) if card else None, "unit": unit, "year": year,
        "units": [(one.pk, one.name) for one in units], "years": [(one, one) for one in _years()],
        "may_assess": access.allowed(actor_of(request), ENTER, unit=unit),
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(ENTER)
def assess(request: HttpRequest, row_id: int) -> HttpResponse:
    """A unit's own points for one row and year; what was said before stays and is shown."""
    row = get_object_or_404(ScorecardRow.objects.select_related("scorecard"), pk=row_id)
    asked = request.POST if request.method == "POST" else request.GET
    unit = _chosen(_units(actor_of(request), ENTER), str(asked.get("don-vi", "")))
    year = _year(str(asked.get("nam", "")))
    told = SelfScore.objects.filter(row=row, unit=unit, year=year).order_by("-pk")
    standing = told.filter(replaced_by=None).first()
    page: dict[str, Any] = {
        "points": f"{standing.points.normalize():f}".replace(".", ",") if standing else "",
        "explanation": standing.explanation if standing else "",
        "error": "",
    }
    if request.method == "POST":
        page = {"points": request.POST.get("diem", ""), "explanation": request.POST.get("thuyet-minh", ""), "error": ""}
        try:
            _keep(request, row, unit, year)
        except access.Denied:
            raise
        except Refused as refusal:
            page["error"] = refusal.sentence
        else:
            messages.success(request, _("Đã ghi điểm tự chấm cho mục %(number)s.") % {"number": row.number})
            back = reverse("command:scorecard", args=[row.scorecard.code])
            return redirect(f"{back}?don-vi={unit.pk}&nam={year}#muc-{row.pk}")
    return render(request, "command/assess.html", {
        "row": row, "unit": unit, "year": year, "standing": standing,
        "history": told.select_related("recorded_by").prefetch_related("evidence"), **page,
    }, status=422 if page["error"] else 200)  # fmt: skip


@transaction.atomic
def _keep(request: HttpRequest, row: ScorecardRow, unit: Unit, year: int) -> None:
    actor = actor_of(request)
    access.require(actor, ENTER, unit=unit)
    points = _points(request.POST.get("diem", ""))
    given: Any = request.FILES.getlist("tep")
    evidence = [files.store(actor, stream=one, name=one.name, purpose=PURPOSE) for one in given]
    if not evidence and request.POST.get("giu-tep"):
        before = SelfScore.objects.filter(row=row, unit=unit, year=year, replaced_by=None).first()
        evidence = list(before.evidence.all()) if before else []
    explanation = request.POST.get("thuyet-minh", "")
    services.assess(actor, row=row, unit=unit, year=year, points=points, explanation=explanation, evidence=evidence)


def _points(text: str) -> Decimal:
    try:
        return numbers.read(text)
    except numbers.NotANumber as wrong:
        raise services.BadScore(number_words.sentence(wrong.reason, wrong.text)) from None


@require_safe
@permitted(VIEW)
def score_evidence(request: HttpRequest, score_id: int, file_id: int) -> HttpResponseBase:
    """A file behind a unit's own points, for whoever sees the unit's figures; the reading is on record."""
    actor = actor_of(request)
    score = get_object_or_404(SelfScore.objects.filter(access.scope(actor, VIEW, "unit")), pk=score_id)
    file = get_object_or_404(StoredFile, pk=file_id, pk__in=score.evidence.values("pk"))
    files.read_for(actor, file=file, subject=score, reason="evidence").close()
    return serving.serve(file)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(DEFINE)
def publish_scorecard(request: HttpRequest, code: str) -> HttpResponse:
    """The next version of an index's weights, a line each; nothing is kept while one line is wrong."""
    latest = get_object_or_404(Scorecard.objects.filter(code=code).order_by("-version")[:1])
    typed = {name: request.POST.get(name, "").strip() for name in ("ten", "tu-ngay", "nguon", "cac-dong")}
    errors: list[str] = []
    if request.method == "POST":
        rows, errors = _rows(typed["cac-dong"])
        day = day_of(typed["tu-ngay"])
        if day is None:
            errors.append(_("Hãy ghi ngày bảng bắt đầu áp dụng."))
        if not typed["ten"] or not typed["nguon"]:
            errors.append(_("Hãy ghi tên bảng và văn bản ban hành."))
        if day and not errors:
            try:
                services.publish_scorecard(
                    actor_of(request), code=code, valid_from=day, title=typed["ten"], source=typed["nguon"],
                    rows=rows, is_certain=request.POST.get("da-doi-chieu") == "1",
                )  # fmt: skip
            except access.Denied:
                raise
            except Refused as refusal:
                errors.append(refusal.sentence)
            else:
                messages.success(request, _("Đã ban hành bảng trọng số mới."))
                return redirect("command:scorecards")
    page = {"latest": latest, "errors": errors, "typed": typed, "is_certain": request.POST.get("da-doi-chieu") == "1"}
    return render(request, "command/publish_scorecard.html", page, status=422 if errors else 200)


def _rows(text: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows that the lines mean, and what is wrong with the others by line."""
    rows: list[dict[str, Any]] = []
    errors: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            rows.append(_row(line))
        except (services.BadScorecard, services.BadScore) as refusal:
            errors.append(_("Dòng %(number)s: %(why)s") % {"number": number, "why": refusal.sentence})
    if not rows and not errors:
        errors.append(_("Hãy ghi ít nhất một dòng."))
    return rows, errors


def _row(line: str) -> dict[str, Any]:
    found = _LINE.match(line)
    if found is None:
        raise services.BadScorecard(_("hãy viết: số thứ tự; tên; điểm tối đa; số chỉ số thành phần; mã chỉ số."))
    number, name, points, components, indicator = (part.strip() if part else "" for part in found.groups())
    most = _points(points)
    if not 0 <= most < 10_000 or -int(most.as_tuple().exponent) > 2:
        raise services.BadScorecard(_("điểm tối đa phải từ 0 đến 9.999, không quá hai chữ số thập phân."))
    if components and not re.fullmatch(r"[0-9]{1,3}", components):
        raise services.BadScorecard(_("số chỉ số thành phần phải là số nguyên."))
    return {"number": number, "name": name, "points": most, "components": int(components or 0), "indicator": indicator}


def _units(actor: access.Actor, code: str = VIEW) -> list[Unit]:
    """Whose sheets may be read or filled: the province, its committee, departments and communes within reach."""
    kinds = (UnitKind.PROVINCE, UnitKind.PROVINCIAL_COMMITTEE, UnitKind.DEPARTMENT, UnitKind.COMMUNE_COMMITTEE)
    found = Unit.objects.as_of(timezone.localdate()).filter(access.units(actor, code), kind__in=kinds)
    return sorted(found.order_by("sort_key", "pk"), key=lambda one: kinds.index(UnitKind(one.kind)))


def _chosen(units: list[Unit], wanted: str) -> Unit:
    found = next((one for one in units if not wanted or str(one.pk) == wanted), None)
    if found is None:
        raise Http404
    return found


def _years() -> list[int]:
    this = timezone.localdate().year
    return list(range(this, this - YEARS_BACK, -1))


def _year(text: str, code: str = "") -> int:
    """The year asked for; else the newest whose weights are known, for an empty table tells nobody anything."""
    years = _years()
    if text in map(str, years):
        return int(text)
    known = (year for year in years if (card := services.in_force(code, year)) and card.rows.exists())
    return next(known, years[0]) if code else years[0]
