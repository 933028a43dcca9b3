"""A register, its definition by version, and the heads of its history."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.engines.registers import permissions
from tinhso.engines.registers.rules import schema
from tinhso.foundation.access import guard as access
from tinhso.foundation.text.fields import VietnameseCharField


class RegisterQuerySet(models.QuerySet["Register"]):
    """Registers, scoped to who asks."""

    def visible_to(self, actor: access.Actor) -> Self:
        """Registers whose owner the actor works for, or stands above."""
        return self.filter(access.scope(actor, permissions.VIEW, "owner"))


class Register(models.Model):
    """A register of the province (sổ, cơ sở dữ liệu). What it holds is in its definitions, one after another."""

    code = models.SlugField(_("mã"), max_length=60, unique=True)
    name = VietnameseCharField(_("tên"), max_length=200)
    owner = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", verbose_name=_("cơ quan chủ quản"))
    purpose = VietnameseCharField(_("mục đích"), max_length=500, blank=True)
    legal_basis = VietnameseCharField(_("văn bản quy định"), max_length=300, blank=True)
    update_cycle = VietnameseCharField(_("chu kỳ cập nhật"), max_length=100, blank=True)
    is_catalogued = models.BooleanField(_("có trong danh mục công khai"), default=True)
    # Its own "what is known of this person" may fill in forms (systems/procedures), with the person's agreement.
    fills_forms = models.BooleanField(_("điền sẵn tờ khai"), default=False)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)
    created_at = models.DateTimeField(_("lập lúc"), default=timezone.now)
    # The history's head: how many rows, the roots of complete subtrees (rules/merkle), the end of the chain.
    size = models.PositiveBigIntegerField(_("số dòng lịch sử"), default=0)
    frontier: ArrayField[list[bytes], list[bytes]] = ArrayField(models.BinaryField(), default=list)
    chain = models.BinaryField(default=bytes(32))

    objects = RegisterQuerySet.as_manager()

    class Meta:
        verbose_name = _("cơ sở dữ liệu")
        verbose_name_plural = _("cơ sở dữ liệu")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return str(self.name)


class DefinitionQuerySet(models.QuerySet["RegisterDefinition"]):
    """Definitions by day."""

    def as_of(self, day: date) -> Self:
        """The published version in force on the day."""
        begun = self.filter(published_at__isnull=False, valid_from__lte=day)
        return begun.filter(Q(valid_to=None) | Q(valid_to__gt=day))


class RegisterDefinition(models.Model):
    """One version of what a register holds. Published ones never change; a new version takes over on its day."""

    register = models.ForeignKey(Register, models.PROTECT, related_name="definitions")
    version = models.PositiveIntegerField(_("phiên bản"))
    content = models.JSONField(_("nội dung"))
    # Roles that may change records, besides the permission; empty: whoever holds the permission.
    change_roles = models.JSONField(_("vai trò được sửa"), default=list, blank=True)
    valid_from = models.DateField(_("từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến ngày (không tính ngày này)"), null=True, blank=True)
    published_at = models.DateTimeField(_("ban hành lúc"), null=True, blank=True)
    author_label = models.CharField(_("người lập"), max_length=200)
    note = VietnameseCharField(_("thay đổi gì"), max_length=300, blank=True)

    objects = DefinitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("phiên bản cấu trúc")
        verbose_name_plural = _("phiên bản cấu trúc")
        ordering = ["register", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["register", "version"], name="registers_definition_version_once"),
            models.UniqueConstraint(
                fields=["register"], condition=Q(published_at=None), name="registers_one_draft_a_register"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(valid_from__isnull=False), name="registers_published_has_a_day"
            ),
            ExclusionConstraint(
                name="registers_definitions_never_overlap",
                expressions=[
                    (
                        Func(F("register_id"), F("register_id"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(F("valid_from"), F("valid_to"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register.name} · {self.version}"

    @cached_property
    def shape(self) -> schema.Shape:
        """The definition read."""
        return schema.read(self.content)


class RegisterHead(models.Model):
    """The root of a register's history after an act. Never changed; also in the audit log, whose heads are signed."""

    register = models.ForeignKey(Register, models.PROTECT, related_name="heads")
    size = models.PositiveBigIntegerField(_("số dòng lịch sử"))
    root = models.BinaryField()
    chain = models.BinaryField()
    at = models.DateTimeField(_("thời điểm"))

    class Meta:
        verbose_name = _("gốc lịch sử")
        verbose_name_plural = _("gốc lịch sử")
        ordering = ["register", "-size"]
        constraints = [models.UniqueConstraint(fields=["register", "size"], name="registers_head_once_a_size")]

    @property
    def root_hex(self) -> str:
        """The root as people compare it."""
        return bytes(self.root).hex()
