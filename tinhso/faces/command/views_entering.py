"""Telling figures by hand, with evidence: which targets are told, one unit's form for a period, what was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.engines.indicators import catalogue, entries, words
from tinhso.engines.indicators.entries import Outcome, Row, RowResult
from tinhso.engines.indicators.models import Entry, MeasureDefinition, Target
from tinhso.engines.indicators.periods import AnyPeriod, PeriodKind
from tinhso.engines.indicators.permissions import ENTER, VIEW
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.files import services as files
from tinhso.foundation.files import serving
from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.errors import Refused

# How many periods back may be chosen on the page; older ones come by import.
PERIODS_BACK = 8
PURPOSE = "indicators.evidence"
SAID = {
    Outcome.CREATED: gettext_lazy("đã ghi"),
    Outcome.CORRECTED: gettext_lazy("đã sửa"),
    Outcome.WITHDRAWN: gettext_lazy("đã rút"),
    Outcome.UNCHANGED: gettext_lazy("không đổi"),
}


@require_safe
@permitted(ENTER)
def entering(request: HttpRequest) -> HttpResponse:
    """The targets whose figures are told by hand, and which of them the reader's units answer for."""
    actor: access.Actor = actor_of(request)
    told = catalogue.answers()
    known = catalogue.measures({part for item in told.values() for part in item.parts})
    kinds = set(Unit.objects.filter(access.units(actor, ENTER)).values_list("kind", flat=True))
    groups: dict[str, list[dict[str, Any]]] = {}
    for target in Target.objects.all():
        item = told.get(target.code)
        parts = [known[code] for code in item.parts if known[code].is_told] if item else []
        if parts and any(not part.unit_kinds or kinds.intersection(part.unit_kinds) for part in parts):
            group = groups.setdefault(words.group_name(target.group), [])
            group.append({"target": target, "parts": parts, "frequency": _frequency(parts[0].frequency)})
    return render(request, "command/entering.html", {"groups": groups.items()})


def _frequency(code: str) -> str:
    return str(MeasureDefinition.Frequency(code).label)


@dataclass
class Line:
    """One box of the form: the measure, what stands, what was typed, what is wrong with it."""

    measure: MeasureDefinition
    standing: Entry | None
    value: str
    error: str = ""

    @property
    def name(self) -> str:
        return f"so-{self.measure.pk}"


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(ENTER)
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """One target's values for a unit and a period; a refused row keeps back all, and nothing typed is lost."""
    actor: access.Actor = actor_of(request)
    target = get_object_or_404(Target, code=code)
    measures = _told_of(target)
    units = _units(actor, measures)
    asked = request.POST if request.method == "POST" else request.GET
    unit = _chosen(units, str(asked.get("don-vi", "")))
    periods = _periods(measures[0])
    period = next((one for one in periods if str(one) == asked.get("ky", "")), periods[0])
    lines = [_line(measure, unit, period) for measure in measures]
    page: dict[str, Any] = {"errors": [], "source": "", "reason": ""}
    if request.method == "POST":
        page = _kept(request, actor, lines, unit, period)
        if page.get("done"):
            return redirect(f"{reverse('command:enter', args=[code])}?don-vi={unit.pk}&ky={period}")
    return render(request, "command/enter.html", {
        "target": target, "lines": lines, "unit": unit, "units": [(one.pk, one.name) for one in units],
        "period": str(period), "periods": [(str(one), _spoken(one)) for one in periods],
        "period_words": _spoken(period), "history": _history(measures, unit, period),
        "needs_reason": any(line.standing for line in lines), **page,
    }, status=422 if page["errors"] else 200)  # fmt: skip


def _told_of(target: Target) -> list[MeasureDefinition]:
    """The measures to tell, the whole before its part; 404 for a target that records feed."""
    item = catalogue.indicator_for(target.code)
    found = MeasureDefinition.objects.told().filter(code__in=item.parts if item else ())
    measures = list(found.select_related("unit_of_measure", "part_of").order_by("code"))
    measures.sort(key=lambda one: one.part_of_id is not None)
    if not measures:
        raise Http404
    return measures


def _units(actor: access.Actor, measures: list[MeasureDefinition]) -> list[Unit]:
    kinds = {kind for measure in measures for kind in measure.unit_kinds}
    found = Unit.objects.as_of(timezone.localdate()).filter(access.units(actor, ENTER)).order_by("sort_key", "pk")
    return list(found.filter(kind__in=kinds) if kinds else found)


