"""Forms of signing in and proving again. Labels are ours; one-time codes are spent once across all processes."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, SetPasswordForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.people import sign_in
from tinhso.foundation.people.errors import LockedOut
from tinhso.foundation.people.models import Account, UsedCode


class SignInForm(LoginForm):  # type: ignore[misc]
    """Username and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Tên đăng nhập")
        self.fields["login"].widget = forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        )
        self.fields["password"].label = _("Mật khẩu")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)


class _SpentOnce:
    """Five wrong codes lock; a right code works once, whichever process sees it."""

    user: Account

    def clean_code(self) -> str:
        key = sign_in.code_key(self.user.pk)
        try:
            sign_in.take_try(key)
        except LockedOut as refusal:
            raise ValidationError(refusal.sentence, code=refusal.code) from refusal
        try:
            code = str(super().clean_code())  # type: ignore[misc]
            spend_code(self.user, code)
        except ValidationError:
            sign_in.note_failure(key, self.user)
            raise
        sign_in.clear_tries(key)
        return code


def spend_code(account: Account, code: str) -> None:
    """Marks a one-time code as used; raises ValidationError when it was used within the last minutes."""
    now = timezone.now()
    UsedCode.objects.filter(account=account, used_at__lt=now - timedelta(minutes=5)).delete()
    digest = hashlib.sha256(f"{account.pk}:{code.strip()}".encode()).hexdigest()
    try:
        with transaction.atomic():
            UsedCode.objects.create(account=account, digest=digest, used_at=now)
    except IntegrityError:
        raise ValidationError(_("Mã không đúng hoặc đã dùng. Hãy đợi mã mới rồi nhập lại.")) from None


def _label_code(form: forms.Form) -> None:
    field = form.fields["code"]
    field.label = _("Mã 6 số trong ứng dụng xác thực, hoặc mã dự phòng")
    field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "12"}


class CodeForm(_SpentOnce, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label_code(self)


class CodeAgainForm(_SpentOnce, ReauthenticateForm):  # type: ignore[misc]
    """A fresh proof by code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label_code(self)


class PasswordAgainForm(forms.Form):
    """A fresh proof by password, under the same lock-out as signing in."""

    password = forms.CharField(
        label=_("Mật khẩu"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args: Any, user: Account, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        from allauth.account.adapter import get_adapter

        password = str(self.cleaned_data["password"])
        if not get_adapter().reauthenticate(self.user, password):
            raise ValidationError(_("Mật khẩu chưa đúng."), code="incorrect_password")
        return password


class _NewPassword:
    """Our labels and sentences on allauth's password forms."""

    fields: dict[str, Any]

    def _label(self) -> None:
        labels = {
            "oldpassword": _("Mật khẩu hiện tại"),
            "password1": _("Mật khẩu mới"),
            "password2": _("Nhập lại mật khẩu mới"),
        }
        for name, field in self.fields.items():
            field.label = labels.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            field.help_text = field.help_text if name == "password1" else ""

    def clean(self) -> Any:
        """Both new passwords must be the same."""
        cleaned = forms.Form.clean(self)  # type: ignore[arg-type]
        data: dict[str, Any] = getattr(self, "cleaned_data", {})
        if data.get("password1") and data.get("password2") and data["password1"] != data["password2"]:
            self.add_error("password2", _("Hai lần nhập mật khẩu mới chưa giống nhau."))  # type: ignore[attr-defined]
        return cleaned


class NewPasswordForm(_NewPassword, ChangePasswordForm):  # type: ignore[misc]
    """Changing one's password; the old one is asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._label()


class FirstPasswordForm(_NewPassword, SetPasswordForm):  # type: ignore[misc]
    """Setting a password on an account that has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._label()


class AppOnForm(ActivateTOTPForm):  # type: ignore[misc]
    """Switching the authenticator app on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Mã 6 số trong ứng dụng")
        self.fields["code"].widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "6"}


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """Adding a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Tên gợi nhớ")
        self.fields["passwordless"].label = _("Dùng để đăng nhập không cần mật khẩu")
        self.fields["passwordless"].help_text = _("Thiết bị sẽ hỏi vân tay, khuôn mặt hoặc mã PIN của thiết bị.")


class EditKeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Renaming a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Tên gợi nhớ")
