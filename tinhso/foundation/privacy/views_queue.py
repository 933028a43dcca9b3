"""The data protection officer's list, one request with its acts, the second officer's list, the register as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.privacy import papers, permissions, rules, services
from tinhso.foundation.privacy.asking import number_of
from tinhso.foundation.privacy.models import DataCopy, DataRequest
from tinhso.foundation.privacy.rules import Kind, State
from tinhso.foundation.privacy.services.answering import officers_for
from tinhso.foundation.privacy.services.listing import note_export
from tinhso.foundation.privacy.views_own import moments, purpose_sentences
from tinhso.foundation.privacy.words import FIELDS, REFUSALS, TONES
from tinhso.foundation.text.errors import Refused

PER_LIST = 100
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _requests(request: HttpRequest, code: str) -> Any:
    scope = access.scope(actor_of(request), code)
    return DataRequest.objects.filter(scope).select_related("person", "assigned_to", "unit", "desk")


@permitted(permissions.HANDLE)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, least time first; what is answered, newest first."""
    is_open = request.GET.get("xong") != "1"
    found = _requests(request, permissions.HANDLE)
    found = found.open().order_by("act_due_at", "id") if is_open else found.exclude(pk__in=found.open())
    only_mine = request.GET.get("cua-toi") == "1"
    if only_mine:
        found = found.filter(assigned_to_id=actor_of(request).account_id)
    rows = [_row(one) for one in found[:PER_LIST]]
    late = sum(1 for row in rows if is_open and row["one"].act_due_at < timezone.now())
    context = {"rows": rows, "is_open": is_open, "only_mine": only_mine, "late": late}
    return render(request, "privacy/queue.html", context)


def _row(one: DataRequest) -> dict[str, Any]:
    waits = one.acknowledged_at is None and one.is_open
    return {"one": one, "tone": TONES[State(one.state)], "acknowledge_due": one.acknowledge_due_at if waits else None}


@permitted(permissions.CHECK)
@require_safe
def to_check(request: HttpRequest) -> HttpResponse:
    """Proposals that wait for a second pair of eyes."""
    found = _requests(request, permissions.CHECK).filter(state=State.PROPOSED).order_by("act_due_at", "id")
    return render(request, "privacy/to_check.html", {"rows": [_row(one) for one in found[:PER_LIST]]})


@permitted(permissions.HANDLE)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One request, worked on by the officer who has it."""
    found = get_object_or_404(_requests(request, permissions.HANDLE), pk=number_of(str(pk)))
    return _page(request, found, ACTS)


@permitted(permissions.CHECK)
def check_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal before the second officer."""
    found = get_object_or_404(_requests(request, permissions.CHECK), pk=number_of(str(pk)))
    return _page(request, found, CHECKS)


def _page(request: HttpRequest, found: DataRequest, acts: dict[str, Callable[..., Any]]) -> HttpResponse:
    error = ""
    if request.method == "POST":
        act = acts.get(request.POST.get("viec", ""))
        if act is None:
            raise Http404
        try:
            act(actor_of(request), found.pk, request.POST)
            messages.success(request, _("Đã ghi."))
            return redirect(request.path)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    services.open_request(actor_of(request), found)
    return render(request, "privacy/one.html", _context(request, found, error, acts), status=409 if error else 200)


def _context(request: HttpRequest, found: DataRequest, error: str, acts: dict[str, Any]) -> dict[str, Any]:
    kind, now = Kind(found.kind), timezone.now()
    is_handler = acts is ACTS
    return {
        "one": found,
        "tone": TONES[State(found.state)],
        "error": error,
        "typed": request.POST,
        "moments": moments(found, internal=True),
        "parts": list(found.parts.all()),
        "named": purpose_sentences(found),
        "refusal": REFUSALS.get(found.refusal, ""),
        "refusals": [("", "–"), *REFUSALS.items()],
        "officers": officers_for(found) if is_handler and found.is_open else [],
        "wanted": [(FIELDS[name], getattr(found.person, name) or "–", value) for name, value in found.wanted.items()],
        "fields": _fields(found, request.POST) if kind is Kind.CORRECT else [],
        "changes": [(FIELDS[name], value) for name, value in found.proposal.get("changes", {}).items()],
        "checked_twice": kind in rules.CHECKED_TWICE,
        "may_stop": kind in rules.STOPPING and not found.third_party,
        "may_refuse": kind is not Kind.WITHDRAW,
        "is_copy": kind in rules.COPYING,
        "is_late": now > found.act_due_at and found.is_open,
        "is_handler": is_handler,
        "is_mine": found.assigned_to_id in (None, actor_of(request).account_id),
        "is_own_proposal": found.proposed_by_id == actor_of(request).account_id,
        "copy": DataCopy.objects.filter(request=found).defer("content").first(),
    }


