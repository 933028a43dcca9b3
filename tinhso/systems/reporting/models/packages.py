"""What goes to the national reporting system, with the receipt that came back."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.systems.reporting.models.submissions import Submission


class PackageState(models.TextChoices):
    """Where a package stands."""

    WAITING = "waiting", _("chờ gửi")
    SENDING = "sending", _("đang gửi")
    SENT = "sent", _("đã có biên nhận")
    SET_ASIDE = "set_aside", _("gác lại, cần người xem")


class Package(models.Model):
    """One approved report on its way. Its key makes a second sending the same one; its body is frozen at approval."""

    key = models.UUIDField(_("khoá chống gửi trùng"), default=uuid.uuid4, unique=True, editable=False)
    submission = models.OneToOneField(
        Submission, models.PROTECT, related_name="national_package", verbose_name=_("báo cáo")
    )
    body = models.JSONField(_("nội dung gửi"))
    state = models.CharField(_("trạng thái"), max_length=9, choices=PackageState, default=PackageState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("số lần gửi"), default=0)
    refusals = models.PositiveSmallIntegerField(_("số lần bị từ chối"), default=0)
    next_attempt_at = models.DateTimeField(_("gửi tiếp lúc"), null=True, blank=True)
    error = models.TextField(_("lỗi"), blank=True)
    receipt = models.CharField(_("số biên nhận"), max_length=64, blank=True)
    received_at = models.DateTimeField(_("hệ thống quốc gia nhận lúc"), null=True, blank=True)
    made_at = models.DateTimeField(_("lập lúc"), auto_now_add=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("gói gửi hệ thống báo cáo quốc gia")
        verbose_name_plural = _("gói gửi hệ thống báo cáo quốc gia")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(state="sent") | ~Q(receipt=""), name="reporting_sent_has_a_receipt"),
        ]
        indexes = [
            # Reader: the sender, due ones first.
            models.Index(
                fields=["next_attempt_at", "id"],
                name="reporting_packages_due",
                condition=Q(state__in=["waiting", "sending"]),
            )
        ]
