"""Reports open to everybody: the list, a report with its versions, its files. Nobody signs in; no scripts are needed.

What was never made public answers 404 like what does not exist; what was taken back answers 410 with the notice.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.engines.indicators.periods import AnyPeriod
from tinhso.foundation.access.gates import public
from tinhso.systems.reporting import asked, releases, words
from tinhso.systems.reporting.models import Release
from tinhso.systems.reporting.services import publishing
from tinhso.systems.reporting.views_published import file_of, period_or_none

PER_PAGE = 30
KINDS = ("pdf", "xlsx", "json")


@require_safe
@public
def listed(request: HttpRequest) -> HttpResponse:
    """Every report that is or was public, the newest period first."""
    chosen = {name: request.GET.get(name, "").replace("\x00", "")[:40] for name in ("che-do", "ky", "don-vi")}
    wanted = releases.Asked(chosen["che-do"], period_or_none(chosen["ky"]), asked.number(chosen["don-vi"]))
    page = Paginator(releases.listed(wanted), PER_PAGE).get_page(request.GET.get("trang"))
    return render(
        request,
        "reporting/public_list.html",
        {
            "rows": [_line(one) for one in page],
            "narrowings": _narrowings(chosen),
            "is_narrowed": any(chosen.values()),
            **_pages(page, chosen),
        },
    )


def _narrowings(chosen: dict[str, str]) -> list[dict[str, Any]]:
    """The three boxes above the list, with what may be chosen in each."""
    boxes = {
        "che-do": (_("Chế độ báo cáo"), [(one.code, one.name) for one in releases.regimes()]),
        "ky": (_("Kỳ"), [(str(one), words.period_name(one)) for one in releases.periods()]),
        "don-vi": (_("Đơn vị"), [(str(unit.pk), str(unit)) for unit in releases.units()]),
    }
    return [
        {"name": name, "label": label, "options": options, "value": chosen[name]}
        for name, (label, options) in boxes.items()
    ]


def _pages(page: Page[Release], chosen: dict[str, str]) -> dict[str, str]:
    def at(number: int) -> str:
        return "?" + urlencode({name: value for name, value in chosen.items() if value} | {"trang": number})

    return {
        "pages": _("Trang %(page)s trên %(pages)s") % {"page": page.number, "pages": page.paginator.num_pages}
        if page.paginator.num_pages > 1
        else "",
        "previous_url": at(page.number - 1) if page.has_previous() else "",
        "next_url": at(page.number + 1) if page.has_next() else "",
    }


def _line(release: Release) -> dict[str, Any]:
    one = release.publication
    period = AnyPeriod.of(one.period_kind, one.period_on)
    return {
        "release": release,
        "publication": one,
        "period": words.period_name(period),
        "href": reverse("reporting:public_report", args=[one.regime.code, str(period)]),
        "version_href": reverse("reporting:public_version", args=[one.regime.code, str(period), one.report.version]),
    }


@require_safe
@public
def report(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """The newest version of one report that is open; where none is any more, its notice."""
    found = _versions(code, period)
    return _shown(request, next((one for one in found if one.is_standing), found[0]), found)


@require_safe
@public
def version(request: HttpRequest, code: str, period: str, number: int) -> HttpResponse:
    """One version, by its permanent address."""
    found = _versions(code, period)
    return _shown(request, _numbered(found, number), found)


@require_safe
@public
def file(request: HttpRequest, code: str, period: str, number: int, kind: str) -> HttpResponseBase:
    """One of the three files, byte for byte as frozen; of a version taken back only the notice."""
    found = _versions(code, period)
    release = _numbered(found, number)
    if kind not in KINDS:
        raise Http404
    if not release.is_standing:
        return _shown(request, release, found)
    return file_of(release.publication, kind)


def _versions(code: str, text: str) -> list[Release]:
    period = period_or_none(text)
    found = releases.versions(code, period) if period is not None else []
    if not found:
        raise Http404
    return found


def _numbered(found: list[Release], number: int) -> Release:
    release = next((one for one in found if one.publication.report.version == number), None)
    if release is None:
        raise Http404
    return release


def _shown(request: HttpRequest, release: Release, found: list[Release]) -> HttpResponse:
    line = _line(release)
    newest = next((one for one in found if one.is_standing), None)
    context = line | {
        "versions": [_line(one) for one in found],
        "newest": _line(newest) if newest is not None and newest.pk != release.pk else None,
        "crumbs": [(_("Báo cáo công khai"), reverse("reporting:public")), (release.publication.report.title, "")],
    }
    if release.is_standing:
        context |= _contents(request, release)
    return render(request, "reporting/public_report.html", context, status=200 if release.is_standing else 410)


def _contents(request: HttpRequest, release: Release) -> dict[str, Any]:
    one = release.publication
    units, sections = publishing.figures_of(one)
    given = [one.regime.code, str(AnyPeriod.of(one.period_kind, one.period_on)), one.report.version]
    return {
        "sections": sections,
        "units": units,
        "address": request.build_absolute_uri(reverse("reporting:public_version", args=given)),
        "files": [
            {"href": reverse("reporting:public_file", args=[*given, kind]), "digest": digest}
            for kind, digest in zip(KINDS, one.digests, strict=True)
        ],
    }
