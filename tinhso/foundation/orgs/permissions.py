"""What orgs guards: the units of the province and their succession."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.permissions import ROLES as STANDARD
from tinhso.foundation.access.registry import Permission, Role

VIEW = "orgs.units.view"
MANAGE = "orgs.units.manage"
LOAD = "orgs.province.load"

PERMISSIONS = (
    Permission(VIEW, _("xem danh mục đơn vị và lịch sử đơn vị")),
    Permission(MANAGE, _("lập, đổi tên, chuyển, sáp nhập, giải thể đơn vị")),
    Permission(LOAD, _("nạp dữ liệu đơn vị của tỉnh")),
)

ROLES = tuple(
    Role(role.code, role.name, frozenset({VIEW, MANAGE, LOAD} if role.code == "administrator" else {VIEW}))
    for role in STANDARD
    if not role.implicit
)
