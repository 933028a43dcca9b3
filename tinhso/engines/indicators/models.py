"""Facts per measure, unit and month; the Resolution's targets; alerts of the night's recount; frozen reports."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tinhso.engines.indicators.rules import Period

MONTH = "month"


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
    period_kind = models.CharField(_("loại kỳ"), max_length=8, choices=[(MONTH, _("tháng"))], default=MONTH)
    period_on = models.DateField(_("ngày đầu kỳ"))
    value = models.DecimalField(_("giá trị"), max_digits=20, decimal_places=4)
    counted_at = models.DateTimeField(_("đếm lúc"))

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("số liệu")
        verbose_name_plural = _("số liệu")
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "period_kind", "period_on", "unit"], name="indicators_one_fact_per_cell"
            ),
            models.CheckConstraint(condition=Q(period_on__day=1), name="indicators_fact_period_starts_on_first"),
        ]

    @property
    def period(self) -> Period:
        return Period.of(self.period_on)


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


class Target(models.Model):
    """A target of Resolution 05-NQ/TU, with the operator exactly as the Resolution words it."""

    class Operator(models.TextChoices):
        ABOVE = ">", _("trên")
        AT_LEAST = ">=", _("từ")
        AT_MOST = "<=", _("không quá")
        EXACTLY = "=", _("đạt")

    class Kind(models.TextChoices):
        RATIO = "ratio", _("tỷ lệ")
        COVERAGE = "coverage", _("độ phủ")
        MILESTONE = "milestone", _("cột mốc")
        COUNT = "count", _("số lượng")
        TREND = "trend", _("xu hướng")
        RANK = "rank", _("thứ hạng")
        QUALITATIVE = "qualitative", _("định tính")
        ASSUMED = "assumed", _("ngưỡng suy ra từ lời văn")

    code = models.CharField(_("mã"), max_length=12, unique=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"))
    group = models.CharField(_("nhóm"), max_length=8)
    name = models.CharField(_("chỉ tiêu"), max_length=300)
    level = models.CharField(_("cấp"), max_length=40)
    operator = models.CharField(_("phép so sánh"), max_length=2, choices=Operator)
    # Empty where the Resolution gives no number; none is invented.
    value = models.DecimalField(_("mức phải đạt"), max_digits=10, decimal_places=2, null=True, blank=True)
    unit_of_measure = models.CharField(_("đơn vị tính"), max_length=20, blank=True)
    year = models.PositiveSmallIntegerField(_("năm"))
    kind = models.CharField(_("loại"), max_length=12, choices=Kind)
    numerator = models.TextField(_("tử số"), blank=True)
    denominator = models.TextField(_("mẫu số"), blank=True)
    exclusions = models.TextField(_("không tính"), blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    responsible = models.CharField(_("cơ quan chịu trách nhiệm"), max_length=300, blank=True)
    level_ended_on = models.DateField(_("cấp kết thúc ngày"), null=True, blank=True)
    start_value = models.DecimalField(_("mức xuất phát"), max_digits=10, decimal_places=2, null=True, blank=True)
    start_on = models.DateField(_("ngày xuất phát"), null=True, blank=True)
    source = models.CharField(_("nguồn"), max_length=300)

    class Meta:
        verbose_name = _("chỉ tiêu nghị quyết")
        verbose_name_plural = _("chỉ tiêu nghị quyết")
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(
                condition=Q(start_value=None, start_on=None) | Q(start_value__isnull=False, start_on__isnull=False),
                name="indicators_path_has_value_and_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


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
    period_on = models.DateField(_("ngày đầu kỳ"))
    value = models.DecimalField(_("giá trị"), max_digits=20, decimal_places=4)
    counted_at = models.DateTimeField(_("đếm lúc"))

    class Meta:
        verbose_name = _("số liệu đã chốt")
        verbose_name_plural = _("số liệu đã chốt")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "measure", "unit", "period_on"], name="indicators_one_published_fact_per_cell"
            )
        ]
