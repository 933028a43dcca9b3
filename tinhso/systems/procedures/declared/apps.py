from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeclaredConfig(AppConfig):
    name = "tinhso.systems.procedures.declared"
    label = "procedures_declared"
    verbose_name = _("Không hỏi lại điều đã biết")

    def ready(self) -> None:
        from tinhso.engines.registers.services import definitions
        from tinhso.foundation.access import registry
        from tinhso.foundation.privacy.registry import register_family, register_purpose
        from tinhso.foundation.ui import nav
        from tinhso.systems.procedures import hooks
        from tinhso.systems.procedures.declared import asking, counting, filling, measures, permissions, purposes

        for purpose in purposes.PURPOSES:
            register_purpose(purpose)
        register_family(purposes.PREFIX, filling.start, filling.stop)
        definitions.LET_FILL.append(purposes.begin)
        hooks.SOURCES.append(filling.sources)
        hooks.SAVED.append(filling.saved)
        hooks.ASKING.append(filling.asking)
        hooks.PREFILLS.append(filling.offered)
        hooks.FORM_CHECKS.append(asking.asked_again)
        hooks.OPENED.append(counting.opened)
        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        nav.register(
            "command", [nav.Entry("declared:months", _("Không phải khai lại"), "check-circle", permissions.VIEW, 23)]
        )
        measures.register()