def _fields(found: DataRequest, typed: Any) -> list[dict[str, str]]:
    return [
        {"name": name, "label": str(FIELDS[name]), "value": typed.get(name, found.wanted.get(name, ""))}
        for name in FIELDS
    ]


ACTS: dict[str, Callable[..., Any]] = {
    "phan-hoi": lambda actor, pk, typed: services.acknowledge(
        actor=actor, request_id=pk, words=typed.get("noi_dung", "")
    ),
    "giao": lambda actor, pk, typed: services.assign(
        actor=actor, request_id=pk, account_id=number_of(typed.get("nguoi", "")), reason=typed.get("ly_do", "")
    ),
    "ben-thu-ba": lambda actor, pk, typed: services.add_third_party(
        actor=actor, request_id=pk, name=typed.get("ben", "")
    ),
    "gia-han": lambda actor, pk, typed: services.extend(
        actor=actor, request_id=pk, days=number_of(typed.get("so_ngay", "")), reason=typed.get("ly_do", "")
    ),
    "tra-loi": lambda actor, pk, typed: services.settle(
        actor=actor, request_id=pk, words=typed.get("noi_dung", ""), late_reason=typed.get("ly_do_tre", "")
    ),
    "tu-choi": lambda actor, pk, typed: services.refuse(
        actor=actor,
        request_id=pk,
        reason=typed.get("can_cu", ""),
        words=typed.get("noi_dung", ""),
        late_reason=typed.get("ly_do_tre", ""),
    ),
    "de-xuat": lambda actor, pk, typed: services.propose(
        actor=actor,
        request_id=pk,
        words=typed.get("noi_dung", ""),
        changes={name: typed.get(name, "") for name in FIELDS},
    ),
}
CHECKS: dict[str, Callable[..., Any]] = {
    "duyet": lambda actor, pk, typed: services.check(
        actor=actor, request_id=pk, agrees=True, late_reason=typed.get("ly_do_tre", "")
    ),
    "tra-lai": lambda actor, pk, typed: services.check(
        actor=actor, request_id=pk, agrees=False, words=typed.get("noi_dung", "")
    ),
}


@permitted(permissions.HANDLE)
@require_safe
def copy(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The copy, printed for somebody who asked at the counter."""
    found = get_object_or_404(_requests(request, permissions.HANDLE), pk=number_of(str(pk)))
    if form not in papers.FORMS:
        raise Http404
    try:
        made = services.collect_copy(actor=actor_of(request), code=found.code, form=form)
    except DataCopy.DoesNotExist:
        raise Http404 from None
    return papers.hand_over(made, form)


@permitted(permissions.HANDLE)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The register of requests as a table file: masked, and the taking is written down."""
    rows = _requests(request, permissions.HANDLE).order_by("received_at", "id")
    note_export(actor=actor_of(request), count=rows.count())
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([str(title) for title in _HEAD])
    for one in rows.iterator(chunk_size=500):
        writer.writerow([_safe(value) for value in _cells(one)])
    content = b"\xef\xbb\xbf" + text.getvalue().encode()
    return papers.download(content, "text/csv", f"so-yeu-cau-du-lieu-{timezone.localdate():%Y%m%d}.csv")


_HEAD = (
    gettext_lazy("Mã"),
    gettext_lazy("Quyền"),
    gettext_lazy("Kênh"),
    gettext_lazy("Nhận lúc"),
    gettext_lazy("Hạn phản hồi"),
    gettext_lazy("Phản hồi lúc"),
    gettext_lazy("Hạn thực hiện"),
    gettext_lazy("Trả lời lúc"),
    gettext_lazy("Trạng thái"),
    gettext_lazy("Gia hạn (ngày)"),
    gettext_lazy("Lý do quá hạn"),
    gettext_lazy("Mô phỏng"),
)


def _cells(one: DataRequest) -> list[str]:
    instants = (one.received_at, one.acknowledge_due_at, one.acknowledged_at, one.act_due_at, one.answered_at)
    said = [timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else "" for at in instants]
    first = [one.code, one.get_kind_display(), one.get_channel_display(), *said]
    late = one.late_reason.replace("\n", " ")
    return [*first, one.get_state_display(), str(one.extended_days), late, _("có") if one.is_simulated else ""]


def _safe(value: object) -> str:
    """Nothing in a cell runs as a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
