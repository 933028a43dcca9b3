from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "tinhso.engines.registers"
    label = "registers"
    verbose_name = _("Cơ sở dữ liệu dùng chung")

    def ready(self) -> None:
        from tinhso.engines.registers import holdings, permissions, words
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import later, register_bench
        from tinhso.foundation.privacy.registry import register_collector

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(words.ACTS)
        register_collector(holdings.HELD)
        register_bench("registers", later("tinhso.engines.registers.bench.bench"))
