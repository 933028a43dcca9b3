"""The owner's pages: registers, records as of a day, one record with its history, the proof of one row."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.engines.registers import permissions, selectors, services
from tinhso.engines.registers.models import ChangeRequest, Record, RecordVersion, Register
from tinhso.engines.registers.rules import golden
from tinhso.engines.registers.rules.schema import Shape
from tinhso.faces.registers.asking import number_of, owned, register_of
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.text.asked import day_of
from tinhso.foundation.text.errors import Refused

PAGE = 50
EMPTY = Shape((), ())


@require_safe
@permitted(permissions.VIEW)
def owned_list(request: HttpRequest) -> HttpResponse:
    """The registers of the reader's units, with what waits in each."""
    current = Q(records__closed_on=None, records__joined_to=None)
    waiting = Q(requests__state=ChangeRequest.State.WAITING)
    twins = Q(duplicates__state="waiting")
    rows = owned(request).annotate(
        held=Count("records", filter=current, distinct=True),
        waiting=Count("requests", filter=waiting, distinct=True),
        twins=Count("duplicates", filter=twins, distinct=True),
    )
    may_define = access.allowed(actor_of(request), permissions.DEFINE)
    return render(request, "registers/owned.html", {"rows": rows, "may_define": may_define})


@permitted(permissions.VIEW)
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """One register: its records as of a day, and the check of its whole history on request."""
    one = register_of(request, pk)
    if request.method == "POST":
        verdict = selectors.verify(one)
        if verdict.is_whole:
            messages.success(
                request,
                _("Lịch sử nguyên vẹn: đã tính lại %(rows)s dòng, khớp mọi gốc đã công bố.") % {"rows": verdict.rows},
            )
        else:
            messages.error(request, _("Lịch sử bị can thiệp từ dòng %(row)s.") % {"row": verdict.broken_at})
        return redirect(request.path)
    today = timezone.localdate()
    day = day_of(request.GET.get("ngay")) or today
    shape = selectors.shape_on(one) or EMPTY
    words, page = request.GET.get("tim", "")[:100], number_of(request.GET.get("trang"), 100_000)
    rows, has_more = _records(one, shape, words, day, page) if day != today or not words else _found(one, shape, words)
    return render(
        request,
        "registers/register.html",
        {
            **about(request, one, "ban-ghi"),
            "rows": rows,
            "labels": [field.label for field in shape.fields[:4]],
            "day": day,
            "is_past": day != today,
            "words": words,
            "next": f"?ngay={day.isoformat()}&trang={page + 1}" if has_more else "",
            "head": one.heads.order_by("-size").first(),
        },
    )


def about(request: HttpRequest, one: Register, here: str) -> dict[str, Any]:
    """What every page of a register shows: its name, its tabs, what the reader may do."""
    actor = actor_of(request)
    tabs = [
        ("ban-ghi", _("Bản ghi"), "registers:register"),
        ("cau-truc", _("Cấu trúc"), "registers:structure"),
        ("nhap-tep", _("Nhập tệp"), "registers:imports"),
        ("yeu-cau", _("Yêu cầu sửa"), "registers:requests"),
        ("nghi-trung", _("Nghi trùng"), "registers:duplicates"),
    ]
    return {
        "one": one,
        "chips": [
            {"href": reverse(route, args=[one.pk]), "label": label, "is_current": code == here}
            for code, label, route in tabs
        ],
        "may_change": access.allowed(actor, permissions.CHANGE, one.owner),
        "may_approve": access.allowed(actor, permissions.APPROVE, one.owner),
        "may_define": access.allowed(actor, permissions.DEFINE, one.owner),
    }


def _records(one: Register, shape: Shape, words: str, day: Any, page: int) -> tuple[list[dict[str, Any]], bool]:
    found = selectors.records_on(one, day).order_by("key")
    if words:
        found = found.filter(Q(key__startswith=words.upper()) | Q(record__title__icontains=words))
    rows = list(found[page * PAGE : (page + 1) * PAGE + 1])
    return [_row(shape, row.record, row.data) for row in rows[:PAGE]], len(rows) > PAGE


