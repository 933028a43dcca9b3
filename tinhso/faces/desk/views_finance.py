"""The accountant's screens: bills, discrepancies, a day reconciled, refunds, the treasury list."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.payments import bank, ledger, permissions, selectors, services
from tinhso.engines.payments.models import (
    Bill,
    BillState,
    Discrepancy,
    LedgerAccount,
    Refund,
    Remittance,
    Resolution,
)
from tinhso.engines.payments.services.remitting import unlisted
from tinhso.engines.payments.services.resolving import DISMISSIBLE
from tinhso.faces.desk.views_fees import number
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.audit.acts import sentence
from tinhso.foundation.audit.selectors import history
from tinhso.foundation.text.asked import day_of
from tinhso.foundation.text.errors import Refused

PER_PAGE = 50
BIGGEST_FILE = 5 * 1024 * 1024
TONES = {"open": "warn", "paid": "ok", "cancelled": "nodata", "refunded": "info"}


@permitted(permissions.VIEW)
def bills(request: HttpRequest) -> HttpResponse:
    """Bills of one's units, newest first, with their sums."""
    actor = actor_of(request)
    state = request.GET.get("tt", "")
    state = state if state in BillState.values else ""
    query = request.GET.get("q", "")[:100]
    page = Paginator(selectors.bills(actor, state=state, query=query), PER_PAGE).get_page(request.GET.get("trang"))
    sums = selectors.sums(actor)
    chips = [{"href": "?", "label": _("Tất cả"), "is_current": not state}]
    for code, label in BillState.choices:
        count = sums.get(code, (0, 0))[0]
        chips.append({"href": f"?tt={code}", "label": label, "count": count, "is_current": state == code})
    context = {"page": page, "chips": chips, "sums": sums, "query": query, "state": state, "tones": TONES}
    return render(request, "desk/finance/bills.html", context)


@permitted(permissions.VIEW)
def bill(request: HttpRequest, reference: str) -> HttpResponse:
    """One bill: why so much, what was paid, every ledger line, every message of the bank, its history."""
    try:
        found = selectors.bill(actor_of(request), reference)
    except Bill.DoesNotExist:
        raise Http404 from None
    context = {
        "bill": found,
        "tone": TONES[found.state],
        "history": [{"row": row, "sentence": sentence(row.act)} for row in history(found)],
    }
    return render(request, "desk/finance/bill.html", context)


@permitted(permissions.RECONCILE)
def discrepancies(request: HttpRequest) -> HttpResponse:
    """What does not fit, until somebody resolves it."""
    is_open = request.GET.get("xong") != "1"
    found = selectors.discrepancies(actor_of(request), is_open=is_open)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("trang"))
    return render(request, "desk/finance/discrepancies.html", {"page": page, "is_open": is_open})


@permitted(permissions.RECONCILE)
def discrepancy(request: HttpRequest, pk: int) -> HttpResponse:
    """One discrepancy with what is known of it, and the ways to end it."""
    visible = Discrepancy.objects.visible_to(actor_of(request))
    related = ("account", "bill", "payment", "delivery", "line", "refund", "resolved_by")
    found = get_object_or_404(visible.select_related(*related), pk=pk)
    error = ""
    if request.method == "POST":
        try:
            services.resolve_discrepancy(
                actor=actor_of(request),
                discrepancy_id=found.pk,
                resolution=request.POST.get("cach", ""),
                note=request.POST.get("ghi_chu", "")[:2000],
                bill_reference=request.POST.get("ma_phieu", "")[:40],
                **_receiver(request),
            )
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
        else:
            messages.success(request, _("Đã xử lý chênh lệch."))
            return redirect("desk:discrepancies")
    context = {"found": found, "ways": _ways(found), "error": error, "typed": request.POST}
    return render(request, "desk/finance/discrepancy.html", context, status=409 if error else 200)


def _receiver(request: HttpRequest) -> dict[str, Any]:
    if request.POST.get("cach") != Resolution.RETURNED:
        return {}
    return {
        "to_bin": request.POST.get("ngan_hang", "").strip(),
        "to_number": request.POST.get("so_tai_khoan", "").strip(),
    }


