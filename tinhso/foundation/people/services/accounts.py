"""Acts on accounts. An account is never deleted; it is disabled, with who, when and why."""

from __future__ import annotations

import re
from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.models import AccountConfirmation, RoleAssignment
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people import events, permissions, sign_in
from tinhso.foundation.people.current_rules import account_rules
from tinhso.foundation.people.errors import CannotDisable, UsernameTaken, WeakPassword
from tinhso.foundation.people.models import Account, Person
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.rules import normalise

_USERNAME = re.compile(r"^[a-z0-9][a-z0-9._@-]{2,149}$")


@transaction.atomic
def create_account(
    actor: access.Actor,
    *,
    username: str,
    full_name: str,
    kind: str = Account.Kind.OFFICER,
    email: str = "",
    password: str | None = None,
    person: Person | None = None,
    unit: Unit | None = None,
    must_change_password: bool = True,
    is_simulated: bool = False,
) -> Account:
    """Makes an account. Without a password it can only be opened by the identity provider or a later reset.

    `unit` is where the creator must hold the permission. Raises UsernameTaken, WeakPassword, Denied.
    """
    access.require(actor, permissions.MANAGE_ACCOUNTS, unit=unit)
    username = normalise(username).lower()
    if not _USERNAME.match(username):
        raise UsernameTaken(_("Tên đăng nhập gồm 3 đến 150 chữ cái không dấu, chữ số và các dấu . _ - @"))
    account = Account(
        username=username,
        full_name=normalise(full_name),
        email=email,
        kind=kind,
        person=person,
        must_change_password=must_change_password and password is not None,
        is_simulated=is_simulated or actor.is_simulated,
    )
    _put_password(account, password)
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError:
        raise UsernameTaken(_("Tên đăng nhập này đã có người dùng. Hãy chọn tên khác.")) from None
    audit.record(actor, "people.account.created", account, unit_id=unit.pk if unit else None, kind=kind)
    bus.publish(events.ACCOUNT_CREATED, subject=account, unit=unit, occurred_on=timezone.localdate())
    return account


def _put_password(account: Account, password: str | None) -> None:
    if password is None:
        account.set_unusable_password()
        return
    try:
        validate_password(password, account)
    except ValidationError as problem:
        raise WeakPassword(" ".join(problem.messages)) from problem
    account.set_password(password)


@transaction.atomic
def disable_account(actor: access.Actor, *, account_id: int, reason: str) -> Account:
    """Closes an account and ends its sessions. Roles stay recorded; they give nothing while it is closed."""
    account = _locked(actor, permissions.MANAGE_ACCOUNTS, account_id)
    if account.pk == actor.account_id:
        raise CannotDisable(_("Bạn không thể tự khoá tài khoản của mình. Hãy nhờ một quản trị khác."))
    if not normalise(reason):
        raise CannotDisable(_("Hãy ghi lý do khoá tài khoản."))
    if not account.is_active:
        return account
    account.is_active = False
    account.disabled_at = timezone.now()
    account.disabled_reason = fitting(normalise(reason), 300)
    account.save(update_fields=["is_active", "disabled_at", "disabled_reason"])
    end_sessions(account)
    audit.record(actor, "people.account.disabled", account, reason=account.disabled_reason)
    bus.publish(events.ACCOUNT_DISABLED, subject=account, occurred_on=timezone.localdate())
    return account


@transaction.atomic
def enable_account(actor: access.Actor, *, account_id: int, reason: str) -> Account:
    """Opens a closed account again; the clock of "unused" starts anew."""
    account = _locked(actor, permissions.MANAGE_ACCOUNTS, account_id)
    if account.is_active:
        return account
    account.is_active = True
    account.disabled_at = None
    account.disabled_reason = ""
    account.enabled_at = timezone.now()
    account.save(update_fields=["is_active", "disabled_at", "disabled_reason", "enabled_at"])
    audit.record(actor, "people.account.enabled", account, reason=normalise(reason))
    bus.publish(events.ACCOUNT_ENABLED, subject=account, occurred_on=timezone.localdate())
    return account


