"""Persons, enterprises and households: declared once, used by every system."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people import permissions
from tinhso.foundation.text.fields import VietnameseCharField
from tinhso.foundation.text.rules import name_sort_key, sort_key


def _never_overlaps(name: str, key: str, condition: Q | None = None) -> ExclusionConstraint:
    """At most one row per `key` on any day; the key is an int8 range, so no btree_gist extension is needed."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            (Func(F(key), F(key), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
            (
                Func(F("valid_from"), F("valid_to"), function="daterange", output_field=DateRangeField()),
                RangeOperators.OVERLAPS,
            ),
        ],
        condition=condition,
    )


class PersonQuerySet(models.QuerySet["Person"]):
    """Reads of persons, scoped to who asks."""

    def visible_to(self, actor: access.Actor) -> Self:
        """Oneself; and, with people.persons.view, residents of the areas that one's units serve."""
        return self.filter(visible_persons(actor))

    def current(self) -> Self:
        """Without records that were merged into another."""
        return self.filter(merged_into=None)


def visible_persons(actor: access.Actor) -> Q:
    """The Q behind `visible_to`: nothing but oneself by default."""
    if actor.kind == "system":
        return Q()
    wanted = Q(pk=actor.person_id) if actor.person_id else Q(pk__in=[])
    units = Unit.objects.filter(access.units(actor, permissions.VIEW_PERSONS))
    served = units.exclude(area=None).values("area")
    return wanted | Q(commune__in=units) | Q(commune__in=served)


class Person(models.Model):
    """A natural person, declared once and used by every system."""

    class Sex(models.TextChoices):
        MALE = "male", _("Nam")
        FEMALE = "female", _("Nữ")

    personal_number = models.CharField(_("số định danh cá nhân"), max_length=12, unique=True, null=True, blank=True)
    full_name = VietnameseCharField(_("họ, chữ đệm, tên"), max_length=120)
    sort_key = models.CharField(max_length=500, editable=False)
    born_on = models.DateField(_("ngày sinh"), null=True, blank=True)
    sex = models.CharField(_("giới tính"), max_length=6, choices=Sex, blank=True)
    phone = models.CharField(_("số điện thoại"), max_length=15, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    address = VietnameseCharField(_("nơi cư trú"), max_length=300, blank=True)
    commune = models.ForeignKey(
        "orgs.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("xã, phường cư trú")
    )
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)
    source = models.CharField(_("nguồn"), max_length=120, blank=True)
    verified_at = models.DateTimeField(_("xác thực lúc"), null=True, blank=True)
    # A record found to be the same human being as another; it stays, and points to the one that goes on.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("đã nhập vào")
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("cá nhân")
        verbose_name_plural = _("cá nhân")
        ordering = ["sort_key", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(personal_number=None) | Q(personal_number__regex=r"^\d{12}$"),
                name="people_personal_number_has_12_digits",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="people_person_not_merged_into_itself"
            ),
        ]

    def __str__(self) -> str:
        return str(self.full_name)

    def save(self, *args: object, **kwargs: object) -> None:
        self.sort_key = name_sort_key(self.full_name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class PersonChange(models.Model):
    """A correction of a person's record: what it was, what it is, why and by which document. Never edited."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="changes", verbose_name=_("cá nhân"))
    at = models.DateTimeField(_("thời điểm"), default=timezone.now)
    actor_id = models.BigIntegerField(_("tài khoản sửa"), null=True)
    actor_label = models.CharField(_("người sửa"), max_length=200)
    before = models.JSONField(_("trước khi sửa"))
    after = models.JSONField(_("sau khi sửa"))
    reason = VietnameseCharField(_("lý do"), max_length=300)
    document = VietnameseCharField(_("căn cứ"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("lần sửa thông tin cá nhân")
        verbose_name_plural = _("lần sửa thông tin cá nhân")
        ordering = ["-at", "-id"]


class Enterprise(models.Model):
    """A legal person or household business, keyed by its tax code: 10 digits, or 10 and a branch's 3 (13 digits)."""

    tax_code = models.CharField(_("mã số thuế / mã số doanh nghiệp"), max_length=13, unique=True)
    name = VietnameseCharField(_("tên"), max_length=250)
    sort_key = models.CharField(max_length=1500, editable=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="branches", verbose_name=_("đơn vị chủ quản")
    )
    representative = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người đại diện theo pháp luật")
    )
    address = VietnameseCharField(_("địa chỉ trụ sở"), max_length=300, blank=True)
    commune = models.ForeignKey(
        "orgs.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("xã, phường đặt trụ sở")
    )
    phone = models.CharField(_("số điện thoại"), max_length=15, blank=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    founded_on = models.DateField(_("ngày thành lập"), null=True, blank=True)
    closed_on = models.DateField(_("ngày chấm dứt hoạt động"), null=True, blank=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)
    source = models.CharField(_("nguồn"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("doanh nghiệp, tổ chức")
        verbose_name_plural = _("doanh nghiệp, tổ chức")
        ordering = ["sort_key", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(tax_code__regex=r"^\d{10}(\d{3})?$"), name="people_tax_code_has_10_or_13_digits"
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(founded_on=None) | Q(closed_on__gte=F("founded_on")),
                name="people_enterprise_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def save(self, *args: object, **kwargs: object) -> None:
        self.sort_key = sort_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Household(models.Model):
    """A household registered at a place (hộ gia đình)."""

    code = models.CharField(_("mã hộ"), max_length=30, unique=True)
    commune = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("xã, phường"))
    address = VietnameseCharField(_("địa chỉ"), max_length=300)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)
    source = models.CharField(_("nguồn"), max_length=120, blank=True)
    members: models.ManyToManyField[Person, HouseholdMember] = models.ManyToManyField(
        Person, through="HouseholdMember", related_name="households"
    )

    class Meta:
        verbose_name = _("hộ gia đình")
        verbose_name_plural = _("hộ gia đình")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    def head_on(self, day: date) -> Person | None:
        """The head of the household on a day, when recorded."""
        row = self.memberships.as_of(day).filter(relation=HouseholdMember.Relation.HEAD).first()
        return row.person if row else None


class MemberQuerySet(models.QuerySet["HouseholdMember"]):
    """Memberships by day."""

    def as_of(self, day: date) -> Self:
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))


class HouseholdMember(models.Model):
    """A person belongs to a household from one date to another; to one household at a time."""

    class Relation(models.TextChoices):
        HEAD = "head", _("chủ hộ")
        SPOUSE = "spouse", _("vợ, chồng")
        CHILD = "child", _("con")
        PARENT = "parent", _("cha, mẹ")
        OTHER = "other", _("quan hệ khác")

    household = models.ForeignKey(Household, models.PROTECT, related_name="memberships", verbose_name=_("hộ"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships", verbose_name=_("cá nhân"))
    relation = models.CharField(_("quan hệ với chủ hộ"), max_length=8, choices=Relation)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến ngày (không tính ngày này)"), null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("thành viên hộ")
        verbose_name_plural = _("thành viên hộ")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="people_member_leaves_after_joining"
            ),
            _never_overlaps("people_one_household_at_a_time", "person"),
            _never_overlaps("people_one_head_at_a_time", "household", Q(relation="head")),
        ]
