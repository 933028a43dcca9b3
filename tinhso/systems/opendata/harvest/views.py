"""Pages of harvesting: sources with their state, one source with its runs, errors and records."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.text.errors import Refused
from tinhso.systems.opendata.harvest import jobs, selectors, services
from tinhso.systems.opendata.harvest.forms import SourceForm
from tinhso.systems.opendata.harvest.models import Source
from tinhso.systems.opendata.permissions import MANAGE

SHOWN_RECORDS = 50
LARGEST_ID = 2**63 - 1


@permitted(MANAGE)
def sources(request: HttpRequest) -> HttpResponse:
    """Every source, and a form for one more."""
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_source(actor=actor_of(request), **form.given())
        except access.Denied:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Đã khai nguồn. Lần đọc đầu tiên bắt đầu trong vài phút."))
            return redirect("harvest:source", made.pk)
    context = {"rows": selectors.sources(), "form": form}
    return render(request, "harvest/sources.html", context, status=422 if form.errors else 200)


@permitted(MANAGE)
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """One source: its runs, what was wrong, what it brought."""
    if pk > LARGEST_ID:
        raise Http404
    row = get_object_or_404(Source.objects.select_related("organisation"), pk=pk)
    error = ""
    if request.method == "POST":
        try:
            return _operate(request, row)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    records, runs = selectors.records(row), selectors.runs(row)
    context = {
        "row": row,
        "runs": runs,
        "is_open": any(run.finished_at is None for run in runs),
        "faults": selectors.faults(row),
        "records": records[:SHOWN_RECORDS],
        "count": records.count(),
        "error": error,
        "crumbs": [(_("Thu thập dữ liệu"), "/quan-tri/thu-thap-du-lieu/"), (row.title, "")],
    }
    return render(request, "harvest/source.html", context, status=422 if error else 200)


def _operate(request: HttpRequest, row: Source) -> HttpResponse:
    act, actor = request.POST.get("viec", ""), actor_of(request)
    if act == "chay":
        services.ask_run(actor=actor, source_id=row.pk)
        jobs.defer(row.pk)
        messages.success(request, _("Đang thu thập. Hãy tải lại trang sau ít phút."))
    elif act in ("bat", "tat"):
        services.switch_source(actor=actor, source_id=row.pk, is_enabled=act == "bat")
        messages.success(request, _("Đã bật nguồn.") if act == "bat" else _("Đã tắt nguồn."))
    elif act == "bo":
        services.abandon_run(actor=actor, source_id=row.pk)
        messages.success(request, _("Đã bỏ lần chạy dở. Lần sau đọc lại từ đầu."))
    else:
        raise Http404
    return redirect("harvest:source", row.pk)
