"""The reporting department's pages: regimes and their versions, built without code."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.text.asked import day_of
from tinhso.foundation.text.errors import Refused
from tinhso.systems.reporting import asked, checking, drawing, errors, forming, forms, permissions, selectors, services
from tinhso.systems.reporting.models import FormVersion, Package, Regime
from tinhso.systems.reporting.national import sending
from tinhso.systems.reporting.rules import content as rules

ASKED = ["GET", "HEAD", "POST"]
BLANK_ROWS, BLANK_COLUMNS = 5, 2
MOST_ROWS = 6000


def _owners(actor: access.Actor) -> Any:
    held = access.scope(actor, permissions.MANAGE, "")
    kinds = (UnitKind.PROVINCIAL_COMMITTEE, UnitKind.DEPARTMENT)
    return Unit.objects.filter(held, kind__in=kinds, valid_to=None).order_by("path")


def _version(request: HttpRequest, pk: int) -> FormVersion:
    mine = selectors.regimes_managed(actor_of(request)).values("pk")
    rows = FormVersion.objects.select_related("regime__owner").filter(regime__in=mine)
    return get_object_or_404(rows, pk=min(pk, asked.LARGEST))


@require_http_methods(ASKED)
@permitted(permissions.MANAGE)
def home(request: HttpRequest) -> HttpResponse:
    """Every regime with its versions, and the door to a new one."""
    actor = actor_of(request)
    form = forms.RegimeForm(request.POST or None, owners=_owners(actor))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_regime(actor=actor, **form.cleaned_data)
            return redirect("reporting:version", made.pk)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    regimes = selectors.regimes_managed(actor).select_related("owner").prefetch_related("versions")
    Package.objects.filter(submission__duty__regime__in=regimes)
    return render(
        request,
        "reporting/admin/home.html",
        {
            "regimes": regimes,
            "form": form,
            "crumbs": [(_("Quản trị"), reverse("admin:home")), (_("Chế độ báo cáo"), "")],
        },
        status=422 if form.is_bound else 200,
    )


@require_POST
@permitted(permissions.MANAGE)
def resend(request: HttpRequest, package_id: int) -> HttpResponse:
    """Puts a package that the national system refused back in the queue."""
    actor = actor_of(request)
    mine = Package.objects.filter(submission__duty__regime__in=selectors.regimes_managed(actor).values("pk"))
    package = get_object_or_404(mine, pk=min(package_id, asked.LARGEST))
    sending.resend(actor=actor, package_id=package.pk)
    messages.success(request, _("Đã xếp lại để gửi."))
    return redirect("reporting:regimes")


@require_POST
@permitted(permissions.MANAGE)
def begin(request: HttpRequest, regime_id: int) -> HttpResponse:
    """The next version of a regime, begun as a copy."""
    actor = actor_of(request)
    rows: Any = selectors.regimes_managed(actor)
    regime: Regime = get_object_or_404(rows, pk=min(regime_id, asked.LARGEST))
    try:
        return redirect("reporting:version", services.begin_version(actor=actor, regime=regime).pk)
    except errors.BadVersion as refusal:
        messages.error(request, refusal.sentence)
        return redirect("reporting:regimes")


@require_POST
@permitted(permissions.MANAGE)
def end(request: HttpRequest, regime_id: int) -> HttpResponse:
    """A regime asks for nothing more from a day on."""
    actor = actor_of(request)
    rows: Any = selectors.regimes_managed(actor)
    regime: Regime = get_object_or_404(rows, pk=min(regime_id, asked.LARGEST))
    day = day_of(request.POST.get("tu-ngay", ""))
    if day is None:
        messages.error(request, _("Hãy ghi ngày thôi áp dụng."))
        return redirect("reporting:regimes")
    try:
        services.end_regime(actor=actor, regime_id=regime.pk, on=day, reason=request.POST.get("ly-do", ""))
    except access.Denied:
        raise
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        said = _("“%(name)s” thôi áp dụng từ %(day)s.")
        messages.success(request, said % {"name": regime.name, "day": f"{day:%d/%m/%Y}"})
    return redirect("reporting:regimes")


@require_http_methods(ASKED)
@permitted(permissions.MANAGE)
def version(request: HttpRequest, version_id: int) -> HttpResponse:
    """One version whole: schedule, form, checks, what is still missing; publication."""
    one = _version(request, version_id)
    schedule = forms.ScheduleForm(request.POST or None, instance=one) if one.is_draft else None
    if request.method == "POST" and schedule is not None and schedule.is_valid():
        changed = schedule.changes()
        if _change(request, version_id, **changed):
            return redirect("reporting:version", version_id)
    fresh = _version(request, version_id)
    faults = checking.faults(fresh) if fresh.is_draft else []
    try:
        form = rules.read(fresh.content)
        shown = drawing.sections(form, {}, is_open=False)
    except (KeyError, TypeError, ValueError, AttributeError):
        form, shown = rules.Form(()), []
    return render(
        request,
        "reporting/admin/version.html",
        {
            "version": fresh,
            "schedule": schedule,
            "faults": faults,
            "sections": shown,
            "checks": form.checks,
            "reporters": Unit.objects.filter(pk__in=fresh.reporter_ids),
            "crumbs": _crumbs(fresh),
        },
        status=422 if schedule is not None and schedule.errors else 200,
    )


def _crumbs(one: FormVersion, here: str = "") -> list[tuple[str, str]]:
    name = _("%(regime)s, phiên bản %(number)s") % {"regime": one.regime.name, "number": one.number}
    found = [(_("Chế độ báo cáo"), reverse("reporting:regimes"))]
    if not here:
        return [*found, (name, "")]
    return [*found, (name, reverse("reporting:version", args=[one.pk])), (here, "")]


def _change(request: HttpRequest, version_id: int, **changes: Any) -> bool:
    try:
        services.change_version(actor=actor_of(request), version_id=version_id, seen=asked.seen(request), **changes)
    except access.Denied:
        raise
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return False
    messages.success(request, _("Đã lưu."))
    return True


@require_POST
@permitted(permissions.MANAGE)
def act(request: HttpRequest, version_id: int, act: str) -> HttpResponse:
    """Publishes or drops a draft; adds a section."""
    one, actor = _version(request, version_id), actor_of(request)
    try:
        if act == "ban-hanh":
            services.publish_version(actor=actor, version_id=one.pk)
            opened = services.open_regime(actor=actor, regime=one.regime, day=_today())
            messages.success(request, _("Đã ban hành; mở %(count)s báo cáo phải gửi.") % {"count": opened})
        elif act == "bo":
            services.drop_version(actor=actor, version_id=one.pk)
            messages.success(request, _("Đã bỏ bản soạn; nội dung vẫn được lưu."))
        elif act == "them-phan":
            new, key = forming.add_section(one.content, request.POST.get("title", ""))
            services.change_version(actor=actor, version_id=one.pk, content=new)
            return redirect("reporting:section", one.pk, key)
        else:
            raise Http404
    except access.Denied:
        raise
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("reporting:version", one.pk)


def _today() -> Any:
    from django.utils import timezone

    return timezone.localdate()


@require_http_methods(ASKED)
@permitted(permissions.MANAGE)
def section(request: HttpRequest, version_id: int, key: str) -> HttpResponse:
    """One section: its rows and columns; each cell leads to its own page."""
    one = _version(request, version_id)
    try:
        held = forming.section_of(one.content, key)
    except Refused:
        raise Http404 from None
    if request.method == "POST":
        if "remove" in request.POST:
            if _change(request, one.pk, content=forming.remove_section(one.content, key)):
                return redirect("reporting:version", one.pk)
        elif _change(request, one.pk, content=_posted(one, key, request.POST)):
            return redirect("reporting:section", one.pk, key)
    form = rules.read({"sections": [held]})
    return render(
        request,
        "reporting/admin/section.html",
        {
            "version": one,
            "section": held,
            "rows": [*held["rows"], *({} for _n in range(BLANK_ROWS))],
            "columns": [*held["columns"], *({} for _n in range(BLANK_COLUMNS))],
            "table": drawing.sections(form, {}, is_open=False)[0],
            "kinds": {code: spec.kind for code, spec in form.cells.items()},
            "cells": [
                {
                    "row": row,
                    "cells": [
                        {"code": spec.code, "kind": str(dict(forms.CellForm().fields["kind"].choices)[spec.kind.value])}  # type: ignore[attr-defined]
                        for spec in form.sections[0].cells_of(row)
                    ],
                }
                for row in form.sections[0].rows
                if not row.is_heading
            ][:500],
            "crumbs": _crumbs(one, held["title"]),
        },
    )


def _posted(one: FormVersion, key: str, posted: QueryDict) -> forming.Content:
    rows = [
        {name: posted.get(f"r.{number}.{name}", "") for name in ("key", "number", "title", "unit", "heading")}
        for number in range(min(asked.number(posted.get("rows")), MOST_ROWS))
    ]
    columns = [
        {name: posted.get(f"c.{number}.{name}", "") for name in ("key", "title")}
        for number in range(min(asked.number(posted.get("columns")), 100))
    ]
    return forming.change_section(
        one.content, key, title=posted.get("title", ""), note=posted.get("note", ""), rows=rows, columns=columns
    )


@require_http_methods(ASKED)
@permitted(permissions.MANAGE)
def cell(request: HttpRequest, version_id: int, code: str) -> HttpResponse:
    """One cell: its kind, its bounds, where its figure comes from or goes to."""
    one = _version(request, version_id)
    form = rules.read(one.content)
    spec = form.cells.get(code)
    if spec is None:
        raise Http404
    given = forms.CellForm(request.POST or None, initial=_initial(spec))
    if request.method == "POST" and given.is_valid():
        try:
            new = forming.change_cell(one.content, code, given.as_cell())
        except Refused as refusal:
            given.add_error(None, refusal.sentence)
        else:
            if _change(request, one.pk, content=new):
                home_ = next(part.key for part in form.sections for row in part.rows if code.startswith(f"{row.key}."))
                return redirect("reporting:section", one.pk, home_)
    context = {"version": one, "form": given, "name": form.names[code], "code": code}
    return render(request, "reporting/admin/one.html", context | {"crumbs": _crumbs(one, form.names[code])})


def _initial(spec: rules.CellSpec) -> dict[str, Any]:
    is_live = spec.kind is rules.CellKind.LIVE
    return {
        "kind": spec.kind.value,
        "decimals": spec.shape.decimals,
        "least": spec.shape.least,
        "most": spec.shape.most,
        "required": spec.is_required,
        "live": spec.measure if is_live else "",
        "measure": "" if is_live else spec.measure,
        "formula": spec.formula,
    }


@require_http_methods(ASKED)
@permitted(permissions.MANAGE)
def check(request: HttpRequest, version_id: int, key: str) -> HttpResponse:
    """One check; "moi" is a new one."""
    one = _version(request, version_id)
    key = "" if key == "moi" else key
    known = next((item for item in one.content.get("checks", []) if item["key"] == key), None)
    if key and known is None:
        raise Http404
    form = forms.CheckForm(request.POST if "must" in request.POST else None, initial=known or {})
    if request.method == "POST":
        removing = "remove" in request.POST and key
        if removing or form.is_valid():
            new = forming.change_check(one.content, key, None if removing else form.cleaned_data)
            if _change(request, one.pk, content=new):
                return redirect("reporting:version", one.pk)
    try:
        cells = [(code, name) for code, name in rules.read(one.content).names.items()][:500]
    except (KeyError, TypeError, ValueError):
        cells = []
    context = {"version": one, "form": form, "name": _("Quy tắc kiểm tra"), "cells": cells, "may_remove": bool(key)}
    return render(request, "reporting/admin/one.html", context | {"crumbs": _crumbs(one, _("Quy tắc kiểm tra"))})
