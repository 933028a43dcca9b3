"""The Resolution's targets."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


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
