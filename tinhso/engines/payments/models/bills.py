"""What is to be paid, into which account, and what was paid."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.engines.payments import permissions
from tinhso.foundation.access import guard as access
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.fields import VietnameseCharField


class CollectionAccountQuerySet(models.QuerySet["CollectionAccount"]):
    """Reads of accounts by day and unit."""

    def as_of(self, day: date) -> Self:
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))

    def nearest(self, unit: Unit, day: date) -> CollectionAccount | None:
        """The account of the unit, else of the nearest unit above it."""
        above = self.as_of(day).filter(unit_id__in=[int(part) for part in unit.path.split(".") if part])
        return above.select_related("unit").order_by("-unit__path", "id").first()


class CollectionAccount(models.Model):
    """A bank account that fees are paid into (tài khoản chuyên thu)."""

    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị thu"))
    bank_name = VietnameseCharField(_("ngân hàng"), max_length=120)
    bin = models.CharField(_("mã ngân hàng (BIN)"), max_length=6)
    number = models.CharField(_("số tài khoản"), max_length=19)
    holder = VietnameseCharField(_("tên tài khoản"), max_length=120)
    valid_from = models.DateField(_("dùng từ"))
    valid_to = models.DateField(_("thôi dùng (không tính ngày này)"), null=True, blank=True)
    is_simulated = models.BooleanField(_("tài khoản mô phỏng"), default=False)

    objects = CollectionAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("tài khoản thu")
        verbose_name_plural = _("tài khoản thu")
        constraints = [
            models.UniqueConstraint(fields=["bin", "number"], name="payments_one_account_number"),
            models.CheckConstraint(condition=Q(bin__regex=r"^\d{6}$"), name="payments_account_bin_is_6_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.bank_name} · {self.number}"


class BillState(models.TextChoices):
    """A bill lives from open to paid; what was paid may be given back."""

    OPEN = "open", _("chờ thanh toán")
    PAID = "paid", _("đã thanh toán")
    CANCELLED = "cancelled", _("đã huỷ")
    REFUNDED = "refunded", _("đã hoàn trả")


class PayWay(models.TextChoices):
    """How the money came. Decision 766 counts the two online ways apart: national portal, province's gateway."""

    NATIONAL = "national", _("Cổng Dịch vụ công quốc gia")
    LOCAL = "local", _("cổng thanh toán của tỉnh (VietQR)")
    CASH = "cash", _("tiền mặt tại quầy")
    CARD = "card", _("thẻ tại quầy")


ONLINE_WAYS = (PayWay.NATIONAL, PayWay.LOCAL)
DESK_WAYS = (PayWay.CASH, PayWay.CARD)


class BillQuerySet(models.QuerySet["Bill"]):
    """Reads of bills by right and subject."""

    def visible_to(self, actor: access.Actor) -> Self:
        """Bills of the units whose bills the actor may see, as collecting desk or as unit that the fee is for."""
        return self.filter(
            access.scope(actor, permissions.VIEW, "unit") | access.scope(actor, permissions.VIEW, "collector")
        )

    def living(self) -> Self:
        """Bills that stand: waiting or paid."""
        return self.filter(state__in=[BillState.OPEN, BillState.PAID])

    def of(self, subject: models.Model) -> Self:
        return self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))


