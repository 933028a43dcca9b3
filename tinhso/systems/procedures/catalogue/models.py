"""The national list of procedures, one dated row per version of each; its cases; which of them are served here."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.text.fields import VietnameseCharField
from tinhso.systems.procedures.catalogue import rules
from tinhso.systems.procedures.models import Channel, ServiceKind


class Level(models.TextChoices):
    """Where a procedure is settled since the two-level government of 2025."""

    COMMUNE = "commune", _("cấp xã")
    PROVINCE = "province", _("cấp tỉnh")
    BOTH = "both", _("cấp xã và cấp tỉnh")


class Unit(models.TextChoices):
    """What a term counts, as the list writes it."""

    WORKING_DAY = "working_day", _("ngày làm việc")
    DAY = "day", _("ngày")
    HOUR = "hour", _("giờ")
    WORKING_HOUR = "working_hour", _("giờ làm việc")
    MONTH = "month", _("tháng")


class Origin(models.TextChoices):
    """What made a version."""

    SEED = "seed", _("danh mục đi kèm sản phẩm")
    FILE = "file", _("tệp nạp vào")
    CONFIRMED = "confirmed", _("cán bộ xác nhận")


class FeeCertainty(models.TextChoices):
    """How sure the fee is: a bare zero is often only a default of the source."""

    YES = "yes", _("đã thấy mức thu")
    ZERO = "zero", _("nguồn ghi 0, không giải thích")
    NO = "no", _("chưa thấy mức thu")


class EntryQuerySet(models.QuerySet["CatalogueEntry"]):
    """Reads of the list by date."""

    def as_of(self, day: date) -> Self:
        """The versions in force on `day`: at most one per code (the database refuses two)."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))

    def newest(self) -> Self:
        """The version of each code that nothing has followed yet."""
        return self.filter(valid_to=None)

    def in_doubt(self) -> Self:
        return self.exclude(doubts=[])


