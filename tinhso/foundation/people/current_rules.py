"""The account rules of this installation, and who counts as an administrator."""

from __future__ import annotations

from django.conf import settings

from tinhso.foundation.access import guard as access
from tinhso.foundation.people.models import Account
from tinhso.foundation.people.rules import AccountRules


def account_rules() -> AccountRules:
    """The numbers of settings.ACCOUNT_RULES."""
    return AccountRules(**settings.ACCOUNT_RULES)


def is_administrator(actor: access.Actor) -> bool:
    """True when a role held today, one's own or lent, is an administrator's."""
    return any(grant.role in settings.ADMINISTRATOR_ROLES for grant in actor.grants)


def has_second_factor(account: Account) -> bool:
    """True when an authenticator app or a passkey is set up."""
    from allauth.mfa.models import Authenticator

    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(account.pk) and Authenticator.objects.filter(user_id=account.pk, type__in=kinds).exists()
