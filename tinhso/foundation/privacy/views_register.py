"""The register of purposes and the impact assessments, kept by the data protection officer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.privacy import permissions, registry, selectors, services
from tinhso.foundation.privacy.asking import number_of
from tinhso.foundation.privacy.errors import WrongRegister
from tinhso.foundation.privacy.models import Assessment, Basis, Purpose
from tinhso.foundation.text.asked import day_of
from tinhso.foundation.text.errors import Refused

PURPOSE_BOXES = ("ma", "cau", "co_so", "can_cu", "du_lieu", "luu", "nhan")


@permitted(permissions.REGISTER)
def register(request: HttpRequest) -> HttpResponse:
    """Every version of every purpose, and the form of the next one."""
    error, typed = "", request.POST
    if request.method == "POST":
        try:
            _change(request, typed)
            messages.success(request, _("Đã ghi vào danh mục mục đích xử lý."))
            return redirect("privacy:register")
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    today = timezone.localdate()
    shown: Any = typed
    if request.method != "POST" and request.GET.get("ma"):
        shown = _from(Purpose.objects.as_of(today).filter(code=request.GET["ma"][:60]).first())
    rows = [
        {"one": one, "holds": one.valid_from <= today and (one.valid_to is None or one.valid_to > today)}
        for one in Purpose.objects.order_by("code", "-version")[:500]
    ]
    context = {
        "rows": rows,
        "error": error,
        "typed": {name: shown.get(name, "") for name in PURPOSE_BOXES},
        "flags": shown.getlist("co") if hasattr(shown, "getlist") else shown.get("co", ["hoi-lai"]),
        "bases": Basis.choices,
        "collectors": registry.in_order(),
    }
    return render(request, "privacy/register.html", context, status=422 if error else 200)


def _from(one: Purpose | None) -> dict[str, Any]:
    """The form filled from the version in force, to write the next one."""
    if one is None:
        return {}
    return {
        "ma": one.code,
        "cau": one.sentence,
        "co_so": one.basis,
        "can_cu": one.legal_basis,
        "du_lieu": "\n".join(one.data_fields),
        "luu": one.retention,
        "nhan": one.receiver,
        "co": ["hoi-lai"] + (["phan-doi"] if one.may_object else []),
    }


def _change(request: HttpRequest, typed: Any) -> None:
    actor = actor_of(request)
    if typed.get("viec") == "thoi":
        services.end_purpose(
            actor=actor, code=typed.get("ma", ""), on=timezone.localdate(), reason=typed.get("ly_do", "")
        )
        return
    flags = typed.getlist("co")
    services.publish_purpose(
        actor=actor,
        code=typed.get("ma", "").strip(),
        sentence=typed.get("cau", ""),
        basis=typed.get("co_so", ""),
        legal_basis=typed.get("can_cu", ""),
        data_fields=typed.get("du_lieu", "").splitlines(),
        retention=typed.get("luu", ""),
        receiver=typed.get("nhan", ""),
        may_object="phan-doi" in flags,
        asks_again="hoi-lai" in flags,
    )


@permitted(permissions.REGISTER)
def assessments(request: HttpRequest) -> HttpResponse:
    """What must be assessed, by due date, and the form of one more."""
    error, typed = "", request.POST
    if request.method == "POST":
        try:
            started = day_of(typed.get("bat_dau", ""))
            if started is None:
                raise WrongRegister(_("Hãy chọn ngày bắt đầu xử lý."))
            services.record_assessment(
                actor=actor_of(request),
                title=typed.get("ten", ""),
                purposes=typed.getlist("muc_dich"),
                risks=typed.get("rui_ro", ""),
                started_on=started,
            )
            return redirect("privacy:assessments")
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    found = Assessment.objects.filter(access.scope(actor_of(request), permissions.REGISTER))
    context = {
        "rows": [_row(one) for one in found.select_related("unit")[:200]],
        "error": error,
        "typed": {name: typed.get(name, "") for name in ("ten", "bat_dau", "rui_ro")},
        "picked": typed.getlist("muc_dich"),
        "purposes": [(one.code, one.sentence) for one in selectors.purposes_on()],
    }
    return render(request, "privacy/assessments.html", context, status=422 if error else 200)


def _row(one: Assessment) -> dict[str, Any]:
    due = one.review_due_on or one.due_on
    counts = not one.exempt_basis and one.ended_on is None
    return {"one": one, "due": due if counts else None, "is_late": counts and due < timezone.localdate()}


@permitted(permissions.REGISTER)
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """One activity: its filings, the next due date, filing or exempting."""
    scope = access.scope(actor_of(request), permissions.REGISTER)
    found, error = get_object_or_404(Assessment.objects.filter(scope), pk=number_of(str(pk))), ""
    if request.method == "POST":
        try:
            _file(request, found, request.POST)
            messages.success(request, _("Đã ghi."))
            return redirect(request.path)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    known = {one.code: one.sentence for one in selectors.purposes_on().filter(code__in=found.purposes)}
    context = {
        "row": _row(found),
        "one": found,
        "named": [known.get(code, code) for code in found.purposes],
        "filings": list(found.filings.all()),
        "error": error,
        "typed": request.POST,
    }
    return render(request, "privacy/assessment.html", context, status=409 if error else 200)


def _file(request: HttpRequest, found: Assessment, typed: Any) -> None:
    if typed.get("viec") == "mien":
        services.exempt(actor=actor_of(request), assessment_id=found.pk, basis=typed.get("can_cu", ""))
        return
    filed_on = day_of(typed.get("ngay", ""))
    if filed_on is None:
        raise WrongRegister(_("Hãy chọn ngày gửi."))
    services.file_assessment(
        actor=actor_of(request),
        assessment_id=found.pk,
        filed_on=filed_on,
        reference=typed.get("so", ""),
        changes=typed.get("thay_doi", ""),
        late_reason=typed.get("ly_do_tre", ""),
    )
