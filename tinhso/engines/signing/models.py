"""Certificates that people and organisations sign with, and what each signing leaves behind as evidence."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SigningCertificateQuerySet(models.QuerySet["SigningCertificate"]):
    """Reads of certificates by owner and instant."""

    def usable(self, at: datetime) -> Self:
        """Within validity and not revoked at `at`, newest first."""
        return (
            self.filter(valid_from__lte=at, valid_to__gt=at)
            .filter(Q(revoked_at=None) | Q(revoked_at__gt=at))
            .order_by("-valid_from", "-id")
        )


class SigningCertificate(models.Model):
    """A certificate with its private key sealed (keys.py). Never deleted: it expires or is revoked."""

    class Kind(models.TextChoices):
        PERSON = "person", _("cá nhân")
        SEAL = "seal", _("con dấu tổ chức")

    class Custody(models.TextChoices):
        PIN = "pin", _("khoá mềm, mở bằng mã PIN")
        STEP_UP = "step_up", _("khoá mềm, mở bằng xác thực lại")
        PKCS11 = "pkcs11", _("thiết bị ký số (PKCS#11)")
        REMOTE = "remote", _("ký số từ xa (CSC)")

    serial = models.CharField(_("số hiệu"), max_length=40, unique=True)
    kind = models.CharField(_("loại"), max_length=8, choices=Kind)
    account = models.ForeignKey(
        "people.Account",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="signing_certificates",
        verbose_name=_("người ký"),
    )
    unit = models.ForeignKey(
        "orgs.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="signing_certificates",
        verbose_name=_("tổ chức"),
    )
    subject = models.CharField(_("chủ thể"), max_length=300)
    valid_from = models.DateTimeField(_("có hiệu lực từ"))
    valid_to = models.DateTimeField(_("hết hiệu lực (không tính lúc này)"))
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True, blank=True)
    revocation_reason = models.CharField(_("lý do thu hồi"), max_length=40, blank=True)
    certificate = models.BinaryField(_("chứng thư (DER)"))
    custody = models.CharField(_("cách giữ khoá"), max_length=8, choices=Custody)
    sealed_key = models.BinaryField(_("khoá đã niêm"), blank=True, default=b"")
    # "token/key" on a device, or the credential's id at a trust service.
    token_label = models.CharField(_("nhãn trên thiết bị"), max_length=80, blank=True)
    pin_failures = models.PositiveSmallIntegerField(_("số lần sai PIN"), default=0)
    issued_at = models.DateTimeField(_("cấp lúc"), auto_now_add=True)
    is_demo = models.BooleanField(_("chứng thư thử, không có giá trị pháp lý"), default=True)

    objects = SigningCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("chứng thư chữ ký số")
        verbose_name_plural = _("chứng thư chữ ký số")
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gt=F("valid_from")), name="signing_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(kind="person", account__isnull=False) | Q(kind="seal", unit__isnull=False),
                name="signing_certificate_has_its_owner",
            ),
            models.CheckConstraint(
                condition=~Q(custody__in=["pin", "step_up"]) | ~Q(sealed_key=b""), name="signing_soft_key_is_kept"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "valid_from"], name="signing_by_account"),
            # Reader: authority.crl, every time a list of revoked certificates is made.
            models.Index(fields=["revoked_at"], name="signing_revoked", condition=~Q(revoked_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.serial}"


class SignatureEvidence(models.Model):
    """What one signing leaves: who, with which certificate, over which bytes, when. The database refuses changes.

    Separate from the evidence of numbering and of issuing, which their own acts keep.
    """

    certificate = models.ForeignKey(
        SigningCertificate, models.PROTECT, related_name="signatures", verbose_name=_("chứng thư")
    )
    account_id = models.BigIntegerField(_("mã tài khoản ký"), null=True)
    unit_id = models.BigIntegerField(_("mã tổ chức"), null=True)
    field_name = models.CharField(_("ô chữ ký trong PDF"), max_length=60)
    level = models.CharField(_("mức PAdES"), max_length=8)
    signed_at = models.DateTimeField(_("ký lúc"))
    timestamped_at = models.DateTimeField(_("dấu thời gian"), null=True)
    digest_before = models.CharField(_("SHA-256 trước khi ký"), max_length=64)
    digest_after = models.CharField(_("SHA-256 sau khi ký"), max_length=64)
    reason = models.CharField(_("lý do ký"), max_length=200, blank=True)
    location = models.CharField(_("nơi ký"), max_length=200, blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("chứng cứ ký số")
        verbose_name_plural = _("chứng cứ ký số")
        constraints = [models.UniqueConstraint(fields=["digest_after"], name="signing_one_evidence_per_result")]
        indexes = [models.Index(fields=["account_id", "signed_at"], name="signing_evidence_by_account")]

    def __str__(self) -> str:
        return f"{self.certificate_id} · {self.signed_at:%d/%m/%Y %H:%M}"
