"""The figures of a report, cell by cell, and every change of them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.systems.reporting.models.submissions import Submission


class CellValue(models.Model):
    """What stands in a cell now. No value and no words is an empty cell: it is not zero. `version` counts changes,
    so that of two people typing at once the second is told, cell by cell."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="cells", verbose_name=_("báo cáo"))
    code = models.CharField(_("ô"), max_length=64)
    value = models.DecimalField(_("giá trị"), max_digits=20, decimal_places=4, null=True, blank=True)
    text = models.TextField(_("nội dung"), blank=True)
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(_("sửa lúc"))
    changed_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    changed_label = models.CharField(_("người sửa"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("ô số liệu")
        verbose_name_plural = _("ô số liệu")
        constraints = [
            models.UniqueConstraint(fields=["submission", "code"], name="reporting_one_value_per_cell"),
            # What was signed stands still: the trigger of migration 0001.
        ]

    @property
    def is_empty(self) -> bool:
        return self.value is None and not self.text


class CellChange(models.Model):
    """One change of one cell; nothing here is ever changed or removed."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="changes", verbose_name=_("báo cáo"))
    code = models.CharField(_("ô"), max_length=64)
    version = models.PositiveIntegerField()
    before = models.TextField(_("trước"), blank=True)
    after = models.TextField(_("sau"), blank=True)
    at = models.DateTimeField(_("lúc"))
    account = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    label = models.CharField(_("người sửa"), max_length=200, blank=True)
    way = models.CharField(_("cách nhập"), max_length=10, default="web")

    class Meta:
        verbose_name = _("lần sửa ô")
        verbose_name_plural = _("lần sửa ô")
        constraints = [
            models.UniqueConstraint(fields=["submission", "code", "version"], name="reporting_one_change_per_version")
        ]
