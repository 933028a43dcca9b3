"""Signing in within tests: as a member of the cast, with or without a fresh proof."""

from __future__ import annotations

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from tinhso.foundation.people.models import Account
from tinhso.foundation.testing.cast import TOTP_SECRET


def sign_in(client: Client, account: Account, *, stepped_up: bool = False) -> Client:
    """Signs `account` in; `stepped_up` as if it had just proved again who it is (before signing, granting roles)."""
    client.force_login(account)
    if stepped_up:
        step_up(client, account)
    return client


def step_up(client: Client, account: Account) -> None:
    """Marks the session as freshly proved, the way the step-up page does."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(account.pk)
    session.save()


def settled(client: Client) -> Client:
    """The client after a first page: its session has been marked as seen, which later requests need not do again."""
    client.get("/")
    return client


def another_window(signed: Client, **headers: str) -> Client:
    """A fresh client with the cookies of one that is signed in; a server error becomes an answer."""
    client = Client(raise_request_exception=False, headers=headers)
    client.handler = signed.handler  # its middlewares stand already
    for name, morsel in signed.cookies.items():
        client.cookies[name] = morsel.value
    return client


def totp_code(secret: str = TOTP_SECRET, *, at: float | None = None) -> str:
    """The six digits that an authenticator app shows at a moment (now unless said)."""
    return str(format_hotp_value(hotp_value(secret, int(at if at is not None else time.time()) // 30)))
