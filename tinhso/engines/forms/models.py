"""Electronic forms as versioned data: a JSON Schema says what is right, a ui part says how it is asked."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.text.fields import VietnameseCharField


class FormDefinitionQuerySet(models.QuerySet["FormDefinition"]):
    def published(self) -> Self:
        return self.filter(is_published=True)


class FormDefinition(models.Model):
    """One version of a form. Once published the database refuses any change: a correction is a new version."""

    code = models.CharField(_("mã biểu mẫu"), max_length=60)
    version = models.PositiveIntegerField(_("phiên bản"))
    title = VietnameseCharField(_("tên biểu mẫu"), max_length=300)
    schema = models.JSONField(_("lược đồ JSON Schema 2020-12"))
    ui = models.JSONField(_("cách hỏi: trang, nhãn, điều kiện, điền sẵn"))
    source = models.TextField(_("nguồn của mẫu"), blank=True)
    is_published = models.BooleanField(_("đã công bố"), default=False)
    published_at = models.DateTimeField(_("công bố lúc"), null=True, blank=True)

    objects = FormDefinitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("biểu mẫu điện tử")
        verbose_name_plural = _("biểu mẫu điện tử")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="forms_one_row_per_version"),
            models.CheckConstraint(
                condition=Q(is_published=False, published_at=None) | Q(is_published=True, published_at__isnull=False),
                name="forms_published_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.code}, {self.version})"

    @property
    def properties(self) -> dict[str, dict[str, Any]]:
        """The schema of each field by name."""
        found: dict[str, dict[str, Any]] = self.schema.get("properties", {})
        return found
