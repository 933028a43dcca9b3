"""Models that foretell lateness with their score, what they say of running dossiers, and the index's point tables."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LatenessModel(models.Model):
    """One night's learning: from which dossiers, with what weights, how well it does on later ones it never saw."""

    class Status(models.TextChoices):
        INSUFFICIENT = "insufficient", _("chưa đủ dữ liệu")
        NO_BETTER = "no_better", _("chưa tốt hơn tỷ lệ nền, không dùng")
        IN_USE = "in_use", _("đang dùng")

    version = models.PositiveIntegerField(_("phiên bản"), unique=True)
    trained_at = models.DateTimeField(_("học lúc"))
    status = models.CharField(_("tình trạng"), max_length=12, choices=Status)
    # Dossiers that ended before this moment were learnt from; those received after it judge the model.
    split_at = models.DateTimeField(_("mốc chia"), null=True)
    learnt = models.PositiveIntegerField(_("số hồ sơ để học"))
    learnt_late = models.PositiveIntegerField(_("trong đó trễ"))
    judged = models.PositiveIntegerField(_("số hồ sơ để chấm"))
    judged_late = models.PositiveIntegerField(_("trong đó trễ"))
    # How many moments of those dossiers the scores stand on.
    moments = models.PositiveIntegerField(_("số lần chấm"), default=0)
    weights = models.JSONField(_("trọng số"), default=list)
    usual = models.JSONField(_("giá trị thường gặp"), default=list)
    base_rate = models.FloatField(_("tỷ lệ trễ nền"), null=True)
    brier = models.FloatField(_("điểm Brier"), null=True)
    brier_base = models.FloatField(_("điểm Brier của tỷ lệ nền"), null=True)
    reliability = models.JSONField(_("bảng độ tin cậy"), default=list)
    holds_simulated = models.BooleanField(_("có dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("mô hình dự báo trễ")
        verbose_name_plural = _("mô hình dự báo trễ")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="in_use") | Q(brier__isnull=False, brier__lt=models.F("brier_base")),
                name="performance_only_a_better_model_is_used",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version}"

    @property
    def skill(self) -> float | None:
        """How much of the base rate's error it saves, in percent."""
        if self.brier is None or not self.brier_base:
            return None
        return 100 * (1 - self.brier / self.brier_base)


class Forecast(models.Model):
    """What the model in use says of one running dossier. Worked out anew each hour; no official record."""

    dossier = models.OneToOneField(
        "procedures.Dossier", models.CASCADE, primary_key=True, related_name="forecast", verbose_name=_("hồ sơ")
    )
    model = models.ForeignKey(LatenessModel, models.PROTECT, related_name="+", verbose_name=_("mô hình"))
    chance = models.FloatField(_("khả năng trễ"))
    cause = models.CharField(_("nguyên nhân chính"), max_length=8)
    facts = models.JSONField(_("căn cứ"), default=dict)
    at = models.DateTimeField(_("tính lúc"))

    class Meta:
        verbose_name = _("dự báo trễ")
        verbose_name_plural = _("dự báo trễ")
        constraints = [models.CheckConstraint(condition=Q(chance__range=(0, 1)), name="performance_chance_is_a_share")]
        indexes = [models.Index(fields=["-chance"], name="performance_likeliest_first")]


class PointTable(models.Model):
    """The points and thresholds of the service index as one decision or one working document gives them."""

    version = models.PositiveSmallIntegerField(_("phiên bản"), unique=True)
    valid_from = models.DateField(_("áp dụng từ"), unique=True)
    title = models.CharField(_("tên bảng"), max_length=200)
    source = models.TextField(_("nguồn"))
    is_certain = models.BooleanField(_("đã đối chiếu văn bản gốc"), default=False)
    published_at = models.DateTimeField(_("ban hành lúc"))

    class Meta:
        verbose_name = _("bảng điểm")
        verbose_name_plural = _("bảng điểm")
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return self.title


class PointRow(models.Model):
    """One component's points in one table."""

    table = models.ForeignKey(PointTable, models.PROTECT, related_name="rows", verbose_name=_("bảng điểm"))
    code = models.CharField(_("mã chỉ số"), max_length=40)
    number = models.CharField(_("số thứ tự"), max_length=8)
    group = models.PositiveSmallIntegerField(_("nhóm"))
    # 0: shown, not scored.
    points = models.DecimalField(_("điểm tối đa"), max_digits=5, decimal_places=2)
    # Percent at which full points are given; empty where no threshold is stated.
    full_at = models.DecimalField(_("đủ điểm khi đạt (%)"), max_digits=5, decimal_places=2, null=True)

    class Meta:
        verbose_name = _("điểm của chỉ số")
        verbose_name_plural = _("điểm của chỉ số")
        constraints = [
            models.UniqueConstraint(fields=["table", "code"], name="performance_one_row_per_component"),
            models.CheckConstraint(
                condition=Q(points__gte=0) & (Q(full_at=None) | Q(full_at__gt=0, full_at__lte=100)),
                name="performance_points_make_sense",
            ),
        ]
