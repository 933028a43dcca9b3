"""Facts per measure, unit and period, with what was known before; fill marks; alerts of the night's recount."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.engines.indicators.models.definitions import SourceKind
from tinhso.engines.indicators.periods import AnyPeriod, Period, PeriodKind

MONTH = "month"
PERIOD_KINDS = [
    ("day", _("ngày")),
    ("week", _("tuần")),
    ("month", _("tháng")),
    ("quarter", _("quý")),
    ("half", _("sáu tháng")),
    ("year", _("năm")),
]
# A day or a week may begin on any day of a month; every other period on its first.
STARTS_ON_FIRST = Q(period_kind__in=["day", "week"]) | Q(period_on__day=1)


class FactQuerySet(models.QuerySet["Fact"]):
    """Reads of facts by cell."""

    def cell(self, measure: str, unit_id: int, period: Period) -> Self:
        return self.filter(measure=measure, unit_id=unit_id, period_kind=MONTH, period_on=period.first_day)

    def within(self, first: Period, last: Period) -> Self:
        """Months from `first` to `last`, both included."""
        return self.filter(period_kind=MONTH, period_on__gte=first.first_day, period_on__lte=last.first_day)


class Fact(models.Model):
    """One counted cell. Zero is a fact; a row that is not here was never reported. Holds only what adds up."""

    measure = models.CharField(_("phép đếm"), max_length=80)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    period_kind = models.CharField(_("loại kỳ"), max_length=8, choices=PERIOD_KINDS, default=MONTH)
    period_on = models.DateField(_("ngày đầu kỳ"))
    value = models.DecimalField(_("giá trị"), max_digits=20, decimal_places=4)
    counted_at = models.DateTimeField(_("đếm lúc"))
    # When this value, not an earlier one, came to be known: set only when the value changes.
    known_from = models.DateTimeField(_("biết từ lúc"), default=timezone.now)
    source = models.CharField(_("nguồn"), max_length=8, choices=SourceKind, default=SourceKind.LIVE)

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("số liệu")
        verbose_name_plural = _("số liệu")
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "period_kind", "period_on", "unit"], name="indicators_one_fact_per_cell"
            ),
            models.CheckConstraint(condition=STARTS_ON_FIRST, name="indicators_fact_period_starts_on_first"),
        ]

    @property
    def period(self) -> Period:
        return Period.of(self.period_on)

    @property
    def any_period(self) -> AnyPeriod:
        return AnyPeriod(PeriodKind(self.period_kind), self.period_on)


class FactVersionQuerySet(models.QuerySet["FactVersion"]):
    """Reads of replaced facts."""

    def known_at(self, moment: datetime) -> Self:
        """The values that stood at `moment` and have been replaced since."""
        return self.filter(known_from__lte=moment, known_to__gt=moment)


class FactVersion(models.Model):
    """A value that a fact had before: from when to when it was what we knew. Written only when a value changes."""

    measure = models.CharField(_("phép đếm"), max_length=80)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    period_kind = models.CharField(_("loại kỳ"), max_length=8, choices=PERIOD_KINDS, default=MONTH)
    period_on = models.DateField(_("ngày đầu kỳ"))
    value = models.DecimalField(_("giá trị"), max_digits=20, decimal_places=4)
    source = models.CharField(_("nguồn"), max_length=8, choices=SourceKind, default=SourceKind.LIVE)
    known_from = models.DateTimeField(_("biết từ lúc"))
    known_to = models.DateTimeField(_("thay lúc (không tính lúc này)"))

    objects = FactVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("số liệu trước đó")
        verbose_name_plural = _("số liệu trước đó")
        indexes = [
            models.Index(fields=["measure", "period_kind", "period_on", "unit"], name="indicators_versions_by_cell"),
            # What was replaced or withdrawn since a moment.
            models.Index(fields=["measure", "known_to"], name="indicators_versions_by_end"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(known_from__lte=F("known_to")), name="indicators_version_in_order")
        ]


class MeasureFill(models.Model):
    """How far a measure has been counted whole, and when: the age that a figure shows."""

    measure = models.CharField(_("phép đếm"), max_length=80, unique=True)
    filled_from = models.DateField(_("đã đếm từ kỳ"))
    filled_to = models.DateField(_("đã đếm đến kỳ"))
    counted_at = models.DateTimeField(_("đếm toàn bộ lúc"))

    class Meta:
        verbose_name = _("mốc đếm")
        verbose_name_plural = _("mốc đếm")


class FigureAlert(models.Model):
    """The night found a cell unlike the live figure, or records of a unit outside its life: something is missing."""

    class Reason(models.TextChoices):
        DIFFERS = "differs", _("đếm lại khác số đang hiện")
        OUTSIDE_LIFE = "outside_life", _("bản ghi nằm ngoài thời gian tồn tại của đơn vị")

    measure = models.CharField(_("phép đếm"), max_length=80)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    period_on = models.DateField(_("ngày đầu kỳ"))
    reason = models.CharField(_("lý do"), max_length=16, choices=Reason)
    was = models.DecimalField(_("số đang hiện"), max_digits=20, decimal_places=4, null=True)
    now = models.DecimalField(_("số đếm lại"), max_digits=20, decimal_places=4)
    found_at = models.DateTimeField(_("phát hiện lúc"))

    class Meta:
        verbose_name = _("cảnh báo số liệu")
        verbose_name_plural = _("cảnh báo số liệu")
        indexes = [models.Index(fields=["-found_at"], name="indicators_alerts_newest")]
