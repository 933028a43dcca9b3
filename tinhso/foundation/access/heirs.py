"""What access passes on when a unit ends: officers' roles and delegations go to the heir from that day on."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models

from tinhso.foundation.access.models import Delegation, RoleAssignment
from tinhso.foundation.orgs.heirs import Passing
from tinhso.foundation.orgs.models import Unit


def pass_on(passing: Passing) -> int:
    """Roles and delegations at the ended unit stop on its last day and go on at the heir; without an heir they stop."""
    return _roles(passing) + _delegations(passing)


def count(unit: Unit, day: date) -> int:
    """How many roles and delegations still hold at the unit on `day` or later."""
    return _still_holding(unit, day).count() + _still_lent(unit, day).count()


def _still_holding(unit: Unit, day: date) -> models.QuerySet[RoleAssignment]:
    return RoleAssignment.objects.filter(models.Q(valid_to=None) | models.Q(valid_to__gt=day), unit=unit)


def _still_lent(unit: Unit, day: date) -> models.QuerySet[Delegation]:
    return Delegation.objects.filter(unit=unit, valid_to__gt=day, revoked_at=None)


def _roles(passing: Passing) -> int:
    rows = list(_still_holding(passing.predecessor, passing.day).select_for_update().order_by("id"))
    for row in rows:
        if passing.heir is not None:
            _role_at_heir(row, passing.heir, passing)
        _cut(row, passing)
    return len(rows)


def _role_at_heir(row: RoleAssignment, heir: Unit, passing: Passing) -> None:
    start = max(row.valid_from, passing.day)
    held = RoleAssignment.objects.filter(account_id=row.account_id, role=row.role, unit=heir, valid_from__lte=start)
    if held.filter(models.Q(valid_to=None) | models.Q(valid_to__gt=start)).exists():
        return  # holds the same role there already
    RoleAssignment.objects.create(
        account_id=row.account_id,
        role=row.role,
        unit=heir,
        valid_from=start,
        valid_to=row.valid_to,
        document=passing.document[:200],
    )


def _delegations(passing: Passing) -> int:
    rows = list(_still_lent(passing.predecessor, passing.day).select_for_update().order_by("id"))
    for row in rows:
        if passing.heir is not None:
            Delegation.objects.create(
                giver_id=row.giver_id,
                receiver_id=row.receiver_id,
                role=row.role,
                unit=passing.heir,
                valid_from=max(row.valid_from, passing.day),
                valid_to=row.valid_to,
                document=row.document,
            )
        _cut(row, passing)
    return len(rows)


def _cut(row: RoleAssignment | Delegation, passing: Passing) -> None:
    """Ends the row on the unit's last day. One that has not begun by then is closed the day after it begins."""
    row.valid_to = passing.day if row.valid_from < passing.day else row.valid_from + timedelta(1)
    row.save(update_fields=["valid_to"])
