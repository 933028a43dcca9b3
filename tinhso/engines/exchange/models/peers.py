"""Other exchanges that ours talks with, each known by a description that it signed and a person checked."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.engines.exchange.models.members import CODE
from tinhso.foundation.text.fields import VietnameseCharField


class PeerQuerySet(models.QuerySet["Peer"]):
    """Reads of peers."""

    def living(self) -> Self:
        return self.filter(removed_at=None)


class Peer(models.Model):
    """Another exchange. Its key signs its receipts and its word for its clients; removed, nothing passes either way."""

    instance = models.CharField(_("mã nền tảng"), max_length=32)
    title = VietnameseCharField(_("tên nền tảng"), max_length=200)
    url = models.CharField(_("địa chỉ tiến trình chuyển dữ liệu"), max_length=300)
    public_pem = models.TextField(_("khoá biên nhận"))
    thumbprint = models.CharField(_("dấu vân tay khoá biên nhận"), max_length=64)
    # SHA-256 of the TLS certificate that its plane shows; "" only for plain http in a demo or test.
    certificate_sha256 = models.CharField(_("dấu vân tay chứng thư TLS"), max_length=64, blank=True)
    described_at = models.DateTimeField(_("bản mô tả lập lúc"))
    admitted_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    admitted_at = models.DateTimeField(_("kết nối từ"), auto_now_add=True)
    removed_at = models.DateTimeField(_("gỡ lúc"), null=True, blank=True)
    removed_reason = models.TextField(_("lý do gỡ"), blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = PeerQuerySet.as_manager()

    class Meta:
        verbose_name = _("nền tảng bạn")
        verbose_name_plural = _("nền tảng bạn")
        ordering = ["instance", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["instance"], condition=Q(removed_at=None), name="exchange_one_peer_an_instance"
            ),
            models.UniqueConstraint(
                fields=["thumbprint"], condition=Q(removed_at=None), name="exchange_one_peer_a_key"
            ),
            models.CheckConstraint(condition=Q(instance__regex=CODE), name="exchange_peer_has_its_form"),
            models.CheckConstraint(
                condition=Q(removed_at=None) | ~Q(removed_reason=""), name="exchange_peer_removal_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.instance})"
