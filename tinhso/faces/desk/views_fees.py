"""The fee of one dossier at the desk: why so much, exemptions answered, cash and card taken, a refund asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tinhso.engines.payments.models import PayWay
from tinhso.faces.desk import views
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import permissions
from tinhso.systems.procedures.fees import explaining, papers, selectors, services
from tinhso.systems.procedures.models import Dossier

LARGEST = 10**12


def number(text: str, most: int = LARGEST) -> int | None:
    """A whole number as people write it: 50.000, 50 000, 50000."""
    plain = text.replace(".", "").replace(" ", "").strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 15 and int(plain) <= most else None


def _fix(actor: Actor, found: Dossier, typed: QueryDict) -> str:
    services.fix_fee(actor=actor, dossier_id=found.pk, quantity=number(typed.get("so_luong", ""), 10_000))
    return _("Đã lập phiếu thu.")


def _take(actor: Actor, found: Dossier, typed: QueryDict) -> str:
    services.take_at_desk(
        actor=actor, dossier_id=found.pk, way=typed.get("cach", ""), slip=typed.get("so_phieu", "")[:200]
    )
    return _("Đã thu tiền. Hãy in biên lai cho người nộp.")


def _accept(actor: Actor, found: Dossier, typed: QueryDict) -> str:
    services.answer_claim(actor=actor, dossier_id=found.pk, accepted=True, reason=typed.get("ly_do", "")[:2000])
    return _("Đã chấp nhận miễn, giảm.")


def _refuse(actor: Actor, found: Dossier, typed: QueryDict) -> str:
    services.answer_claim(actor=actor, dossier_id=found.pk, accepted=False, reason=typed.get("ly_do", "")[:2000])
    return _("Đã trả lời không chấp nhận miễn, giảm.")


def _claim(actor: Actor, found: Dossier, typed: QueryDict) -> str:
    chosen = number(typed.get("dien", ""), 2**62)
    services.grant_exemption(
        actor=actor, dossier_id=found.pk, exemption_id=chosen or 0, note=typed.get("giay_to", "")[:2000]
    )
    return _("Đã ghi nhận diện miễn, giảm.")


def _by_hand(actor: Actor, found: Dossier, typed: QueryDict) -> str:
    amount = number(typed.get("so_tien", ""))
    services.set_fee_by_hand(
        actor=actor,
        dossier_id=found.pk,
        amount=-1 if amount is None else amount,
        basis=typed.get("can_cu", "")[:500],
        name=typed.get("ten", "")[:200],
    )
    return _("Đã ghi mức thu theo căn cứ.")


def _renew(actor: Actor, found: Dossier, typed: QueryDict) -> str:
    services.renew_fee(
        actor=actor,
        dossier_id=found.pk,
        reason=typed.get("ly_do", "")[:500],
        quantity=number(typed.get("so_luong", ""), 10_000),
    )
    return _("Đã tính lại và lập phiếu thu mới.")


def _refund(actor: Actor, found: Dossier, typed: QueryDict) -> str:
    services.ask_refund(
        actor=actor,
        dossier_id=found.pk,
        reason=typed.get("ly_do", "")[:2000],
        in_cash=typed.get("tien_mat") == "1",
        to_bin=typed.get("ngan_hang", "")[:6],
        to_number=typed.get("so_tai_khoan", "")[:19],
    )
    return _("Đã gửi đề nghị hoàn trả để lãnh đạo duyệt.")


ACTS: dict[str, Callable[[Actor, Dossier, QueryDict], str]] = {
    "lap": _fix,
    "thu": _take,
    "chap-nhan": _accept,
    "tu-choi": _refuse,
    "mien": _claim,
    "ghi-muc": _by_hand,
    "tinh-lai": _renew,
    "hoan": _refund,
}


@never_cache
@permitted(permissions.VIEW)
def fee(request: HttpRequest, pk: int) -> HttpResponse:
    """One page, one button for each thing in order now."""
    found = views.visible(request, pk)
    error = ""
    if request.method == "POST":
        act = ACTS.get(request.POST.get("viec", ""))
        if act is None:
            raise Http404
        try:
            messages.success(request, act(actor_of(request), found, request.POST))
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
        else:
            return redirect("desk:fee", found.pk)
    return render(request, "desk/fee.html", _context(request, found, error), status=409 if error else 200)


def _context(request: HttpRequest, found: Dossier, error: str) -> dict[str, Any]:
    from django.utils import timezone

    decision = selectors.decision_of(found)
    claims = selectors.claims_of(found)
    claim = next((one for one in claims if one.state == "asked"), None)
    quote = None
    if decision is None:
        quote = selectors.quote(found.version.code, case=found.case_code, channel=found.channel, data=found.data)
    bill = decision.bill if decision else None
    return {
        "dossier": found,
        "decision": decision,
        "bill": bill,
        "quote": quote,
        "sentences": decision.sentences if decision else explaining.sentences(quote) if quote else [],
        "claim": claim,
        "claims": claims,
        "exemptions": [
            (str(one.pk), one.name) for one in selectors.claimable(found.version.code, timezone.localdate())
        ],
        "ways": [(str(PayWay.CASH), PayWay.CASH.label), (str(PayWay.CARD), PayWay.CARD.label)],
        "refunds": bill.refunds.order_by("-pk") if bill else [],
        "is_desk": access.allowed(actor_of(request), permissions.RECEIVE, found.desk),
        "counted": bool(quote and any(line.rule.per for line in quote.lines)),
        "error": error,
        "typed": request.POST,
    }


@permitted(permissions.VIEW)
def fee_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt of the paid fee as PDF, to print at the desk."""
    decision = selectors.decision_of(views.visible(request, pk))
    if decision is None or decision.bill is None or decision.bill.receipt_number is None:
        raise Http404
    return views.pdf(papers.receipt_pdf(decision.bill), f"bien-lai-{decision.bill.receipt_text}.pdf")
