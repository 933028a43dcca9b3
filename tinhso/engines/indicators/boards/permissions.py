"""Who arranges video walls. Views of figures are saved by whoever may see figures."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

MANAGE = "boards.wall.manage"

PERMISSIONS = (Permission(MANAGE, _("lập màn hình lớn, cấp và thu hồi thẻ màn hình")),)

ROLES = (Role("administrator", _("Quản trị hệ thống"), frozenset({MANAGE}), reaches_below=True),)
