"""What was made public: frozen files with their digests, over the engine's frozen facts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.systems.reporting.models.regimes import FormVersion, Regime
from tinhso.systems.reporting.models.submissions import Submission


class Publication(models.Model):
    """One published version of a regime's period: a signed PDF, a workbook, the facts as JSON, and their sha-256."""

    report = models.OneToOneField(
        "indicators.PublishedReport", models.PROTECT, related_name="publication", verbose_name=_("báo cáo đã chốt")
    )
    regime = models.ForeignKey(Regime, models.PROTECT, related_name="publications", verbose_name=_("chế độ báo cáo"))
    form = models.ForeignKey(FormVersion, models.PROTECT, related_name="+", verbose_name=_("phiên bản biểu mẫu"))
    period_kind = models.CharField(_("loại kỳ"), max_length=8)
    period_on = models.DateField(_("ngày đầu kỳ"))
    submissions = models.ManyToManyField(Submission, related_name="publications", verbose_name=_("báo cáo gộp vào"))
    pdf = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("bản PDF đã ký"))
    xlsx = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("bảng tính"))
    json = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("số liệu JSON"))
    # [{"name": …, "sha256": …, "size": …}]
    digests = models.JSONField(_("mã băm"), default=list)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("lần công bố")
        verbose_name_plural = _("lần công bố")
        ordering = ["-id"]
        indexes = [models.Index(fields=["regime", "period_on"], name="reporting_published_of")]
