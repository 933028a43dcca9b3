"""Who answers for a target, and what they said when it was missed."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.text.fields import VietnameseCharField
from tinhso.systems.resolution import permissions


class HeadQuerySet(models.QuerySet["TargetHead"]):
    """Heads by day and by who may see them."""

    def as_of(self, day: date) -> Self:
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))

    def visible_to(self, actor: access.Actor) -> Self:
        return self.filter(access.scope(actor, permissions.VIEW))


class TargetHead(models.Model):
    """A position at a unit answers for a target over an area. Whoever holds the unit's leadership speaks for it."""

    target = models.ForeignKey("indicators.Target", models.PROTECT, related_name="heads", verbose_name=_("chỉ tiêu"))
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    position = VietnameseCharField(_("chức vụ chịu trách nhiệm"), max_length=120)
    # Over what the figure is counted: the province for a department, a commune for its committee.
    scope = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("địa bàn của số liệu"))
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến ngày (không tính ngày này)"), null=True, blank=True)
    document = VietnameseCharField(_("văn bản giao"), max_length=200)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = HeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("người chịu trách nhiệm chỉ tiêu")
        verbose_name_plural = _("người chịu trách nhiệm chỉ tiêu")
        ordering = ["target__order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "scope"], condition=Q(valid_to=None), name="resolution_one_head_per_target_and_area"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="resolution_head_ends_after_begin"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}, {self.unit}"


class Explanation(models.Model):
    """Why a target was missed in a month, as its head put it. Append-only: a correction is the next version."""

    head = models.ForeignKey(
        TargetHead, models.PROTECT, related_name="explanations", verbose_name=_("người giải trình")
    )
    period_on = models.DateField(_("kỳ"))
    version = models.PositiveSmallIntegerField(_("phiên bản"))
    causes = models.TextField(_("nguyên nhân"))
    remedy = models.TextField(_("cách khắc phục"))
    reason = VietnameseCharField(_("lý do sửa"), max_length=300, blank=True)
    # What the figure and its state were when this was written; empty when there was no figure.
    value = models.DecimalField(_("giá trị khi viết"), max_digits=20, decimal_places=6, null=True)
    state = models.CharField(_("trạng thái khi viết"), max_length=12)
    written_at = models.DateTimeField(_("viết lúc"))
    written_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("người viết")
    )
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("giải trình")
        verbose_name_plural = _("giải trình")
        ordering = ["-period_on", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["head", "period_on", "version"], name="resolution_one_explanation_per_version"
            ),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(reason=""), name="resolution_a_corrected_explanation_says_why"
            ),
            models.CheckConstraint(condition=Q(period_on__day=1), name="resolution_explanation_of_a_month"),
        ]
