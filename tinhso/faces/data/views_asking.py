"""People ask for data and show what they made; officers answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.faces.data.requests import dataset_or_404
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted, public
from tinhso.systems.opendata import selectors
from tinhso.systems.opendata.errors import Invalid, OpenDataRefused
from tinhso.systems.opendata.models import DataRequest, Reuse
from tinhso.systems.opendata.permissions import ANSWER
from tinhso.systems.opendata.services import asking, bodies


@public
def requests(request: HttpRequest) -> HttpResponse:
    """What people asked for, and a form to ask; anyone may, without signing in."""
    faults: dict[str, list[str]] = {}
    given = {name: request.POST.get(name, "")[:5000] for name in ("title", "body", "purpose", "email")}
    if request.method == "POST":
        try:
            made = asking.ask(
                actor_of(request),
                title=given["title"],
                body=given["body"],
                purpose=given["purpose"],
                email=given["email"],
            )
            return redirect("data:request", made.code.lower())
        except Invalid as invalid:
            faults = invalid.faults
        except OpenDataRefused as refused:
            faults = {"body": [refused.sentence]}
    listed = DataRequest.objects.select_related("unit", "dataset").order_by("-asked_at")[:50]
    context = {"listed": listed, "given": given, "faults": {name: said[0] for name, said in faults.items()}}
    return render(request, "data/requests.html", context, status=422 if faults else 200)


def _request(code: str) -> DataRequest:
    return get_object_or_404(DataRequest.objects.select_related("unit", "dataset"), code__iexact=code)


@public
def request_page(request: HttpRequest, code: str) -> HttpResponse:
    """One request with its clock and its answer; who asked is not shown."""
    found = _request(code)
    return render(request, "data/request.html", {"asked": found, "is_late": found.is_late(timezone.now())})


@public
def tell_reuse(request: HttpRequest, name: str) -> HttpResponse:
    """A form to show what was made of a dataset."""
    dataset = dataset_or_404(name)
    given = {field: request.POST.get(field, "")[:5000] for field in ("title", "url", "body", "author")}
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            asking.tell_reuse(actor_of(request), dataset=dataset, **given)
            messages.success(request, _("Đã nhận. Sản phẩm sẽ hiện ở trang này sau khi cán bộ xem."))
            return redirect("data:dataset", name)
        except Invalid as invalid:
            faults = {field: said[0] for field, said in invalid.faults.items()}
    context = {"dataset": dataset, "given": given, "faults": faults}
    return render(request, "data/reuse.html", context, status=422 if faults else 200)


@permitted(ANSWER)
def inbox(request: HttpRequest) -> HttpResponse:
    """Requests to be answered by their clock, and reuses to be looked at."""
    actor = actor_of(request)
    waiting = DataRequest.objects.filter(access.scope(actor, ANSWER, "unit"), state=DataRequest.State.OPEN)
    told = Reuse.objects.filter(state=Reuse.State.WAITING).select_related("dataset", "dataset__organisation__unit")
    context = {
        "waiting": waiting.select_related("unit").order_by("due_at")[:100],
        "told": [one for one in told[:100] if access.allowed(actor, ANSWER, bodies.unit_of(one.dataset.organisation))],
        "blocked": _blocked(),
        "now": timezone.now(),
    }
    return render(request, "data/inbox.html", context)


def _blocked() -> list[dict[str, object]]:
    from tinhso.foundation.openness.rules.personal import Finding
    from tinhso.systems.opendata.measuring import sentence
    from tinhso.systems.opendata.models import Dataset

    return [
        {"dataset": one, "reasons": [sentence(Finding(**told)) for told in one.refusal]}
        for one in Dataset.objects.exclude(refusal=[]).order_by("-refused_at")[:50]
    ]


@permitted(ANSWER)
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """Answers one request."""
    found = _request(code)
    actor = actor_of(request)
    if not access.allowed(actor, ANSWER, found.unit):
        raise Http404
    fault = ""
    if request.method == "POST":
        named = request.POST.get("dataset", "").strip()
        dataset = selectors.dataset_by_name(named[:100]) if named else None
        try:
            asking.answer(
                actor,
                request=found,
                words=request.POST.get("answer", "")[:5000],
                is_provided=request.POST.get("how") == "provided",
                dataset=dataset,
            )
            messages.success(request, _("Đã trả lời."))
            return redirect("data:inbox")
        except OpenDataRefused as refused:
            fault = refused.sentence
    context = {"asked": found, "fault": fault, "given": request.POST.get("answer", "")}
    return render(request, "data/answer.html", context, status=422 if fault else 200)


@permitted(ANSWER)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Lets a reuse be seen, or not."""
    found = get_object_or_404(Reuse.objects.select_related("dataset__organisation__unit"), pk=pk)
    actor = actor_of(request)
    if not access.allowed(actor, ANSWER, bodies.unit_of(found.dataset.organisation)):
        raise Http404
    if request.method == "POST":
        try:
            is_shown = request.POST.get("how") == "show"
            asking.decide_reuse(actor, reuse=found, is_shown=is_shown, reason=request.POST.get("reason", "")[:2000])
            messages.success(request, _("Đã ghi."))
        except OpenDataRefused as refused:
            messages.error(request, refused.sentence)
    return redirect("data:inbox")
