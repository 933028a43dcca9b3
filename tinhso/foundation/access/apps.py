from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "tinhso.foundation.access"
    label = "access"
    verbose_name = _("Quyền truy cập")

    def ready(self) -> None:
        from tinhso.foundation.access import heirs, permissions, registry
        from tinhso.foundation.orgs.heirs import register_heir

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_heir("access", _("vai trò, uỷ quyền của cán bộ"), pass_on=heirs.pass_on, count=heirs.count)
