"""One import of a file, and each row it refused."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.engines.registers.models.definitions import Register, RegisterDefinition
from tinhso.foundation.text.fields import VietnameseCharField


class ImportRun(models.Model):
    """What one file brought: counts, and the rows refused by number."""

    register = models.ForeignKey(Register, models.PROTECT, related_name="runs")
    definition = models.ForeignKey(RegisterDefinition, models.PROTECT, related_name="+")
    file_name = VietnameseCharField(_("tệp"), max_length=255)
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(_("bảng mã"), max_length=20)
    separator = models.CharField(_("dấu ngăn"), max_length=1, blank=True)
    source = VietnameseCharField(_("nguồn"), max_length=120)
    confidence = models.PositiveSmallIntegerField(_("độ tin cậy"), default=80)
    # Good rows are written when bad ones are there, or nothing is: the person chose.
    is_all_or_nothing = models.BooleanField(_("có dòng sai thì không ghi gì"), default=False)
    is_written = models.BooleanField(_("đã ghi"), default=False)
    rows = models.PositiveIntegerField(_("số dòng"), default=0)
    created = models.PositiveIntegerField(_("lập mới"), default=0)
    updated = models.PositiveIntegerField(_("thay đổi"), default=0)
    unchanged = models.PositiveIntegerField(_("không đổi"), default=0)
    refused = models.PositiveIntegerField(_("dòng sai"), default=0)
    unknown_columns = models.JSONField(_("cột không dùng"), default=list)
    at = models.DateTimeField(_("nhập lúc"))
    milliseconds = models.PositiveIntegerField(default=0)
    account_id = models.BigIntegerField(null=True)
    account_label = models.CharField(_("người nhập"), max_length=200)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("lần nhập tệp")
        verbose_name_plural = _("lần nhập tệp")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return str(self.file_name)


class ImportFault(models.Model):
    """One thing wrong with one row of the file."""

    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="faults")
    row = models.PositiveIntegerField(_("dòng"))
    field = models.CharField(_("trường"), max_length=60, blank=True)
    code = models.CharField(max_length=30)
    shown = models.CharField(_("giá trị"), max_length=80, blank=True)
    sentence = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("dòng sai")
        verbose_name_plural = _("dòng sai")
        ordering = ["run", "row", "id"]
        indexes = [models.Index(fields=["run", "row"], name="registers_fault_by_row")]
