from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "tinhso.foundation.people"
    label = "people"
    verbose_name = _("Con người và tài khoản")

    def ready(self) -> None:
        from tinhso.foundation.access import registry
        from tinhso.foundation.people import permissions

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
