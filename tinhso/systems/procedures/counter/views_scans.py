"""The papers of a dossier made electronic: scan each, look at what was read beside the scan, settle it."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.files.serving import serve
from tinhso.foundation.text.asked import whole_number
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.counter import ocr, permissions, selectors, services
from tinhso.systems.procedures.counter.extraction import DATES, NAMES
from tinhso.systems.procedures.counter.models import ReceivedPaper, Scan, ScanState
from tinhso.systems.procedures.counter.words import FIELDS
from tinhso.systems.procedures.models import Dossier

# From this confidence a proposal is shown as sure; below, it asks to be looked at.
SURE = 80


@permitted(permissions.DIGITISE)
def papers(request: HttpRequest, dossier: int) -> HttpResponse:
    """The dossier's papers, what of each is electronic, and the fields waiting to be settled."""
    scope = access.scope(actor_of(request), permissions.DIGITISE, "desk")
    return _page(request, get_object_or_404(Dossier.objects.filter(scope).select_related("version"), pk=dossier))


def _page(
    request: HttpRequest, dossier: Dossier, *, error: str = "", failed: int = 0, typed: Any = None
) -> HttpResponse:
    by_paper: dict[int, list[Scan]] = {}
    for scan in selectors.scans_of(dossier):
        by_paper.setdefault(scan.paper_id, []).append(scan)
    rows = [
        {"paper": paper, **_scan(by_paper.get(paper.pk, []), failed, typed)} for paper in dossier.received_papers.all()
    ]
    context = {"dossier": dossier, "rows": rows, "error": error, "lack": ocr.missing()}
    return render(request, "counter/scans.html", context, status=422 if error else 200)


def _scan(scans: list[Scan], failed: int, typed: Any) -> dict[str, Any]:
    living = next((one for one in scans if one.state != ScanState.DROPPED), None)
    fields = []
    for field in living.fields.all() if living else []:
        shown = field.value if field.settled_at else field.proposed
        if living and living.pk == failed:
            shown = typed.get(field.name, shown)
        fields.append(
            {
                "field": field,
                "label": FIELDS[field.name],
                "shown": _words(field.name, shown),
                "sure": field.confidence >= SURE,
            }
        )
    to_settle = living is not None and living.state in (ScanState.READ, ScanState.FAILED)
    return {"scan": living, "fields": fields, "to_settle": to_settle, "dropped": len(scans) - (living is not None)}


def _words(name: str, value: str) -> str:
    """Dates as people write them."""
    if name in DATES and len(value) == 10 and value[4] == "-":
        return f"{value[8:]}/{value[5:7]}/{value[:4]}"
    return value


def _pages(text: str) -> int:
    return whole_number(text, 3) or 0


@permitted(permissions.DIGITISE)
def add(request: HttpRequest, paper: int) -> HttpResponse:
    """One scan of one paper."""
    scope = access.scope(actor_of(request), permissions.DIGITISE, "dossier__desk")
    found = get_object_or_404(ReceivedPaper.objects.filter(scope).select_related("dossier__version"), pk=paper)
    upload = request.FILES.get("tep")
    if request.method != "POST" or upload is None:
        if request.method == "POST":
            return _page(request, found.dossier, error=_("Hãy chọn tệp quét (PDF hoặc ảnh)."))
        return redirect("counter:scans", found.dossier_id)
    try:
        services.scan_paper(
            actor=actor_of(request),
            paper_id=found.pk,
            stream=cast(BinaryIO, upload),
            name=upload.name or "quet.pdf",
            paper_pages=_pages(request.POST.get("so_trang", "")),
            noted_pages=_pages(request.POST.get("trang_ghi_chu", "0")),
        )
    except access.Denied:
        raise
    except Refused as refusal:
        return _page(request, found.dossier, error=refusal.sentence)
    messages.success(request, _("Đã nhận bản quét. Hệ thống đang nhận dạng chữ; tải lại trang sau ít giây."))
    return redirect("counter:scans", found.dossier_id)


def _found(request: HttpRequest, pk: int) -> Scan:
    scope = access.scope(actor_of(request), permissions.DIGITISE, "paper__dossier__desk")
    return get_object_or_404(Scan.objects.filter(scope).select_related("paper__dossier__version", "original"), pk=pk)


@permitted(permissions.DIGITISE)
def confirm(request: HttpRequest, scan: int) -> HttpResponse:
    """The officer's word on every field."""
    found = _found(request, scan)
    if request.method != "POST":
        return redirect("counter:scans", found.paper.dossier_id)
    values = {name: request.POST[name] for name in NAMES if name in request.POST}
    try:
        services.confirm_scan(actor=actor_of(request), scan_id=found.pk, values=values)
    except access.Denied:
        raise
    except Refused as refusal:
        return _page(request, found.paper.dossier, error=refusal.sentence, failed=found.pk, typed=values)
    messages.success(request, _("Đã xác nhận, bản điện tử nằm trong hồ sơ."))
    return redirect("counter:scans", found.paper.dossier_id)


@permitted(permissions.DIGITISE)
def drop(request: HttpRequest, scan: int) -> HttpResponse:
    """A bad scan is put aside."""
    found = _found(request, scan)
    if request.method == "POST":
        try:
            services.drop_scan(actor=actor_of(request), scan_id=found.pk)
        except access.Denied:
            raise
        except Refused as refusal:
            return _page(request, found.paper.dossier, error=refusal.sentence)
    return redirect("counter:scans", found.paper.dossier_id)


@permitted(permissions.DIGITISE)
def original(request: HttpRequest, scan: int) -> FileResponse:
    """The scan as it came."""
    return serve(_found(request, scan).original, inline=True)
