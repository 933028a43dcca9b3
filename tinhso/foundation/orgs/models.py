"""Units: administrative areas and agencies in one effective-dated tree (DESIGN section 2)."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.text.fields import VietnameseCharField
from tinhso.foundation.text.rules import sort_key


class UnitKind(models.TextChoices):
    """What a unit is. Areas carry people and land; agencies do the work."""

    PROVINCE = "province", _("tỉnh")
    DISTRICT = "district", _("huyện (cấp đã kết thúc)")
    COMMUNE = "commune", _("xã, phường, thị trấn")
    PROVINCIAL_COMMITTEE = "provincial_committee", _("UBND tỉnh")
    COMMUNE_COMMITTEE = "commune_committee", _("UBND cấp xã")
    DEPARTMENT = "department", _("sở, ngành")
    OFFICE = "office", _("phòng, ban chuyên môn")
    SERVICE_CENTRE = "service_centre", _("trung tâm phục vụ hành chính công")
    OTHER = "other", _("cơ quan khác")


AREA_KINDS = (UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE)


class UnitQuerySet(models.QuerySet["Unit"]):
    """Reads of units by date, place in the tree and kind."""

    def as_of(self, day: date) -> Self:
        """Units in being on `day`: valid_from included, valid_to excluded."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))

    def under(self, unit: Unit) -> Self:
        """`unit` itself and everything below it."""
        return self.filter(path__startswith=unit.path)

    def areas(self) -> Self:
        return self.filter(kind__in=AREA_KINDS)


