"""Video walls as data: scenes in order, passes that open them; and views of figures that people keep."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.text.fields import VietnameseCharField


class Wall(models.Model):
    """A screen that shows one unit's figures to whoever stands before it: no names, no personal data."""

    name = VietnameseCharField(_("tên màn hình"), max_length=120)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("số liệu của đơn vị"))
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    class Meta:
        verbose_name = _("màn hình lớn")
        verbose_name_plural = _("màn hình lớn")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.name)


class Scene(models.Model):
    """What a wall shows for some seconds, then the next."""

    class Kind(models.TextChoices):
        HEADLINE = "headline", _("Số nổi bật")
        TARGETS = "targets", _("Chỉ tiêu theo trạng thái")
        MAP = "map", _("Bản đồ một chỉ tiêu")
        BEHIND = "behind", _("Đơn vị chậm của một chỉ tiêu")
        DOSSIERS = "dossiers", _("Hồ sơ hôm nay")

    wall = models.ForeignKey(Wall, models.PROTECT, related_name="scenes", verbose_name=_("màn hình"))
    order = models.PositiveSmallIntegerField(_("thứ tự"))
    kind = models.CharField(_("loại cảnh"), max_length=10, choices=Kind)
    seconds = models.PositiveSmallIntegerField(_("số giây"), default=20)
    # {"targets": ["T25-B04", …]}: which targets, where the kind asks.
    options: Any = models.JSONField(_("tuỳ chọn"), default=dict, blank=True)
    removed_at = models.DateTimeField(_("bỏ lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("cảnh")
        verbose_name_plural = _("cảnh")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(seconds__gte=5, seconds__lte=600), name="boards_scene_can_be_read")
        ]

    @property
    def targets(self) -> list[str]:
        return [str(code) for code in self.options.get("targets", [])]


class WallPass(models.Model):
    """What opens one wall on one device, read-only. The secret itself is not kept."""

    wall = models.ForeignKey(Wall, models.PROTECT, related_name="passes", verbose_name=_("màn hình"))
    place = VietnameseCharField(_("nơi đặt"), max_length=120)
    digest = models.CharField(_("băm của mã bí mật"), max_length=64, unique=True)
    ending = models.CharField(_("bốn ký tự cuối"), max_length=4)
    issued_at = models.DateTimeField(_("cấp lúc"))
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True, blank=True)
    seen_at = models.DateTimeField(_("mở gần nhất lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("thẻ màn hình")
        verbose_name_plural = _("thẻ màn hình")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.place} …{self.ending}"


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Views by who may use them."""

    def usable_by(self, actor: access.Actor) -> Self:
        """One's own, and those shared. A view is a question: everybody gets the answer of their own rights."""
        mine = Q(owner_id=actor.account_id) if actor.account_id else Q(pk__in=[])
        return self.filter(mine | Q(is_shared=True), removed_at=None)


class SavedView(models.Model):
    """A view of figures under a name: the address's own part, so it opens exactly what was seen."""

    owner = models.ForeignKey("people.Account", models.PROTECT, related_name="+", verbose_name=_("người lưu"))
    name = VietnameseCharField(_("tên góc nhìn"), max_length=120)
    query = models.CharField(_("câu hỏi"), max_length=2000)
    is_shared = models.BooleanField(_("cho mọi người xem số liệu cùng dùng"), default=False)
    saved_at = models.DateTimeField(_("lưu lúc"))
    removed_at = models.DateTimeField(_("bỏ lúc"), null=True, blank=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("góc nhìn đã lưu")
        verbose_name_plural = _("góc nhìn đã lưu")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], condition=Q(removed_at=None), name="boards_one_view_per_name"
            )
        ]

    def __str__(self) -> str:
        return str(self.name)
