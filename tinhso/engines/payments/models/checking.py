"""What the bank told, what its statement says, and what does not fit together."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.engines.payments import permissions
from tinhso.engines.payments.models.bills import Bill, CollectionAccount, Payment
from tinhso.foundation.access import guard as access
from tinhso.foundation.text.fields import VietnameseCharField


class Delivery(models.Model):
    """A message that arrived at the webhook, good or bad; the same message again only counts up."""

    class Verdict(models.TextChoices):
        POSTED = "posted", _("đã ghi sổ")
        SET_ASIDE = "set_aside", _("đã nhận tiền, chờ xử lý")
        REFUND = "refund", _("báo kết quả chuyển trả")
        IGNORED = "ignored", _("loại tin không dùng đến")
        FORGED = "forged", _("sai chữ ký")
        STALE = "stale", _("quá cũ hoặc gửi lại bản cũ")
        MALFORMED = "malformed", _("không đọc được")

    message_id = models.CharField(_("số tin"), max_length=100, blank=True)
    digest = models.CharField(_("SHA-256 nội dung"), max_length=64)
    verdict = models.CharField(_("kết luận"), max_length=10, choices=Verdict)
    times = models.PositiveIntegerField(_("số lần nhận"), default=1)
    first_at = models.DateTimeField(_("nhận lần đầu"))
    last_at = models.DateTimeField(_("nhận lần cuối"))
    source = models.CharField(_("địa chỉ gửi"), max_length=45, blank=True)
    body = models.TextField(_("nội dung (phần đầu)"), blank=True)
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="deliveries")

    class Meta:
        verbose_name = _("tin ngân hàng gửi")
        verbose_name_plural = _("tin ngân hàng gửi")
        constraints = [
            models.UniqueConstraint(fields=["message_id", "digest", "verdict"], name="payments_same_message_counts_up")
        ]
        indexes = [models.Index(fields=["verdict", "first_at"], name="payments_delivery_verdict")]

    def __str__(self) -> str:
        return f"{self.message_id} · {self.verdict}"


class DiscrepancyKind(models.TextChoices):
    """What may be wrong with money or with messages about it."""

    FORGED = "forged", _("tin báo sai chữ ký")
    STALE = "stale", _("tin báo quá cũ")
    MALFORMED = "malformed", _("tin báo không đọc được")
    CONFLICT = "conflict", _("cùng số tin hoặc mã giao dịch, khác nội dung")
    UNKNOWN_ACCOUNT = "unknown_account", _("tiền vào tài khoản không phải của tỉnh")
    UNKNOWN_BILL = "unknown_bill", _("không rõ tiền của phiếu thu nào")
    WRONG_AMOUNT = "wrong_amount", _("sai số tiền")
    PAID_TWICE = "paid_twice", _("phiếu thu đã thanh toán, tiền đến lần nữa")
    BILL_CLOSED = "bill_closed", _("phiếu thu đã huỷ hoặc đã hoàn trả")
    NOT_IN_LEDGER = "not_in_ledger", _("sao kê có, sổ không có")
    NOT_IN_STATEMENT = "not_in_statement", _("sổ có, sao kê không có")
    AMOUNT_DIFFERS = "amount_differs", _("sổ và sao kê lệch số tiền")
    DECISION_DIFFERS = "decision_differs", _("số đã thu khác quyết định thu")
    REFUND_FAILED = "refund_failed", _("ngân hàng không chuyển trả được")


class Resolution(models.TextChoices):
    """How a discrepancy ended."""

    MATCHED = "matched", _("xác định được phiếu thu, đã ghi")
    RETURNED = "returned", _("chuyển trả người nộp")
    RECORDED = "recorded", _("ghi sổ theo sao kê")
    FITTED = "fitted", _("đối soát lại đã khớp")
    DISMISSED = "dismissed", _("không phải tiền của tỉnh, đóng lại")


class DiscrepancyQuerySet(models.QuerySet["Discrepancy"]):
    """Reads of discrepancies by right and state."""

    def visible_to(self, actor: access.Actor) -> Self:
        """Those of accounts the actor reconciles; messages of no known account: whoever reconciles anywhere."""
        seen = access.scope(actor, permissions.RECONCILE, "account__unit")
        if access.allowed(actor, permissions.RECONCILE):
            seen |= Q(account=None)
        return self.filter(seen)

    def open(self) -> Self:
        return self.filter(resolved_at=None)


class Discrepancy(models.Model):
    """One thing that does not fit, open until somebody resolves it with a reason. Never removed."""

    # The occasion: the same fault is one row, however often it is met.
    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(_("loại"), max_length=20, choices=DiscrepancyKind)
    sentence = models.TextField(_("chuyện gì"))
    account = models.ForeignKey(CollectionAccount, models.PROTECT, null=True, related_name="+")
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, related_name="discrepancies")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="discrepancies")
    delivery = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="discrepancies")
    line = models.ForeignKey("payments.StatementLine", models.PROTECT, null=True, related_name="discrepancies")
    refund = models.ForeignKey("payments.Refund", models.PROTECT, null=True, related_name="discrepancies")
    amount = models.BigIntegerField(_("số tiền (đồng)"), null=True)
    opened_at = models.DateTimeField(_("phát hiện lúc"))
    on = models.DateField(_("của ngày"))
    resolved_at = models.DateTimeField(_("xử lý xong lúc"), null=True, blank=True)
    resolved_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    resolution = models.CharField(_("cách xử lý"), max_length=10, choices=Resolution, blank=True)
    note = models.TextField(_("ghi chú xử lý"), blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = DiscrepancyQuerySet.as_manager()

    class Meta:
        verbose_name = _("chênh lệch")
        verbose_name_plural = _("chênh lệch")
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolution="") | Q(resolved_at__isnull=False) & ~Q(resolution=""),
                name="payments_resolved_says_how",
            )
        ]
        indexes = [
            models.Index(fields=["account", "-opened_at"], name="payments_open_things", condition=Q(resolved_at=None))
        ]

    def __str__(self) -> str:
        return str(self.sentence)


class Statement(models.Model):
    """One file of a bank statement as it was read: what was in it, who brought it."""

    account = models.ForeignKey(CollectionAccount, models.PROTECT, related_name="statements")
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    name = VietnameseCharField(_("tên tệp"), max_length=200)
    first_on = models.DateField(_("từ ngày"), null=True)
    last_on = models.DateField(_("đến ngày"), null=True)
    new_lines = models.PositiveIntegerField(_("dòng mới"))
    known_lines = models.PositiveIntegerField(_("dòng đã có"))
    read_at = models.DateTimeField(_("đọc lúc"))
    read_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("sao kê")
        verbose_name_plural = _("sao kê")
        constraints = [models.UniqueConstraint(fields=["account", "sha256"], name="payments_statement_read_once")]

    def __str__(self) -> str:
        return str(self.name)


class StatementLine(models.Model):
    """One movement as the bank's statement has it: credit positive, debit negative."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines")
    account = models.ForeignKey(CollectionAccount, models.PROTECT, related_name="+")
    reference = models.CharField(_("mã giao dịch"), max_length=64)
    at = models.DateTimeField(_("lúc"))
    on = models.DateField(_("ngày"))
    amount = models.BigIntegerField(_("số tiền (đồng)"))
    description = models.CharField(_("nội dung"), max_length=500, blank=True)
    payer = models.CharField(_("bên kia"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("dòng sao kê")
        verbose_name_plural = _("dòng sao kê")
        constraints = [
            models.UniqueConstraint(fields=["account", "reference"], name="payments_statement_line_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="payments_statement_line_moves_something"),
        ]
        indexes = [models.Index(fields=["account", "on"], name="payments_statement_of_day")]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount:+}"


class Reconciliation(models.Model):
    """One comparison of a day: decisions, ledger and statement, with its figures as they were then."""

    account = models.ForeignKey(CollectionAccount, models.PROTECT, related_name="reconciliations")
    day = models.DateField(_("ngày"))
    run_at = models.DateTimeField(_("đối soát lúc"))
    run_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    # {"decided": n, "ledger": n, "statement": n, "matched": n, …} in đồng and counts.
    figures = models.JSONField(_("số liệu"))
    has_statement = models.BooleanField(_("đã có sao kê"))
    differences = models.PositiveIntegerField(_("số chênh lệch"))

    class Meta:
        verbose_name = _("lần đối soát")
        verbose_name_plural = _("lần đối soát")
        indexes = [models.Index(fields=["account", "-day", "-run_at"], name="payments_reconciled_day")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.day}"