def _ways(found: Discrepancy) -> list[tuple[str, str]]:
    """Only what this discrepancy may end as."""
    if found.payment is not None and found.payment.state == "held":
        ways = [Resolution.MATCHED, Resolution.RETURNED]
    elif found.line is not None and found.kind == "not_in_ledger" and found.line.amount > 0:
        ways = [Resolution.RECORDED]
    else:
        ways = []
    if found.kind in DISMISSIBLE:
        ways.append(Resolution.DISMISSED)
    return [(str(way), str(way.label)) for way in ways]


@permitted(permissions.RECONCILE)
def day(request: HttpRequest) -> HttpResponse:
    """A day of an account: decisions, ledger and statement side by side, and what differs."""
    actor = actor_of(request)
    mine = list(selectors.accounts(actor))
    if not mine:
        return render(request, "desk/finance/day.html", {"accounts": []})
    asked = number(request.POST.get("tk") or request.GET.get("tk", ""), 2**62)
    account = next((one for one in mine if one.pk == asked), mine[0])
    on = _day(request.POST.get("ngay") or request.GET.get("ngay", "")) or timezone.localdate()
    error = ""
    if request.method == "POST":
        try:
            messages.success(request, _work_on_day(request, account.pk, on))
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
        else:
            return redirect(f"{request.path}?tk={account.pk}&ngay={on.isoformat()}")
    run = selectors.last_run(account, on)
    balances = ledger.balances(account)
    context = {
        "accounts": [(str(one.pk), f"{one.unit.name} · {one.number}") for one in mine],
        "account": account,
        "on": on,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "run": run,
        "found": list(selectors.of_day(account, on)),
        "balances": [(LedgerAccount(code).label, amount) for code, amount in balances.items()],
        "has_bank": bank.is_known(),
        "error": error,
    }
    return render(request, "desk/finance/day.html", context, status=409 if error else 200)


def _work_on_day(request: HttpRequest, account_id: int, on: date) -> str:
    from tinhso.engines.payments import jobs

    actor, what = actor_of(request), request.POST.get("viec", "")
    if what == "sao-ke":
        upload = request.FILES.get("tep")
        content = upload.read(BIGGEST_FILE + 1) if upload else b""
        name = (upload.name if upload else "") or ""
        services.read_statement(actor=actor, account_id=account_id, content=content, name=name)
        services.reconcile(actor=actor, account_id=account_id, day=on)
        return _("Đã đọc sao kê và đối soát.")
    if what == "lay" and bank.is_known():
        access.require(actor, permissions.RECONCILE)
        jobs.fetch_statement.defer(account_id=account_id, day=on.isoformat())
        return _("Đang lấy sao kê từ ngân hàng; tải lại trang sau giây lát.")
    if what == "nop":
        services.bank_desk_money(
            actor=actor,
            account_id=account_id,
            source=request.POST.get("nguon", ""),
            amount=number(request.POST.get("so_tien", "")) or 0,
            bank_reference=request.POST.get("ma_gd", "")[:64],
        )
        return _("Đã ghi tiền quầy vào tài khoản.")
    services.reconcile(actor=actor, account_id=account_id, day=on)
    return _("Đã đối soát.")


def _day(text: str) -> date | None:
    found = day_of(text)
    return found if found and 2000 <= found.year < 3000 else None


@permitted(permissions.VIEW)
def refunds(request: HttpRequest) -> HttpResponse:
    """Refunds: to be approved first."""
    page = Paginator(selectors.refunds(actor_of(request)), PER_PAGE).get_page(request.GET.get("trang"))
    return render(request, "desk/finance/refunds.html", {"page": page})


@permitted(permissions.VIEW)
def refund(request: HttpRequest, pk: int) -> HttpResponse:
    """One refund: approve or not (another person than who asked), send, settle."""
    actor = actor_of(request)
    related = ("bill", "payment", "unit", "account__unit", "requested_by", "decided_by")
    found = get_object_or_404(Refund.objects.visible_to(actor).select_related(*related), pk=pk)
    error = ""
    if request.method == "POST":
        try:
            messages.success(request, _work_on_refund(request, found))
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
        else:
            return redirect("desk:refund", found.pk)
    context = {
        "refund": found,
        "may_approve": found.state == "requested" and access.allowed(actor, permissions.APPROVE_REFUND, found.unit),
        "may_settle": found.state in ("approved", "sent", "failed")
        and access.allowed(actor, permissions.RECONCILE, found.account.unit),
        "history": [{"row": row, "sentence": sentence(row.act)} for row in history(found)],
        "error": error,
        "typed": request.POST,
    }
    return render(request, "desk/finance/refund.html", context, status=409 if error else 200)


