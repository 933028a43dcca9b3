from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpenDataConfig(AppConfig):
    name = "tinhso.systems.opendata"
    label = "opendata"
    verbose_name = _("Dữ liệu mở")

    def ready(self) -> None:
        from tinhso.foundation.access import registry
        from tinhso.systems.opendata import permissions

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
