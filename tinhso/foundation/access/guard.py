"""Default deny: an act is allowed only by a role held at that unit on that day. Use as `access.require(...)`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access.models import Delegation, RoleAssignment
from tinhso.foundation.access.reach import Reach
from tinhso.foundation.access.registry import PERMISSIONS, ROLES
from tinhso.foundation.database.base import ANY_VALUES
from tinhso.foundation.text.errors import Refused

if TYPE_CHECKING:
    from tinhso.foundation.orgs.models import Unit
    from tinhso.foundation.people.models import Account


class Denied(Refused):
    """The actor may not do this; the message is fit to be read by the person refused."""


class StepUpNeeded(Denied):
    """The actor may do this once they have proved again who they are."""


@dataclass(frozen=True)
class Grant:
    """A role held at a unit today; `giver_id` when it comes by delegation."""

    role: str
    unit_id: int
    unit_path: str
    giver_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts: an account with today's grants, the system itself, or nobody known."""

    account_id: int | None
    label: str
    kind: str  # "account", "system", "anonymous"
    person_id: int | None = None
    grants: tuple[Grant, ...] = field(default=(), repr=False)
    is_simulated: bool = False
    # Set by the session after a fresh password, TOTP or passkey; None when never.
    stepped_up: bool = False

    @classmethod
    def anonymous(cls) -> Actor:
        return cls(None, _("Khách"), "anonymous")

    @classmethod
    def system(cls, label: str = "Hệ thống", *, is_simulated: bool = False) -> Actor:
        """The program itself: jobs, timers, loaders. Passes every check and is named in the audit."""
        return cls(None, label, "system", is_simulated=is_simulated)

    @classmethod
    def of(cls, account: Account, *, day: date | None = None, stepped_up: bool = False) -> Actor:
        """The account with its roles and delegations of `day` (today unless said)."""
        day = day or timezone.localdate()
        return cls(
            account.pk,
            str(account),
            "account",
            account.person_id,
            tuple(_grants(account.pk, day)),
            account.is_simulated,
            stepped_up,
        )

    @property
    def is_signed_in(self) -> bool:
        return self.kind == "account"


# Asked at every request, so without the cost of building queries. A delegation is worth no more than what its giver
# holds on that day.
_GRANTS = f"""{ANY_VALUES}
SELECT own.role, own.unit_id, unit.path, NULL::bigint
FROM {RoleAssignment._meta.db_table} own JOIN orgs_unit unit ON unit.id = own.unit_id
WHERE own.account_id = %(account)s AND own.valid_from <= %(day)s AND (own.valid_to IS NULL OR own.valid_to > %(day)s)
UNION ALL
SELECT lent.role, lent.unit_id, unit.path, lent.giver_id
FROM {Delegation._meta.db_table} lent JOIN orgs_unit unit ON unit.id = lent.unit_id
WHERE lent.receiver_id = %(account)s AND lent.valid_from <= %(day)s AND lent.valid_to > %(day)s
  AND lent.revoked_at IS NULL
  AND EXISTS (SELECT FROM {RoleAssignment._meta.db_table} held
              WHERE held.account_id = lent.giver_id AND held.role = lent.role AND held.unit_id = lent.unit_id
                AND held.valid_from <= %(day)s AND (held.valid_to IS NULL OR held.valid_to > %(day)s))
"""  # noqa: S608 - our own tables


def _grants(account_id: int, day: date) -> list[Grant]:
    with connection.cursor() as cursor:
        cursor.execute(_GRANTS, {"account": account_id, "day": day})
        return [Grant(*row) for row in cursor.fetchall()]


def allowed(actor: Actor, code: str, unit: Unit | None = None) -> bool:
    """True when a role of the actor carries `code` at `unit` (or anywhere, when no unit is asked)."""
    if code not in PERMISSIONS:
        raise RuntimeError(f"permission {code} is not declared")
    if actor.kind == "system" or _implicitly(actor, code):
        return True
    return any(_reaches(grant, code, unit) for grant in actor.grants)


def standing(actor: Actor) -> tuple[str, frozenset[frozenset[str]]]:
    """All that decides `allowed` where no unit is asked: alike for two actors who may open the same pages.

    It holds the permissions themselves, so what is kept under it is never older than the roles held now.
    """
    held = {ROLES[grant.role].permissions for grant in actor.grants if grant.role in ROLES}
    implied = {ROLES[role].permissions for role in ("public", "citizen")}
    return actor.kind, frozenset(held | implied)


def _implicitly(actor: Actor, code: str) -> bool:
    if code in ROLES["public"].permissions:
        return True
    return actor.is_signed_in and code in ROLES["citizen"].permissions


def _reaches(grant: Grant, code: str, unit: Unit | None) -> bool:
    role = ROLES.get(grant.role)
    if role is None or code not in role.permissions:
        return False
    if unit is None or unit.pk == grant.unit_id:
        return True
    return role.reaches_below and unit.path.startswith(grant.unit_path)


def require(actor: Actor, code: str, *, unit: Unit | None = None) -> None:
    """Raises Denied unless `allowed`; StepUpNeeded when the act asks for a fresh proof and there is none."""
    if not allowed(actor, code, unit):
        raise Denied(_("Bạn không có quyền: %(sentence)s.") % {"sentence": str(PERMISSIONS[code].sentence)})
    if PERMISSIONS[code].needs_step_up and actor.kind == "account" and not actor.stepped_up:
        raise StepUpNeeded(_("Hãy xác thực lại trước khi làm việc này."))


def behalf_of(actor: Actor, code: str, unit: Unit) -> int | None:
    """The account on whose behalf the actor does this: set only when a delegation alone allows it."""
    reaching = [grant for grant in actor.grants if _reaches(grant, code, unit)]
    if not reaching or any(grant.giver_id is None for grant in reaching):
        return None
    return reaching[0].giver_id


def reach(actor: Actor, code: str) -> Reach:
    """Where the actor holds `code`: subtrees for roles that reach below, single units for the others."""
    if code not in PERMISSIONS:
        raise RuntimeError(f"permission {code} is not declared")
    if actor.kind == "system":
        return Reach(paths=("",))
    holding = [(grant, role) for grant in actor.grants if (role := ROLES.get(grant.role)) and code in role.permissions]
    return Reach(
        paths=tuple(sorted({grant.unit_path for grant, role in holding if role.reaches_below})),
        units=tuple(sorted({grant.unit_id for grant, role in holding if not role.reaches_below})),
    )


def scope(actor: Actor, code: str, unit_field: str = "unit") -> Q:
    """The Q that keeps rows whose unit the actor may see under `code`; nothing by default.

    `unit_field` leads from the row to its unit; "" when the rows are units themselves.
    """
    return reach(actor, code).where(unit_field)


def units(actor: Actor, code: str) -> Q:
    """The Q over units themselves at which the actor holds `code`; nothing by default."""
    if code not in PERMISSIONS:
        raise RuntimeError(f"permission {code} is not declared")
    if actor.kind == "system":
        return Q()
    wanted = Q(pk__in=[])
    for grant in actor.grants:
        role = ROLES.get(grant.role)
        if role is not None and code in role.permissions:
            wanted |= Q(path__startswith=grant.unit_path) if role.reaches_below else Q(pk=grant.unit_id)
    return wanted
