"""Who may make processes. Moving a case is asked by the permission its own step names."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

MANAGE = "workflow.manage"

PERMISSIONS = (Permission(MANAGE, _("soạn và công bố quy trình xử lý")),)
ROLES = (Role("administrator", _("Quản trị hệ thống"), frozenset({MANAGE}), reaches_below=True),)
