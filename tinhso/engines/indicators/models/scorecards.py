"""Weight tables of published indices, in versions, and what a unit says of itself by them, with evidence."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.engines.indicators.models.definitions import CODE_FORM
from tinhso.foundation.text.fields import VietnameseCharField


class Scorecard(models.Model):
    """One version of an index's weights, as one decision gives them. Empty rows: the weights were not seen yet."""

    code = models.CharField(_("mã"), max_length=40)
    version = models.PositiveSmallIntegerField(_("phiên bản"))
    valid_from = models.DateField(_("áp dụng từ"))
    title = VietnameseCharField(_("tên bảng"), max_length=300)
    source = models.TextField(_("nguồn"))
    is_certain = models.BooleanField(_("đã đối chiếu văn bản gốc"), default=False)

    class Meta:
        verbose_name = _("bảng trọng số")
        verbose_name_plural = _("bảng trọng số")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="indicators_one_scorecard_version"),
            models.UniqueConstraint(fields=["code", "valid_from"], name="indicators_one_scorecard_a_day"),
            models.CheckConstraint(condition=Q(code__regex=CODE_FORM), name="indicators_scorecard_code_form"),
        ]

    def __str__(self) -> str:
        return str(self.title)


class ScorecardRow(models.Model):
    """One part of the index: its most points, and the indicator that feeds it, where one does."""

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="rows", verbose_name=_("bảng trọng số"))
    number = models.CharField(_("số thứ tự"), max_length=8)
    name = VietnameseCharField(_("tên"), max_length=300)
    # 0: shown, not scored.
    points = models.DecimalField(_("điểm tối đa"), max_digits=6, decimal_places=2)
    # How many components the decision puts under it; their weights may be unseen.
    components = models.PositiveSmallIntegerField(_("số chỉ số thành phần"), default=0)
    # Percent at which full points are given; empty: in proportion to 100.
    full_at = models.DecimalField(_("đủ điểm khi đạt (%)"), max_digits=5, decimal_places=2, null=True, blank=True)
    indicator = models.CharField(_("chỉ số cho số liệu"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("phần của bảng trọng số")
        verbose_name_plural = _("phần của bảng trọng số")
        ordering = ["scorecard", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "number"], name="indicators_one_scorecard_row"),
            models.CheckConstraint(
                condition=Q(points__gte=0) & (Q(full_at=None) | Q(full_at__gt=0, full_at__lte=100)),
                name="indicators_scorecard_points_make_sense",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class SelfScore(models.Model):
    """What a unit gives itself for one row and year, with its reasons and evidence; a later one replaces it.

    Decree 224/2026 art. 8: a self-assessment never stands for the published score, so the two are never mixed.
    """

    row = models.ForeignKey(ScorecardRow, models.PROTECT, related_name="scores", verbose_name=_("phần"))
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    year = models.PositiveSmallIntegerField(_("năm"))
    points = models.DecimalField(_("điểm tự chấm"), max_digits=6, decimal_places=2)
    explanation = models.TextField(_("thuyết minh"))
    evidence = models.ManyToManyField("files.StoredFile", related_name="+", blank=True, verbose_name=_("minh chứng"))
    recorded_at = models.DateTimeField(_("ghi lúc"))
    recorded_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người ghi")
    )
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("thay cho")
    )

    class Meta:
        verbose_name = _("điểm tự chấm")
        verbose_name_plural = _("điểm tự chấm")
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=0), name="indicators_self_score_not_negative"),
            models.CheckConstraint(condition=~Q(explanation=""), name="indicators_self_score_says_why"),
            models.UniqueConstraint(
                fields=["row", "unit", "year"], condition=Q(replaces=None), name="indicators_one_first_self_score"
            ),
        ]
