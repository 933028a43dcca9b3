"""The officer's and the leader's pages: what is due, one report, its course."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.engines.indicators.registry import MEASURES
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.files import serving
from tinhso.foundation.text.errors import Refused
from tinhso.systems.reporting import asked, drawing, errors, live, permissions, selectors, services, words
from tinhso.systems.reporting.models import CorrectionRequest, Duty, Submission
from tinhso.systems.reporting.rules.content import CellKind
from tinhso.systems.reporting.rules.states import OPEN, State
from tinhso.systems.reporting.services import acts, duties, judging

MOST_LISTED = 200
MOST_RECORDS = 200


@require_safe
@permitted(permissions.VIEW)
def home(request: HttpRequest) -> HttpResponse:
    """Báo cáo đến hạn: what this person has to fill in, sign or receive, the most urgent first."""
    actor = actor_of(request)
    lists = [
        ("nhap", _("Cần nhập"), selectors.due_for(actor), _("Không có báo cáo nào phải nhập.")),
        ("ky", _("Chờ ký"), selectors.to_sign(actor), _("Không có báo cáo nào chờ ký.")),
        ("duyet", _("Chờ duyệt"), selectors.to_approve(actor), _("Không có báo cáo nào chờ duyệt.")),
        ("xong", _("Đã gửi"), selectors.done_by(actor), _("Chưa gửi báo cáo nào.")),
    ]
    shown = [one for one in lists if _has_part(actor, one[0])]
    tab = request.GET.get("muc", "")
    counts = {code: rows.count() for code, _name, rows, _none in shown if code != "xong"}
    if tab not in {one[0] for one in shown}:
        tab = next((code for code in ("ky", "nhap", "duyet") if counts.get(code)), shown[0][0] if shown else "")
    rows, none = next(((rows, none) for code, _name, rows, none in shown if code == tab), (Duty.objects.none(), ""))
    return render(
        request,
        "reporting/home.html",
        {
            "rows": [line(duty) for duty in rows[:MOST_LISTED]],
            "none": none,
            "tab": tab,
            "chips": [
                {"href": f"?muc={code}", "label": name, "is_current": code == tab}
                | ({"count": counts[code]} if code in counts else {})
                for code, name, _rows, _none in shown
            ],
        },
    )


def _has_part(actor: access.Actor, code: str) -> bool:
    needs = {
        "nhap": permissions.FILL,
        "ky": permissions.SIGN,
        "duyet": permissions.APPROVE,
        "xong": permissions.FILL,
    }
    return access.allowed(actor, needs[code])


def line(duty: Any) -> dict[str, Any]:
    """One duty as a row of a list."""
    state = duty.state or ""
    return {
        "duty": duty,
        "href": reverse("reporting:report", args=[duty.pk]),
        "period": words.period_name(duty.period),
        "span": words.span_words(duty.span),
        "state": dict(Submission._meta.get_field("state").choices or ()).get(state, _("chưa nhập")),
        "tone": words.STATE_TONES.get(state, "nodata"),
        "is_correction": (duty.number or 1) > 1,
        "timeliness": str(words.TIMELINESS[duty.timeliness]),
        "is_sent": duty.sent_at is not None,
        "timeliness_tone": words.TIMELINESS_TONES[duty.timeliness],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(permissions.VIEW)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: filled in while it is open, read afterwards."""
    duty = asked.duty_or_404(request, pk)
    submission = selectors.newest_of(duty)
    if request.method != "POST":
        return page(request, duty, submission)
    if submission is None:
        submission = services.begin(actor=actor_of(request), duty_id=duty.pk)
        submission = selectors.newest_of(duty)
        if not asked.given(request.POST):
            return redirect("reporting:report", pk)
    assert submission is not None
    return _save(request, duty, submission)


def _save(request: HttpRequest, duty: Duty, submission: Submission) -> HttpResponse:
    """Saves what was typed; good cells are kept whatever becomes of the others."""
    actor, typed = actor_of(request), asked.given(request.POST)
    try:
        saved = services.save_cells(actor=actor, submission_id=submission.pk, given=typed)
    except errors.WrongOrder as refusal:
        # Whoever typed on while another submitted finds everything again on the page.
        return page(request, duty, selectors.newest_of(duty), typed={code: one.text for code, one in typed.items()},
                    refusal=refusal.sentence, status=409)  # fmt: skip
    kept = {code: one.text for code, one in typed.items() if code in saved.faults or code in saved.conflicts}
    if not saved.is_clean:
        fresh = selectors.newest_of(duty)
        return page(request, duty, fresh, typed=kept, faults=saved.faults, conflicts=saved.conflicts, status=422)
    if "submit" in request.POST:
        return _submit(request, duty, submission)
    messages.success(
        request,
        ngettext("Đã lưu %(count)s ô.", "Đã lưu %(count)s ô.", len(saved.written)) % {"count": len(saved.written)}
        if saved.written
        else _("Không có ô nào thay đổi."),
    )
    return redirect("reporting:report", duty.pk)


