"""Persons, enterprises, households, and the accounts they sign in with."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.text.fields import VietnameseCharField
from tinhso.foundation.text.rules import name_sort_key


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

    class Meta:
        verbose_name = _("cá nhân")
        verbose_name_plural = _("cá nhân")
        ordering = ["sort_key", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(personal_number=None) | Q(personal_number__regex=r"^\d{12}$"),
                name="people_personal_number_has_12_digits",
            )
        ]

    def __str__(self) -> str:
        return str(self.full_name)

    def save(self, *args: object, **kwargs: object) -> None:
        self.sort_key = name_sort_key(self.full_name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class AccountManager(BaseUserManager["Account"]):
    """Creates accounts; officers and citizens alike sign in with a username."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> Account:
        account = self.model(username=username, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """A sign-in: of a citizen (linked to a person), an officer, or a service. Never deleted, only disabled."""

    class Kind(models.TextChoices):
        CITIZEN = "citizen", _("người dân, tổ chức")
        OFFICER = "officer", _("cán bộ")
        SERVICE = "service", _("dịch vụ máy")

    username = models.CharField(_("tên đăng nhập"), max_length=150, unique=True)
    email = models.EmailField(_("thư điện tử"), blank=True)
    full_name = VietnameseCharField(_("họ tên"), max_length=120)
    kind = models.CharField(_("loại tài khoản"), max_length=10, choices=Kind, default=Kind.CITIZEN)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="accounts", verbose_name=_("cá nhân")
    )
    is_active = models.BooleanField(_("đang hoạt động"), default=True)
    is_simulated = models.BooleanField(_("dữ liệu mô phỏng"), default=False)
    created_at = models.DateTimeField(_("lập lúc"), auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]
    objects = AccountManager()

    class Meta:
        verbose_name = _("tài khoản")
        verbose_name_plural = _("tài khoản")

    def __str__(self) -> str:
        return str(self.full_name or self.username)

    # Django's own machinery (auth backends, allauth) asks these; our permissions are access.require's alone.
    is_staff = False
    is_superuser = False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False
