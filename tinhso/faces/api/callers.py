"""Who calls the machine face: by machine token, by name and password, or (reading only) by the session of a screen."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.engines.indicators.permissions import VIEW
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.tokens import account_of_token
from tinhso.foundation.people import sign_in
from tinhso.foundation.people.current_rules import has_second_factor, is_administrator
from tinhso.foundation.people.errors import LockedOut
from tinhso.foundation.people.models import Account
from tinhso.foundation.text.errors import Refused

SAFE = ("GET", "HEAD", "OPTIONS")
# A password once found right need not be hashed again for every request of a program; wrong ones always are counted.
REMEMBERED_SECONDS = 120
LONGEST_HEADER = 2000


class NotSignedIn(Refused):
    """The caller did not say who it is, or said it wrongly."""

    code = "not-signed-in"


@dataclass(frozen=True)
class Caller:
    """An account that calls, and its acting side."""

    account: Account
    actor: Actor


def caller_of(request: HttpRequest) -> Caller:
    """Who calls, with the right to see figures somewhere; NotSignedIn or Denied otherwise."""
    caller = _caller(request)
    access.require(caller.actor, VIEW)
    return caller


def _caller(request: HttpRequest) -> Caller:
    header = request.headers.get("Authorization", "")[:LONGEST_HEADER]
    scheme, _space, given = header.partition(" ")
    match scheme.lower():
        case "basic":
            account = _by_password(given.strip())
        case "apitoken" | "bearer":
            account = _by_token(given.strip())
        case "":
            return _by_session(request)
        case _:
            raise NotSignedIn(_("Cách đăng nhập này không được nhận. Hãy dùng Basic hoặc ApiToken."))
    return Caller(account, Actor.of(account))


def _by_session(request: HttpRequest) -> Caller:
    # Only reading: a session is sent along by browsers unasked, so it must not be enough to write.
    actor: Actor = actor_of(request)
    if request.method in SAFE and actor.is_signed_in and isinstance(request.user, Account):
        return Caller(request.user, actor)
    raise NotSignedIn(_("Hãy đăng nhập bằng thẻ máy (ApiToken) hoặc bằng tên và mật khẩu (Basic)."))


def _by_token(secret: str) -> Account:
    account = account_of_token(secret)
    if account is None:
        raise NotSignedIn(_("Thẻ máy không đúng, đã hết hạn hoặc đã thu hồi."))
    return account


def _by_password(given: str) -> Account:
    username, password = _pair(given)
    account = Account.objects.filter(username=username.lower(), is_active=True).first()
    remembered = _mark(account, password) if account else ""
    if account is None or cache.get(remembered) != account.pk:
        _check_password(username, account, password)
        if account is not None:
            cache.set(remembered, account.pk, REMEMBERED_SECONDS)
    assert account is not None  # _check_password refuses unknown names
    return account


def _check_password(username: str, account: Account | None, password: str) -> None:
    """One try is taken before the password is looked at, as on the sign-in page."""
    key = sign_in.name_key(username)
    try:
        sign_in.take_try(key)
    except LockedOut as locked:
        raise NotSignedIn(locked.sentence) from locked
    if account is None:
        # As long as a right name takes, so that the time tells nothing.
        Account().set_password(password)
    if account is None or not account.check_password(password):
        sign_in.note_failure(key, account)
        raise NotSignedIn(_("Tên đăng nhập hoặc mật khẩu chưa đúng."))
    sign_in.clear_tries(key)
    _check_password_is_enough(account)


def _check_password_is_enough(account: Account) -> None:
    if account.must_change_password:
        raise NotSignedIn(_("Tài khoản phải đổi mật khẩu trước. Hãy đăng nhập trên trang một lần."))
    if has_second_factor(account) or is_administrator(Actor.of(account)):
        raise NotSignedIn(_("Tài khoản này dùng xác thực hai lớp: chương trình hãy dùng thẻ máy (ApiToken)."))


def _pair(given: str) -> tuple[str, str]:
    try:
        username, colon, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise NotSignedIn(_("Không đọc được tên và mật khẩu.")) from error
    if not colon or not username or len(username) > 150 or "\x00" in username + password:
        raise NotSignedIn(_("Không đọc được tên và mật khẩu."))
    return username, password


def _mark(account: Account, password: str) -> str:
    # Holds the stored hash: a changed password is forgotten at once, and the cache learns no secret.
    text = f"{account.pk}\x00{account.password}\x00{password}".encode()
    return "basic:" + hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()
