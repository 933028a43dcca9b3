"""Work on a register: files and their refused rows, requests for change, probable duplicates."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.engines.registers import permissions, selectors, services, words
from tinhso.engines.registers.errors import WrongFile
from tinhso.engines.registers.models import ChangeRequest, DuplicatePair, ImportFault, ImportRun, Register
from tinhso.engines.registers.rules.quality import Fault
from tinhso.engines.registers.rules.schema import Shape
from tinhso.faces.registers.asking import number_of, register_of
from tinhso.faces.registers.views_owner import EMPTY, about
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.text.asked import day_of
from tinhso.foundation.text.errors import Refused

SHOWN = 200
# What a program of tables would run; a quote before it keeps it a text (CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@permitted(permissions.VIEW)
def imports(request: HttpRequest, pk: int) -> HttpResponse:
    """The files that came, and the form of the next one."""
    one, error = register_of(request, pk), ""
    if request.method == "POST":
        try:
            return redirect("registers:run", _import(request, one).pk)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    shape = selectors.shape_on(one) or EMPTY
    context = {
        **about(request, one, "nhap-tep"),
        "runs": one.runs.all()[:50],
        "columns": [(field.label, field.name in shape.keys, field.is_required) for field in shape.fields],
        "error": error,
        "typed": request.POST if error else {},
    }
    return render(request, "registers/imports.html", context, status=422 if error else 200)


def _import(request: HttpRequest, one: Register) -> ImportRun:
    access.require(actor_of(request), permissions.CHANGE, unit=one.owner)
    given, typed = request.FILES.get("tep"), request.POST
    if given is None:
        raise WrongFile(_("Hãy chọn tệp CSV hoặc XLSX."))
    return services.import_rows(
        actor=actor_of(request),
        register=one,
        data=given.read(),
        file_name=str(given.name or "")[:255],
        source=typed.get("nguon", ""),
        confidence=number_of(typed.get("tin_cay") or "80", 100),
        valid_from=day_of(typed.get("tu_ngay")),
        all_or_nothing=typed.get("cach") == "tat-ca",
    )


def _run_of(request: HttpRequest, pk: int) -> ImportRun:
    registers = Register.objects.visible_to(actor_of(request))
    found = ImportRun.objects.filter(register__in=registers).select_related("register__owner", "definition")
    return get_object_or_404(found, pk=pk)


@require_safe
@permitted(permissions.VIEW)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: what was written, and each refused row by number."""
    one = _run_of(request, pk)
    after, shape = number_of(request.GET.get("sau-dong")), one.definition.shape
    found = list(one.faults.filter(row__gt=after)[: SHOWN + 1])
    rows = [{"row": fault.row, "shown": _shown(shape, fault), "said": _said(shape, fault)} for fault in found[:SHOWN]]
    context = {
        **about(request, one.register, "nhap-tep"),
        "run": one,
        "rows": rows,
        "next": f"?sau-dong={found[SHOWN - 1].row}" if len(found) > SHOWN else "",
        "seconds": one.milliseconds / 1000,
    }
    return render(request, "registers/run.html", context)


def _said(shape: Shape, fault: ImportFault) -> str:
    return words.of_fault(shape, Fault(fault.field, fault.code, fault.shown, fault.sentence))


def _shown(shape: Shape, fault: ImportFault) -> str:
    """A value that was refused is masked like one that was taken."""
    return str(selectors.masked(shape, {fault.field: fault.shown})[fault.field]) if fault.shown else ""


@require_safe
@permitted(permissions.VIEW)
def faults(request: HttpRequest, pk: int) -> HttpResponse:
    """Every refused row as a file, to be mended beside the original."""
    one = _run_of(request, pk)
    written = io.StringIO()
    table = csv.writer(written, delimiter=";")
    table.writerow([_("Dòng"), _("Lỗi"), _("Giá trị")])
    for fault in one.faults.iterator(chunk_size=2000):
        shown = _shown(one.definition.shape, fault)
        table.writerow(
            [fault.row, _said(one.definition.shape, fault), f"'{shown}" if shown.startswith(FORMULA) else shown]
        )
    answer = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="dong-sai-{one.pk}.csv"'
    return answer


