"""What places guards."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.permissions import ROLES as STANDARD
from tinhso.foundation.access.registry import Permission, Role

MANAGE = "places.areas.manage"
LOAD = "places.boundaries.load"

PERMISSIONS = (
    Permission(MANAGE, _("lập, đóng thôn, tổ dân phố")),
    Permission(LOAD, _("nạp ranh giới đơn vị hành chính")),
)
_OF = {"administrator": {MANAGE, LOAD}, "unit_leader": {MANAGE}}

ROLES = tuple(Role(role.code, role.name, frozenset(_OF[role.code])) for role in STANDARD if role.code in _OF)
