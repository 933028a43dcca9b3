"""Rights over what belongs to no unit of ours: members outside the province are answered for by whoever reaches all of
it. Without this, "no unit" would read as "any unit"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.registry import PERMISSIONS

if TYPE_CHECKING:
    from tinhso.foundation.orgs.models import Unit


def reaches_all(actor: access.Actor, code: str) -> bool:
    """Whether the actor holds `code` over a whole tree of units, from its root."""
    return any(path.count(".") <= 1 for path in access.reach(actor, code).paths)


def allowed_at(actor: access.Actor, code: str, unit: Unit | None) -> bool:
    """As access.allowed; where there is no unit only for who reaches all."""
    return access.allowed(actor, code, unit) if unit is not None else reaches_all(actor, code)


def require_at(actor: access.Actor, code: str, *, unit: Unit | None) -> None:
    """As access.require; where there is no unit only for who reaches all."""
    access.require(actor, code, unit=unit)
    if unit is None and not reaches_all(actor, code):
        raise access.Denied(_("Bạn không có quyền: %(sentence)s.") % {"sentence": str(PERMISSIONS[code].sentence)})
