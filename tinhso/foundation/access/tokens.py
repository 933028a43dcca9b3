"""Machine tokens: what a program signs in with instead of a password. The secret is shown once and kept as a digest."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import events, guard, permissions
from tinhso.foundation.access.errors import AlreadyEnded, CannotIssueToken
from tinhso.foundation.access.models import MachineToken
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.text.asked import fitting

if TYPE_CHECKING:
    from tinhso.foundation.people.models import Account

PREFIX = "tinhso_"
LONGEST_DAYS = 366
MOST_TOKENS = 20
# The time of last use is written at most this often: a program asks many times a second.
USE_NOTED_EVERY = timedelta(minutes=10)


def digest_of(secret: str) -> str:
    """What is kept of a secret. It holds 192 random bits, so a plain digest cannot be turned back."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue_token(actor: guard.Actor, *, account: Account, name: str, expires_on: date) -> tuple[MachineToken, str]:
    """Cấp thẻ máy cho `account`: the row, and the secret that is never shown again.

    Everybody issues for themselves (after a fresh proof); the program for service accounts, from the command line.
    """
    if actor.kind != "system":
        guard.require(actor, permissions.ISSUE_TOKEN)
        if account.pk != actor.account_id:
            raise CannotIssueToken(_("Chỉ cấp được thẻ máy cho chính tài khoản của mình."))
    _check_token(account, name, expires_on)
    secret = PREFIX + secrets.token_hex(24)
    token = MachineToken.objects.create(
        account=account,
        name=fitting(name, 80),
        digest=digest_of(secret),
        ending=secret[-4:],
        created_at=timezone.now(),
        expires_on=expires_on,
    )
    audit.record(actor, "access.token.issued", account, token=token.pk, name=token.name, expires_on=expires_on)
    bus.publish(events.TOKEN_ISSUED, subject=token, occurred_on=timezone.localdate(), account=account.pk)
    return token, secret


def _check_token(account: Account, name: str, expires_on: date) -> None:
    today = timezone.localdate()
    if not name.strip():
        raise CannotIssueToken(_("Hãy đặt tên cho thẻ: chương trình nào sẽ dùng."))
    if not today < expires_on <= today + timedelta(days=LONGEST_DAYS):
        raise CannotIssueToken(_("Hạn của thẻ phải sau hôm nay và không quá 366 ngày."))
    if not account.is_active or account.kind == "citizen":
        raise CannotIssueToken(_("Tài khoản này không dùng thẻ máy được."))
    # The account is locked, so two requests at once cannot pass the bound together.
    type(account).objects.select_for_update().get(pk=account.pk)
    if MachineToken.objects.filter(account=account, revoked_at=None, expires_on__gt=today).count() >= MOST_TOKENS:
        raise CannotIssueToken(_("Đã có nhiều thẻ còn hạn. Hãy thu hồi thẻ không dùng nữa."))


@transaction.atomic
def revoke_token(actor: guard.Actor, *, token: MachineToken) -> None:
    """Thu hồi thẻ máy, one's own or (administrators) another's. The next request with it is refused."""
    if token.account_id != actor.account_id:
        guard.require(actor, permissions.MANAGE_ROLES)
    if not MachineToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        raise AlreadyEnded(_("Thẻ này đã thu hồi rồi."))
    audit.record(actor, "access.token.revoked", token.account, token=token.pk, name=token.name)
    bus.publish(events.TOKEN_REVOKED, subject=token, occurred_on=timezone.localdate(), account=token.account_id)


def account_of_token(secret: str) -> Account | None:
    """The account that the secret stands for now; None when unknown, expired, revoked, or the account is closed."""
    now = timezone.now()
    live = MachineToken.objects.filter(digest=digest_of(secret), revoked_at=None, expires_on__gt=timezone.localdate())
    token = live.filter(account__is_active=True).select_related("account").first()
    if token is None:
        return None
    if token.last_used_at is None or now - token.last_used_at > USE_NOTED_EVERY:
        MachineToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.account