class Bill(models.Model):
    """What one payer owes for one subject. Amount, lines, account and code never change once made (database)."""

    reference = models.CharField(_("mã thanh toán"), max_length=12, unique=True)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=40)
    purpose = models.CharField(max_length=20, default="fee")
    title = VietnameseCharField(_("nội dung"), max_length=500)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("cơ quan"))
    collector = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("nơi thu"))
    account = models.ForeignKey(CollectionAccount, models.PROTECT, related_name="+", verbose_name=_("tài khoản thu"))
    payer = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("người nộp tiền")
    )
    payer_name = VietnameseCharField(_("tên người nộp"), max_length=120)
    amount = models.BigIntegerField(_("số tiền (đồng)"))
    # [{"name", "quantity", "unit_price", "amount"}]
    lines = models.JSONField(_("các khoản"), default=list)
    # Why this amount, in sentences, as decided on the day the bill was made.
    sentences = models.JSONField(_("giải thích"), default=list)
    qr = models.TextField(_("nội dung mã VietQR"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=BillState, default=BillState.OPEN)
    made_at = models.DateTimeField(_("lập lúc"))
    made_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    paid_at = models.DateTimeField(_("thanh toán lúc"), null=True, blank=True)
    paid_way = models.CharField(_("cách thanh toán"), max_length=10, choices=PayWay, blank=True)
    receipt_number = models.PositiveIntegerField(_("số biên lai"), null=True, blank=True)
    ended_at = models.DateTimeField(_("huỷ hoặc hoàn xong lúc"), null=True, blank=True)
    ended_reason = models.TextField(_("lý do"), blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = BillQuerySet.as_manager()

    class Meta:
        verbose_name = _("phiếu thu")
        verbose_name_plural = _("phiếu thu")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_bill_asks_for_something"),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "purpose"],
                condition=Q(state__in=[BillState.OPEN, BillState.PAID]),
                name="payments_one_living_bill_per_subject",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[BillState.PAID, BillState.REFUNDED])
                | Q(paid_at__isnull=False, receipt_number__isnull=False) & ~Q(paid_way=""),
                name="payments_paid_bill_says_when_and_how",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="payments_bill_of_subject"),
            # Readers: the finance list of a unit by state, newest first; the reconciliation of an account's day.
            models.Index(fields=["unit", "state", "-made_at"], name="payments_bill_of_unit"),
            models.Index(fields=["collector", "state", "-made_at"], name="payments_bill_of_desk"),
            models.Index(fields=["account", "paid_at"], name="payments_bill_paid_on"),
        ]

    def __str__(self) -> str:
        return str(self.reference)

    @property
    def is_open(self) -> bool:
        return self.state == BillState.OPEN

    @property
    def is_paid(self) -> bool:
        return self.state == BillState.PAID

    @property
    def receipt_text(self) -> str:
        """The receipt's number as printed: year and seven digits."""
        if self.receipt_number is None or self.paid_at is None:
            return ""
        return f"{timezone.localtime(self.paid_at):%y}-{self.receipt_number:07d}"


class PaymentState(models.TextChoices):
    """Where received money stands."""

    MATCHED = "matched", _("đã ghi vào phiếu thu")
    HELD = "held", _("đang giữ, chờ xử lý")
    RETURNED = "returned", _("đã chuyển trả")


class Payment(models.Model):
    """One movement of money towards us: a credit the bank told of, or money taken at a desk. Once per reference."""

    provider = models.CharField(_("nguồn"), max_length=12)  # "bank", "desk", "national"
    provider_reference = models.CharField(_("mã giao dịch"), max_length=64)
    account = models.ForeignKey(CollectionAccount, models.PROTECT, related_name="+", verbose_name=_("tài khoản thu"))
    bill = models.ForeignKey(
        Bill, models.PROTECT, null=True, blank=True, related_name="payments", verbose_name=_("phiếu thu")
    )
    amount = models.BigIntegerField(_("số tiền (đồng)"))
    way = models.CharField(_("cách thanh toán"), max_length=10, choices=PayWay)
    paid_at = models.DateTimeField(_("ngân hàng ghi lúc"))
    taken_at = models.DateTimeField(_("ta nhận tin lúc"))
    payer = models.CharField(_("người chuyển"), max_length=200, blank=True)
    description = models.CharField(_("nội dung chuyển khoản"), max_length=500, blank=True)
    taken_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("trạng thái"), max_length=10, choices=PaymentState)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("khoản tiền nhận")
        verbose_name_plural = _("khoản tiền nhận")
        constraints = [
            # The exactly-once of money: however often and by whatever message a credit is told, it is one row.
            models.UniqueConstraint(fields=["provider", "provider_reference"], name="payments_credit_counts_once"),
            models.UniqueConstraint(
                fields=["bill"], condition=Q(state="matched"), name="payments_bill_is_paid_by_one_credit"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_credit_is_positive"),
            models.CheckConstraint(
                condition=~Q(state="matched") | Q(bill__isnull=False), name="payments_matched_has_its_bill"
            ),
        ]
        indexes = [models.Index(fields=["account", "paid_at"], name="payments_credit_on_day")]

    def __str__(self) -> str:
        return f"{self.provider} {self.provider_reference}"
