"""The Resolution's tasks as a plan, and one task: bodies, money, milestones, progress with evidence, targets."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.asked import day_of
from tinhso.foundation.text.errors import Refused
from tinhso.systems.resolution import drawing, permissions, selectors, services, words
from tinhso.systems.resolution.asking import money_of, number_of, percent_of, uploads_of
from tinhso.systems.resolution.models import Milestone, ResolutionTask, TaskBody
from tinhso.systems.resolution.rules import Standing


@require_safe
@permitted(permissions.VIEW)
def plan(request: HttpRequest) -> HttpResponse:
    """All tasks that the reader may see, by part of the Resolution, with a tally and a filter by standing."""
    actor, today = actor_of(request), timezone.localdate()
    rows = selectors.plan(selectors.tasks_visible_to(actor), today)
    chosen = request.GET.get("tt", "")
    shown = [row for row in rows if not chosen or row.standing == chosen]
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in shown:
        groups.setdefault(words.section_name(row.task.section), []).append(drawing.plan_row(row))
    return render(
        request,
        "resolution/plan.html",
        {
            "groups": groups.items(),
            "total": len(rows),
            "chips": _chips(rows, chosen),
            "unassigned": sum(row.lead is None for row in rows),
        },
    )


def _chips(rows: list[selectors.PlanRow], chosen: str) -> list[dict[str, Any]]:
    base = reverse("resolution:plan")
    chips = [{"href": base, "label": _("Tất cả"), "count": len(rows), "is_current": not chosen}]
    for standing in Standing:
        count = sum(row.standing is standing for row in rows)
        if count:
            label = words.STANDINGS[standing][0]
            current = chosen == standing
            chips.append({"href": f"{base}?tt={standing}", "label": label, "count": count, "is_current": current})
    return chips


@permitted(permissions.VIEW)
def task(request: HttpRequest, code: str) -> HttpResponse:
    """One task, and what its bodies and those who manage the plan may do."""
    actor = actor_of(request)
    found, error = get_object_or_404(selectors.tasks_visible_to(actor), code=code), ""
    if request.method == "POST":
        act = ACTS.get(request.POST.get("viec", ""))
        if act is None:
            raise Http404
        try:
            messages.success(request, act(request, found))
            return redirect(request.path)
        except (Milestone.DoesNotExist, TaskBody.DoesNotExist):
            raise Http404 from None
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    return render(request, "resolution/task.html", _page(request, found, error), status=422 if error else 200)


def _page(request: HttpRequest, found: ResolutionTask, error: str) -> dict[str, Any]:
    actor, today = actor_of(request), timezone.localdate()
    row = selectors.plan(ResolutionTask.objects.filter(pk=found.pk), today)[0]
    money = selectors.current_money(found.budgets.all())
    manages = access.allowed(actor, permissions.MANAGE)
    units = Unit.objects.as_of(today).exclude(kind__in=["commune", "district", "office", "service_centre"])
    return {
        "one": found,
        "row": drawing.plan_row(row),
        "section": words.section_name(found.section),
        "bodies": found.bodies.as_of(today).select_related("unit"),
        "money": money,
        "money_total": selectors.total_of(money),
        "marks": found.milestones.filter(withdrawn_at=None),
        "entries": found.entries.select_related("unit", "recorded_by", "milestone").prefetch_related("evidence__file"),
        "targets": found.targets.all(),
        "error": error,
        "typed": request.POST if error else {},
        "reporting": [(unit.pk, str(unit.name)) for unit in selectors.bodies_for(actor, found, today)],
        "open_marks": [(mark.pk, mark.name) for mark in found.milestones.filter(withdrawn_at=None, done_on=None)],
        "manages": manages,
        "units": [(unit.pk, str(unit.name)) for unit in units[:400]] if manages else [],
        "parts": TaskBody.Part.choices,
        "stages": found.entries.model._meta.get_field("stage").choices,
        "today": today,
    }


def _report(request: HttpRequest, found: ResolutionTask) -> str:
    typed = request.POST
    services.report_progress(
        actor=actor_of(request),
        task_id=found.pk,
        unit=get_object_or_404(Unit, pk=number_of(typed.get("don_vi"))),
        stage=typed.get("tinh_trang", ""),
        percent=percent_of(typed.get("phan_tram")),
        milestone_id=number_of(typed.get("moc")) or None,
        words=typed.get("ket_qua", ""),
        evidence=uploads_of(request),
    )
    return _("Đã ghi báo cáo tiến độ.")


def _name(request: HttpRequest, found: ResolutionTask) -> str:
    typed = request.POST
    services.name_body(
        actor=actor_of(request),
        task_id=found.pk,
        unit=get_object_or_404(Unit, pk=number_of(typed.get("don_vi_moi"))),
        part=typed.get("vai_tro", ""),
        document=typed.get("van_ban", ""),
    )
    return _("Đã phân công.")


def _end(request: HttpRequest, found: ResolutionTask) -> str:
    body = found.bodies.get(pk=number_of(request.POST.get("phan_cong")))
    services.end_body(actor=actor_of(request), body_id=body.pk)
    return _("Đã kết thúc phân công.")


def _budget(request: HttpRequest, found: ResolutionTask) -> str:
    typed = request.POST
    services.set_budget(
        actor=actor_of(request),
        task_id=found.pk,
        year=number_of(typed.get("nam")),
        fund=typed.get("nguon", ""),
        amount=money_of(typed.get("so_tien")),
        document=typed.get("van_ban_tien", ""),
    )
    return _("Đã ghi kinh phí.")


def _milestone(request: HttpRequest, found: ResolutionTask) -> str:
    typed = request.POST
    services.set_milestone(
        actor=actor_of(request), task_id=found.pk, name=typed.get("ten_moc", ""), due_on=day_of(typed.get("ngay_moc"))
    )
    return _("Đã đặt mốc.")


def _drop(request: HttpRequest, found: ResolutionTask) -> str:
    mark = found.milestones.get(pk=number_of(request.POST.get("bo_moc")))
    services.drop_milestone(actor=actor_of(request), milestone_id=mark.pk, reason=request.POST.get("ly_do_bo", ""))
    return _("Đã bỏ mốc.")


ACTS = {
    "bao-cao": _report,
    "phan-cong": _name,
    "ket-thuc": _end,
    "kinh-phi": _budget,
    "moc": _milestone,
    "bo-moc": _drop,
}
