"""Reads of people that join or shape for screens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.models import AccountConfirmation, Delegation, RoleAssignment
from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.people import permissions, rules
from tinhso.foundation.people.current_rules import account_rules
from tinhso.foundation.people.models import Account
from tinhso.foundation.text.db import Fold
from tinhso.foundation.text.rules import fold, normalise


@dataclass(frozen=True)
class HeldRole:
    """A role held today, for a screen."""

    role_name: str
    unit_name: str
    valid_from: date
    valid_to: date | None
    giver_name: str = ""


def grants_of(account_id: int, day: date | None = None) -> list[HeldRole]:
    """Roles of an account on a day, own ones first, then lent ones."""
    day = day or timezone.localdate()
    own = RoleAssignment.objects.as_of(day).filter(account_id=account_id).select_related("unit")
    lent = Delegation.objects.as_of(day).filter(receiver_id=account_id, revoked_at=None)
    held = [HeldRole(_role_name(a.role), a.unit.name, a.valid_from, a.valid_to) for a in own]
    held += [
        HeldRole(_role_name(d.role), d.unit.name, d.valid_from, d.valid_to, str(d.giver))
        for d in lent.select_related("unit", "giver")
    ]
    return held


def _role_name(code: str) -> str:
    return str(ROLES[code].name) if code in ROLES else code


def accounts_visible_to(actor: access.Actor) -> QuerySet[Account]:
    """Officers' accounts that the actor administers: those with a role in reach, and those with none yet."""
    today = timezone.localdate()
    held = RoleAssignment.objects.as_of(today)
    in_reach = held.filter(access.scope(actor, permissions.MANAGE_ACCOUNTS)).values("account_id")
    if not access.allowed(actor, permissions.MANAGE_ACCOUNTS):
        return Account.objects.none()
    return Account.objects.filter(Q(pk__in=in_reach) | ~Q(pk__in=held.values("account_id")))


def find_accounts(actor: access.Actor, *, text: str = "", kind: str = "", state: str = "") -> QuerySet[Account]:
    """Accounts by a part of their name or username (marks do not matter), kind and state."""
    found = accounts_visible_to(actor)
    wanted = fold(normalise(text))
    if wanted:
        found = found.annotate(bare=Fold("full_name")).filter(Q(bare__contains=wanted) | Q(username__contains=wanted))
    if kind:
        found = found.filter(kind=kind)
    if state:
        found = found.filter(is_active=state == "active")
    return found.order_by("username")


def accounts_to_review(actor: access.Actor) -> QuerySet[Account]:
    """Open officers' accounts whose list was not confirmed for 6 months; a new one is due 6 months after opening."""
    limit = rules.add_months(timezone.localdate(), -account_rules().review_months)
    latest = (
        AccountConfirmation.objects.filter(account=OuterRef("pk")).values("account").annotate(at=Max("confirmed_at"))
    )
    due = (
        accounts_visible_to(actor)
        .filter(is_active=True, kind=Account.Kind.OFFICER)
        .annotate(confirmed_at=Subquery(latest.values("at")))
    )
    end = timezone.make_aware(datetime.combine(limit + timedelta(days=1), time.min))
    return due.filter(Q(confirmed_at__lt=end) | Q(confirmed_at=None, created_at__lt=end)).order_by("username")
