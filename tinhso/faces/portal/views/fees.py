"""Paying the fee of one's own dossier: why so much, the VietQR, the receipt. Works with scripts off."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tinhso.engines.payments.models import Bill
from tinhso.engines.printing.services import qr_png, qr_svg
from tinhso.faces.portal.views.dossiers import _own
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import signed_in
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.fees import explaining, papers, selectors, services
from tinhso.systems.procedures.models import Dossier

NONE_OF_THESE = "khong"


@never_cache
@signed_in
def payment(request: HttpRequest, code: str) -> HttpResponse:
    """What is owed and why; the code to pay with; what has been paid. A reload shows the present state."""
    one = _own(request, code)
    if request.method == "POST":
        try:
            _choose(request, one)
        except Refused as refusal:
            return _show(request, one, error=refusal.sentence)
        return redirect("portal:payment", code)
    return _show(request, one)


def _choose(request: HttpRequest, one: Dossier) -> None:
    """The bill, or first a claim to be exempt."""
    chosen = request.POST.get("dien", NONE_OF_THESE)
    note = request.POST.get("giay-to", "")[:2000]
    actor = actor_of(request)
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 18:
        services.claim_exemption(actor=actor, dossier_id=one.pk, exemption_id=int(chosen), note=note)
        messages.success(request, _("Đã gửi đề nghị miễn, giảm. Cán bộ một cửa sẽ kiểm tra và trả lời bạn."))
    else:
        services.fix_fee(actor=actor, dossier_id=one.pk)


def _show(request: HttpRequest, one: Dossier, *, error: str = "") -> HttpResponse:
    decision = selectors.decision_of(one)
    claims = selectors.claims_of(one)
    claim = next((claim for claim in claims if claim.state == "asked"), None)
    bill = decision.bill if decision else None
    quote = None
    if decision is None and claim is None:
        quote = selectors.quote(one.version.code, case=one.case_code, channel=one.channel, data=one.data)
    may_claim = one.is_open and claim is None and (bill is None or bill.is_open) and not (decision and not bill)
    context: dict[str, Any] = {
        "dossier": one,
        "decision": decision,
        "claim": claim,
        "refused": next((claim for claim in claims if claim.state == "refused"), None) if claim is None else None,
        "bill": bill,
        "quote": quote,
        "sentences": decision.sentences if decision else explaining.sentences(quote) if quote else [],
        "choices": _choices(one) if may_claim else [],
        "refund": bill.refunds.order_by("-pk").first() if bill else None,
        "bank": _bank(bill),
        "error": error,
        "crumbs": [(_("Hồ sơ của tôi"), "/ho-so/"), (one.code, f"/ho-so/{one.code}/"), (_("Phí, lệ phí"), "")],
    }
    return render(request, "portal/payment.html", context, status=422 if error else 200)


def _choices(one: Dossier) -> list[tuple[str, str, str]]:
    found = selectors.claimable(one.version.code, timezone.localdate())
    if not found:
        return []
    first = (NONE_OF_THESE, _("Tôi không thuộc diện miễn, giảm"), "")
    return [first, *((str(claim.pk), str(claim.name).capitalize(), str(claim.proof)) for claim in found)]


def _bank(bill: Bill | None) -> str:
    """In the demo: the simulated bank's page with the code filled in."""
    if bill is None or not bill.is_open or not settings.BANK_URL or not bill.account.is_simulated:
        return ""
    return f"{settings.BANK_URL}/?{urlencode({'qr': bill.qr})}"


def _bill(request: HttpRequest, code: str) -> Bill:
    decision = selectors.decision_of(_own(request, code))
    if decision is None or decision.bill is None:
        raise Http404
    return decision.bill


@signed_in
def payment_code(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The VietQR as a picture: SVG for the page, PNG to keep and open in the bank's application on the same phone."""
    bill = _bill(request, code)
    if not bill.is_open or form not in ("svg", "png"):
        raise Http404
    if form == "svg":
        answer = HttpResponse(qr_svg(bill.qr), content_type="image/svg+xml")
    else:
        answer = HttpResponse(qr_png(bill.qr, 10), content_type="image/png")
        answer["Content-Disposition"] = f'attachment; filename="VietQR-{bill.reference}.png"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@signed_in
def fee_receipt(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt of the paid fee as PDF."""
    bill = _bill(request, code)
    if bill.receipt_number is None:
        raise Http404
    answer = HttpResponse(papers.receipt_pdf(bill), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="bien-lai-{bill.receipt_text}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer
