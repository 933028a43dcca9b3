"""The result: drafted, numbered, signed, issued, corrected; and the forms issued on the way."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.text.fields import VietnameseCharField
from tinhso.systems.procedures.models.dossiers import Dossier
from tinhso.systems.procedures.models.versions import Channel


class Result(models.Model):
    """The result of a dossier: drafted, then numbered, signed and issued, each with its own evidence."""

    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="result", verbose_name=_("hồ sơ"))
    content = models.JSONField(_("nội dung dự thảo"), default=dict)
    drafted_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField(_("dự thảo lúc"))
    sent_back_reason = models.TextField(_("lý do trả lại dự thảo"), blank=True)
    number = models.PositiveIntegerField(_("số"), null=True, blank=True)
    number_text = models.CharField(_("số và ký hiệu"), max_length=60, blank=True)
    numbered_at = models.DateTimeField(_("cấp số lúc"), null=True, blank=True)
    signed_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(_("ký lúc"), null=True, blank=True)
    sealed_at = models.DateTimeField(_("đóng dấu số lúc"), null=True, blank=True)
    issued_at = models.DateTimeField(_("ban hành lúc"), null=True, blank=True)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    collected_at = models.DateTimeField(_("nhận kết quả lúc"), null=True, blank=True)
    collected_by = VietnameseCharField(_("người nhận"), max_length=120, blank=True)
    collected_way = models.CharField(_("cách nhận"), max_length=8, choices=Channel, blank=True)
    collected_paper = VietnameseCharField(_("giấy tờ người nhận xuất trình"), max_length=200, blank=True)
    post_code = models.CharField(_("số hiệu bưu gửi"), max_length=40, blank=True)
    announced_at = models.DateTimeField(_("báo có kết quả lúc"), null=True, blank=True)
    announced_how = VietnameseCharField(_("báo bằng"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("kết quả")
        verbose_name_plural = _("kết quả")
        constraints = [
            models.CheckConstraint(
                condition=Q(issued_at=None) | Q(signed_at__isnull=False, number__isnull=False, file__isnull=False),
                name="procedures_issued_result_is_signed_and_numbered",
            )
        ]

    def in_force(self, *, first: bool = False) -> Any:
        """The file that counts now: the newest correcting decision, else the result as first issued (`first`)."""
        newest = None if first else self.corrections.select_related("file").order_by("-issued_at", "-id").first()
        return newest.file if newest else self.file

    def values(self) -> list[dict[str, Any]]:
        """The label and value rows of the drafted content."""
        return list(self.content.get("rows", []))


class Correction(models.Model):
    """A decision that corrects, replaces or annuls an issued result (61/2018 art. 21.1). The first stays on file."""

    class Kind(models.TextChoices):
        CORRECT = "correct", _("đính chính")
        REPLACE = "replace", _("thay thế")
        ANNUL = "annul", _("huỷ bỏ")

    result = models.ForeignKey(Result, models.PROTECT, related_name="corrections", verbose_name=_("kết quả"))
    kind = models.CharField(_("loại"), max_length=7, choices=Kind)
    reason = models.TextField(_("lý do"))
    content = models.JSONField(_("nội dung mới"), default=dict)
    number = models.PositiveIntegerField(_("số"))
    number_text = models.CharField(_("số và ký hiệu"), max_length=60)
    signed_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+", verbose_name=_("người ký"))
    signed_at = models.DateTimeField(_("ký lúc"))
    issued_at = models.DateTimeField(_("ban hành lúc"))
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("tệp"))

    class Meta:
        verbose_name = _("quyết định sửa kết quả")
        verbose_name_plural = _("quyết định sửa kết quả")


class IssuedForm(models.Model):
    """A one-stop form (02 to 06) as it was issued: the data it was printed from. The database refuses changes."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="issued_forms", verbose_name=_("hồ sơ"))
    form = models.CharField(_("biểu mẫu"), max_length=12)
    form_set = models.CharField(_("bộ biểu mẫu"), max_length=8)
    data = models.JSONField(_("nội dung đã phát hành"))
    issued_at = models.DateTimeField(_("phát hành lúc"))
    issued_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("người phát hành")
    )
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("biểu mẫu đã phát hành")
        verbose_name_plural = _("biểu mẫu đã phát hành")
        # Reader: papers.form_pdf, the newest form of its kind of one dossier.
        indexes = [models.Index(fields=["dossier", "form", "-issued_at"], name="procedures_forms_of_dossier")]

    def __str__(self) -> str:
        return f"{self.form} {self.issued_at:%d/%m/%Y}"

    @property
    def title(self) -> str:
        """The form's name as printed; a receipt's data carries none."""
        return str(self.data.get("title", "")) or "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"
