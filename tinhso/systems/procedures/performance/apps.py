from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PerformanceConfig(AppConfig):
    name = "tinhso.systems.procedures.performance"
    label = "procedures_performance"
    verbose_name = _("Kết quả giải quyết thủ tục hành chính")

    def ready(self) -> None:
        from tinhso.foundation.access import registry
        from tinhso.foundation.ui import nav
        from tinhso.systems.procedures.performance import permissions

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        nav.register(
            "command",
            [nav.Entry("performance:statistics", _("Giải quyết hồ sơ"), "chart", permissions.VIEW, 20)],
        )
        nav.register("portal", [nav.Entry("performance:public", _("Kết quả giải quyết"), "chart", order=35)])
