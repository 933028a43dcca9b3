"""One's own dossiers: the list, the page of one, its papers, answering, withdrawing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tinhso.engines.forms import layout
from tinhso.faces.portal.requests import hand_out, uploads_of
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import signed_in
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import papers, rules, selectors, services, words
from tinhso.systems.procedures.afterwards.services import note_download
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.printing.sets import FOR_THE_APPLICANT
from tinhso.systems.procedures.rules import State

PER_PAGE = 20
MOST_FILES = 10


@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """Drafts to go on with, and dossiers filed, newest first."""
    actor = actor_of(request)
    shown = Paginator(selectors.my_dossiers(actor), PER_PAGE).get_page(request.GET.get("trang"))
    rows = [{"dossier": one, "state": words.state_name(one.state), "tone": TONES[State(one.state)]} for one in shown]
    context = {"drafts": list(selectors.my_drafts(actor)[:PER_PAGE]), "rows": rows, "shown": shown}
    return render(request, "portal/mine.html", context)


TONES = {
    State.SUBMITTED: "info",
    State.RECEIVED: "info",
    State.RESOLVING: "info",
    State.SUPPLEMENT: "warn",
    State.DRAFTED: "info",
    State.ISSUED: "ok",
    State.RETURNED: "ok",
    State.REFUSED: "danger",
    State.WITHDRAWN: "nodata",
    State.STOPPED: "nodata",
}


def _own(request: HttpRequest, code: str) -> Dossier:
    """The dossier when it is the actor's; anyone else's is not there."""
    try:
        return selectors.own_dossier(actor_of(request), code)
    except Dossier.DoesNotExist:
        raise Http404 from None


def _readable(request: HttpRequest, code: str) -> Dossier:
    """The dossier when the actor may read it: their own, or filed together with them."""
    try:
        return selectors.readable_dossier(actor_of(request), code)
    except Dossier.DoesNotExist:
        raise Http404 from None


@signed_in
def dossier(request: HttpRequest, code: str) -> HttpResponse:
    """Where it stands in plain words, what is asked of the person, papers, result."""
    return _show(request, _readable(request, code))


def _show(request: HttpRequest, one: Dossier, *, error: str = "", answer: str = "", reason: str = "") -> HttpResponse:
    is_leading = Dossier.objects.belonging_to(actor_of(request)).filter(pk=one.pk).exists()
    asked = one.supplement_requests.filter(answered_at=None).first() if is_leading else None
    context = {
        "dossier": one,
        "state": words.state_name(one.state),
        "tone": TONES[State(one.state)],
        "sentence": words.plain_status(one.state),
        "steps": steps(one),
        "asked": asked,
        "mended": sorted(asked.changes) if asked else [],
        "form_pages": layout.pages(one.version.form, one.data) if asked and one.version.form else [],
        "papers": list(one.papers.filter(removed_at=None).select_related("file").order_by("id")),
        "issued_forms": [form for form in papers.latest_forms(one) if form.form in FOR_THE_APPLICANT],
        "result": getattr(one, "result", None),
        # Who files together reads; the one whose dossier it is answers, chooses, withdraws.
        "is_leading": is_leading,
        "may_withdraw": is_leading and rules.may_follow("withdraw", one.state),
        "error": error,
        "answer": answer,
        "reason": reason,
        "crumbs": [(_("Hồ sơ của tôi"), "/ho-so/"), (one.code, "")],
    }
    return render(request, "portal/dossier.html", context, status=422 if error else 200)


def steps(one: Dossier) -> list[dict[str, Any]]:
    """The way of a dossier in five plain steps, for the step list."""
    names = {
        "submitted": _("Đã nộp"),
        "received": _("Được tiếp nhận"),
        "resolving": _("Đang giải quyết"),
        "drafted": _("Kết quả chờ ký"),
        "issued": _("Có kết quả"),
    }
    is_stopped = one.state in (State.REFUSED, State.WITHDRAWN, State.STOPPED)
    reached = [moment for moment in selectors.milestones(one) if moment["at"]]
    last = reached[-1]["step"] if reached else "submitted"
    made = []
    for moment in selectors.milestones(one):
        state = "done" if moment["at"] else "next"
        if moment["step"] == last:
            state = "stop" if is_stopped else "done" if last == "issued" else "now"
        made.append({"name": names[moment["step"]], "state": state, "at": moment["at"]})
    return made


@signed_in
def filed(request: HttpRequest, code: str) -> HttpResponse:
    """Right after filing: the code, when an answer comes, the receipt."""
    one = _own(request, code)
    context = {"dossier": one, "expected": papers.expected_at(one), "follow": papers.follow_address(one)}
    return render(request, "portal/filed.html", context)


@signed_in
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Form 01 as PDF."""
    one = _readable(request, code)
    response = HttpResponse(papers.receipt_pdf(one), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="phieu-tiep-nhan-{one.code}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@signed_in
def form(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """A form issued to the person: 02 supplement, 03 refusal, 04 apology, 05 stop."""
    one = _readable(request, code)
    if form not in FOR_THE_APPLICANT or not one.issued_forms.filter(form=form).exists():
        raise Http404
    response = HttpResponse(papers.form_pdf(one, form), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{form}-{one.code}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@signed_in
def result(request: HttpRequest, code: str) -> HttpResponse:
    """The signed result."""
    found = getattr(_readable(request, code), "result", None)
    if found is None or found.issued_at is None or found.file is None:
        raise Http404
    note_download(actor=actor_of(request), dossier_id=found.dossier_id)
    return hand_out(found.in_force(first="goc" in request.GET))


@signed_in
def paper(request: HttpRequest, code: str, paper_id: int) -> HttpResponse:
    """A scan of one's own dossier."""
    found = _readable(request, code).papers.filter(pk=paper_id).select_related("file").first()
    if found is None:
        raise Http404
    return hand_out(found.file, inline=True)


@signed_in
def supplement(request: HttpRequest, code: str) -> HttpResponse:
    """The answer to a request for more: words and scans together."""
    one = _own(request, code)
    if request.method != "POST":
        return redirect("portal:dossier", code)
    answer = request.POST.get("tra-loi", "")[:4000]
    uploads = uploads_of(request, "tep")[:MOST_FILES]
    try:
        services.answer_supplement(actor=actor_of(request), dossier_id=one.pk, answer=answer, uploads=uploads)
    except Refused as refusal:
        return _show(request, _own(request, code), error=refusal.sentence, answer=answer)
    messages.success(request, _("Đã gửi phần bổ sung. Hồ sơ được giải quyết tiếp."))
    return redirect("portal:dossier", code)


@signed_in
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Asks to stop, with a reason."""
    one = _readable(request, code)
    if request.method != "POST":
        return redirect("portal:dossier", code)
    reason = request.POST.get("ly-do", "")[:2000]
    try:
        services.withdraw_dossier(actor=actor_of(request), dossier_id=one.pk, reason=reason)
    except Refused as refusal:
        return _show(request, _readable(request, code), error=refusal.sentence, reason=reason)
    messages.success(request, _("Đã rút hồ sơ."))
    return redirect("portal:dossier", code)
