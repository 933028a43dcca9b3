"""Files behind a word: of a progress entry, an explanation or a step of remedial work."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Evidence(models.Model):
    """One file, belonging to exactly one thing said."""

    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("tệp"))
    entry = models.ForeignKey(
        "resolution.ProgressEntry", models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    explanation = models.ForeignKey(
        "resolution.Explanation", models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    step = models.ForeignKey("resolution.RemedialStep", models.PROTECT, null=True, blank=True, related_name="evidence")

    class Meta:
        verbose_name = _("minh chứng")
        verbose_name_plural = _("minh chứng")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(entry__isnull=False, explanation=None, step=None)
                | Q(entry=None, explanation__isnull=False, step=None)
                | Q(entry=None, explanation=None, step__isnull=False),
                name="resolution_evidence_of_one_thing",
            )
        ]
