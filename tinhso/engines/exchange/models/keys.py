"""Keys by which a subsystem proves itself. Only the public part is kept; the private part is shown once."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.engines.exchange.models.members import Subsystem
from tinhso.foundation.text.fields import VietnameseCharField


class KeyKind(models.TextChoices):
    """How the key proves its holder."""

    MTLS = "mtls", _("chứng thư TLS hai chiều")
    TOKEN = "token", _("khoá ký thẻ (Ed25519)")


class KeyQuerySet(models.QuerySet["Key"]):
    """Reads of keys."""

    def living(self, at: datetime | None = None) -> Self:
        at = at or timezone.now()
        return self.filter(revoked_at=None, valid_from__lte=at, valid_to__gt=at)


class Key(models.Model):
    """A key of a subsystem.

    mtls: `thumbprint` is SHA-256 (hex) of the certificate's DER, `public_pem` the certificate.
    token: the holder signs a JWT (EdDSA) with header `kid` = `thumbprint`, claims iss = the subsystem's identifier,
    aud = the instance, iat, exp (at most five minutes apart) and jti (never twice); `public_pem` is the public key.
    """

    subsystem = models.ForeignKey(Subsystem, models.PROTECT, related_name="keys", verbose_name=_("hệ thống"))
    kind = models.CharField(_("loại khoá"), max_length=5, choices=KeyKind)
    name = VietnameseCharField(_("dùng ở đâu"), max_length=120)
    thumbprint = models.CharField(_("dấu vân tay SHA-256"), max_length=64, unique=True)
    public_pem = models.TextField(_("phần công khai"))
    valid_from = models.DateTimeField(_("dùng được từ"))
    valid_to = models.DateTimeField(_("hết hạn"))
    issued_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True, blank=True)
    revoked_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    revoked_reason = models.TextField(_("lý do thu hồi"), blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = KeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("khoá kết nối")
        verbose_name_plural = _("khoá kết nối")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gt=F("valid_from")), name="exchange_key_term"),
            models.CheckConstraint(
                condition=Q(thumbprint__regex=r"^[0-9a-f]{64}$"), name="exchange_key_thumbprint_has_its_form"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | ~Q(revoked_reason=""), name="exchange_revocation_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} …{self.thumbprint[-8:]}"
