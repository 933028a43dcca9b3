"""Permission codes and roles that apps declare in ready(). A duplicate name fails at start."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Permission:
    """One thing that may be done: a code for the machine, a Vietnamese sentence for the reader."""

    code: str
    sentence: _StrPromise | str
    # Acts that sign or change rights ask for a fresh proof of who is there (step-up).
    needs_step_up: bool = False


@dataclass
class Role:
    """A named set of permissions. `reaches_below`: it also holds for units under the one it is given at."""

    code: str
    name: _StrPromise | str
    permissions: frozenset[str]
    reaches_below: bool = False
    # Roles nobody is given by hand: public (everyone), citizen (every signed-in account).
    implicit: bool = False


PERMISSIONS: dict[str, Permission] = {}
ROLES: dict[str, Role] = {}


def register_permissions(permissions: Iterable[Permission]) -> None:
    """Declares an app's permissions; a code declared twice is a programming error."""
    for permission in permissions:
        if permission.code in PERMISSIONS:
            raise RuntimeError(f"permission {permission.code} is declared twice")
        PERMISSIONS[permission.code] = permission


def register_role(role: Role) -> None:
    """Declares a role, or adds to one that another app declared first (a head of unit in several systems)."""
    known = ROLES.get(role.code)
    if known is None:
        ROLES[role.code] = role
        return
    known.permissions |= role.permissions
    known.reaches_below |= role.reaches_below
    known.implicit |= role.implicit
