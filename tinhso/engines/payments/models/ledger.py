"""The double-entry ledger: entries that sum to zero, never changed, never removed. The database holds both rules."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.engines.payments.models.bills import CollectionAccount


class LedgerAccount(models.TextChoices):
    """The chart of accounts, ours. What we have stands positive, what we owe negative."""

    BANK = "bank", _("tiền gửi ngân hàng")
    CASH = "cash", _("tiền mặt tại quầy")
    CARD = "card", _("tiền thẻ chờ về tài khoản")
    FEES = "fees", _("phí, lệ phí phải nộp ngân sách")
    HELD = "held", _("tiền nhận chưa rõ, chờ xử lý")
    REFUNDS = "refunds", _("phải hoàn trả người nộp")


class EntryKind(models.TextChoices):
    """Why money moved."""

    PAYMENT = "payment", _("thu tiền")
    HELD = "held", _("nhận tiền chưa rõ")
    MATCHED = "matched", _("xác định tiền chưa rõ")
    BANKED = "banked", _("tiền quầy nộp vào tài khoản")
    REFUND_APPROVED = "refund_approved", _("duyệt hoàn trả")
    REFUND_PAID = "refund_paid", _("đã chuyển trả")
    REFUND_FAILED = "refund_failed", _("chuyển trả không thành")
    REMITTED = "remitted", _("nộp kho bạc")
    CORRECTED = "corrected", _("bút toán điều chỉnh")


class Entry(models.Model):
    """One event of money. Its postings are written in the same transaction and sum to zero."""

    # The occasion ("payment:15"): the same occasion is posted once.
    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(_("loại bút toán"), max_length=16, choices=EntryKind)
    at = models.DateTimeField(_("ghi lúc"))
    on = models.DateField(_("ngày hạch toán"))
    book = models.ForeignKey(CollectionAccount, models.PROTECT, related_name="+", verbose_name=_("tài khoản thu"))
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    bill = models.ForeignKey("payments.Bill", models.PROTECT, null=True, related_name="entries")
    memo = models.CharField(_("diễn giải"), max_length=300)
    # The bank's number of the movement, for entries that touch the bank.
    bank_reference = models.CharField(_("mã giao dịch ngân hàng"), max_length=64, blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("bút toán")
        verbose_name_plural = _("sổ cái")
        indexes = [
            models.Index(fields=["book", "on"], name="payments_entry_of_day"),
            models.Index(fields=["bill"], name="payments_entry_of_bill"),
        ]

    def __str__(self) -> str:
        return str(self.key)


class Posting(models.Model):
    """One line of an entry: what an account gains (positive) or gives (negative), in whole đồng."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings")
    account = models.CharField(_("tài khoản kế toán"), max_length=10, choices=LedgerAccount)
    amount = models.BigIntegerField(_("số tiền (đồng)"))

    class Meta:
        verbose_name = _("dòng bút toán")
        verbose_name_plural = _("dòng bút toán")
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="payments_posting_moves_something"),
            models.UniqueConstraint(fields=["entry", "account"], name="payments_account_once_per_entry"),
            models.CheckConstraint(condition=Q(account__in=LedgerAccount.values), name="payments_known_ledger_account"),
        ]
        indexes = [models.Index(fields=["account", "entry"], name="payments_posting_of_account")]

    def __str__(self) -> str:
        return f"{self.account} {self.amount:+}"
