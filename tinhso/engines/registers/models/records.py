"""Records, their history that only grows, and what sources claim."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from tinhso.engines.registers.models.definitions import Register
from tinhso.foundation.text.fields import VietnameseCharField

if TYPE_CHECKING:
    from tinhso.engines.registers.models.imports import ImportRun


class RecordQuerySet(models.QuerySet["Record"]):
    """Records by state."""

    def current(self) -> Self:
        """Neither closed nor joined to another."""
        return self.filter(closed_on=None, joined_to=None)


class Record(models.Model):
    """One thing that a register knows, as it is now. The history is in its versions."""

    register = models.ForeignKey(Register, models.PROTECT, related_name="records")
    key = models.CharField(_("khóa"), max_length=300)
    title = VietnameseCharField(_("tên"), max_length=300)
    data = models.JSONField(_("nội dung"))
    number = models.PositiveIntegerField(_("lần thay đổi"))
    valid_from = models.DateField(_("có hiệu lực từ"))
    closed_on = models.DateField(_("đóng từ ngày"), null=True, blank=True)
    # Found to be the same thing as another record; it stays and points to the one that goes on.
    joined_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="joined")
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("bản ghi")
        verbose_name_plural = _("bản ghi")
        ordering = ["register", "key"]
        constraints = [models.UniqueConstraint(fields=["register", "key"], name="registers_key_once")]
        indexes = [GinIndex(fields=["data"], name="registers_record_data", opclasses=["jsonb_path_ops"])]

    def __str__(self) -> str:
        return f"{self.title} ({self.key})"


class Change(models.TextChoices):
    """What made a version."""

    CREATED = "created", _("lập mới")
    IMPORTED = "imported", _("nhập từ tệp")
    CORRECTED = "corrected", _("sửa theo yêu cầu đã duyệt")
    MERGED = "merged", _("tổng hợp từ nhiều nguồn")
    CLOSED = "closed", _("đóng")
    REOPENED = "reopened", _("mở lại")
    JOINED = "joined", _("nhập vào bản ghi khác")


class VersionQuerySet(models.QuerySet["RecordVersion"]):
    """History by day."""

    def as_of(self, day: date, *, known_at: datetime | None = None) -> Self:
        """The version of each record in force on `day` (closed ones left out), by what was known at `known_at`.

        The last word recorded counts among those whose validity had begun: a correction dated back replaces what
        stood from its day on.
        """
        known = Q(at__lte=known_at) if known_at else Q()
        own = RecordVersion.objects.filter(known, record=OuterRef("record"), valid_from__lte=day)
        latest = own.order_by("-number").values("pk")[:1]
        found = self.filter(known, valid_from__lte=day, pk=Subquery(latest))
        return found.exclude(change__in=(Change.CLOSED, Change.JOINED))


class RecordVersion(models.Model):
    """One row of a register's history: never changed, never removed (database triggers), chained and in the tree."""

    register = models.ForeignKey(Register, models.PROTECT, related_name="versions")
    record = models.ForeignKey(Record, models.PROTECT, related_name="versions")
    # Place in the register's whole history, from 0 without gaps; and in the record's own, from 1.
    sequence = models.PositiveBigIntegerField()
    number = models.PositiveIntegerField(_("lần thay đổi"))
    definition_version = models.PositiveIntegerField(_("phiên bản cấu trúc"))
    key = models.CharField(_("khóa"), max_length=300)
    data = models.JSONField(_("nội dung"))
    # By field: {"source", "confidence", "on"}.
    provenance = models.JSONField(_("nguồn từng trường"), default=dict)
    change = models.CharField(_("thay đổi"), max_length=10, choices=Change)
    valid_from = models.DateField(_("có hiệu lực từ"))
    at = models.DateTimeField(_("ghi lúc"))
    account_id = models.BigIntegerField(_("tài khoản ghi"), null=True)
    account_label = models.CharField(_("người ghi"), max_length=200)
    reason = VietnameseCharField(_("lý do"), max_length=300, blank=True)
    document = VietnameseCharField(_("căn cứ"), max_length=200, blank=True)
    run: models.ForeignKey[ImportRun | None, ImportRun | None] = models.ForeignKey(
        "registers.ImportRun", models.PROTECT, null=True, blank=True, related_name="versions"
    )
    leaf = models.BinaryField()
    chain = models.BinaryField()

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần thay đổi")
        verbose_name_plural = _("lần thay đổi")
        ordering = ["register", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["register", "sequence"], name="registers_sequence_once"),
            models.UniqueConstraint(fields=["record", "number"], name="registers_number_once"),
        ]


class Claim(models.Model):
    """What one source says of one field of a record. The golden record is computed from these; never changed."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="claims")
    field = models.CharField(_("trường"), max_length=60)
    value = models.JSONField(_("giá trị"), null=True)
    source = VietnameseCharField(_("nguồn"), max_length=120)
    confidence = models.PositiveSmallIntegerField(_("độ tin cậy"))
    seen_on = models.DateField(_("ngày nguồn ghi nhận"))
    at = models.DateTimeField(_("nhận lúc"))

    class Meta:
        verbose_name = _("thông tin từ nguồn")
        verbose_name_plural = _("thông tin từ nguồn")
        ordering = ["record", "field", "-confidence"]
        constraints = [models.CheckConstraint(condition=Q(confidence__lte=100), name="registers_confidence_in_percent")]
