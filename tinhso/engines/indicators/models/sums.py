"""Sums of many facts kept beside them, so that a province's figure is not added up from two thousand areas each time.

A help to reading, never the truth: rows may be thrown away whole and are made again from the facts.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.engines.indicators.models.facts import PERIOD_KINDS


class FactSum(models.Model):
    """What a unit that has others below it adds up to in one period, its own facts included."""

    measure = models.CharField(_("phép đếm"), max_length=80)
    period_kind = models.CharField(_("loại kỳ"), max_length=8, choices=PERIOD_KINDS)
    period_on = models.DateField(_("ngày đầu kỳ"))
    unit = models.ForeignKey("orgs.Unit", models.CASCADE, related_name="+", verbose_name=_("đơn vị"), db_index=False)
    value = models.DecimalField(_("giá trị"), max_digits=26, decimal_places=4)
    cells = models.PositiveIntegerField(_("số ô"))
    counted_at = models.DateTimeField(_("đếm lúc"))

    class Meta:
        verbose_name = _("tổng số liệu")
        verbose_name_plural = _("tổng số liệu")
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "period_kind", "period_on", "unit"], name="indicators_one_sum_per_cell"
            )
        ]


class FactSumFill(models.Model):
    """A measure and period whose sums are kept. While it stands, every change of a fact leaves a touch."""

    measure = models.CharField(_("phép đếm"), max_length=80)
    period_kind = models.CharField(_("loại kỳ"), max_length=8, choices=PERIOD_KINDS)
    period_on = models.DateField(_("ngày đầu kỳ"))

    class Meta:
        verbose_name = _("kỳ có giữ tổng")
        verbose_name_plural = _("kỳ có giữ tổng")
        constraints = [
            models.UniqueConstraint(fields=["measure", "period_kind", "period_on"], name="indicators_one_sum_fill")
        ]


class FactTouch(models.Model):
    """A fact changed after its sums were made: readers add up anew what stands above it, until the sums follow.

    Written by a trigger, so that no way of writing facts can forget it. Appended only, so writers never wait.
    """

    measure = models.CharField(max_length=80)
    period_kind = models.CharField(max_length=8)
    period_on = models.DateField()
    unit_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("chỗ sửa sau khi cộng")
        verbose_name_plural = _("chỗ sửa sau khi cộng")