def _submit(request: HttpRequest, duty: Duty, submission: Submission) -> HttpResponse:
    said = asked.explanations(request.POST)
    try:
        services.submit(actor=actor_of(request), submission_id=submission.pk, explanations=said)
    except errors.NotReady as refusal:
        faults = {one.code: one.sentence for one in refusal.faults}
        fresh = selectors.newest_of(duty)
        return page(request, duty, fresh, faults=faults, not_ready=refusal, said=said, status=422)
    messages.success(request, _("Đã trình lãnh đạo đơn vị. Số liệu trực tiếp được giữ nguyên như lúc trình."))
    return redirect("reporting:report", duty.pk)


def page(
    request: HttpRequest,
    duty: Duty,
    submission: Submission | None,
    *,
    typed: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
    conflicts: Any = None,
    not_ready: errors.NotReady | None = None,
    said: dict[str, str] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of one report as this person may use it."""
    actor = actor_of(request)
    may = rights(actor, duty, submission)
    figures = judging.figures_of(submission) if submission else judging.live_figures(duty.form.form, duty)
    verdict = judging.judge(submission, figures) if submission and submission.state in OPEN else None
    context = {
        "duty": duty,
        "submission": submission,
        "may": may,
        "period": words.period_name(duty.period),
        "span": words.span_words(duty.span),
        "timeliness": str(words.TIMELINESS[duty.timeliness]),
        "timeliness_tone": words.TIMELINESS_TONES[duty.timeliness],
        "state_tone": words.STATE_TONES.get(submission.state if submission else "", "nodata"),
        "days_left": duties.remaining_days(duty.form, duty.due_at, timezone.localdate()),
        "sections": drawing.sections(
            duty.form.form, figures, is_open=may["fill"], typed=typed, faults=faults, conflicts=conflicts
        ),
        "errors": _summary(duty, faults, conflicts, not_ready),
        "refusal": refusal,
        "lost": [(duty.form.form.names.get(code, code), text) for code, text in (typed or {}).items()]
        if refusal
        else [],
        "warnings": _warnings(submission, verdict, said),
        "failing": verdict.errors if verdict and not not_ready else [],
        "missing_count": len(verdict.missing) if verdict else 0,
        "steps": drawing.steps_of(submission) if submission else [],
        "request_open": _open_request(submission),
        "versions": list(duty.submissions.order_by("number")) if submission and submission.number > 1 else [],
        "crumbs": [(_("Báo cáo đến hạn"), reverse("reporting:home")), (words.period_name(duty.period), "")],
    }
    return render(request, "reporting/report.html", context, status=status)


def rights(actor: access.Actor, duty: Duty, submission: Submission | None) -> dict[str, bool]:
    """Which buttons are in order now, for this person."""
    state = State(submission.state) if submission else None
    fills = _may(actor, permissions.FILL, duty)
    signs = access.allowed(actor, permissions.SIGN, duty.holder)
    receives = access.allowed(actor, permissions.APPROVE, duty.regime.owner)
    return {
        "begin": state is None and fills and duty.lapsed_at is None,
        "fill": state in OPEN and fills,
        "sign": state is State.SUBMITTED and signs,
        "take_back": (state is State.SUBMITTED and fills) or (state is State.SIGNED and signs),
        "approve": state is State.SIGNED and receives,
        "ask": state is State.APPROVED and fills,
        "demand": state is State.APPROVED and receives,
        "decide": state is State.APPROVED and receives,
    }


def _may(actor: access.Actor, code: str, duty: Duty) -> bool:
    try:
        acts.require_for(actor, code, duty.holder)
    except access.Denied:
        return False
    return True


def _summary(
    duty: Duty, faults: dict[str, str] | None, conflicts: Any, not_ready: errors.NotReady | None
) -> list[dict[str, str]]:
    names = duty.form.form.names
    if not_ready is not None:
        return [
            {"href": f"#{drawing.field_id(one.code)}" if one.code else "", "message": one.sentence}
            for one in not_ready.faults
        ]
    found = [
        {"href": f"#{drawing.field_id(code)}", "message": f"{names.get(code, code)}: {sentence}"}
        for code, sentence in (faults or {}).items()
    ]
    changed = _("có người khác vừa sửa.")
    return found + [
        {"href": f"#{drawing.field_id(code)}", "message": f"{names.get(code, code)}: {changed}"}
        for code in conflicts or {}
    ]


def _warnings(
    submission: Submission | None, verdict: judging.Verdict | None, said: dict[str, str] | None
) -> list[dict[str, str]]:
    if submission is None:
        return []
    if verdict is None:
        sentences = {check.key: check.sentence for check in submission.duty.form.form.checks}
        return [{"sentence": sentences.get(key, key), "text": text} for key, text in submission.explanations.items()]
    held = submission.explanations | (said or {})
    return [{"key": one.check, "sentence": one.sentence, "text": held.get(one.check, "")} for one in verdict.warnings]


def _open_request(submission: Submission | None) -> CorrectionRequest | None:
    if submission is None:
        return None
    return submission.correction_requests.filter(state=CorrectionRequest.State.ASKED).first()


@require_POST
@permitted(permissions.VIEW)
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One button of the report's page: one call into one act."""
    submission = asked.submission_or_404(request, pk)
    handler = _ACTS.get(act)
    if handler is None:
        raise Http404
    try:
        told = handler(request, submission)
    except access.Denied:
        raise
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, told)
    return redirect("reporting:report", pk)


