"""Places: residential areas below the commune, addresses, and boundaries as GeoJSON with a bounding box."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.text.fields import VietnameseCharField
from tinhso.foundation.text.rules import sort_key


class ResidentialAreaQuerySet(models.QuerySet["ResidentialArea"]):
    """Residential areas by day."""

    def as_of(self, day: date) -> Self:
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))


class ResidentialArea(models.Model):
    """A thôn (in a xã) or tổ dân phố (in a phường): the level below the commune."""

    class Kind(models.TextChoices):
        HAMLET = "hamlet", _("thôn")
        GROUP = "group", _("tổ dân phố")

    unit = models.ForeignKey(
        "orgs.Unit", models.PROTECT, related_name="residential_areas", verbose_name=_("xã, phường")
    )
    code = models.CharField(_("mã trong xã, phường"), max_length=20)
    kind = models.CharField(_("loại"), max_length=8, choices=Kind)
    name = VietnameseCharField(_("tên"), max_length=120)
    sort_key = models.CharField(max_length=500, editable=False)
    households = models.PositiveIntegerField(_("số hộ"), null=True, blank=True)
    population = models.PositiveIntegerField(_("số người"), null=True, blank=True)
    latitude = models.FloatField(_("vĩ độ"), null=True, blank=True)
    longitude = models.FloatField(_("kinh độ"), null=True, blank=True)
    valid_from = models.DateField(_("có hiệu lực từ"))
    valid_to = models.DateField(_("hết hiệu lực (không tính ngày này)"), null=True, blank=True)
    # The row of the same people under the commune before (a merger of communes opens a new row).
    continues = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tiếp nối")
    )
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)
    source = models.TextField(_("nguồn"), blank=True)

    objects = ResidentialAreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("khu dân cư")
        verbose_name_plural = _("khu dân cư")
        ordering = ["sort_key", "id"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "code", "valid_from"], name="places_residential_area_key"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="places_area_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = ordered_name(str(self.name))
        super().save(*args, **kwargs)


def ordered_name(name: str) -> str:
    """The sort key with numbers counted as numbers: Thôn 2 stands before Thôn 10."""
    words = [word.zfill(4) if word.isdecimal() else word for word in name.split()]
    return sort_key(" ".join(words))


class Address(models.Model):
    """A place that has a line of text and perhaps a point; others refer to it instead of repeating it."""

    commune = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("xã, phường"))
    residential_area = models.ForeignKey(
        ResidentialArea, models.PROTECT, null=True, blank=True, related_name="addresses", verbose_name=_("khu dân cư")
    )
    line = VietnameseCharField(_("số nhà, đường, ngõ"), max_length=200, blank=True)
    latitude = models.FloatField(_("vĩ độ"), null=True, blank=True)
    longitude = models.FloatField(_("kinh độ"), null=True, blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)
    created_at = models.DateTimeField(_("ghi lúc"), auto_now_add=True)

    class Meta:
        verbose_name = _("địa chỉ")
        verbose_name_plural = _("địa chỉ")
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(
                    # A comparison with an empty half is neither true nor false, so both are asked for first.
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__gte=-90,
                    latitude__lte=90,
                    longitude__gte=-180,
                    longitude__lte=180,
                ),
                name="places_address_point_on_earth",
            )
        ]

    def __str__(self) -> str:
        parts = [self.line, self.residential_area, self.commune]
        return ", ".join(str(part) for part in parts if part)


class BoundaryQuerySet(models.QuerySet["Boundary"]):
    """Boundaries by box."""

    def standing(self) -> Self:
        return self.filter(replaced_at=None)

    def around(self, latitude: float, longitude: float) -> Self:
        """Boundaries whose box holds the point."""
        return self.filter(south__lte=latitude, north__gte=latitude, west__lte=longitude, east__gte=longitude)


class Boundary(models.Model):
    """The boundary of one unit (of its days) as a GeoJSON Polygon or MultiPolygon in WGS 84, with its box."""

    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="boundaries", verbose_name=_("đơn vị"))
    geometry = models.JSONField(_("hình (GeoJSON)"))
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    source = models.TextField(_("nguồn"), blank=True)
    loaded_at = models.DateTimeField(_("nạp lúc"), auto_now_add=True)
    replaced_at = models.DateTimeField(_("thay lúc"), null=True, blank=True)

    objects = BoundaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ranh giới")
        verbose_name_plural = _("ranh giới")
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(replaced_at=None), name="places_one_standing_boundary_per_unit"
            ),
            models.CheckConstraint(
                condition=Q(west__lt=F("east"), south__lt=F("north")), name="places_boundary_box_has_sides"
            ),
        ]
        indexes = [
            # Reader: selectors.commune_at, by box, among boundaries that stand.
            models.Index(
                fields=["south", "north", "west", "east"], name="places_boundary_box", condition=Q(replaced_at=None)
            )
        ]

    def __str__(self) -> str:
        return str(self.unit)
