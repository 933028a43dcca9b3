"""A process as it was published."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.text.fields import VietnameseCharField


class ProcessDefinition(models.Model):
    """One version of a process. Once published the database refuses any change; running cases keep theirs."""

    code = models.CharField(_("mã quy trình"), max_length=60)
    version = models.PositiveIntegerField(_("phiên bản"))
    title = VietnameseCharField(_("tên quy trình"), max_length=300)
    definition = models.JSONField(_("các bước và lối chuyển"))
    source = models.TextField(_("nguồn của quy trình"), blank=True)
    is_published = models.BooleanField(_("đã công bố"), default=False)
    published_at = models.DateTimeField(_("công bố lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("quy trình")
        verbose_name_plural = _("quy trình")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="workflow_one_row_per_version"),
            models.CheckConstraint(
                condition=Q(is_published=False, published_at=None) | Q(is_published=True, published_at__isnull=False),
                name="workflow_published_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.code}, {self.version})"
