"""Breaches: the list by clock, one breach with its notices, people and measures, the notice as a paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.privacy import papers, permissions, services
from tinhso.foundation.privacy.asking import number_of
from tinhso.foundation.privacy.errors import WrongBreach
from tinhso.foundation.privacy.models import Breach, BreachNotice
from tinhso.foundation.privacy.services.breaches import facts_of
from tinhso.foundation.text.errors import Refused

PER_LIST = 100
BOXES = ("ten", "biet_luc", "xay_ra_luc", "pham_vi", "loai", "so_nguoi", "nguyen_nhan", "hau_qua")


def _visible(request: HttpRequest) -> Any:
    return Breach.objects.filter(access.scope(actor_of(request), permissions.BREACHES)).select_related("unit")


@permitted(permissions.BREACHES)
def breaches(request: HttpRequest) -> HttpResponse:
    """All breaches, and the form that records one."""
    error, typed = "", request.POST
    if request.method == "POST":
        try:
            made = services.record_breach(actor=actor_of(request), **_typed(typed))
            return redirect("privacy:breach", made.pk)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    rows = []
    for one in _visible(request).prefetch_related("notices")[:PER_LIST]:
        owed = [notice for notice in one.notices.all() if notice.sent_at is None and one.closed_at is None]
        rows.append({"one": one, "next": min((notice.due_at for notice in owed), default=None)})
    kept = {name: typed.get(name, "") for name in BOXES}
    context = {"rows": rows, "error": error, "typed": kept, "flags": typed.getlist("muc_do")}
    return render(request, "privacy/breaches.html", context, status=422 if error else 200)


def _typed(typed: Any) -> dict[str, Any]:
    flags = typed.getlist("muc_do")
    known_at = _moment(typed.get("biet_luc", ""))
    if known_at is None:
        raise WrongBreach(_("Hãy ghi ngày giờ biết vụ việc."))
    return {
        "title": typed.get("ten", ""),
        "known_at": known_at,
        "happened_at": _moment(typed.get("xay_ra_luc", "")),
        "scope": typed.get("pham_vi", ""),
        "categories": typed.get("loai", "").splitlines(),
        "people_count": _count(typed.get("so_nguoi", "")),
        "cause": typed.get("nguyen_nhan", ""),
        "consequences": typed.get("hau_qua", ""),
        "is_serious": "nghiem-trong" in flags,
        "is_grave": "dac-biet" in flags,
    }


def _count(text: str) -> int:
    """A number of people as typed, dots between thousands allowed; -1 for anything else."""
    digits = text.replace(".", "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else -1


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        return found if found.tzinfo else timezone.make_aware(found)
    except (OverflowError, ValueError):
        return None


@permitted(permissions.BREACHES)
def breach(request: HttpRequest, pk: int) -> HttpResponse:
    """One breach and what may be done now."""
    found, error = get_object_or_404(_visible(request), pk=number_of(str(pk))), ""
    if request.method == "POST":
        act = ACTS.get(request.POST.get("viec", ""))
        if act is None:
            raise Http404
        try:
            messages.success(request, act(actor_of(request), found.pk, request.POST))
            return redirect(request.path)
        except BreachNotice.DoesNotExist:
            raise Http404 from None
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    context = {
        "one": found,
        "error": error,
        "typed": request.POST,
        "now": timezone.now(),
        "notices": list(found.notices.all()),
        "people": list(found.people.select_related("person").order_by("informed_at", "pk")[:PER_LIST]),
        "flags": [*(["nghiem-trong"] if found.is_serious else []), *(["dac-biet"] if found.is_grave else [])],
        "people_count": found.people.count(),
        "told": found.people.exclude(informed_at=None).count(),
    }
    return render(request, "privacy/breach.html", context, status=409 if error else 200)


def _update(actor: access.Actor, pk: int, typed: Any) -> str:
    flags = typed.getlist("muc_do")
    services.update_breach(
        actor=actor,
        breach_id=pk,
        people_count=_count(typed.get("so_nguoi", "")),
        cause=typed.get("nguyen_nhan", ""),
        measures=typed.get("bien_phap", ""),
        is_serious="nghiem-trong" in flags,
        is_grave="dac-biet" in flags,
    )
    return _("Đã cập nhật.")


def _send(actor: access.Actor, pk: int, typed: Any) -> str:
    notice = BreachNotice.objects.get(pk=number_of(typed.get("thong_bao", "")), breach_id=pk)
    services.send_notice(
        actor=actor, notice_id=notice.pk, reference=typed.get("so", ""), late_reason=typed.get("ly_do_tre", "")
    )
    return _("Đã ghi thông báo đã gửi.")


def _name(actor: access.Actor, pk: int, typed: Any) -> str:
    numbers = typed.get("danh_sach", "").replace(",", "\n").split()
    new, unknown = services.name_people(actor=actor, breach_id=pk, personal_numbers=numbers)
    said = _("Đã ghi thêm %(count)d người.") % {"count": new}
    return said + (" " + _("%(count)d số không có trong hệ thống.") % {"count": len(unknown)} if unknown else "")


def _tell(actor: access.Actor, pk: int, typed: Any) -> str:
    told, left = services.tell_people(actor=actor, breach_id=pk)
    return _("Đã báo %(told)d người; %(left)d người phải báo bằng thư, điện thoại.") % {"told": told, "left": left}


def _by_hand(actor: access.Actor, pk: int, typed: Any) -> str:
    row = number_of(typed.get("dong", ""))
    services.told_by_hand(actor=actor, breach_id=pk, row_id=row, words=typed.get("cach_bao", ""))
    return _("Đã ghi.")


def _close(actor: access.Actor, pk: int, typed: Any) -> str:
    services.close_breach(actor=actor, breach_id=pk, measures=typed.get("bien_phap", ""))
    return _("Đã đóng vụ việc.")


ACTS: dict[str, Callable[[access.Actor, int, Any], str]] = {
    "cap-nhat": _update,
    "gui": _send,
    "ghi-nguoi": _name,
    "bao": _tell,
    "bao-tay": _by_hand,
    "dong": _close,
}


@permitted(permissions.BREACHES)
@require_safe
def notice_paper(request: HttpRequest, pk: int, notice: int) -> HttpResponse:
    """The notice as a paper to sign and send: as sent when it was sent, else as things stand now."""
    found = get_object_or_404(_visible(request), pk=number_of(str(pk)))
    one = get_object_or_404(found.notices, pk=number_of(str(notice)))
    content = one.content or facts_of(found)
    made = papers.notice_pdf(found, one, content)
    return papers.download(made, "application/pdf", f"thong-bao-{found.code}-{one.kind}.pdf")