def _work_on_refund(request: HttpRequest, found: Refund) -> str:
    actor, typed = actor_of(request), request.POST
    what = typed.get("viec", "")
    note = typed.get("ghi_chu", "")[:2000]
    if what == "duyet":
        services.approve_refund(
            actor=actor,
            refund_id=found.pk,
            to_bin=typed.get("ngan_hang", "").strip(),
            to_number=typed.get("so_tai_khoan", "").strip(),
            in_cash=typed.get("tien_mat") == "1",
            note=note,
        )
        return _("Đã duyệt hoàn trả.")
    if what == "khong-duyet":
        services.reject_refund(actor=actor, refund_id=found.pk, note=note)
        return _("Đã trả lời không duyệt.")
    if what == "xong":
        services.settle_refund(actor=actor, refund_id=found.pk, bank_reference=typed.get("ma_gd", "")[:64])
        return _("Đã ghi hoàn trả xong.")
    raise Http404


@permitted(permissions.REMIT)
def remittances(request: HttpRequest) -> HttpResponse:
    """Lists paid over to the treasury, and a new one."""
    actor = actor_of(request)
    mine = [one for one in selectors.accounts(actor) if access.allowed(actor, permissions.REMIT, one.unit)]
    error = ""
    if request.method == "POST":
        asked = number(request.POST.get("tk", ""), 2**62)
        account = next((one for one in mine if one.pk == asked), None)
        until = _day(request.POST.get("den", ""))
        if account is None or until is None:
            error = _("Hãy chọn tài khoản và ngày.")
        else:
            try:
                made = services.list_remittance(actor=actor, account_id=account.pk, until=until)
            except Refused as refusal:
                error = refusal.sentence
            else:
                return redirect("desk:remittance", made.pk)
    today = timezone.localdate()
    context = {
        "page": Paginator(selectors.remittances(actor), PER_PAGE).get_page(request.GET.get("trang")),
        "accounts": [(str(one.pk), f"{one.unit.name} · {one.number}") for one in mine],
        "waiting": [(one, unlisted(one, today).count()) for one in mine[:5]],
        "today": today.isoformat(),
        "error": error,
    }
    return render(request, "desk/finance/remittances.html", context, status=409 if error else 200)


@permitted(permissions.REMIT)
def remittance(request: HttpRequest, pk: int) -> HttpResponse:
    """One list with its lines; paid once the bank moved the money."""
    actor = actor_of(request)
    found = get_object_or_404(selectors.remittances(actor), pk=pk)
    error = ""
    if request.method == "POST":
        try:
            services.pay_remittance(
                actor=actor, remittance_id=found.pk, bank_reference=request.POST.get("ma_gd", "")[:64]
            )
        except Refused as refusal:
            error = refusal.sentence
        else:
            messages.success(request, _("Đã ghi nộp kho bạc."))
            return redirect("desk:remittance", found.pk)
    lines = list(selectors.listed(found))
    context = {"made": found, "lines": lines[:500], "count": len(lines), "error": error}
    return render(request, "desk/finance/remittance.html", context, status=409 if error else 200)


@permitted(permissions.REMIT)
def remittance_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as CSV for the treasury's own form; cells that a spreadsheet would run are made harmless."""
    found: Remittance = get_object_or_404(selectors.remittances(actor_of(request)), pk=pk)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="bang-ke-{found.year}-{found.number:03d}.csv"'
    answer.write("\ufeff")
    writer = csv.writer(answer)
    writer.writerow([_("Ngày"), _("Mã thanh toán"), _("Biên lai"), _("Nội dung"), _("Số tiền (đồng)")])
    for line in selectors.listed(found):
        memo = line["memo"]
        safe = f"'{memo}" if memo[:1] in ("=", "+", "-", "@", "\t") else memo
        writer.writerow([line["on"].isoformat(), line["reference"], line["receipt"] or "", safe, line["amount"]])
    writer.writerow(["", "", "", _("Cộng"), found.amount])
    return answer