@transaction.atomic
def unlock_account(actor: access.Actor, *, account_id: int) -> Account:
    """Ends a lock-out before its time."""
    account = _locked(actor, permissions.MANAGE_ACCOUNTS, account_id)
    sign_in.clear_tries(sign_in.name_key(account.username))
    sign_in.clear_tries(sign_in.code_key(account.pk))
    audit.record(actor, "people.account.unlocked", account)
    return account


@transaction.atomic
def reset_password(actor: access.Actor, *, account_id: int, password: str) -> Account:
    """Gives an account a new password that its owner must change at the next sign-in; ends its sessions."""
    account = _locked(actor, permissions.RESET_ACCOUNTS, account_id)
    _put_password(account, password)
    account.must_change_password = True
    account.save()
    end_sessions(account)
    sign_in.clear_tries(sign_in.name_key(account.username))
    audit.record(actor, "people.account.password_reset", account)
    bus.publish(events.ACCOUNT_RESET, subject=account, occurred_on=timezone.localdate())
    return account


@transaction.atomic
def reset_second_factor(actor: access.Actor, *, account_id: int, reason: str) -> Account:
    """Removes an account's second factors (a lost phone); an administrator must set one up at the next sign-in."""
    account = _locked(actor, permissions.RESET_ACCOUNTS, account_id)
    removed = Authenticator.objects.filter(user_id=account.pk).delete()[0]
    end_sessions(account)
    audit.record(actor, "people.account.second_factor_reset", account, reason=normalise(reason), removed=removed)
    bus.publish(events.ACCOUNT_RESET, subject=account, occurred_on=timezone.localdate())
    return account


@transaction.atomic
def confirm_account(actor: access.Actor, *, account_id: int, note: str = "") -> AccountConfirmation:
    """Records that an account and its rights were looked at and are still right (every 6 months, TCVN 14423)."""
    account = _locked(actor, permissions.MANAGE_ACCOUNTS, account_id)
    rights = [
        {"role": role, "unit": unit, "from": str(start), "to": str(end) if end else None}
        for role, unit, start, end in RoleAssignment.objects.as_of(timezone.localdate())
        .filter(account=account)
        .values_list("role", "unit_id", "valid_from", "valid_to")
    ]
    confirmation = AccountConfirmation.objects.create(
        account=account,
        confirmed_by_id=actor.account_id,
        confirmed_at=timezone.now(),
        rights=rights,
        note=fitting(note, 300),
    )
    audit.record(actor, "people.account.confirmed", account, rights=rights)
    return confirmation


def disable_unused_accounts(actor: access.Actor | None = None) -> int:
    """Closes accounts not used for 45 days (TCVN 14423 level 3); a nightly job. Answers how many.

    Service accounts do not sign in; demo accounts of a demo stay open, or the demo would lock itself.
    """
    actor = actor or access.Actor.system(_("Rà soát tài khoản"))
    limit = timezone.now() - timedelta(days=account_rules().unused_days)
    unused = (
        Account.objects.annotate(last_used=Greatest(Coalesce(F("last_login"), F("enabled_at")), F("enabled_at")))
        .filter(is_active=True, last_used__lte=limit, is_simulated=False)
        .exclude(kind=Account.Kind.SERVICE)
    )
    reason = _("Không sử dụng trong %(days)d ngày") % {"days": account_rules().unused_days}
    closed = 0
    for account_id in unused.values_list("pk", flat=True):
        closed += not disable_account(actor, account_id=account_id, reason=reason).is_active
    return closed


def end_sessions(account: Account) -> None:
    """Ends every session of an account, wherever it is open."""
    for session in UserSession.objects.filter(user_id=account.pk):
        session.end()


def _locked(actor: access.Actor, code: str, account_id: int) -> Account:
    """The account, locked, once `actor` may act on it: at every unit where it holds a role today."""
    access.require(actor, code)
    # The lock makes two administrators acting on one account take turns.
    account = Account.objects.select_for_update().get(pk=account_id)
    for assignment in RoleAssignment.objects.as_of(timezone.localdate()).filter(account=account).select_related("unit"):
        access.require(actor, code, unit=assignment.unit)
    return account
