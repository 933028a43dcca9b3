from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuthoringConfig(AppConfig):
    name = "tinhso.systems.procedures.authoring"
    label = "procedures_authoring"
    verbose_name = _("Soạn thủ tục hành chính")

    def ready(self) -> None:
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.ui import nav
        from tinhso.systems.procedures.authoring import permissions, words

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(words.ACTS)
        nav.register("admin", [nav.Entry("authoring:home", _("Soạn thủ tục"), "edit", permissions.WRITE, 45)])