def _sign(request: HttpRequest, submission: Submission) -> str:
    pin = request.POST.get("pin", "")[:64]
    services.sign(actor=actor_of(request), submission_id=submission.pk, pin=pin, seen=asked.seen(request))
    return _("Đã duyệt và gửi báo cáo.")


def _send_back(request: HttpRequest, submission: Submission) -> str:
    reason = request.POST.get("reason", "")
    services.send_back(actor=actor_of(request), submission_id=submission.pk, reason=reason, seen=asked.seen(request))
    return _("Đã trả báo cáo cho người nhập.")


def _take_back(request: HttpRequest, submission: Submission) -> str:
    reason = request.POST.get("reason", "")
    services.take_back(actor=actor_of(request), submission_id=submission.pk, reason=reason, seen=asked.seen(request))
    return _("Đã rút lại báo cáo. Sửa xong hãy trình lại.")


def _approve(request: HttpRequest, submission: Submission) -> str:
    services.approve(actor=actor_of(request), submission_id=submission.pk, seen=asked.seen(request))
    return _("Đã duyệt. Số liệu đã vào kho chỉ tiêu.")


def _return(request: HttpRequest, submission: Submission) -> str:
    reason = request.POST.get("reason", "")
    services.return_report(
        actor=actor_of(request), submission_id=submission.pk, reason=reason, seen=asked.seen(request)
    )
    return _("Đã trả lại báo cáo.")


def _ask(request: HttpRequest, submission: Submission) -> str:
    services.ask_correction(actor=actor_of(request), submission_id=submission.pk, reason=request.POST.get("reason", ""))
    return _("Đã gửi yêu cầu đính chính.")


def _demand(request: HttpRequest, submission: Submission) -> str:
    services.demand_correction(
        actor=actor_of(request), submission_id=submission.pk, reason=request.POST.get("reason", "")
    )
    return _("Đã yêu cầu đơn vị đính chính; bản đính chính đã mở.")


def _decide(request: HttpRequest, submission: Submission) -> str:
    open_request = _open_request(submission)
    if open_request is None:
        raise errors.NotDue(_("Không có yêu cầu đính chính nào đang chờ."))
    is_agreed = request.POST.get("answer") == "yes"
    services.decide_correction(
        actor=actor_of(request),
        request_id=open_request.pk,
        is_agreed=is_agreed,
        note=request.POST.get("reason", ""),
    )
    return _("Đã đồng ý; bản đính chính đã mở.") if is_agreed else _("Đã trả lời không đồng ý.")


_ACTS = {
    "ky": _sign,
    "tra": _send_back,
    "rut-lai": _take_back,
    "duyet": _approve,
    "tra-lai": _return,
    "xin-dinh-chinh": _ask,
    "yeu-cau-dinh-chinh": _demand,
    "tra-loi-dinh-chinh": _decide,
}


@require_safe
@permitted(permissions.VIEW)
def signed_paper(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """The signed PDF of one version."""
    duty = asked.duty_or_404(request, pk)
    submission = duty.submissions.select_related("file").filter(number=number).first()
    if submission is None or submission.file is None:
        raise Http404
    return serving.serve(submission.file, inline=True)


@require_safe
@permitted(permissions.VIEW)
def records(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The very records behind a live cell, of those that the reader may open."""
    duty = asked.duty_or_404(request, pk)
    spec = duty.form.form.cells.get(code)
    measure = MEASURES.get(spec.measure) if spec and spec.kind is CellKind.LIVE else None
    if spec is None or measure is None:
        raise Http404
    behind = live.records(measure, duty.unit, duty.span)
    count = behind.order_by().count()
    seen = measure.visible_to(actor_of(request), behind) if measure.visible_to else behind.none()
    rows: list[Model] = list(seen.order_by("-pk")[:MOST_RECORDS])
    return render(
        request,
        "reporting/records.html",
        {
            "duty": duty,
            "name": duty.form.form.names[code],
            "measure": measure,
            "lines": [measure.describe(row) for row in rows] if measure.describe else [],
            "count": count,
            "span": words.span_words(duty.span),
            "crumbs": [
                (_("Báo cáo đến hạn"), reverse("reporting:home")),
                (words.period_name(duty.period), reverse("reporting:report", args=[duty.pk])),
                (duty.form.form.names[code], ""),
            ],
        },
    )
