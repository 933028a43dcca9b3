"""Money that leaves: refunds to payers, remittances to the State Treasury."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tinhso.engines.payments import permissions
from tinhso.engines.payments.models.bills import Bill, CollectionAccount, Payment
from tinhso.engines.payments.models.ledger import Posting
from tinhso.foundation.access import guard as access
from tinhso.foundation.text.fields import VietnameseCharField


class RefundState(models.TextChoices):
    """From asking to the money being back."""

    REQUESTED = "requested", _("chờ duyệt")
    APPROVED = "approved", _("đã duyệt, chờ chuyển")
    SENT = "sent", _("đã gửi lệnh chuyển")
    SETTLED = "settled", _("người nộp đã nhận lại")
    FAILED = "failed", _("ngân hàng không chuyển được")
    REJECTED = "rejected", _("không duyệt")


class RefundQuerySet(models.QuerySet["Refund"]):
    """Reads of refunds by right."""

    def visible_to(self, actor: access.Actor) -> Self:
        return self.filter(
            access.scope(actor, permissions.VIEW, "unit") | access.scope(actor, permissions.VIEW, "bill__collector")
        )


class Refund(models.Model):
    """Money given back: of a paid bill, or of a credit that belongs to no bill."""

    reference = models.CharField(_("mã lệnh"), max_length=14, unique=True)
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, related_name="refunds")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+")
    account = models.ForeignKey(CollectionAccount, models.PROTECT, related_name="+")
    amount = models.BigIntegerField(_("số tiền (đồng)"))
    reason = models.TextField(_("lý do"))
    to_name = VietnameseCharField(_("người nhận"), max_length=120)
    to_bin = models.CharField(_("mã ngân hàng nhận"), max_length=6, blank=True)
    to_number = models.CharField(_("số tài khoản nhận"), max_length=19, blank=True)
    in_cash = models.BooleanField(_("trả tiền mặt tại quầy"), default=False)
    state = models.CharField(_("trạng thái"), max_length=10, choices=RefundState, default=RefundState.REQUESTED)
    requested_at = models.DateTimeField(_("đề nghị lúc"))
    requested_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("duyệt lúc"), null=True)
    decided_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    decided_note = models.TextField(_("ý kiến"), blank=True)
    sent_at = models.DateTimeField(_("gửi lệnh lúc"), null=True)
    settled_at = models.DateTimeField(_("xong lúc"), null=True)
    bank_reference = models.CharField(_("mã giao dịch chi"), max_length=64, blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("khoản hoàn trả")
        verbose_name_plural = _("khoản hoàn trả")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_refund_gives_something"),
            # Four eyes: nobody approves what they asked for.
            models.CheckConstraint(
                condition=Q(requested_by=None) | Q(decided_by=None) | ~Q(requested_by=F("decided_by")),
                name="payments_refund_by_two_people",
            ),
            # One refund of a payment at a time; a rejected or failed one leaves room for another.
            models.UniqueConstraint(
                fields=["payment"],
                condition=~Q(state__in=["rejected"]),
                name="payments_one_refund_per_payment",
            ),
        ]
        indexes = [models.Index(fields=["unit", "state", "-requested_at"], name="payments_refund_of_unit")]

    def __str__(self) -> str:
        return str(self.reference)


class Remittance(models.Model):
    """A list of collected fees paid over to the State Treasury (bảng kê nộp ngân sách)."""

    class State(models.TextChoices):
        LISTED = "listed", _("đã lập bảng kê")
        PAID = "paid", _("đã nộp")

    account = models.ForeignKey(CollectionAccount, models.PROTECT, related_name="remittances")
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("số"))
    year = models.PositiveSmallIntegerField(_("năm"))
    until = models.DateField(_("thu đến hết ngày"))
    amount = models.BigIntegerField(_("số tiền (đồng)"))
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.LISTED)
    made_at = models.DateTimeField(_("lập lúc"))
    made_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    paid_at = models.DateTimeField(_("nộp lúc"), null=True)
    bank_reference = models.CharField(_("mã giao dịch nộp"), max_length=64, blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("bảng kê nộp kho bạc")
        verbose_name_plural = _("bảng kê nộp kho bạc")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_remittance_gives_something"),
            models.UniqueConstraint(fields=["account", "year", "number"], name="payments_remittance_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number:02d}/{self.year}"


class RemittanceLine(models.Model):
    """One posting of the fees account on a list: each stands on exactly one list, refunds as deductions."""

    remittance = models.ForeignKey(Remittance, models.PROTECT, related_name="lines")
    posting = models.OneToOneField(Posting, models.PROTECT, related_name="remitted_in")

    class Meta:
        verbose_name = _("dòng bảng kê")
        verbose_name_plural = _("dòng bảng kê")

    def __str__(self) -> str:
        return str(self.posting_id)
