"""Wrong tries and the lock after five. A try is taken before the secret is looked at: parallel tries gain nothing."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.people import events
from tinhso.foundation.people.current_rules import account_rules
from tinhso.foundation.people.errors import LockedOut
from tinhso.foundation.people.models import Account, SignInAttempt
from tinhso.foundation.text.rules import normalise


def name_key(username: str) -> str:
    """The key of a typed username: letter case and Unicode form do not make a fresh set of tries."""
    return f"user:{normalise(username).lower()[:150]}"


def code_key(account_id: int) -> str:
    """The key of one-time codes of an account."""
    return f"code:{account_id}"


def take_try(key: str) -> None:
    """Takes one try for `key`, or raises LockedOut. Call before checking the secret; `clear_tries` when it was right.

    The sentence is the same whether or not such an account exists.
    """
    rules, now = account_rules(), timezone.now()
    with transaction.atomic():
        SignInAttempt.objects.get_or_create(key=key, defaults={"last_at": now})
        # The row lock makes parallel tries queue: the sixth sees the lock that the fifth set.
        row = SignInAttempt.objects.select_for_update().get(key=key)
        if row.locked_until is not None and now < row.locked_until:
            raise _locked()
        row.failed = 1 if row.locked_until is not None else row.failed + 1
        row.locked_until = now + timedelta(minutes=rules.lock_minutes) if row.failed >= rules.wrong_tries else None
        row.last_at = now
        row.save()


def clear_tries(key: str) -> None:
    """The secret was right, or an administrator unlocked."""
    SignInAttempt.objects.filter(key=key).delete()


def is_locked(key: str) -> bool:
    """True while a key is locked."""
    return SignInAttempt.objects.filter(key=key, locked_until__gt=timezone.now()).exists()


def note_failure(key: str, account: Account | None) -> None:
    """Audit row and event for the failure that locked an existing account; nothing for an unknown name."""
    if account is None or not is_locked(key):
        return
    with transaction.atomic():
        actor = access.Actor.system(_("Đăng nhập"))
        audit.record(actor, "people.account.locked_out", account)
        bus.publish(events.ACCOUNT_LOCKED_OUT, subject=account, occurred_on=timezone.localdate())


def _locked() -> LockedOut:
    minutes = account_rules().lock_minutes
    return LockedOut(
        _("Đã nhập sai quá nhiều lần. Hãy đợi %(minutes)d phút rồi thử lại, hoặc nhờ quản trị hệ thống mở khoá.")
        % {"minutes": minutes}
    )
