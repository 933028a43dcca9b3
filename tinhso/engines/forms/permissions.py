"""Who may make forms."""

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.registry import Permission, Role

MANAGE = "forms.manage"

PERMISSIONS = (Permission(MANAGE, _("soạn và công bố biểu mẫu điện tử")),)
ROLES = (Role("administrator", _("Quản trị hệ thống"), frozenset({MANAGE}), reaches_below=True),)
