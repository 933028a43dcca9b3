"""Notices: to whoever must do the work, to whoever gave it, to heads and those above when it is late."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.notices.models import Channel
from tinhso.foundation.notices.services import notify
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account
from tinhso.foundation.ui.formats import full_datetime
from tinhso.systems.resolution import permissions
from tinhso.systems.resolution.models import RemedialTask

CHANNELS = (Channel.WEB, Channel.EMAIL)


def holders_at(code: str, unit: Unit) -> list[Account]:
    """Active officers who hold a permission at this very unit today."""
    roles = [role.code for role in ROLES.values() if code in role.permissions]
    held = RoleAssignment.objects.as_of(timezone.localdate()).filter(role__in=roles, unit=unit, account__is_active=True)
    ids = held.values_list("account_id", flat=True)
    return list(Account.objects.filter(pk__in=ids).select_related("person").order_by("pk"))


def workers_of(unit: Unit) -> list[Account]:
    """Who may take work on at the unit."""
    return holders_at(permissions.DO, unit)


def heads_of(unit: Unit) -> list[Account]:
    """Who leads the unit."""
    return holders_at(permissions.ASSIGN, unit)


def above(unit: Unit) -> list[Account]:
    """Leaders of the nearest unit above that has any, for what stays late."""
    for unit_id in reversed(unit.ancestor_ids[:-1]):
        found = heads_of(Unit.objects.get(pk=unit_id))
        if found:
            return found
    return []


def tell(actor: Actor, accounts: Iterable[Account], text: str, remedy: RemedialTask, key: str) -> int:
    """One notice for each, once per occasion. Returns how many were written now."""
    values: dict[str, Any] = {
        "title": remedy.title,
        "unit": remedy.assignee_unit.name,
        "due": full_datetime(remedy.due_at),
    }
    link = reverse("resolution:remedy", args=[remedy.pk])
    told = 0
    for account in {account.pk: account for account in accounts}.values():
        told += len(
            notify(actor, account=account, text=text, values=values, link=link, key=key[:120], channels=CHANNELS)
        )
    return told


def hands_of(remedy: RemedialTask) -> list[Account]:
    """The person named, else everyone who may take it on."""
    return [remedy.assignee] if remedy.assignee else workers_of(remedy.assignee_unit)


def tell_assignee(actor: Actor, remedy: RemedialTask, text: str) -> None:
    tell(actor, hands_of(remedy), text, remedy, f"{text}:{remedy.pk}:{remedy.steps.count()}")


def tell_giver(actor: Actor, remedy: RemedialTask, text: str) -> None:
    tell(actor, heads_of(remedy.by_unit), text, remedy, f"{text}:{remedy.pk}:{remedy.steps.count()}")
