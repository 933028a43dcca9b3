"""The template to download; the workbook sent back: tried first, taken over by confirmation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.text.errors import Refused
from tinhso.systems.reporting import asked, permissions, selectors, services, views, words
from tinhso.systems.reporting.models import Submission, Upload
from tinhso.systems.reporting.rules.content import Form
from tinhso.systems.reporting.rules.states import OPEN
from tinhso.systems.reporting.services import judging


def _open_submission(request: HttpRequest, pk: int) -> Submission:
    """The report that this person may fill in now; 404 for everybody else."""
    submission = asked.submission_or_404(request, pk)
    if not views.rights(actor_of(request), submission.duty, submission)["fill"]:
        raise Http404
    return submission


@require_safe
@permitted(permissions.FILL)
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbook of this unit and period, with what has been typed so far."""
    submission = _open_submission(request, pk)
    from tinhso.systems.reporting import workbooks

    content = workbooks.template(submission, judging.figures_of(submission))
    answer = HttpResponse(content, content_type=workbooks.KIND)
    duty = submission.duty
    name = f"{duty.regime.code}-{duty.period}-{duty.unit.code}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(permissions.FILL)
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a workbook and shows what it would do."""
    submission = _open_submission(request, pk)
    error = ""
    if request.method == "POST":
        given = request.FILES.get("tep")
        if given is None:
            error = _("Hãy chọn tệp Excel đã nhập.")
        else:
            try:
                made = services.try_workbook(
                    actor=actor_of(request),
                    submission_id=submission.pk,
                    stream=given,  # type: ignore[arg-type]
                    name=given.name or "",
                )
                return redirect("reporting:tried", pk, made.pk)
            except Refused as refusal:
                error = refusal.sentence
    return render(
        request,
        "reporting/upload.html",
        {
            "duty": submission.duty,
            "period": words.period_name(submission.duty.period),
            "error": error,
            "crumbs": _crumbs(submission, _("Nhập từ tệp Excel")),
        },
        status=422 if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(permissions.FILL)
def tried(request: HttpRequest, pk: int, upload_id: int) -> HttpResponse:
    """Every bad cell by sheet, row, column and reason; what would be written; then the confirmation."""
    submission = _open_submission(request, pk)
    one = Upload.objects.select_related("file").filter(pk=upload_id, submission=submission).first()
    if one is None:
        raise Http404
    form = submission.duty.form.form
    if request.method == "POST":
        try:
            saved = services.take_workbook(actor=actor_of(request), upload_id=one.pk)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
            return redirect("reporting:report", pk)
        messages.success(request, _("Đã ghi %(count)s ô từ tệp Excel.") % {"count": len(saved.written)})
        if saved.is_clean:
            return redirect("reporting:report", pk)
        typed = {code: conflict.mine for code, conflict in saved.conflicts.items()}
        fresh = selectors.newest_of(submission.duty)
        return views.page(
            request, submission.duty, fresh, typed=typed, faults=saved.faults, conflicts=saved.conflicts, status=409
        )
    figures = judging.figures_of(submission)
    return render(
        request,
        "reporting/tried.html",
        {
            "duty": submission.duty,
            "upload": one,
            "period": words.period_name(submission.duty.period),
            "faults": one.found.get("faults", []),
            "notes": one.found.get("notes", []),
            "is_cut": one.found.get("is_cut", False),
            "is_taken": one.state == Upload.State.TAKEN or submission.state not in OPEN,
            "changes": [
                {
                    "name": form.names.get(code, code),
                    "before": figures.get(code, judging.EMPTY).shown,
                    "after": given[0],
                }
                for code, given in _in_order_of(form, one.found.get("values", {}))[:500]
            ],
            "count": len(one.found.get("values", {})),
            "crumbs": _crumbs(submission, _("Kết quả đọc thử")),
        },
    )


def _in_order_of(form: Form, values: dict[str, list[Any]]) -> list[tuple[str, list[Any]]]:
    """The cells as they follow one another on the form; the database keeps them in none."""
    place = {code: number for number, code in enumerate(form.cells)}
    return sorted(values.items(), key=lambda pair: place.get(pair[0], len(place)))


def _crumbs(submission: Submission, here: str) -> list[tuple[str, str]]:
    duty = submission.duty
    return [
        (_("Báo cáo đến hạn"), reverse("reporting:home")),
        (words.period_name(duty.period), reverse("reporting:report", args=[duty.pk])),
        (here, ""),
    ]
