"""Remedial work: the list of what concerns the reader, one task with its steps, and the files behind words."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import signed_in
from tinhso.foundation.files import services as files
from tinhso.foundation.files.serving import serve
from tinhso.foundation.text.asked import day_of
from tinhso.foundation.text.errors import Refused
from tinhso.systems.resolution import drawing, selectors, services, words
from tinhso.systems.resolution.asking import uploads_of
from tinhso.systems.resolution.models import RemedialTask
from tinhso.systems.resolution.rules import OPEN, Step
from tinhso.systems.resolution.services.remedies import may

MOST = 200


@require_safe
@signed_in
def remedies(request: HttpRequest) -> HttpResponse:
    """What concerns the reader: open by deadline, late marked, or everything."""
    visible = RemedialTask.objects.visible_to(actor_of(request))
    chosen = request.GET.get("loc", "")
    kinds = {
        "": (_("Đang mở"), visible.open()),
        "tre": (_("Quá hạn"), visible.late()),
        "cho": (_("Chờ xác nhận"), visible.filter(state="done")),
        "tat-ca": (_("Tất cả"), visible),
    }
    if chosen not in kinds:
        chosen = ""
    base = reverse("resolution:remedies")
    chips = [
        {
            "href": base + (f"?loc={code}" if code else ""),
            "label": label,
            "count": rows.count(),
            "is_current": code == chosen,
        }
        for code, (label, rows) in kinds.items()
    ]
    listed = kinds[chosen][1].select_related("assignee_unit", "assignee", "by_unit", "target", "task")[:MOST]
    context = {"rows": [drawing.remedy(one) for one in listed], "chips": chips, "most": MOST}
    return render(request, "resolution/remedies.html", context)


@signed_in
def remedy(request: HttpRequest, pk: int) -> HttpResponse:
    """One task with its steps and evidence, and the buttons in order now."""
    actor = actor_of(request)
    visible = RemedialTask.objects.visible_to(actor)
    related = ("assignee_unit", "assignee", "by_unit", "target", "task", "explanation__head")
    found, error = get_object_or_404(visible.select_related(*related), pk=pk), ""
    if request.method == "POST":
        try:
            messages.success(request, _act(request, found))
            return redirect(request.path)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    steps = may(actor, found)
    return render(
        request,
        "resolution/remedy.html",
        {
            **drawing.remedy(found),
            "steps": found.steps.select_related("by").prefetch_related("evidence__file"),
            "may": {step.value: words.BUTTONS[step] for step in steps},
            "is_open": found.remedy in OPEN,
            "error": error,
            "typed": request.POST if error else {},
        },
        status=409 if error else 200,
    )


def _act(request: HttpRequest, found: RemedialTask) -> str:
    actor, typed = actor_of(request), request.POST
    shared: dict[str, Any] = {"actor": actor, "remedy_id": found.pk}
    match typed.get("viec", ""):
        case Step.ACCEPT:
            services.accept(**shared)
            return _("Đã nhận việc.")
        case Step.FINISH:
            services.finish(**shared, words=typed.get("ket_qua", ""), evidence=uploads_of(request))
            return _("Đã báo hoàn thành; đơn vị giao việc sẽ xác nhận.")
        case Step.GIVE_BACK:
            services.give_back(**shared, words=typed.get("ly_do", ""))
            return _("Đã trả lại.")
        case Step.CONFIRM:
            services.confirm(**shared, words=typed.get("ly_do", ""))
            return _("Đã xác nhận hoàn thành.")
        case Step.EXTEND:
            services.extend(**shared, due_on=day_of(typed.get("han")), reason=typed.get("ly_do_lui", ""))
            return _("Đã lùi hạn.")
        case Step.WITHDRAW:
            services.withdraw(**shared, reason=typed.get("ly_do_thu", ""))
            return _("Đã thu hồi việc.")
    raise Http404


@require_safe
@signed_in
def evidence(request: HttpRequest, pk: int) -> FileResponse:
    """A file of evidence, to those who may read what it belongs to; the reading is audited."""
    actor = actor_of(request)
    found = get_object_or_404(selectors.evidence_visible_to(actor).select_related("file").distinct(), pk=pk)
    files.read_for(actor, file=found.file, subject=found, reason=_("xem minh chứng")).close()
    return serve(found.file)
