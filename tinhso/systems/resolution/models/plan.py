"""The Resolution's own tasks as a plan: bodies, money, milestones, what was reported."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.text.fields import VietnameseCharField
from tinhso.systems.resolution.rules import Stage


class ResolutionTask(models.Model):
    """One task of the Resolution, worded as its register words it. Who carries it out today is `TaskBody`."""

    code = models.CharField(_("mã nhiệm vụ"), max_length=20, unique=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"))
    section = models.CharField(_("mục của Nghị quyết"), max_length=12)
    text = models.TextField(_("nhiệm vụ"))
    # As the Resolution names them; empty where it names nobody.
    named_bodies = VietnameseCharField(_("cơ quan Nghị quyết nêu"), max_length=300, blank=True)
    named_system = VietnameseCharField(_("hệ thống Nghị quyết nêu"), max_length=200, blank=True)
    module = models.CharField(_("phần hệ thống"), max_length=120, blank=True)
    source = models.CharField(_("nguồn"), max_length=300)
    targets = models.ManyToManyField(
        "indicators.Target", blank=True, related_name="resolution_tasks", verbose_name=_("chỉ tiêu liên quan")
    )

    class Meta:
        verbose_name = _("nhiệm vụ Nghị quyết")
        verbose_name_plural = _("nhiệm vụ Nghị quyết")
        ordering = ["order"]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class DatedQuerySet(models.QuerySet["TaskBody"]):
    """Bodies by day."""

    def as_of(self, day: date) -> Self:
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))


class TaskBody(models.Model):
    """A unit that leads a task or takes part in it, from one day to another."""

    class Part(models.TextChoices):
        LEAD = "lead", _("chủ trì")
        JOIN = "join", _("phối hợp")

    task = models.ForeignKey(ResolutionTask, models.PROTECT, related_name="bodies", verbose_name=_("nhiệm vụ"))
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    part = models.CharField(_("vai trò"), max_length=4, choices=Part)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến ngày (không tính ngày này)"), null=True, blank=True)
    document = VietnameseCharField(_("văn bản phân công"), max_length=200)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("cơ quan thực hiện")
        verbose_name_plural = _("cơ quan thực hiện")
        ordering = ["-part", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "unit"], condition=Q(valid_to=None), name="resolution_a_body_once_per_task"
            ),
            models.UniqueConstraint(
                fields=["task"], condition=Q(valid_to=None, part="lead"), name="resolution_one_lead_per_task"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="resolution_body_ends_after_begin"
            ),
        ]


class TaskBudget(models.Model):
    """Money for a task in a year, from one source. A correction is a newer row; an empty amount takes it back."""

    task = models.ForeignKey(ResolutionTask, models.PROTECT, related_name="budgets", verbose_name=_("nhiệm vụ"))
    year = models.PositiveSmallIntegerField(_("năm"))
    fund = VietnameseCharField(_("nguồn kinh phí"), max_length=120)
    amount = models.DecimalField(_("số tiền (đồng)"), max_digits=18, decimal_places=0, null=True, blank=True)
    document = VietnameseCharField(_("văn bản"), max_length=200)
    recorded_at = models.DateTimeField(_("ghi lúc"))
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("kinh phí")
        verbose_name_plural = _("kinh phí")
        ordering = ["year", "fund", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="resolution_money_is_not_negative")
        ]


class Milestone(models.Model):
    """Something of a task that should stand by a day."""

    task = models.ForeignKey(ResolutionTask, models.PROTECT, related_name="milestones", verbose_name=_("nhiệm vụ"))
    name = VietnameseCharField(_("mốc"), max_length=200)
    due_on = models.DateField(_("đến ngày"))
    done_on = models.DateField(_("hoàn thành ngày"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("bỏ lúc"), null=True, blank=True)
    reason = VietnameseCharField(_("lý do bỏ"), max_length=300, blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("mốc")
        verbose_name_plural = _("mốc")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(reason=""), name="resolution_a_dropped_milestone_says_why"
            )
        ]


class ProgressEntry(models.Model):
    """What a body reported of a task on a day. Never changed: a newer entry says better."""

    task = models.ForeignKey(ResolutionTask, models.PROTECT, related_name="entries", verbose_name=_("nhiệm vụ"))
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị báo cáo"))
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("mốc")
    )
    stage = models.CharField(
        _("tình trạng"),
        max_length=12,
        choices=[
            (Stage.NOT_BEGUN.value, _("chưa bắt đầu")),
            (Stage.UNDER_WAY.value, _("đang làm")),
            (Stage.STUCK.value, _("vướng mắc")),
            (Stage.DONE.value, _("hoàn thành")),
        ],
    )
    percent = models.PositiveSmallIntegerField(_("phần trăm hoàn thành"), null=True, blank=True)
    words = models.TextField(_("kết quả, khó khăn, đề nghị"))
    on = models.DateField(_("tính đến ngày"))
    recorded_at = models.DateTimeField(_("ghi lúc"))
    recorded_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("người ghi")
    )
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("báo cáo tiến độ")
        verbose_name_plural = _("báo cáo tiến độ")
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__lte=100), name="resolution_percent_is_at_most_100"
            )
        ]
