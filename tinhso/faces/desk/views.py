"""One dossier at the desk: its papers, clock and history, and what may be done with it now."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.engines.forms import selectors as forms
from tinhso.engines.payments.models import Discrepancy
from tinhso.engines.search.selectors import find as search
from tinhso.faces.desk.deeds import deeds_for, proposed_rows, questions, steps_for
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.audit.acts import sentence
from tinhso.foundation.files.serving import serve
from tinhso.foundation.notices.texts import hide_numbers
from tinhso.foundation.orgs.selectors import find as find_units
from tinhso.foundation.people.lookups import record_lookup
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import clock, papers, permissions, selectors, services
from tinhso.systems.procedures.models import Apology, Dossier, DossierPaper, Result, Supplement
from tinhso.systems.procedures.processes.selectors import is_involved
from tinhso.systems.procedures.reading import has, whole, whole_visible_to
from tinhso.systems.procedures.words import state_name

QUEUE_TITLES = {
    "hom-nay": _("Việc hôm nay"),
    "tiep-nhan": _("Chờ tiếp nhận"),
    "chuyen": _("Chờ chuyển thụ lý"),
    "thu-ly": _("Đang thụ lý"),
    "cho-bo-sung": _("Chờ bổ sung"),
    "cho-ky": _("Chờ ký"),
    "tra-ket-qua": _("Chờ trả kết quả"),
}


def waiting(request: HttpRequest) -> dict[str, int]:
    """How many wait in each of this officer's lists, counted once per request."""
    known: dict[str, int] | None = getattr(request, "desk_waiting", None)
    if known is None:
        known = selectors.queue_counts(actor_of(request))
        request.desk_waiting = known  # type: ignore[attr-defined]
    return known


def money_to_check(request: HttpRequest) -> int:
    """How many discrepancies wait for this accountant."""
    return Discrepancy.objects.visible_to(actor_of(request)).open().count()


def clock_of(dossier: Dossier, now: Any) -> dict[str, Any]:
    """What the clock badge needs: the due time and the working minutes left (of the answer clock before reception)."""
    due = dossier.due_at if dossier.received_at else dossier.answer_due_at
    if due is None or not dossier.is_open:
        return {"due": due, "minutes": None, "is_paused": False}
    place = dossier.office if dossier.received_at else dossier.desk
    return {
        "due": due,
        "minutes": clock.remaining_minutes(due, place, now),
        "is_paused": dossier.paused_at is not None,
    }


def visible(request: HttpRequest, pk: int) -> Dossier:
    """The dossier, or 404 for one of another unit."""
    mine = whole_visible_to(actor_of(request), pk)
    if mine is None and is_involved(actor_of(request), pk):
        # An office with a part of parallel steps sees the dossier while its part is open.
        mine = whole(pk)
    if mine is None:
        raise Http404
    return mine


@permitted(permissions.VIEW)
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """One dossier. Opening it is written into the applicant's look-up log."""
    found = visible(request, pk)
    record_lookup(
        actor_of(request),
        person=found.applicant,
        subject=found,
        unit=found.unit,
        purpose=_("Giải quyết hồ sơ %(code)s") % {"code": found.code},
    )
    return render(request, "desk/dossier.html", page_of(request, found))


