"""Other exchanges: taken in by their signed description, compared receipt by receipt, let go."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tinhso.engines.exchange import permissions, services
from tinhso.engines.exchange.comparing_receipts import LARGEST, Pair, Verdict, compared, exported
from tinhso.engines.exchange.errors import WrongInput
from tinhso.engines.exchange.guarding import reaches_all
from tinhso.engines.exchange.models import Peer
from tinhso.engines.exchange.services import peers as acts
from tinhso.faces.exchange.acting import crumbs, doors, form_page, numbered, once
from tinhso.faces.exchange.forms import CompareForm, PeerForm
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.text.asked import day_of

MOST_SHOWN = 300
LONGEST = timedelta(days=93)
WORDS = {
    Verdict.DIFFERENT: (gettext_lazy("Hai bên ghi khác nhau"), "warn"),
    Verdict.OURS_ONLY: (gettext_lazy("Chỉ bên ta có biên nhận"), "warn"),
    Verdict.THEIRS_ONLY: (gettext_lazy("Chỉ bên kia có biên nhận"), "warn"),
    Verdict.SAME: (gettext_lazy("Khớp"), "ok"),
}


@permitted(permissions.VIEW)
def peers(request: HttpRequest) -> HttpResponse:
    """The list, our own description, and the form that takes another's in."""
    actor = actor_of(request)
    form = PeerForm(request.POST if request.method == "POST" else None, request.FILES or None)

    def act() -> HttpResponse:
        sent = form.cleaned_data["document"]
        document = sent.read(acts.LARGEST + 1)
        made = services.admit_peer(actor=actor, document=document, fingerprint=form.cleaned_data["fingerprint"])
        messages.success(request, _("Đã kết nối nền tảng bạn."))
        return redirect("exchanging:peer", made.pk)

    may_admit = reaches_all(actor, permissions.ADMIT)
    return form_page(
        request,
        "exchanging/peers.html",
        form,
        act,
        rows=list(Peer.objects.all()[:200]),
        doors=doors("peers"),
        may_open=reaches_all(actor, permissions.VIEW),
        may_admit=may_admit,
        fingerprint=acts.own_fingerprint() if may_admit else "",
    )


@require_safe
@permitted(permissions.ADMIT)
def description(request: HttpRequest) -> HttpResponse:
    """Our description, signed, for the other side to take in."""
    answer = HttpResponse(acts.own_description(actor_of(request)), content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="nen-tang.json"'
    return answer


@permitted(permissions.VIEW)
def peer(request: HttpRequest, pk: int) -> HttpResponse:
    """One peer; with its receipts sent, both sides' evidence side by side."""
    row = _seen(request, pk)
    today = timezone.localdate()
    given = request.POST if request.method == "POST" else None
    form = CompareForm(given, request.FILES or None, initial={"first": today - timedelta(days=1), "last": today})
    pairs: list[Pair] | None = None
    if form.is_valid():
        try:
            pairs = _compared(row, form.cleaned_data)
        except WrongInput as refusal:
            form.add_error(None, refusal.sentence)
    context = {
        "form": form,
        "row": row,
        "is_compared": pairs is not None,
        "counts": [(*WORDS[one], sum(pair.verdict == one for pair in pairs or ())) for one in Verdict],
        "pairs": [(pair, *WORDS[pair.verdict]) for pair in (pairs or [])[:MOST_SHOWN]],
        "first": today - timedelta(days=1),
        "last": today,
        "may_admit": reaches_all(actor_of(request), permissions.ADMIT),
        "crumbs": crumbs((_("Nền tảng bạn"), "/lien-thong/nen-tang-ban/"), (row.title, "")),
    }
    return render(request, "exchanging/peer.html", context, status=422 if form.errors else 200)


def _compared(row: Peer, given: dict[str, Any]) -> list[Pair]:
    since, until = _span(given["first"], given["last"])
    return compared(row, given["theirs"].read(LARGEST + 1), since, until)


@require_safe
@permitted(permissions.VIEW)
def receipts(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Our receipts of calls with this peer, for the other side to compare."""
    row = _seen(request, pk)
    first, last = (day_of(request.GET.get(name)) for name in ("tu", "den"))
    since, until = _span(first or timezone.localdate(), last or timezone.localdate())
    answer = StreamingHttpResponse(exported(row, since, until), content_type="text/plain")
    answer["Content-Disposition"] = f'attachment; filename="bien-nhan-{row.instance}.txt"'
    return answer


@require_POST
@permitted(permissions.ADMIT)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """No call passes either way from now on."""
    row = get_object_or_404(Peer, pk=numbered(pk))
    reason = request.POST.get("reason", "")
    return once(
        request,
        lambda: services.remove_peer(actor=actor_of(request), peer=row, reason=reason),
        _("Đã gỡ nền tảng bạn; không lời gọi nào qua lại nữa."),
        "exchanging:peers",
    )


def _seen(request: HttpRequest, pk: int) -> Peer:
    """Evidence of the whole province: only for who sees all of it."""
    if not reaches_all(actor_of(request), permissions.VIEW):
        raise Http404
    return get_object_or_404(Peer, pk=numbered(pk))


def _span(first: date, last: date) -> tuple[datetime, datetime]:
    """Whole days of the province, at most a quarter."""
    if not first <= last < first + LONGEST:
        raise WrongInput(_("Khoảng ngày phải từ một đến 93 ngày."))
    zone = timezone.get_current_timezone()
    return (
        datetime.combine(first, time.min, zone),
        datetime.combine(last + timedelta(days=1), time.min, zone),
    )
