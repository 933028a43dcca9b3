"""Office hours by unit and date, and single days that differ from the rule."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.text.fields import VietnameseCharField

# Rows "stand" until they are replaced or withdrawn; they stay in the table, with who and when in the audit log.


class HoursQuerySet(models.QuerySet["OfficeHours"]):
    """Reads of office hours."""

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class OverrideQuerySet(models.QuerySet["DayOverride"]):
    """Reads of single days."""

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class OfficeHours(models.Model):
    """The weekly hours of a unit (and of all below it that set none) from one date to another."""

    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="office_hours", verbose_name=_("đơn vị"))
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến ngày (không tính ngày này)"), null=True, blank=True)
    # Seven lists, Monday first, of ["07:30", "11:30"] spans.
    week = models.JSONField(_("giờ làm việc trong tuần"))
    document = VietnameseCharField(_("văn bản"), max_length=200, blank=True)
    is_sample = models.BooleanField(_("giờ mẫu, chưa có văn bản"), default=False)
    created_at = models.DateTimeField(_("ghi lúc"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("thay thế lúc"), null=True, blank=True)

    objects = HoursQuerySet.as_manager()

    class Meta:
        verbose_name = _("giờ làm việc")
        verbose_name_plural = _("giờ làm việc")
        ordering = ["valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="calendar_hours_end_after_they_begin"
            ),
            ExclusionConstraint(
                name="calendar_one_week_at_a_time",
                condition=Q(withdrawn_at=None),
                expressions=[
                    (Func(F("unit_id"), F("unit_id"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (
                        Func(F("valid_from"), F("valid_to"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class DayOverride(models.Model):
    """One day that is off or worked against the rule, for a unit and all below it, by a named document."""

    class Kind(models.TextChoices):
        OFF = "off", _("nghỉ")
        WORKED = "worked", _("làm việc")

    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="day_overrides", verbose_name=_("đơn vị"))
    day = models.DateField(_("ngày"))
    kind = models.CharField(_("loại"), max_length=6, choices=Kind)
    # Spans worked on that day; empty: those of its weekday, else of Monday.
    sessions = models.JSONField(_("giờ làm việc trong ngày"), default=list, blank=True)
    reason = VietnameseCharField(_("lý do"), max_length=200)
    document = VietnameseCharField(_("văn bản"), max_length=200)
    created_at = models.DateTimeField(_("ghi lúc"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("bãi bỏ lúc"), null=True, blank=True)
    withdrawal = VietnameseCharField(_("lý do, văn bản bãi bỏ"), max_length=200, blank=True)

    objects = OverrideQuerySet.as_manager()

    class Meta:
        verbose_name = _("ngày làm việc, ngày nghỉ khác quy định")
        verbose_name_plural = _("ngày làm việc, ngày nghỉ khác quy định")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "day"], condition=Q(withdrawn_at=None), name="calendar_one_override_per_unit_and_day"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="calendar_override_has_a_reason"),
            models.CheckConstraint(condition=~Q(document=""), name="calendar_override_has_a_document"),
            models.CheckConstraint(condition=Q(kind="worked") | Q(sessions=[]), name="calendar_a_day_off_has_no_hours"),
        ]


class CalendarVersion(models.Model):
    """One row whose token changes with every change, so that each process knows when its calendars are stale.

    The token is random: one that a rolled-back act wrote can never come back and mean something else.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.UUIDField(default=uuid.uuid4)

    class Meta:
        verbose_name = _("phiên bản lịch")
        verbose_name_plural = _("phiên bản lịch")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="calendar_one_version_row")]