@permitted(permissions.VIEW)
def requests(request: HttpRequest, pk: int) -> HttpResponse:
    """Requests for change: those that wait first; another person than the asker decides."""
    one, error = register_of(request, pk), ""
    if request.method == "POST":
        wanted = get_object_or_404(one.requests, pk=number_of(request.POST.get("yeu_cau")))
        try:
            messages.success(request, _decide(request, wanted))
            return redirect(request.path)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    shape, own = selectors.shape_on(one) or EMPTY, actor_of(request).account_id
    found = sorted(one.requests.select_related("record")[:200], key=lambda each: each.state != "waiting")
    rows = [
        {
            "one": each,
            "changes": _changes(shape, each),
            "is_own": own is not None and each.asked_by_id == own,
            "is_waiting": each.state == ChangeRequest.State.WAITING,
        }
        for each in found
    ]
    context = {**about(request, one, "yeu-cau"), "rows": rows, "error": error}
    return render(request, "registers/requests.html", context, status=422 if error else 200)


def _changes(shape: Shape, request: ChangeRequest) -> list[tuple[str, Any, Any]]:
    before = selectors.masked(shape, request.record.data) if request.record else {}
    after = selectors.masked(shape, request.wanted)
    return [
        (shape.by_name[name].label if name in shape.by_name else name, before.get(name, ""), value)
        for name, value in after.items()
    ]


def _decide(request: HttpRequest, wanted: ChangeRequest) -> str:
    actor, note = actor_of(request), request.POST.get("y_kien", "")
    match request.POST.get("viec"):
        case "duyet":
            services.decide_change(actor=actor, request_id=wanted.pk, approve=True, note=note)
            return _("Đã duyệt và ghi vào cơ sở dữ liệu.")
        case "khong-duyet":
            services.decide_change(actor=actor, request_id=wanted.pk, approve=False, note=note)
            return _("Đã ghi ý kiến không duyệt.")
        case "rut":
            services.withdraw_change(actor=actor, request_id=wanted.pk)
            return _("Đã rút yêu cầu.")
    raise Http404


@permitted(permissions.VIEW)
def duplicates(request: HttpRequest, pk: int) -> HttpResponse:
    """Pairs that may be one thing, side by side; a person decides each."""
    one, error = register_of(request, pk), ""
    if request.method == "POST":
        try:
            messages.success(request, _settle(request, one))
            return redirect(request.path)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    shape = selectors.shape_on(one) or EMPTY
    waiting = one.duplicates.filter(state=DuplicatePair.State.WAITING).select_related("first", "second")
    context = {
        **about(request, one, "nghi-trung"),
        "pairs": [_pair(shape, pair) for pair in waiting[:20]],
        "left": waiting.count(),
        "error": error,
    }
    return render(request, "registers/duplicates.html", context, status=422 if error else 200)


def _pair(shape: Shape, pair: DuplicatePair) -> dict[str, Any]:
    first, second = (selectors.masked(shape, side.data) for side in (pair.first, pair.second))
    rows = [
        (field.label, first.get(field.name, ""), second.get(field.name, ""), pair.by.get(field.name))
        for field in shape.fields
        if field.name in first or field.name in second
    ]
    return {"one": pair, "rows": rows}


def _settle(request: HttpRequest, one: Register) -> str:
    typed, actor = request.POST, actor_of(request)
    if typed.get("viec") == "tim":
        count = services.find_duplicates(actor=actor, register=one)
        return _("Tìm thấy %(count)s cặp mới.") % {"count": count}
    pair = get_object_or_404(one.duplicates, pk=number_of(typed.get("cap")))
    keep = "second" if typed.get("viec") == "giu-hai" else "first"
    same = typed.get("viec") in ("giu-mot", "giu-hai")
    services.decide_duplicate(actor=actor, pair_id=pair.pk, same=same, keep=keep, note=typed.get("y_kien", ""))
    return _("Đã ghi kết luận.")
