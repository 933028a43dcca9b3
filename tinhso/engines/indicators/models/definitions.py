"""What may be measured and how figures are made of it, as data: units of measure, measures, indicators."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.text.fields import VietnameseCharField

CODE_FORM = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$"


class SourceKind(models.TextChoices):
    """Where a figure comes from: counted from records, told by a person, read from a file."""

    LIVE = "live", _("đếm từ hồ sơ")
    MANUAL = "manual", _("số nhập tay")
    IMPORTED = "imported", _("số nhập từ tệp")


class Dimension(models.TextChoices):
    """What kind of quantity: only quantities of one kind are added or compared."""

    COUNT = "count", _("số lượng")
    PERCENT = "percent", _("tỷ lệ phần trăm")
    MONEY = "money", _("tiền")
    TIME = "time", _("thời gian")
    AREA = "area", _("diện tích")
    LENGTH = "length", _("chiều dài")
    DATA = "data", _("dung lượng dữ liệu")
    RANK = "rank", _("thứ hạng")
    YES_NO = "yes_no", _("có hoặc không")
    SCORE = "score", _("điểm")


class UnitOfMeasure(models.Model):
    """In what a quantity is told. `scale`: how many base units one of it is (triệu đồng = 1.000.000 đồng)."""

    code = models.CharField(_("mã"), max_length=40, unique=True)
    name = VietnameseCharField(_("tên"), max_length=80)
    dimension = models.CharField(_("loại đại lượng"), max_length=8, choices=Dimension)
    scale = models.DecimalField(_("quy đổi ra đơn vị gốc"), max_digits=20, decimal_places=6, default=1)

    class Meta:
        verbose_name = _("đơn vị tính")
        verbose_name_plural = _("đơn vị tính")
        ordering = ["dimension", "scale", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=CODE_FORM), name="indicators_unit_code_form"),
            models.CheckConstraint(condition=Q(scale__gt=0), name="indicators_scale_positive"),
        ]

    def __str__(self) -> str:
        return str(self.name)


class ValidQuerySet(models.QuerySet["MeasureDefinition"]):
    """Reads of measures by day and source."""

    def as_of(self, day: date) -> Self:
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))

    def told(self) -> Self:
        """Those that people or files tell, not records."""
        return self.exclude(source_kind=SourceKind.LIVE)


class MeasureDefinition(models.Model):
    """A measure as data (a data element). Those that systems declare are mirrored here; the others are entered."""

    class Kind(models.TextChoices):
        FLOW = "flow", _("phát sinh trong kỳ")
        STOCK = "stock", _("có đến cuối kỳ")

    class OverUnits(models.TextChoices):
        SUM = "sum", _("cộng lại")
        AVG = "avg", _("trung bình")
        MAX = "max", _("lớn nhất")
        MIN = "min", _("nhỏ nhất")
        OWN = "own", _("riêng từng đơn vị, không gộp")

    class OverTime(models.TextChoices):
        SUM = "sum", _("cộng lại")
        AVG = "avg", _("trung bình")
        MAX = "max", _("lớn nhất")
        MIN = "min", _("nhỏ nhất")
        LAST = "last", _("kỳ sau cùng")

    class Frequency(models.TextChoices):
        DAY = "day", _("ngày")
        WEEK = "week", _("tuần")
        MONTH = "month", _("tháng")
        QUARTER = "quarter", _("quý")
        HALF = "half", _("sáu tháng")
        YEAR = "year", _("năm")

    code = models.CharField(_("mã"), max_length=80, unique=True)
    name = VietnameseCharField(_("tên"), max_length=300)
    sentence = models.TextField(_("định nghĩa trong một câu"))
    unit_of_measure = models.ForeignKey(UnitOfMeasure, models.PROTECT, related_name="+", verbose_name=_("đơn vị tính"))
    kind = models.CharField(_("loại số"), max_length=5, choices=Kind)
    over_units = models.CharField(_("gộp theo đơn vị"), max_length=4, choices=OverUnits, default=OverUnits.SUM)
    over_time = models.CharField(_("gộp theo thời gian"), max_length=4, choices=OverTime)
    frequency = models.CharField(_("kỳ số liệu"), max_length=8, choices=Frequency, default=Frequency.MONTH)
    source_kind = models.CharField(_("nguồn"), max_length=8, choices=SourceKind, default=SourceKind.MANUAL)
    # Kinds of unit that answer for it; empty: any.
    unit_kinds = ArrayField(
        models.CharField(max_length=24), verbose_name=_("loại đơn vị báo cáo"), default=list, blank=True
    )
    # One unit alone, where the text names it (an IOC of one city); empty: every unit of the kinds.
    unit_codes = ArrayField(models.CharField(max_length=40), verbose_name=_("chỉ các đơn vị"), default=list, blank=True)
    # A numerator is part of its denominator: never larger in the same cell.
    part_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("là một phần của")
    )
    may_be_negative = models.BooleanField(_("được âm"), default=False)
    valid_from = models.DateField(_("dùng từ ngày"), default=date(2021, 1, 1))
    valid_to = models.DateField(_("dùng đến ngày (không tính ngày này)"), null=True, blank=True)
    basis = models.CharField(_("căn cứ"), max_length=300, blank=True)
    version = models.PositiveSmallIntegerField(_("lần sửa lời"), default=1)

    objects = ValidQuerySet.as_manager()

    class Meta:
        verbose_name = _("số liệu cơ sở")
        verbose_name_plural = _("số liệu cơ sở")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=CODE_FORM), name="indicators_measure_code_form"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="indicators_measure_life_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class IndicatorQuerySet(models.QuerySet["IndicatorDefinition"]):
    """Reads of indicators by day."""

    def as_of(self, day: date) -> Self:
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))

    def newest(self) -> Self:
        """The last version of each code."""
        return self.order_by("code", "-valid_from").distinct("code")


class IndicatorDefinition(models.Model):
    """A formula over measures and other indicators, in one version. The code never changes; the formula by version."""

    code = models.CharField(_("mã"), max_length=80)
    version = models.PositiveSmallIntegerField(_("phiên bản"), default=1)
    name = VietnameseCharField(_("tên"), max_length=300)
    note = models.TextField(_("cần biết khi dùng"), blank=True)
    formula = models.TextField(_("công thức"))
    unit_of_measure = models.ForeignKey(UnitOfMeasure, models.PROTECT, related_name="+", verbose_name=_("đơn vị tính"))
    # Targets that it answers; a system's own indicator for the same target takes precedence.
    targets = ArrayField(models.CharField(max_length=12), verbose_name=_("trả lời chỉ tiêu"), default=list, blank=True)
    source_kind = models.CharField(_("nguồn"), max_length=8, choices=SourceKind, default=SourceKind.MANUAL)
    valid_from = models.DateField(_("dùng từ ngày"), default=date(2021, 1, 1))
    valid_to = models.DateField(_("dùng đến ngày (không tính ngày này)"), null=True, blank=True)
    created_at = models.DateTimeField(_("lập lúc"), auto_now_add=True)
    created_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người lập")
    )
    reason = models.CharField(_("lý do lập phiên bản"), max_length=300, blank=True)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("chỉ số")
        verbose_name_plural = _("chỉ số")
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="indicators_one_indicator_version"),
            models.UniqueConstraint(fields=["code", "valid_from"], name="indicators_one_version_a_day"),
            models.CheckConstraint(condition=Q(code__regex=CODE_FORM), name="indicators_indicator_code_form"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="indicators_indicator_life_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
