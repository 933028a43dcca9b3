"""What a password must be: long enough, not the name, not a common one, not one of the last ten."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.people.current_rules import account_rules, has_second_factor
from tinhso.foundation.people.models import Account, PasswordRecord
from tinhso.foundation.people.rules import shortest_password
from tinhso.foundation.text.rules import fold


class LengthValidator:
    """At least 14 characters alone, 8 beside a second factor (TCVN 14423:2026 level 3)."""

    def validate(self, password: str, user: Account | None = None) -> None:
        least = shortest_password(user is not None and has_second_factor(user), account_rules())
        if len(password) < least:
            raise ValidationError(
                _("Mật khẩu phải có ít nhất %(least)d ký tự.") % {"least": least}, code="password_too_short"
            )

    def get_help_text(self) -> str:
        rules = account_rules()
        return _("Ít nhất %(alone)d ký tự, hoặc %(beside)d ký tự khi đã bật xác thực hai lớp.") % {
            "alone": rules.min_length,
            "beside": rules.min_length_with_mfa,
        }


class NotTheNameValidator:
    """Not the username or the person's name, with or without marks."""

    def validate(self, password: str, user: Account | None = None) -> None:
        if user is None:
            return
        bare = fold(password).replace(" ", "")
        for value in (user.username, user.full_name):
            known = fold(str(value)).replace(" ", "")
            if len(known) >= 4 and SequenceMatcher(a=bare, b=known).quick_ratio() >= 0.8:
                raise ValidationError(_("Mật khẩu quá giống tên của bạn."), code="password_too_similar")

    def get_help_text(self) -> str:
        return _("Không giống tên đăng nhập hoặc họ tên của bạn.")


class NotCommonValidator(CommonPasswordValidator):
    """Not among the twenty thousand passwords tried first."""

    def validate(self, password: str, user: Any = None) -> None:
        if password.lower().strip() in self.passwords:
            raise ValidationError(_("Mật khẩu này quá phổ biến, dễ bị đoán."), code="password_too_common")

    def get_help_text(self) -> str:
        return _("Không phải mật khẩu phổ biến.")


class HistoryValidator:
    """Not one of the last ten; and the place where a new one is written to the history."""

    def validate(self, password: str, user: Account | None = None) -> None:
        if user is None or not user.pk:
            return
        last = PasswordRecord.objects.filter(account=user).order_by("-set_at", "-id")
        for encoded in last.values_list("encoded", flat=True)[: account_rules().password_history]:
            if check_password(password, encoded):
                raise ValidationError(
                    _("Mật khẩu này đã được dùng gần đây. Hãy chọn mật khẩu khác."), code="password_used_before"
                )

    def password_changed(self, password: str, user: Account | None = None) -> None:
        """Called by Django once the new password is saved."""
        if user is None or not user.pk:
            return
        user.password_changed_at = timezone.now()
        Account.objects.filter(pk=user.pk).update(password_changed_at=user.password_changed_at)
        PasswordRecord.objects.create(account=user, encoded=user.password)
        kept = PasswordRecord.objects.filter(account=user).order_by("-set_at", "-id").values("pk")
        old = list(kept[account_rules().password_history :].values_list("pk", flat=True))
        PasswordRecord.objects.filter(pk__in=old).delete()

    def get_help_text(self) -> str:
        return _("Không trùng %(count)d mật khẩu gần nhất.") % {"count": account_rules().password_history}
