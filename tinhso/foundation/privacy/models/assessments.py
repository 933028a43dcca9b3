"""Impact assessments of processing: due 60 days after it starts, looked at again every six months."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.privacy import permissions
from tinhso.foundation.text.fields import VietnameseCharField


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, actor: access.Actor) -> Self:
        return self.filter(access.scope(actor, permissions.REGISTER) | access.scope(actor, permissions.CHECK))


class Assessment(models.Model):
    """One processing activity to be assessed (Law 91/2025 arts 21-22), or why it need not be."""

    title = VietnameseCharField(_("hoạt động xử lý"), max_length=200)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("nơi quản lý dữ liệu"))
    purposes = ArrayField(models.CharField(max_length=60), verbose_name=_("mục đích"))
    risks = models.TextField(_("rủi ro và biện pháp"))
    started_on = models.DateField(_("bắt đầu xử lý"))
    due_on = models.DateField(_("hạn gửi hồ sơ đánh giá"))
    # The processing of competent state agencies may be exempt: the basis is named, the due date no longer counts.
    exempt_basis = VietnameseCharField(_("căn cứ không phải đánh giá"), max_length=300, blank=True)
    review_due_on = models.DateField(_("hạn rà soát, cập nhật"), null=True, blank=True)
    ended_on = models.DateField(_("thôi xử lý"), null=True, blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("đánh giá tác động xử lý dữ liệu cá nhân")
        verbose_name_plural = _("đánh giá tác động xử lý dữ liệu cá nhân")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=models.F("started_on")),
                name="privacy_assessed_processing_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return str(self.title)


class AssessmentFiling(models.Model):
    """The assessment sent to the authority, the first time or as an update. Never edited (database trigger)."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="filings")
    filed_on = models.DateField(_("gửi ngày"))
    reference = VietnameseCharField(_("số, ký hiệu văn bản"), max_length=100)
    changes = models.TextField(_("nội dung thay đổi"), blank=True)
    late_reason = models.TextField(_("lý do quá hạn"), blank=True)
    by_id = models.BigIntegerField(_("tài khoản ghi"), null=True)
    by_label = models.CharField(_("người ghi"), max_length=200)

    class Meta:
        verbose_name = _("lần gửi hồ sơ đánh giá")
        verbose_name_plural = _("lần gửi hồ sơ đánh giá")
        ordering = ["-filed_on", "-id"]
