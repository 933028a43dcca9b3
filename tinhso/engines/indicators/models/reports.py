"""Frozen reports: what was sent stays as it was sent."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tinhso.engines.indicators.models.definitions import SourceKind
from tinhso.engines.indicators.models.facts import MONTH, PERIOD_KINDS


class PublishedReport(models.Model):
    """A report sent or signed: a frozen copy with its facts. A correction is a new version, never a change."""

    code = models.CharField(_("mã báo cáo"), max_length=40)
    version = models.PositiveSmallIntegerField(_("phiên bản"))
    title = models.CharField(_("tên báo cáo"), max_length=200)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    period_from = models.DateField(_("từ kỳ"))
    period_to = models.DateField(_("đến kỳ"))
    published_at = models.DateTimeField(_("chốt lúc"))
    published_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("người chốt")
    )
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name=_("đính chính cho")
    )
    reason = models.CharField(_("lý do đính chính"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("báo cáo đã chốt")
        verbose_name_plural = _("báo cáo đã chốt")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="indicators_one_report_version"),
            models.CheckConstraint(
                condition=Q(version=1, corrects=None) | (Q(version__gt=1, corrects__isnull=False) & ~Q(reason="")),
                name="indicators_correction_says_why",
            ),
            models.CheckConstraint(
                condition=Q(period_from__lte=F("period_to")), name="indicators_report_period_in_order"
            ),
        ]


class PublishedFact(models.Model):
    """A fact as it stood when its report was frozen."""

    report = models.ForeignKey(PublishedReport, models.PROTECT, related_name="facts", verbose_name=_("báo cáo"))
    measure = models.CharField(_("phép đếm"), max_length=80)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    period_kind = models.CharField(_("loại kỳ"), max_length=8, choices=PERIOD_KINDS, default=MONTH)
    period_on = models.DateField(_("ngày đầu kỳ"))
    value = models.DecimalField(_("giá trị"), max_digits=20, decimal_places=4)
    counted_at = models.DateTimeField(_("đếm lúc"))
    source = models.CharField(_("nguồn"), max_length=8, choices=SourceKind, default=SourceKind.LIVE)

    class Meta:
        verbose_name = _("số liệu đã chốt")
        verbose_name_plural = _("số liệu đã chốt")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "measure", "unit", "period_on"], name="indicators_one_published_fact_per_cell"
            )
        ]
