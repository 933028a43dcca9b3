"""What was made public: frozen files with their digests, over the engine's frozen facts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
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


class Release(models.Model):
    """One published version opened to everybody (công khai), on whose word and basis; taken back it stays, with why."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="releases", verbose_name=_("lần công bố"))
    basis = models.TextField(_("căn cứ công khai"))
    # Cells that may point at persons and that whoever opened the report vouched for: [{"code": …, "risk": …}].
    vouched = models.JSONField(_("các ô đã xác nhận"), default=list, blank=True)
    opened_at = models.DateTimeField(_("công khai lúc"))
    opened_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+", verbose_name=_("người công khai"))
    withdrawn_at = models.DateTimeField(_("thôi công khai lúc"), null=True, blank=True)
    withdrawn_by = models.ForeignKey("people.Account", models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.TextField(_("lý do thôi công khai"), blank=True)

    class Meta:
        verbose_name = _("lần công khai báo cáo")
        verbose_name_plural = _("lần công khai báo cáo")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication"], condition=Q(withdrawn_at=None), name="reporting_public_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="reporting_public_on_a_basis"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="reporting_withdrawn_says_why",
            ),
            # Only the taking back is ever written to a row, once: the trigger of migration 0002.
        ]

    @property
    def is_standing(self) -> bool:
        return self.withdrawn_at is None
