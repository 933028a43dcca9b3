"""What the calendar guards: office hours and days that differ."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.permissions import ROLES as STANDARD
from tinhso.foundation.access.registry import Permission, Role

VIEW = "calendar.view"
MANAGE = "calendar.manage"

PERMISSIONS = (
    Permission(VIEW, _("xem lịch làm việc của đơn vị")),
    Permission(MANAGE, _("đặt giờ làm việc, ngày nghỉ, ngày làm bù của đơn vị")),
)

ROLES = tuple(
    Role(role.code, role.name, frozenset({VIEW, MANAGE} if role.code == "administrator" else {VIEW}))
    for role in STANDARD
    if not role.implicit
)