def _chosen(units: list[Unit], wanted: str) -> Unit:
    """The unit asked for, among those the reader may tell for; the first when none is asked; 404 for any other."""
    if not units:
        raise Http404
    if not wanted:
        return units[0]
    found = next((one for one in units if str(one.pk) == wanted), None)
    if found is None:
        raise Http404
    return found


def _periods(measure: MeasureDefinition) -> list[AnyPeriod]:
    """Periods that may be told, the newest whole one first, the running one last."""
    current = AnyPeriod.of(PeriodKind(measure.frequency), timezone.localdate())
    return [*(current.plus(-back) for back in range(1, PERIODS_BACK + 1)), current]


def _spoken(period: AnyPeriod) -> str:
    first = period.first_day
    match period.kind:
        case PeriodKind.MONTH:
            return _("tháng %(month)s/%(year)s") % {"month": f"{first.month:02d}", "year": first.year}
        case PeriodKind.QUARTER:
            return _("quý %(quarter)s/%(year)s") % {"quarter": (first.month + 2) // 3, "year": first.year}
        case PeriodKind.HALF:
            return _("sáu tháng %(half)s/%(year)s") % {"half": (first.month + 5) // 6, "year": first.year}
        case PeriodKind.YEAR:
            return _("năm %(year)s") % {"year": first.year}
    return str(period)


def _line(measure: MeasureDefinition, unit: Unit, period: AnyPeriod) -> Line:
    standing = Entry.objects.cell(measure.code, unit.pk, period).filter(replaced_by=None).first()
    shown = "" if standing is None or standing.value is None else words.plain_number(standing.value)
    return Line(measure, standing, shown)


def _kept(
    request: HttpRequest, actor: access.Actor, lines: list[Line], unit: Unit, period: AnyPeriod
) -> dict[str, Any]:
    source, reason = request.POST.get("nguon", "").strip(), request.POST.get("ly-do", "").strip()
    for line in lines:
        line.value = request.POST.get(line.name, "").strip()
    try:
        results = _tell(request, actor, lines, unit, period)
    except access.Denied:
        raise
    except Refused as refusal:
        return {"errors": [refusal.sentence], "source": source, "reason": reason}
    refused = [one for one in results if one.outcome is Outcome.REFUSED]
    for one in refused:
        lines[one.index].error = one.sentence
    if not refused:
        told = [f"{line.measure.name}: {SAID[one.outcome]}" for line, one in zip(lines, results, strict=True)]
        messages.success(request, "; ".join(told) + ".")
    return {"errors": [one.sentence for one in refused], "source": source, "reason": reason, "done": not refused}


@transaction.atomic
def _tell(
    request: HttpRequest, actor: access.Actor, lines: list[Line], unit: Unit, period: AnyPeriod
) -> list[RowResult]:
    source, reason = request.POST.get("nguon", "").strip(), request.POST.get("ly-do", "").strip()
    access.require(actor, ENTER, unit=unit)
    rows = [Row(line.measure.code, unit, period, line.value, source, (), reason) for line in lines]
    tried = entries.enter_many(actor, rows=rows, is_dry_run=True)
    if any(one.outcome is Outcome.REFUSED for one in tried):
        return tried
    # Evidence is kept only with the values it stands for.
    given: Any = request.FILES.getlist("tep")
    evidence = [files.store(actor, stream=one, name=one.name, purpose=PURPOSE) for one in given]
    rows = [Row(line.measure.code, unit, period, line.value, source, evidence, reason) for line in lines]
    return entries.enter_many(actor, rows=rows, is_all_or_nothing=True)


def _history(measures: list[MeasureDefinition], unit: Unit, period: AnyPeriod) -> list[Entry]:
    found = Entry.objects.filter(
        measure__in=measures, unit=unit, period_kind=str(period.kind), period_on=period.first_day
    )
    return list(found.select_related("measure", "recorded_by").prefetch_related("evidence").order_by("-pk")[:40])


@require_safe
@permitted(VIEW)
def evidence(request: HttpRequest, entry_id: int, file_id: int) -> HttpResponseBase:
    """A file that stands behind a told value, for whoever sees the figure; the reading is on record."""
    actor: access.Actor = actor_of(request)
    seen = Entry.objects.filter(access.scope(actor, VIEW, "unit"))
    entry = get_object_or_404(seen, pk=entry_id)
    file = get_object_or_404(StoredFile, pk=file_id, pk__in=entry.evidence.values("pk"))
    files.read_for(actor, file=file, subject=entry, reason="evidence").close()
    return serving.serve(file)
