"""A head's page: what the unit answers for, where it is behind and why, what is being mended and who is late."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.engines.indicators.rules import Period
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account
from tinhso.foundation.text.asked import day_of
from tinhso.foundation.text.errors import Refused
from tinhso.systems.resolution import drawing, permissions, selectors, services
from tinhso.systems.resolution.asking import number_of, uploads_of
from tinhso.systems.resolution.models import Explanation, RemedialTask, TargetHead

MOST_LATE = 50


@require_safe
@permitted(permissions.VIEW)
def mine(request: HttpRequest) -> HttpResponse:
    """Only what the reader's units answer for: behind and why, work on a miss, who is late, tasks of the plan."""
    actor, today = actor_of(request), timezone.localdate()
    answered = selectors.answered_by(actor, today)
    late = RemedialTask.objects.late().visible_to(actor).select_related("assignee_unit", "assignee", "target")
    rows = [row for row in selectors.plan(selectors.tasks_visible_to(actor), today) if row.lead]
    reach = access.reach(actor, permissions.VIEW)
    led = [row for row in rows if row.lead and reach.covers(row.lead.unit_id, row.lead.unit.path)]
    return render(
        request,
        "resolution/mine.html",
        {
            "missed": [drawing.answered(row) for row in answered if row.is_missed],
            "others": [drawing.answered(row) for row in answered if not row.is_missed],
            "late": late[:MOST_LATE],
            "led": [drawing.plan_row(row) for row in led],
            "unexplained": sum(row.wants_words for row in answered),
            "total": len(answered),
            "month": f"{today:%m/%Y}",
        },
    )


def _months(head: TargetHead) -> list[Period]:
    """The months that may be explained: this one and the twelve before, within the head's own time."""
    now = Period.of(timezone.localdate())
    first = Period.of(head.valid_from)
    return [month for step in range(13) if (month := now.plus(-step)) >= first]


@permitted(permissions.VIEW)
def head(request: HttpRequest, pk: int) -> HttpResponse:
    """One target of one head: where it stands, the words on it, the work on it; the head writes and assigns here."""
    actor = actor_of(request)
    visible = TargetHead.objects.visible_to(actor).select_related("target", "unit", "scope")
    found, error = get_object_or_404(visible, pk=pk), ""
    if request.method == "POST":
        act = ACTS.get(request.POST.get("viec", ""))
        if act is None:
            raise Http404
        try:
            messages.success(request, act(request, found))
            return redirect(request.path)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    return render(request, "resolution/head.html", _page(request, found, error), status=422 if error else 200)


def _page(request: HttpRequest, found: TargetHead, error: str) -> dict[str, Any]:
    actor, today = actor_of(request), timezone.localdate()
    standing = selectors.standing_of_head(found, today)
    said = found.explanations.select_related("written_by").prefetch_related("evidence__file")
    work = RemedialTask.objects.visible_to(actor).filter(target=found.target).order_by("-pk")
    may_assign = access.allowed(actor, permissions.ASSIGN, found.unit)
    return {
        "one": found,
        "standing": drawing.standing(standing),
        "said": [drawing.explanation(one) for one in said],
        "work": [drawing.remedy(one) for one in work.select_related("assignee_unit", "assignee", "by_unit")[:100]],
        "error": error,
        "typed": request.POST if error else {},
        "months": [(str(month), f"{month.month:02d}/{month.year}") for month in _months(found)],
        "may_explain": found.valid_to is None and access.allowed(actor, permissions.EXPLAIN, found.unit),
        "is_missed": standing.state in services.answering.MISSED,
        "may_assign": may_assign,
        "units": [(unit.pk, str(unit.name)) for unit in selectors.units_below(actor, found.unit, today)],
        "people": drawing.people_below(found.unit) if may_assign else [],
        "today": today,
    }


def _explain(request: HttpRequest, found: TargetHead) -> str:
    typed = request.POST
    try:
        period = Period.parse(typed.get("ky", ""))
    except ValueError:
        period = Period.of(timezone.localdate())
    made = services.explain(
        actor=actor_of(request),
        head_id=found.pk,
        period=period,
        causes=typed.get("nguyen_nhan", ""),
        remedy=typed.get("khac_phuc", ""),
        reason=typed.get("ly_do_sua", ""),
        evidence=uploads_of(request),
    )
    return _("Đã lưu giải trình, phiên bản %(version)d.") % {"version": made.version}


def _assign(request: HttpRequest, found: TargetHead) -> str:
    typed = request.POST
    unit = get_object_or_404(Unit, pk=number_of(typed.get("don_vi")))
    person = Account.objects.filter(pk=number_of(typed.get("nguoi"))).first() if typed.get("nguoi") else None
    latest = Explanation.objects.filter(head=found).order_by("-period_on", "-version").first()
    services.assign(
        actor=actor_of(request),
        by_unit=found.unit,
        assignee_unit=unit,
        assignee=person,
        title=typed.get("ten", ""),
        words=typed.get("yeu_cau", ""),
        due_on=day_of(typed.get("han")),
        target=found.target,
        explanation=latest,
    )
    return _("Đã giao việc.")


ACTS = {"giai-trinh": _explain, "giao": _assign}