class CatalogueEntry(models.Model):
    """One procedure as the list had it from one day on. Never changed: a change is a new version.

    A version replaced on the very day it came has an empty period (valid_from = valid_to): on record, never in force.
    """

    code = models.CharField(_("mã thủ tục"), max_length=30)
    number = models.PositiveIntegerField(_("phiên bản"))
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("ghi nhận lúc"), auto_now_add=True)
    origin = models.CharField(_("nguồn của phiên bản"), max_length=10, choices=Origin)
    digest = models.CharField(max_length=64, editable=False)

    name = VietnameseCharField(_("tên thủ tục"), max_length=1500)
    plain_name = VietnameseCharField(_("tên dễ hiểu"), max_length=300, blank=True)
    sort_key = models.CharField(max_length=400, editable=False, default="")
    life_event = VietnameseCharField(_("chuyện đời"), max_length=120, blank=True)
    field_name = VietnameseCharField(_("lĩnh vực"), max_length=300, blank=True)
    field_code = models.CharField(_("mã lĩnh vực"), max_length=40, blank=True)
    field_group = VietnameseCharField(_("nhóm lĩnh vực"), max_length=200, blank=True)
    level = models.CharField(_("cấp giải quyết"), max_length=8, choices=Level)
    body = VietnameseCharField(_("cơ quan có thẩm quyền"), max_length=600, blank=True)
    body_is_seen = models.BooleanField(_("cơ quan thấy ở nguồn"), default=True)
    online_level = models.CharField(_("mức trực tuyến"), max_length=8, choices=ServiceKind)
    channels = ArrayField(models.CharField(max_length=8, choices=Channel), verbose_name=_("cách nộp"), default=list)
    term_value = models.PositiveSmallIntegerField(_("thời hạn"), null=True, blank=True)
    term_unit = models.CharField(_("đơn vị thời hạn"), max_length=12, choices=Unit, blank=True)
    term_note = models.TextField(_("ghi chú về thời hạn"), blank=True)
    term_source = models.CharField(_("thời hạn thấy ở đâu"), max_length=40, default="none")
    terms = models.JSONField(_("thời hạn theo cách nộp"), default=list)
    fee_vnd = models.PositiveBigIntegerField(_("phí, lệ phí (đồng)"), null=True, blank=True)
    fee_note = models.TextField(_("ghi chú về phí"), blank=True)
    fee_items = models.JSONField(_("các mức phí"), default=list)
    papers = models.JSONField(_("thành phần hồ sơ"), default=list)
    papers_total = models.PositiveSmallIntegerField(_("số giấy tờ nguồn ghi"), default=0)
    form_name = VietnameseCharField(_("tên mẫu đơn"), max_length=600, blank=True)
    result_name = VietnameseCharField(_("tên kết quả"), max_length=1500, blank=True)
    legal_basis = models.JSONField(_("căn cứ pháp lý"), default=list)
    who_may_apply = models.JSONField(_("ai được nộp"), default=list)
    is_vertical = models.BooleanField(_("xử lý trên hệ thống của bộ"), default=False)
    decision = VietnameseCharField(_("quyết định công bố"), max_length=200, blank=True)
    decision_on = models.DateField(_("ngày quyết định"), null=True, blank=True)
    issuer = VietnameseCharField(_("cơ quan công bố"), max_length=200, blank=True)
    portal_updated_on = models.DateField(_("Cổng cập nhật ngày"), null=True, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    tier = models.PositiveSmallIntegerField(_("bậc phổ biến"), default=3)
    source = models.URLField(_("nguồn"), max_length=500, blank=True)

    code_seen = models.BooleanField(_("mã đã thấy"), default=False)
    term_seen = models.BooleanField(_("thời hạn đã thấy"), default=False)
    fee_seen = models.CharField(_("độ chắc của phí"), max_length=4, choices=FeeCertainty, default=FeeCertainty.NO)
    papers_seen = models.BooleanField(_("giấy tờ đã thấy"), default=False)
    # Parts still to be checked (rules.doubts), kept so that the worklist is one index away.
    doubts = ArrayField(models.CharField(max_length=10), verbose_name=_("cần kiểm tra"), default=list, blank=True)
    # What officers confirmed: {part: {"source", "by", "on"}}; it survives files that are less sure.
    confirmed = models.JSONField(_("đã xác nhận"), default=dict, blank=True)
    # Decree 224/2026 art. 14: a service that is not full-process says why, and by which document.
    partial_reason = VietnameseCharField(_("lý do chưa toàn trình"), max_length=500, blank=True)
    partial_basis = VietnameseCharField(_("căn cứ của lý do"), max_length=300, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("thủ tục trong danh mục")
        verbose_name_plural = _("danh mục thủ tục")
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="catalogue_one_version_number"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="catalogue_period_runs_forward"
            ),
            models.CheckConstraint(
                condition=Q(term_value=None, term_unit="") | (Q(term_value__isnull=False) & ~Q(term_unit="")),
                name="catalogue_a_term_has_its_unit",
            ),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="catalogue_known_level"),
            models.CheckConstraint(condition=Q(fee_seen__in=FeeCertainty.values), name="catalogue_known_certainty"),
            ExclusionConstraint(
                name="catalogue_versions_never_overlap",
                expressions=[
                    (
                        Func(
                            Func(F("code"), Value(0), function="hashtextextended"),
                            Func(F("code"), Value(0), function="hashtextextended"),
                            Value("[]"),
                            function="int8range",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("valid_from"), F("valid_to"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [
            # Readers: the portal's list and its filters, in Vietnamese order, over the versions in force.
            models.Index(fields=["sort_key", "code"], name="catalogue_in_order", condition=Q(valid_to=None)),
            models.Index(fields=["field_group", "field_name"], name="catalogue_by_field", condition=Q(valid_to=None)),
            # Reader: the worklist of facts to check.
            GinIndex(fields=["doubts"], name="catalogue_in_doubt"),
        ]

    def __str__(self) -> str:
        return str(self.plain_name or self.name)

    def facts(self) -> dict[str, Any]:
        """The facts of the row, by the names that rules.compare knows."""
        return {name: getattr(self, name) for name in rules.FACTS}

    @property
    def title(self) -> str:
        """What citizens call it; the official name when nobody has said it plainly."""
        return str(self.plain_name or self.name)

    @property
    def is_full_process(self) -> bool:
        return self.online_level == ServiceKind.FULL

    @property
    def owes_a_reason(self) -> bool:
        """Not full-process, and no reason with its basis is on record (Decree 224/2026 art. 14)."""
        return not self.is_full_process and not (self.partial_reason and self.partial_basis)


class ProcedureCase(models.Model):
    """One case of a version: when it applies and what differs then."""

    entry = models.ForeignKey(CatalogueEntry, models.PROTECT, related_name="cases", verbose_name=_("thủ tục"))
    code = models.SlugField(_("mã trường hợp"), max_length=40)
    title = VietnameseCharField(_("trường hợp"), max_length=300)
    condition = VietnameseCharField(_("áp dụng khi"), max_length=600, blank=True)
    channels = ArrayField(models.CharField(max_length=8, choices=Channel), verbose_name=_("cách nộp"), default=list)
    term_value = models.PositiveSmallIntegerField(_("thời hạn"))
    term_unit = models.CharField(_("đơn vị thời hạn"), max_length=12, choices=Unit)
    # False: the source gives the term but not what it depends on.
    is_sure = models.BooleanField(_("biết điều kiện"), default=False)
    place = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("trường hợp của thủ tục")
        verbose_name_plural = _("trường hợp của thủ tục")
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["entry", "code"], name="catalogue_one_case_code")]

    def __str__(self) -> str:
        return str(self.title)


class LocalService(models.Model):
    """Which version of the list a procedure served here was published against: later versions of the list are drift."""

    version = models.OneToOneField(
        "procedures.ProcedureVersion", models.PROTECT, related_name="catalogued", verbose_name=_("phiên bản tại tỉnh")
    )
    entry = models.ForeignKey(
        CatalogueEntry, models.PROTECT, related_name="served", verbose_name=_("bản trong danh mục")
    )
    linked_at = models.DateTimeField(_("nối lúc"), auto_now_add=True)

    class Meta:
        verbose_name = _("thủ tục đang phục vụ tại tỉnh")
        verbose_name_plural = _("thủ tục đang phục vụ tại tỉnh")