def page_of(
    request: HttpRequest,
    found: Dossier,
    *,
    error: str = "",
    failed: str = "",
    typed: Any = None,
    is_revealed: bool = False,
) -> dict[str, Any]:
    """Everything the dossier's page shows; after a refusal also what was typed. Personal numbers are masked."""
    actor = actor_of(request)
    version = found.version
    shown = str if is_revealed else hide_numbers
    typed = typed or {}
    result: Result | None = getattr(found, "result", None)
    deeds: list[dict[str, Any]] = [
        {"deed": deed, "questions": questions(deed, found, typed if failed == deed.slug else {})}
        for deed in deeds_for(actor, found)
    ]
    answers = forms.summary(version.form, found.data) if version.form else []
    return {
        "dossier": found,
        "state_name": state_name(found.state),
        "answers": [{"row": row, "value": shown(row.value)} for row in answers if not row.is_file],
        "plain_data": []
        if version.form
        else [(label, shown(str(value))) for label, value in found.data.items() if value],
        "provenance": found.provenance,
        "papers": found.papers.filter(removed_at=None).select_related("file") if has(found, DossierPaper) else [],
        "result": result,
        "result_rows": [(row["label"], shown(str(row["value"]))) for row in result.values()] if result else [],
        "corrections": list(result.corrections.select_related("signed_by")) if result and result.issued_at else [],
        "supplements": found.supplement_requests.order_by("-asked_at") if has(found, Supplement) else [],
        "apologies": found.apologies.select_related("proposed_by", "sent_by").order_by("-proposed_at")
        if has(found, Apology)
        else [],
        "ending": getattr(found, "ending", None),
        "history": [{"row": row, "sentence": sentence(row.act)} for row in selectors.history(found)],
        "deeds": [one for one in deeds if one["deed"].weight in ("main", "plain")],
        "grave": [one for one in deeds if one["deed"].weight == "grave"],
        "undos": [one for one in deeds if one["deed"].weight == "undo"],
        "steps": steps_for(actor, found),
        "proposed": [
            {**row, "value": hide_numbers(row["value"]) if row["value"] else ""} for row in proposed_rows(found)
        ],
        "is_revealed": is_revealed,
        "may_reveal": any(
            access.allowed(actor, permissions.REVEAL, unit) for unit in (found.office, found.desk, found.unit)
        ),
        "error": error,
        "failed": failed,
        "typed": typed,
        **clock_of(found, timezone.now()),
    }


@permitted(permissions.REVEAL)
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page once with the numbers in full, for a purpose; a reload shows them masked again."""
    found = visible(request, pk)
    if request.method != "POST":
        return redirect("desk:dossier", found.pk)
    try:
        services.reveal_numbers(
            actor=actor_of(request), dossier_id=found.pk, purpose=request.POST.get("muc_dich", "")[:200]
        )
    except access.Denied:
        raise
    except Refused as refusal:
        return render(request, "desk/dossier.html", page_of(request, found, error=refusal.sentence), status=409)
    answer = render(request, "desk/dossier.html", page_of(request, found, is_revealed=True))
    answer["Cache-Control"] = "private, no-store"
    return answer


@permitted(permissions.VIEW)
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Form 01 as PDF."""
    found = visible(request, pk)
    return pdf(papers.receipt_pdf(found), f"{found.code}.pdf")


def pdf(document: bytes, name: str) -> HttpResponse:
    """A PDF shown in the browser, never sniffed as anything else."""
    answer = HttpResponse(document, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


@permitted(permissions.VIEW)
def draft_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The drafted result as it will look, before it has a number; nothing is kept."""
    found = visible(request, pk)
    drafted: Result | None = getattr(found, "result", None)
    if drafted is None:
        raise Http404
    signer: Any = request.user
    return pdf(papers.result_pdf(found, drafted, signer, timezone.now()), f"{found.code}-du-thao.pdf")


@permitted(permissions.VIEW)
def result(request: HttpRequest, pk: int) -> FileResponse:
    """The signed result."""
    found = visible(request, pk)
    issued: Result | None = getattr(found, "result", None)
    if issued is None or issued.file is None:
        raise Http404
    return serve(issued.in_force(first="goc" in request.GET), inline=True)


@permitted(permissions.VIEW)
def paper(request: HttpRequest, pk: int, paper: int) -> FileResponse:
    """One attached scan."""
    found = visible(request, pk)
    attached = get_object_or_404(found.papers.select_related("file"), pk=paper)
    return serve(attached.file, inline=True)


@permitted(permissions.VIEW)
def find(request: HttpRequest) -> HttpResponse:
    """One box: a dossier's code leads straight to it; else dossiers of this officer, procedures and units by name."""
    typed = request.GET.get("ma", "").strip()[:200]
    actor = actor_of(request)
    found = Dossier.objects.visible_to(actor).filter(code=typed.upper()).first() if typed else None
    if found is not None:
        return redirect("desk:dossier", found.pk)
    context = {
        "code": typed,
        "dossiers": [
            {"dossier": one, "state_name": state_name(one.state)} for one in selectors.find_dossiers(actor, typed)
        ],
        "procedures": search(actor, typed, kinds=("procedure",), limit=8) if typed else [],
        "units": find_units(typed, limit=6) if typed else [],
    }
    return render(request, "desk/find.html", context)
