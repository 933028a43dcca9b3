"""Health of the money: the ledger balances, nothing waits too long."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.payments import ledger
from tinhso.engines.payments.models import Discrepancy
from tinhso.foundation.jobs.registry import Finding

LONGEST_OPEN = timedelta(days=3)


def check_ledger() -> Finding:
    """The whole ledger sums to zero, whatever happened to the database."""
    total = sum(ledger.balances().values())
    if total:
        told = _("Sổ thu lệch %(total)s đồng: hãy khôi phục bản sao lưu gần nhất và báo ngay.") % {"total": total}
        return Finding(False, told)
    if not settings.BANK_SECRET:
        return Finding(True, _("Sổ thu cân. Chưa có TINHSO_BANK_SECRET: không nhận tin báo tiền của ngân hàng."))
    return Finding(True, _("Sổ thu cân."))


def check_open() -> Finding:
    """Discrepancies are looked at within days."""
    old = Discrepancy.objects.open().filter(opened_at__lt=timezone.now() - LONGEST_OPEN).count()
    if old:
        told = _("%(count)s chênh lệch tiền chờ xử lý quá 3 ngày: xem Thu phí, Chênh lệch.") % {"count": old}
        return Finding(False, told)
    return Finding(True, _("Không có chênh lệch tiền nào chờ quá 3 ngày."))