def _found(one: Register, shape: Shape, words: str) -> tuple[list[dict[str, Any]], bool]:
    return [_row(shape, row, row.data) for row in selectors.found(one, words)[:PAGE]], False


def _row(shape: Shape, record: Record, data: dict[str, Any]) -> dict[str, Any]:
    shown = selectors.masked(shape, data)
    return {
        "record": record,
        "key": selectors.masked_key(shape, record.key),
        "cells": [(field.label, shown.get(field.name, "")) for field in shape.fields[:4]],
    }


@permitted(permissions.VIEW)
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One record: what it says and by whom, its history, and the form of a request for change."""
    registers = Register.objects.visible_to(actor_of(request))
    one = get_object_or_404(Record.objects.filter(register__in=registers).select_related("register__owner"), pk=pk)
    shape, error = selectors.shape_on(one.register) or EMPTY, ""
    if request.method == "POST":
        try:
            _ask(request, one, shape)
            messages.success(request, _("Đã gửi yêu cầu. Người khác sẽ xem và quyết định."))
            return redirect(request.path)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    return render(request, "registers/record.html", _record(request, one, shape, error), status=422 if error else 200)


def _record(request: HttpRequest, one: Record, shape: Shape, error: str) -> dict[str, Any]:
    versions = list(one.versions.order_by("-number")[:100])
    today = timezone.localdate()
    day = day_of(request.GET.get("ngay")) or today
    # As of another day: the word of the history then; nothing when the record was not there yet, or closed.
    then = one.versions.as_of(day).first() if day != today else None
    said: dict[str, Any] = next((version.provenance for version in versions if version.provenance), {})
    if day != today:
        said = then.provenance if then else {}
    shown = selectors.masked(shape, one.data if day == today else then.data if then else {})
    claims = [golden.Claim(c.field, c.value, c.source, c.confidence, c.seen_on) for c in one.claims.all()[:500]]
    open_fields = [field for field in shape.fields if field.name not in shape.keys]
    return {
        **about(request, one.register, "ban-ghi"),
        "record": one,
        "key": selectors.masked_key(shape, one.key),
        "rows": [
            {"label": field.label, "value": shown.get(field.name, ""), "said": _said(said.get(field.name))}
            for field in shape.fields
        ],
        "disputed": [shape.by_name[name].label for name in golden.disputed(claims) if name in shape.by_name],
        "versions": versions,
        "fields": [(field.name, field.label) for field in open_fields],
        "error": error,
        "typed": request.POST if error else {},
        "today": today,
        "day": day,
        "is_past": day != today,
        "was_there": day == today or then is not None,
    }


def _said(source: dict[str, Any] | None) -> dict[str, Any] | None:
    """Who said it and how surely, its day as a day."""
    return {**source, "on": day_of(str(source.get("on", "")))} if source else None


def _ask(request: HttpRequest, one: Record, shape: Shape) -> None:
    typed = request.POST
    kind, name = typed.get("loai", ""), typed.get("truong", "")
    wanted = {name: typed.get("gia_tri", "")[:2000]} if kind == "correct" and name in shape.by_name else {}
    services.ask_change(
        actor=actor_of(request),
        register=one.register,
        kind=kind,
        record=one,
        wanted=wanted,
        seen_number=number_of(typed.get("da_xem")),
        valid_from=day_of(typed.get("tu_ngay")),
        reason=typed.get("ly_do", ""),
        document=typed.get("can_cu", ""),
    )


@require_safe
@permitted(permissions.VIEW)
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """The proof of one row of history as a file: anybody can compute the root from it."""
    registers = Register.objects.visible_to(actor_of(request))
    version = get_object_or_404(RecordVersion.objects.filter(register__in=registers), pk=pk)
    made = selectors.prove(version)
    body = {
        "register": version.register.code,
        "sequence": made.sequence,
        "size": made.size,
        "leaf_hash": made.leaf,
        "hashes": list(made.hashes),
        "root": made.root,
        "row": made.row,
        "holds": made.holds,
        "how": "leaf = SHA-256(0x00 + JSON with sorted keys, no spaces, UTF-8); node = SHA-256(0x01 + left + right)",
    }
    answer = JsonResponse(body, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="chung-minh-{version.pk}.json"'
    return answer
