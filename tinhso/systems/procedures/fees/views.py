"""The fee table on pages of its own: by procedure, what holds, what will, what held; a new row, an end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.audit.selectors import history
from tinhso.foundation.orgs.selectors import province
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.text.rules import fold
from tinhso.systems.procedures.fees import forms, keeping
from tinhso.systems.procedures.fees.models import Exemption, FeeRule
from tinhso.systems.procedures.fees.permissions import MANAGE
from tinhso.systems.procedures.fees.words import ACTS
from tinhso.systems.procedures.models import ProcedureVersion

ASKED = ["GET", "HEAD", "POST"]
MOST = 200
KINDS: dict[str, type[FeeRule] | type[Exemption]] = {"muc-thu": FeeRule, "mien-giam": Exemption}


@permitted(MANAGE)
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """The procedures served here and those with a rule, each with how many rows it has."""
    asked = (request.GET.get("tim") or "")[:100].strip()
    query = fold(asked)
    rules = dict(FeeRule.objects.values_list("procedure_code").annotate(Count("pk")).order_by())
    reliefs = dict(Exemption.objects.values_list("procedure_code").annotate(Count("pk")).order_by())
    named = _names()
    rows = [
        {"code": code, "name": named.get(code, ""), "rules": rules.get(code, 0), "reliefs": reliefs.get(code, 0)}
        for code in sorted({*named, *rules, *reliefs}, key=lambda one: (one not in named, fold(named.get(one) or one)))
        if query in fold(f"{code} {named.get(code, '')}")
    ]
    crumbs = [(_("Quản trị"), reverse("admin:home")), (_("Biểu phí, lệ phí"), "")]
    context = {
        "rows": rows[:MOST],
        "more": max(len(rows) - MOST, 0),
        "query": asked,
        "crumbs": crumbs,
    }
    return render(request, "fees/table.html", context)


def _names() -> dict[str, str]:
    found = ProcedureVersion.objects.order_by("code", "version").values_list("code", "plain_name")
    return {code: str(name) for code, name in found}


@permitted(MANAGE)
@require_http_methods(ASKED)
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """The rows of one procedure by time, and the forms for a new one of each kind."""
    version = ProcedureVersion.objects.filter(code=code).order_by("-version").first()
    rules = FeeRule.objects.filter(procedure_code=code).order_by("name", "case", "channel", "valid_from")
    reliefs = Exemption.objects.filter(procedure_code=code).order_by("name", "valid_from")
    if version is None and not rules and not reliefs:
        raise Http404
    kind = request.POST.get("kind", "")
    choices = _choices(version)
    rule = forms.RuleForm(request.POST if kind == "muc-thu" else None, prefix="r", choices=choices)
    relief = forms.ExemptionForm(request.POST if kind == "mien-giam" else None, prefix="e", choices=choices)
    asked: forms.Dated | None = {"muc-thu": rule, "mien-giam": relief}.get(kind)
    act: Callable[..., Any] = keeping.set_rule if kind == "muc-thu" else keeping.set_exemption
    if asked is not None and asked.is_valid() and _done(request, asked, act, procedure_code=code):
        return redirect("fees:procedure", code)
    context = {
        "code": code,
        "name": str(version.plain_name) if version else code,
        "groups": [
            {"kind": "muc-thu", "title": _("Mức thu"), "parts": by_time(rules), "form": rule},
            {"kind": "mien-giam", "title": _("Miễn, giảm"), "parts": by_time(reliefs), "form": relief},
        ],
        "crumbs": [(_("Biểu phí, lệ phí"), reverse("fees:table")), (code, "")],
    }
    return render(request, "fees/procedure.html", context, status=422 if asked is not None else 200)


def _choices(version: ProcedureVersion | None) -> dict[str, list[tuple[str, Any]]]:
    here, cases = province(), version.cases if version else []
    places = [(here.code, str(here.name))] if here else []
    return {
        "province": [*places, ("", _("Cả nước"))],
        "case": [("", _("Mọi trường hợp")), *((one["code"], one["title"]) for one in cases)],
    }


def by_time(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    """What holds today, what will, what held: nothing of the history is left out."""
    today, found = timezone.localdate(), list(rows)
    ended = [one for one in found if one.valid_to is not None and one.valid_to <= max(today, one.valid_from)]
    coming = [one for one in found if one.valid_from > today and one not in ended]
    now = [one for one in found if one not in ended and one not in coming]
    parts = ((_("Đang áp dụng"), now, True), (_("Sắp áp dụng"), coming, True), (_("Đã hết hiệu lực"), ended, False))
    return [{"title": title, "rows": held, "may_end": may} for title, held, may in parts if held]


def _done(request: HttpRequest, asked: Any, act: Callable[..., Any], **more: Any) -> bool:
    given = {name: value for name, value in asked.cleaned_data.items() if value not in (None, "") or name == "province"}
    try:
        act(actor=actor_of(request), **more, **given)
    except Refused as refusal:
        asked.add_error(None, refusal.sentence)
        return False
    messages.success(request, _("Đã ghi vào biểu thu."))
    return True


@permitted(MANAGE)
@require_http_methods(ASKED)
def row(request: HttpRequest, kind: str, row_id: int) -> HttpResponse:
    """One row with its history, and its end."""
    one = _found(kind, row_id)
    form = forms.EndForm(request.POST or None)
    key = "rule_id" if kind == "muc-thu" else "exemption_id"
    act: Callable[..., Any] = keeping.end_rule if kind == "muc-thu" else keeping.end_exemption
    if request.method == "POST" and form.is_valid() and _done(request, form, act, **{key: one.pk}):
        return redirect("fees:procedure", one.procedure_code)
    crumbs = [
        (_("Biểu phí, lệ phí"), reverse("fees:table")),
        (one.procedure_code, reverse("fees:procedure", args=[one.procedure_code])),
        (str(one.name), ""),
    ]
    context = {"row": one, "kind": kind, "form": form, "history": _told(one), "crumbs": crumbs}
    return render(request, "fees/row.html", context, status=422 if form.is_bound else 200)


def _told(one: FeeRule | Exemption) -> list[dict[str, Any]]:
    return [{"at": line.at, "who": line.actor_label, "what": ACTS.get(line.act, line.act)} for line in history(one)]


def _found(kind: str, row_id: int) -> FeeRule | Exemption:
    found = KINDS[kind]._default_manager.filter(pk=row_id).first() if kind in KINDS else None
    if found is None:
        raise Http404
    return found