class Unit(models.Model):
    """A province, district, commune or agency. Its key is (code, valid_from): new units reuse old codes."""

    code = models.CharField(_("mã"), max_length=40)
    valid_from = models.DateField(_("có hiệu lực từ"))
    valid_to = models.DateField(_("hết hiệu lực (không tính ngày này)"), null=True, blank=True)
    kind = models.CharField(_("loại đơn vị"), max_length=24, choices=UnitKind)
    name = VietnameseCharField(_("tên đầy đủ"), max_length=200)
    short_name = VietnameseCharField(_("tên gọn"), max_length=120)
    sort_key = models.CharField(max_length=500, editable=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("đơn vị cấp trên")
    )
    # Ids from the root down, "1.14.203." : a prefix test finds a subtree, without any extension.
    path = models.CharField(max_length=200, editable=False, db_index=True)
    # The area that an agency serves; an area serves itself.
    area = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="agencies", verbose_name=_("địa bàn")
    )
    identifier = models.CharField(_("mã định danh điện tử (QĐ 20/2020/QĐ-TTg)"), max_length=35, blank=True)
    identifier_is_demo = models.BooleanField(_("mã định danh là mã thử"), default=False)
    population = models.PositiveIntegerField(_("dân số"), null=True, blank=True)
    area_km2 = models.DecimalField(_("diện tích (km²)"), max_digits=10, decimal_places=2, null=True, blank=True)
    latitude = models.FloatField(_("vĩ độ"), null=True, blank=True)
    longitude = models.FloatField(_("kinh độ"), null=True, blank=True)
    attributes = models.JSONField(_("thuộc tính khác"), default=dict, blank=True)
    founding_document = VietnameseCharField(_("văn bản thành lập"), max_length=200, blank=True)
    ending_document = VietnameseCharField(_("văn bản giải thể, sáp nhập"), max_length=200, blank=True)
    source = models.TextField(_("nguồn"), blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("đơn vị")
        verbose_name_plural = _("đơn vị")
        ordering = ["sort_key", "id"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="orgs_unit_key"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="orgs_unit_ends_after_it_begins"
            ),
            # The text code is wrapped as an int8 range over its hash, so no btree_gist extension is needed.
            ExclusionConstraint(
                name="orgs_unit_code_never_overlaps",
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
            # Dossier codes begin with the identifier, so two living units never share one.
            ExclusionConstraint(
                name="orgs_unit_identifier_never_overlaps",
                condition=~Q(identifier=""),
                expressions=[
                    (
                        Func(
                            Func(F("identifier"), Value(0), function="hashtextextended"),
                            Func(F("identifier"), Value(0), function="hashtextextended"),
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
            models.CheckConstraint(
                # Decision 20/2020/QĐ-TTg art. 4: a letter and two digits, then groups (Z: other schemes).
                condition=Q(identifier="") | Q(identifier__regex=r"^[A-Z][0-9]{2}(\.[A-Z0-9]+)*$"),
                name="orgs_unit_identifier_has_its_form",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the sort key and the path in step with the name and the parent."""
        self.sort_key = sort_key(self.short_name)
        if not self.pk:
            super().save(*args, **kwargs)
            kwargs = {}
        self.path = f"{self.parent.path if self.parent else ''}{self.pk}."
        super().save()

    @property
    def ancestor_ids(self) -> list[int]:
        """Ids from the root to this unit, itself included."""
        return [int(part) for part in self.path.split(".") if part]

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class UnitName(models.Model):
    """A name that a unit bore before, from one date to another. The name of today stands on the unit itself."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="former_names", verbose_name=_("đơn vị"))
    name = VietnameseCharField(_("tên đầy đủ"), max_length=200)
    short_name = VietnameseCharField(_("tên gọn"), max_length=120)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến ngày (không tính ngày này)"))
    document = VietnameseCharField(_("văn bản đổi tên"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("tên cũ của đơn vị")
        verbose_name_plural = _("tên cũ của đơn vị")
        ordering = ["valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gt=F("valid_from")), name="orgs_former_name_ends_after_it_begins"
            ),
            ExclusionConstraint(
                name="orgs_one_name_at_a_time",
                expressions=[
                    (Func(F("unit_id"), F("unit_id"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (
                        Func(F("valid_from"), F("valid_to"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class ShareBasis(models.TextChoices):
    """On what a share rests. Without a basis the share is not known and stays empty."""

    WHOLE = "whole", _("chuyển toàn bộ")
    POPULATION = "population", _("theo dân số")
    AREA = "area", _("theo diện tích")
    DOCUMENT = "document", _("ghi trong văn bản")


class Succession(models.Model):
    """Who took over from whom, when and how much: many-to-many with shares (two communes were split)."""

    predecessor = models.ForeignKey(Unit, models.PROTECT, related_name="successions", verbose_name=_("đơn vị cũ"))
    successor = models.ForeignKey(Unit, models.PROTECT, related_name="precessions", verbose_name=_("đơn vị mới"))
    effective_on = models.DateField(_("ngày hiệu lực"))
    share = models.DecimalField(
        _("tỷ lệ chuyển sang"),
        max_digits=7,
        decimal_places=6,
        null=True,
        blank=True,
        help_text=_("phần của đơn vị cũ chuyển sang đơn vị mới; để trống khi chưa có số liệu"),
    )
    share_basis = models.CharField(_("cơ sở của tỷ lệ"), max_length=20, blank=True, choices=ShareBasis)
    document = VietnameseCharField(_("văn bản"), max_length=200, blank=True)
    source = models.TextField(_("nguồn"), blank=True)

    class Meta:
        verbose_name = _("kế thừa đơn vị")
        verbose_name_plural = _("kế thừa đơn vị")
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="orgs_one_succession_per_pair"),
            models.CheckConstraint(
                condition=Q(share=None) | Q(share__gt=0, share__lte=1), name="orgs_share_between_0_and_1"
            ),
            models.CheckConstraint(
                condition=Q(share=None, share_basis="") | (Q(share__isnull=False) & ~Q(share_basis="")),
                name="orgs_share_comes_with_its_basis",
            ),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="orgs_no_unit_succeeds_itself"),
            # The sum of shares of one predecessor stays at or below 1: trigger of migration 0003.
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"

    @property
    def percent(self) -> float | None:
        """The share as a percentage, for screens."""
        return None if self.share is None else float(self.share) * 100


class HandOver(models.Model):
    """The hand-over of an ended unit: what was open there, to whom it went, when it was carried out."""

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="hand_over", verbose_name=_("đơn vị kết thúc"))
    heir = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị nhận bàn giao")
    )
    effective_on = models.DateField(_("ngày hiệu lực"))
    continues = models.BooleanField(_("cùng một cơ quan, chỉ đổi nơi trực thuộc"), default=False)
    document = VietnameseCharField(_("văn bản"), max_length=200)
    # Filled when carried out: {"access": 3, "numbering": 2, …}.
    passed = models.JSONField(_("đã chuyển giao"), default=dict, blank=True)
    done_at = models.DateTimeField(_("thực hiện lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("bàn giao")
        verbose_name_plural = _("bàn giao")
        indexes = [
            # Reader: services.carry_out_due, which each night looks only at what is still to be done.
            models.Index(fields=["effective_on"], name="orgs_hand_overs_to_do", condition=Q(done_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} → {self.heir_id}"
