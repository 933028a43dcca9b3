"""How complete each period is, down to the very reports; freezing it; and what was published as of a day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.engines.indicators.periods import AnyPeriod
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.files import serving
from tinhso.foundation.text.asked import day_of
from tinhso.foundation.text.errors import Refused
from tinhso.systems.reporting import asked, permissions, selectors, services, views, words
from tinhso.systems.reporting.models import Publication, Regime
from tinhso.systems.reporting.rules.disclosing import Risk
from tinhso.systems.reporting.services import publishing, releasing

MOST_UNITS_NAMED = 8
PARTS = {
    "tat-ca": {},
    "da-gui": {"sent_at__isnull": False},
    "chua-gui": {"sent_at__isnull": True},
    "da-duyet": {"approved_at__isnull": False},
}


@require_safe
@permitted(permissions.VIEW)
def progress(request: HttpRequest) -> HttpResponse:
    """Tình hình báo cáo: per regime and period how many are due, sent, on time, approved; each opens its reports."""
    actor = actor_of(request)
    duties = selectors.sent_to(actor)
    chosen, period = request.GET.get("che-do", ""), period_or_none(request.GET.get("ky", ""))
    rows, part = [], request.GET.get("loc", "tat-ca")
    if chosen and period is not None:
        found = selectors.with_state(duties).filter(
            regime__code=chosen, period_kind=str(period.kind), period_on=period.first_day, **PARTS.get(part, {})
        )
        rows = [views.line(duty) for duty in found.order_by("unit__sort_key", "pk")[: views.MOST_LISTED]]
    return render(
        request,
        "reporting/progress.html",
        {
            "listed": [_drawn(actor, one) for one in selectors.progress(duties)] if not chosen else [],
            "rows": rows,
            "chosen": chosen,
            "period": words.period_name(period) if period else "",
            "may_let_off": bool(rows) and access.allowed(actor, permissions.MANAGE, rows[0]["duty"].regime.owner),
            "chips": _parts(chosen, str(period or ""), part) if chosen else [],
            "crumbs": [(_("Tình hình báo cáo"), reverse("reporting:progress") if chosen else "")]
            + ([(words.period_name(period), "")] if period else []),
        },
    )


def period_or_none(text: str) -> AnyPeriod | None:
    """The period as addresses write it; None for anything else."""
    try:
        return AnyPeriod.parse(text)
    except ValueError:
        return None


def _parts(chosen: str, period: str, part: str) -> list[dict[str, Any]]:
    names = {
        "tat-ca": _("Tất cả"),
        "da-gui": _("Đã gửi"),
        "chua-gui": _("Chưa gửi"),
        "da-duyet": _("Đã duyệt"),
    }
    return [
        {"href": f"?che-do={chosen}&ky={period}&loc={code}", "label": name, "is_current": code == part}
        for code, name in names.items()
    ]


def _drawn(actor: access.Actor, one: selectors.Progress) -> dict[str, Any]:
    return {
        "one": one,
        "period": words.period_name(one.period),
        "href": f"?che-do={one.regime.code}&ky={one.period}",
        "code": str(one.period),
        "may_publish": bool(one.counts["approved"]) and access.allowed(actor, permissions.PUBLISH, one.regime.owner),
    }


@require_POST
@permitted(permissions.MANAGE)
def let_off(request: HttpRequest, duty_id: int) -> HttpResponse:
    """One unit need not send this report any more, with the reason."""
    actor = actor_of(request)
    managed = selectors.regimes_managed(actor).values("pk")
    duty = get_object_or_404(
        selectors.sent_to(actor).filter(regime__in=managed).select_related("regime", "unit"),
        pk=min(duty_id, asked.LARGEST),
    )
    try:
        services.lapse(actor=actor, duty_id=duty.pk, reason=request.POST.get("ly-do", ""))
    except access.Denied:
        raise
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("%(unit)s không phải gửi báo cáo này nữa.") % {"unit": duty.unit.name})
    return redirect(f"{reverse('reporting:progress')}?che-do={duty.regime.code}&ky={duty.period}")


@require_POST
@permitted(permissions.PUBLISH)
def publish(request: HttpRequest) -> HttpResponse:
    """Freezes and publishes a period of a regime."""
    regime = get_object_or_404(Regime.objects.select_related("owner"), code=request.POST.get("che-do", "")[:40])
    period = period_or_none(request.POST.get("ky", ""))
    if period is None:
        raise Http404
    try:
        made = publishing.publish(
            actor=actor_of(request),
            regime=regime,
            period=period,
            reason=request.POST.get("reason", ""),
            pin=request.POST.get("pin", "")[:64],
        )
    except access.Denied:
        raise
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("reporting:progress")
    messages.success(request, _("Đã chốt và công bố. Số đã công bố không thay đổi nữa."))
    return redirect("reporting:publication", made.pk)


@require_safe
@permitted(permissions.VIEW)
def published(request: HttpRequest) -> HttpResponse:
    """Số đã công bố: what was known on a day is what stood published that day."""
    day = day_of(request.GET.get("ngay", "")) or timezone.localdate()
    rows = [
        {
            "publication": one,
            "period": words.period_name(AnyPeriod.of(one.period_kind, one.period_on)),
            "late": publishing.corrected_since(one) if day >= timezone.localdate() else 0,
        }
        for one in publishing.known_on(day)[:200]
    ]
    return render(request, "reporting/published.html", {"rows": rows, "day": day})


@require_safe
@permitted(permissions.VIEW)
def publication(request: HttpRequest, pk: int) -> HttpResponse:
    """One published version: its figures as frozen, its files with their digests, its other versions."""
    one = _found(pk)
    units, sections = publishing.figures_of(one)
    actor = actor_of(request)
    may_open = access.allowed(actor, permissions.PUBLISH, one.regime.owner)
    releases = list(one.releases.select_related("opened_by", "withdrawn_by"))
    standing = next((release for release in releases if release.is_standing), None)
    others = Publication.objects.filter(
        regime=one.regime, period_kind=one.period_kind, period_on=one.period_on
    ).select_related("report")
    return render(
        request,
        "reporting/publication.html",
        {
            "publication": one,
            "period": words.period_name(AnyPeriod.of(one.period_kind, one.period_on)),
            "sections": sections,
            "units": units,
            "releases": releases,
            "standing": standing,
            "public_url": reverse(
                "reporting:public_version",
                args=[one.regime.code, str(AnyPeriod.of(one.period_kind, one.period_on)), one.report.version],
            ),
            "may_open": may_open,
            "risks": _risks(one) if may_open and standing is None else [],
            "files": [
                {"href": reverse("reporting:published_file", args=[one.pk, kind]), "digest": digest}
                for kind, digest in zip(("pdf", "xlsx", "json"), one.digests, strict=True)
            ],
            "versions": others.order_by("-report__version"),
            "late": publishing.corrected_since(one),
            "crumbs": [(_("Số đã công bố"), reverse("reporting:published")), (one.report.title, "")],
        },
    )


def _risks(one: Publication) -> list[dict[str, Any]]:
    """Per cell of the form what may point at persons, in how many units, and what may be vouched for."""
    names = one.form.form.names
    grouped: dict[tuple[str, Risk], list[str]] = {}
    for found in releasing.tellings_of(one):
        grouped.setdefault((found.code, found.risk), []).append(found.unit)
    return [
        {
            "code": code,
            "name": names[code],
            "why": words.RISKS[risk],
            "vouched": words.VOUCHED.get(risk, ""),
            "units": units[:MOST_UNITS_NAMED],
            "more": max(0, len(units) - MOST_UNITS_NAMED),
        }
        for (code, risk), units in grouped.items()
    ]


@require_POST
@permitted(permissions.PUBLISH)
def make_public(request: HttpRequest, pk: int) -> HttpResponse:
    """Opens the version to everybody, or says which cells may point at persons."""
    posted = request.POST
    return _decided(
        request,
        pk,
        lambda actor, one: services.make_public(
            actor=actor, publication_id=one.pk, basis=posted.get("can-cu", ""), vouched=posted.getlist("xac-nhan")
        ),
        _("Đã công khai. Ai cũng mở được báo cáo này, không cần đăng nhập."),
    )


@require_POST
@permitted(permissions.PUBLISH)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Closes the version to the public again; a notice with the reason stays."""
    return _decided(
        request,
        pk,
        lambda actor, one: services.withdraw(actor=actor, publication_id=one.pk, reason=request.POST.get("ly-do", "")),
        _("Đã thôi công khai. Địa chỉ cũ nay nói rõ từ khi nào và vì sao."),
    )


def _decided(
    request: HttpRequest, pk: int, act: Callable[[access.Actor, Publication], object], done: str
) -> HttpResponse:
    one = _found(pk)
    try:
        act(actor_of(request), one)
    except access.Denied:
        raise
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, done)
    return redirect("reporting:publication", one.pk)


def _found(pk: int) -> Publication:
    rows = Publication.objects.select_related("report__published_by", "regime__owner", "form", "pdf", "xlsx", "json")
    return get_object_or_404(rows, pk=min(pk, asked.LARGEST))


@require_safe
@permitted(permissions.VIEW)
def published_file(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """One of the three files, byte for byte as published."""
    return file_of(_found(pk), kind)


def file_of(one: Publication, kind: str) -> HttpResponseBase:
    """The answer with one of the three frozen files; raises Http404 for any other kind."""
    file = {"pdf": one.pdf, "xlsx": one.xlsx, "json": one.json}.get(kind)
    if file is None:
        raise Http404
    return serving.serve(file, inline=kind == "pdf")
