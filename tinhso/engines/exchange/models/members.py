"""Who is on the exchange: members (agencies, companies) and their subsystems, named as X-Road names them."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.engines.exchange.guarding import reaches_all
from tinhso.foundation.access import guard as access
from tinhso.foundation.text.fields import VietnameseCharField

# One part of an X-Road identifier: no slash, no dot segments, nothing that needs encoding.
CODE = r"^[A-Za-z0-9][A-Za-z0-9_-]*([.][A-Za-z0-9_-]+)*$"


class MemberClass(models.TextChoices):
    """X-Road's class of a member."""

    GOV = "GOV", _("cơ quan nhà nước")
    COM = "COM", _("doanh nghiệp")
    NGO = "NGO", _("tổ chức khác")


class MemberQuerySet(models.QuerySet["Member"]):
    """Reads of members."""

    def living(self) -> Self:
        return self.filter(removed_at=None)


class Member(models.Model):
    """An organisation on the exchange. `instance` is another than ours when it is reached through a peer."""

    instance = models.CharField(_("nền tảng"), max_length=32)
    member_class = models.CharField(_("loại thành viên"), max_length=16, choices=MemberClass, default=MemberClass.GOV)
    code = models.CharField(_("mã thành viên"), max_length=64)
    name = VietnameseCharField(_("tên"), max_length=200)
    unit = models.ForeignKey(
        "orgs.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị")
    )
    joined_at = models.DateTimeField(_("tham gia lúc"), auto_now_add=True)
    removed_at = models.DateTimeField(_("rời lúc"), null=True, blank=True)
    removed_reason = models.TextField(_("lý do rời"), blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("thành viên nền tảng chia sẻ dữ liệu")
        verbose_name_plural = _("thành viên nền tảng chia sẻ dữ liệu")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["instance", "member_class", "code"], name="exchange_member_key"),
            models.CheckConstraint(
                condition=Q(code__regex=CODE, instance__regex=CODE), name="exchange_member_code_has_its_form"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) | ~Q(removed_reason=""), name="exchange_member_removal_says_why"
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def identifier(self) -> str:
        return f"{self.instance}/{self.member_class}/{self.code}"


class SubsystemQuerySet(models.QuerySet["Subsystem"]):
    """Reads of subsystems by right and life."""

    def living(self) -> Self:
        return self.filter(removed_at=None, member__removed_at=None)

    def at(self, actor: access.Actor, code: str) -> Self:
        """Those of units where the actor holds `code`; of members outside the province only with the whole of it."""
        wanted = access.scope(actor, code, "member__unit")
        if reaches_all(actor, code):
            wanted |= Q(member__unit=None)
        return self.filter(wanted)


class Subsystem(models.Model):
    """A system of a member: what publishes services and what calls those of others. Keys belong to it."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="subsystems", verbose_name=_("thành viên"))
    code = models.CharField(_("mã hệ thống"), max_length=64)
    name = VietnameseCharField(_("tên hệ thống"), max_length=200)
    contact = VietnameseCharField(_("đầu mối kỹ thuật"), max_length=200, blank=True)
    registered_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người đăng ký")
    )
    registered_at = models.DateTimeField(_("đăng ký lúc"), auto_now_add=True)
    removed_at = models.DateTimeField(_("gỡ lúc"), null=True, blank=True)
    removed_reason = models.TextField(_("lý do gỡ"), blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)

    objects = SubsystemQuerySet.as_manager()

    class Meta:
        verbose_name = _("hệ thống trên nền tảng")
        verbose_name_plural = _("hệ thống trên nền tảng")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "code"], name="exchange_subsystem_key"),
            models.CheckConstraint(condition=Q(code__regex=CODE), name="exchange_subsystem_code_has_its_form"),
            models.CheckConstraint(
                condition=Q(removed_at=None) | ~Q(removed_reason=""), name="exchange_subsystem_removal_says_why"
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def identifier(self) -> str:
        return f"{self.member.identifier}/{self.code}"
