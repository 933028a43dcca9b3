"""Values told by people or files: append-only, each with who, when, from where and on what evidence."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.engines.indicators.models.definitions import MeasureDefinition, SourceKind
from tinhso.engines.indicators.models.facts import MONTH, PERIOD_KINDS, STARTS_ON_FIRST
from tinhso.engines.indicators.periods import AnyPeriod, PeriodKind
from tinhso.foundation.text.fields import VietnameseCharField


class EntryQuerySet(models.QuerySet["Entry"]):
    """Reads of entries by cell and by whether they still stand."""

    def standing(self) -> Self:
        """The newest of each cell, the withdrawn left out."""
        return self.filter(replaced_by=None, value__isnull=False)

    def cell(self, measure: str, unit_id: int, period: AnyPeriod) -> Self:
        """Every entry of one cell, oldest first."""
        found = self.filter(measure_id=measure, unit_id=unit_id)
        return found.filter(period_kind=period.kind, period_on=period.first_day).order_by("pk")


class Entry(models.Model):
    """One told value of a cell. A correction is a new entry that replaces this one; an empty value withdraws it.

    Valid time is the period; `recorded_at` is when we came to know. The database refuses change and deletion.
    """

    measure = models.ForeignKey(
        MeasureDefinition,
        models.PROTECT,
        to_field="code",
        db_column="measure",
        related_name="entries",
        verbose_name=_("số liệu cơ sở"),
    )
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    period_kind = models.CharField(_("loại kỳ"), max_length=8, choices=PERIOD_KINDS, default=MONTH)
    period_on = models.DateField(_("ngày đầu kỳ"))
    # The last day of the period: a quarter's figure stands in the quarter's last month.
    ends_on = models.DateField(_("ngày cuối kỳ"))
    # Empty: withdrawn. Empty is never zero.
    value = models.DecimalField(_("giá trị"), max_digits=20, decimal_places=4, null=True, blank=True)
    recorded_at = models.DateTimeField(_("ghi lúc"))
    recorded_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người ghi")
    )
    source_kind = models.CharField(_("cách ghi"), max_length=8, choices=SourceKind.choices[1:])
    source = VietnameseCharField(_("lấy từ đâu"), max_length=300)
    evidence = models.ManyToManyField("files.StoredFile", related_name="+", blank=True, verbose_name=_("minh chứng"))
    reason = VietnameseCharField(_("lý do sửa"), max_length=300, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("thay cho")
    )
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("số liệu nhập")
        verbose_name_plural = _("số liệu nhập")
        indexes = [
            models.Index(fields=["measure", "period_kind", "period_on", "unit"], name="indicators_entries_by_cell")
        ]
        constraints = [
            models.CheckConstraint(condition=STARTS_ON_FIRST, name="indicators_entry_starts_on_first"),
            models.CheckConstraint(condition=~Q(source=""), name="indicators_entry_names_source"),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(reason=""), name="indicators_entry_correction_says_why"
            ),
            # Every later entry of a cell replaces one, each at most once: a cell's history is one line, never a fork.
            models.UniqueConstraint(
                fields=["measure", "unit", "period_kind", "period_on"],
                condition=Q(replaces=None),
                name="indicators_one_first_entry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.period} {self.value}"

    @property
    def period(self) -> AnyPeriod:
        return AnyPeriod(PeriodKind(self.period_kind), self.period_on)
