"""Tokens that were used at our own doors, kept until they would have expired: none works twice."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.engines.exchange.models.keys import Key


class UsedToken(models.Model):
    """One token by its key and number."""

    key = models.ForeignKey(Key, models.PROTECT, related_name="+")
    jti = models.CharField(max_length=200)
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("thẻ đã dùng")
        verbose_name_plural = _("thẻ đã dùng")
        constraints = [models.UniqueConstraint(fields=["key", "jti"], name="exchange_token_used_once")]
        indexes = [models.Index(fields=["until"], name="exchange_token_until")]

    def __str__(self) -> str:
        return self.jti
