"""Where allauth asks us: accounts are made by administrators or by the identity provider, never by a sign-up form."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.people import sign_in
from tinhso.foundation.people.errors import LockedOut, SignInRefused
from tinhso.foundation.people.models import Account
from tinhso.foundation.ui import nav

_MESSAGES = {
    "account/messages/logged_out.txt": _("Bạn đã đăng xuất."),
    "account/messages/password_changed.txt": _("Đã đổi mật khẩu."),
    "account/messages/password_set.txt": _("Đã đặt mật khẩu."),
    "mfa/messages/totp_activated.txt": _("Đã bật ứng dụng xác thực."),
    "mfa/messages/totp_deactivated.txt": _("Đã tắt ứng dụng xác thực."),
    "mfa/messages/recovery_codes_generated.txt": _("Đã tạo bộ mã dự phòng mới."),
    "mfa/messages/webauthn_added.txt": _("Đã thêm khoá truy cập."),
    "mfa/messages/webauthn_removed.txt": _("Đã xoá khoá truy cập."),
    "usersessions/messages/sessions_logged_out.txt": _("Đã đăng xuất khỏi các thiết bị khác."),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Password sign-in with our lock-out, Vietnamese sentences, and our own page for a fresh proof."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Tài khoản này đã bị khoá."),
        "enter_current_password": _("Mật khẩu hiện tại chưa đúng."),
        "incorrect_code": _("Mã không đúng hoặc đã dùng. Hãy đợi mã mới rồi nhập lại."),
        "incorrect_password": _("Mật khẩu chưa đúng."),
        "too_many_login_attempts": _("Đã thử quá nhiều lần. Hãy đợi ít phút rồi thử lại."),
        "username_password_mismatch": _("Tên đăng nhập hoặc mật khẩu chưa đúng."),
        "rate_limited": _("Bạn thao tác quá nhanh. Hãy đợi ít phút rồi thử lại."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """One try is taken before the password is looked at, for known and unknown names alike."""
        username = str(credentials.get("username", ""))
        key = sign_in.name_key(username)
        try:
            sign_in.take_try(key)
        except LockedOut as refusal:
            raise self._sentence(refusal) from refusal
        account = super().authenticate(request, **credentials)
        if account is None:
            sign_in.note_failure(key, Account.objects.filter(username=key.removeprefix("user:")).first())
        else:
            sign_in.clear_tries(key)
        return account

    def _sentence(self, refusal: LockedOut) -> Exception:
        from django.core.exceptions import ValidationError

        return ValidationError(refusal.sentence, code=refusal.code)

    def set_password(self, user: Any, password: str) -> None:
        user.must_change_password = False
        super().set_password(user, password)

    def get_reauthentication_methods(self, user: Account | AnonymousUser) -> list[dict[str, Any]]:
        """Always our own page; it offers whatever the account has."""
        if not user.is_authenticated:
            return []
        return [{"id": "step_up", "description": _("Xác thực lại"), "url": reverse("people:step_up")}]

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """allauth's notes in our words; those we have no word for are not shown."""
        sentence = message or _MESSAGES.get(message_template or "")
        if sentence:
            messages.add_message(request, level, str(sentence), extra_tags=extra_tags)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Who signs in to work arrives where the work is; everyone else at the page of the account."""
        actor = Actor.of(request.user) if request.user.is_authenticated else Actor.anonymous()
        return nav.workplace(actor) or str(settings.LOGIN_REDIRECT_URL)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: secrets encrypted at rest, names in Vietnamese, administrators keep at least one."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("Quản trị hệ thống phải giữ ít nhất một cách xác thực hai lớp."),
        "cannot_generate_recovery_codes": _("Hãy bật xác thực hai lớp trước khi tạo mã dự phòng."),
        "incorrect_code": _("Mã không đúng hoặc đã dùng. Hãy đợi mã mới rồi nhập lại."),
    }

    def encrypt(self, text: str) -> str:
        from tinhso.foundation.people.secrets_at_rest import seal

        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        from tinhso.foundation.people.secrets_at_rest import unseal

        return unseal(encrypted_text)

    def get_totp_label(self, user: Any) -> str:
        return str(user.username)

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.username)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return str(_("Khoá truy cập"))

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        from allauth.mfa.models import Authenticator

        from tinhso.foundation.access import guard as access
        from tinhso.foundation.people.current_rules import is_administrator

        if not is_administrator(access.Actor.of(authenticator.user)):
            return True
        kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=kinds).exclude(
            pk=authenticator.pk
        )
        return bool(others.exists())


class IdentityAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in by the identity provider: the person is found or recorded by the 12-digit number, never by e-mail."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Turns proved claims into our account; a refusal is a page with its sentence."""
        from tinhso.foundation.people.services.identity import sign_in_by_identity

        try:
            account = sign_in_by_identity(claims=sociallogin.claims, known=_known(sociallogin))
        except SignInRefused as refusal:
            raise ImmediateHttpResponse(refused_page(request, refusal.sentence)) from refusal
        if not sociallogin.is_existing:
            sociallogin.connect(request, account)
        sociallogin.user = account

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        if kwargs.get("error") == "cancelled":
            return
        sentence = _("Chưa đăng nhập được: câu trả lời của VNeID không hợp lệ hoặc đã hết hạn. Hãy đăng nhập lại.")
        raise ImmediateHttpResponse(refused_page(request, str(sentence)))


def _known(sociallogin: Any) -> Account | None:
    return sociallogin.user if sociallogin.is_existing else None


def refused_page(request: HttpRequest, sentence: str, status: int = 403) -> HttpResponse:
    """The sentence and the way back to the sign-in page."""
    return render(request, "people/sign_in_refused.html", {"sentence": sentence}, status=status)


__all__ = ["AccountAdapter", "IdentityAdapter", "MFAAdapter", "refused_page"]
