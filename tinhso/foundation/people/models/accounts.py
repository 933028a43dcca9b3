"""Accounts: who signs in, under which rules (TCVN 14423 level 3, as configurable defaults)."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.people.models.persons import Person
from tinhso.foundation.text.fields import VietnameseCharField


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
    # Level of assurance of the identity provider at the last sign-in: 0 none, 1 or 2 (VNeID levels).
    assurance_level = models.PositiveSmallIntegerField(_("mức độ xác thực danh tính"), default=0)
    password_changed_at = models.DateTimeField(_("đổi mật khẩu lúc"), default=timezone.now)
    must_change_password = models.BooleanField(_("phải đổi mật khẩu"), default=False)
    # The clock of "unused for 45 days" starts again here, so an account just opened again is not closed that night.
    enabled_at = models.DateTimeField(_("mở lúc"), default=timezone.now)
    disabled_at = models.DateTimeField(_("khoá lúc"), null=True, blank=True)
    disabled_reason = models.CharField(_("lý do khoá"), max_length=300, blank=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]
    objects = AccountManager()

    class Meta:
        verbose_name = _("tài khoản")
        verbose_name_plural = _("tài khoản")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(username=Lower("username")), name="people_username_is_lower_case"
            ),
            models.CheckConstraint(
                condition=models.Q(is_active=True, disabled_at=None) | models.Q(is_active=False),
                name="people_active_account_has_no_closing_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.full_name or self.username)

    # Django's own machinery (auth backends, allauth) asks these; our permissions are access.require's alone.
    is_staff = False
    is_superuser = False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class PasswordRecord(models.Model):
    """A password hash once in use, so that none of the last ten comes back."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="past_passwords", verbose_name=_("tài khoản"))
    encoded = models.CharField(_("mật khẩu đã băm"), max_length=256)
    set_at = models.DateTimeField(_("đặt lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("mật khẩu đã dùng")
        verbose_name_plural = _("mật khẩu đã dùng")
        indexes = [models.Index(fields=["account", "-set_at"], name="people_passwords_by_account")]


class SignInAttempt(models.Model):
    """Wrong tries in a row for one name typed at sign-in, whether or not such an account exists."""

    # "user:<name typed>" or "code:<account id>": unknown names lock like known ones, so locking tells nothing.
    key = models.CharField(_("khoá"), max_length=200, unique=True)
    failed = models.PositiveSmallIntegerField(_("số lần sai liên tiếp"), default=0)
    last_at = models.DateTimeField(_("lần gần nhất"))
    locked_until = models.DateTimeField(_("khoá đến"), null=True, blank=True)

    class Meta:
        verbose_name = _("lần đăng nhập sai")
        verbose_name_plural = _("lần đăng nhập sai")


class UsedCode(models.Model):
    """A one-time code already spent, across all web processes."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", verbose_name=_("tài khoản"))
    digest = models.CharField(_("băm mã"), max_length=64)
    used_at = models.DateTimeField(_("dùng lúc"))

    class Meta:
        verbose_name = _("mã đã dùng")
        verbose_name_plural = _("mã đã dùng")
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="people_code_used_once")]
