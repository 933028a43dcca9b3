"""Measures, indicators and units of measure made by administrators, without a developer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.engines.indicators import checking, definitions, formulas, registry
from tinhso.engines.indicators.models import IndicatorDefinition, MeasureDefinition, SourceKind, UnitOfMeasure
from tinhso.engines.indicators.permissions import DEFINE
from tinhso.faces.admin.forms_indicators import (
    IndicatorForm,
    IndicatorVersionForm,
    MeasureChangeForm,
    MeasureForm,
    UnitForm,
)
from tinhso.faces.admin.views_units import run
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.orgs.models import UnitKind
from tinhso.foundation.text.asked import whole_number
from tinhso.foundation.text.errors import Refused

FORM = "admin/indicators/form.html"
MOST = 200


@require_safe
@permitted(DEFINE)
def indicators(request: HttpRequest) -> HttpResponse:
    """Indicators, measures and units of measure, found by code or name."""
    query = request.GET.get("q", "").strip()
    match = Q(code__icontains=query) | Q(name__icontains=query) if query else Q()
    newest = IndicatorDefinition.objects.newest().values("pk")
    listed = IndicatorDefinition.objects.filter(match, pk__in=newest).select_related("unit_of_measure")
    measures = MeasureDefinition.objects.filter(match).select_related("unit_of_measure")
    return render(
        request,
        "admin/indicators/list.html",
        {
            "query": query,
            "indicators": listed.order_by("code")[:MOST],
            "measures": measures.order_by("code")[:MOST],
            "units": UnitOfMeasure.objects.all(),
        },
    )


@require_safe
@permitted(DEFINE)
def indicator(request: HttpRequest, indicator_id: int) -> HttpResponse:
    """One indicator: its versions, the parts of its formula, who uses it."""
    found = get_object_or_404(IndicatorDefinition.objects.select_related("unit_of_measure"), pk=indicator_id)
    parts = formulas.parse(found.formula).codes
    return render(
        request,
        "admin/indicators/indicator.html",
        {
            "one": found,
            "versions": IndicatorDefinition.objects.filter(code=found.code).order_by("-version"),
            "parts": MeasureDefinition.objects.filter(code__in=parts),
            "inner": IndicatorDefinition.objects.filter(
                code__in=parts, pk__in=IndicatorDefinition.objects.newest().values("pk")
            ),
            "users": definitions.users_of(found.code),
            "is_declared": found.code in registry.INDICATORS,
        },
    )


@require_safe
@permitted(DEFINE)
def measure(request: HttpRequest, measure_id: int) -> HttpResponse:
    """One measure: what it means, who tells it, who uses it."""
    found = get_object_or_404(MeasureDefinition.objects.select_related("unit_of_measure", "part_of"), pk=measure_id)
    return render(
        request,
        "admin/indicators/measure.html",
        {
            "one": found,
            "users": definitions.users_of(found.code),
            "kinds": [str(label) for kind, label in UnitKind.choices if kind in found.unit_kinds],
            "is_declared": found.source_kind == SourceKind.LIVE,
            "is_used": definitions.is_used(found),
        },
    )


def _page(request: HttpRequest, form: forms.Form, title: str, back: str, **more: Any) -> HttpResponse:
    crumbs = [(_("Số liệu và chỉ số"), reverse("admin:indicators")), (title, "")]
    context = {"form": form, "title": title, "crumbs": crumbs, "back": back, **more}
    return render(request, FORM, context, status=422 if form.errors else 200)


def _act(
    request: HttpRequest, form: forms.Form, title: str, act: Callable[[], Any], back: str, said: str, **more: Any
) -> HttpResponse:
    def done(made: Any) -> HttpResponse:
        messages.success(request, said % {"code": made.code})
        return redirect(_url(made))

    return run(request, form, act, done, lambda: _page(request, form, title, back, **more))


def _url(made: MeasureDefinition | IndicatorDefinition | UnitOfMeasure) -> str:
    if isinstance(made, MeasureDefinition):
        return reverse("admin:measure", args=[made.pk])
    if isinstance(made, IndicatorDefinition):
        return reverse("admin:indicator", args=[made.pk])
    return reverse("admin:indicators")


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(DEFINE)
def unit_of_measure_create(request: HttpRequest) -> HttpResponse:
    """A new unit of measure."""
    form = UnitForm(request.POST or None)
    return _act(
        request,
        form,
        _("Lập đơn vị tính"),
        lambda: definitions.define_unit_of_measure(actor_of(request), **form.cleaned_data),
        reverse("admin:indicators"),
        _("Đã lập đơn vị tính %(code)s."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(DEFINE)
def measure_create(request: HttpRequest) -> HttpResponse:
    """A new measure that people or files tell."""
    form = MeasureForm(request.POST or None)
    return _act(
        request,
        form,
        _("Lập số liệu cơ sở"),
        lambda: definitions.define_measure(actor_of(request), **form.cleaned_data),
        reverse("admin:indicators"),
        _("Đã lập số liệu %(code)s."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(DEFINE)
def measure_change(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Words, reporters and the end of a measure; its meaning only while nobody has told it."""
    found = get_object_or_404(MeasureDefinition, pk=measure_id)
    names = [name for name, field in MeasureChangeForm.base_fields.items() if field is not None]
    form = MeasureChangeForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    return _act(
        request,
        form,
        _("Sửa số liệu cơ sở"),
        lambda: definitions.change_measure(actor_of(request), measure=found, **form.cleaned_data),
        _url(found),
        _("Đã sửa số liệu %(code)s."),
        lead=found.code,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(DEFINE)
def indicator_create(request: HttpRequest) -> HttpResponse:
    """A new indicator; "check" reads the formula and keeps nothing."""
    form = IndicatorForm(request.POST or None)
    if "kiem-tra" in request.POST:
        return _checked(request, form, request.POST.get("code", ""), _("Lập chỉ số"), reverse("admin:indicators"))
    return _act(
        request,
        form,
        _("Lập chỉ số"),
        lambda: definitions.define_indicator(actor_of(request), **form.cleaned_data),
        reverse("admin:indicators"),
        _("Đã lập chỉ số %(code)s."),
        checks=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(DEFINE)
def indicator_version(request: HttpRequest, indicator_id: int) -> HttpResponse:
    """A new version of an indicator from a day on."""
    found = get_object_or_404(IndicatorDefinition, pk=indicator_id)
    kept = ("name", "formula", "unit_of_measure", "targets", "note")
    form = IndicatorVersionForm(request.POST or None, initial={name: getattr(found, name) for name in kept})
    title = _("Lập phiên bản mới")
    if "kiem-tra" in request.POST:
        return _checked(request, form, found.code, title, _url(found), lead=found.code)
    return _act(
        request,
        form,
        title,
        lambda: definitions.new_version(actor_of(request), indicator=found, **form.cleaned_data),
        _url(found),
        _("Đã lập phiên bản mới của %(code)s."),
        checks=True,
        lead=found.code,
    )


def _checked(request: HttpRequest, form: forms.Form, code: str, title: str, back: str, **more: Any) -> HttpResponse:
    """The formula alone, read and checked; the form comes back as it was typed, nothing is kept."""
    typed = request.POST.get("formula", "")
    unit = UnitOfMeasure.objects.filter(pk=_number(request.POST.get("unit_of_measure", ""))).first()
    fresh = type(form)(initial={**request.POST.dict(), "targets": request.POST.getlist("targets")})
    try:
        if unit is None:
            raise definitions.BadDefinition(_("Hãy chọn đơn vị tính trước khi kiểm tra."))
        formula = checking.check(code, typed, unit)
    except Refused as refusal:
        verdict = {"kind": "danger", "text": refusal.sentence}
    else:
        named = ", ".join(formula.codes)
        verdict = {"kind": "ok", "text": _("Công thức dùng được; gồm: %(codes)s.") % {"codes": named}}
    return _page(request, fresh, title, back, verdict=verdict, checks=True, **more)


def _number(text: str) -> int:
    return whole_number(text, 11) or 0
