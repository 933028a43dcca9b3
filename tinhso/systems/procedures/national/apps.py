from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NationalConfig(AppConfig):
    name = "tinhso.systems.procedures.national"
    label = "procedures_national"
    verbose_name = _("Trao đổi với Cổng Dịch vụ công quốc gia")

    def ready(self) -> None:
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import register_check, register_loop, register_seed
        from tinhso.foundation.privacy.registry import register_collector, register_purpose
        from tinhso.foundation.ui import nav
        from tinhso.systems.procedures import hooks
        from tinhso.systems.procedures.national import (
            checks,
            hearing,
            holdings,
            jobs,
            permissions,
            seeds,
            selectors,
            words,
        )

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(words.ACTS)
        hooks.TRACED.append(hearing.hear)
        register_loop("national", jobs.keep_sending)
        register_check("national", checks.check)
        register_purpose(holdings.PURPOSE)
        for collector in holdings.COLLECTORS:
            register_collector(collector)
        register_seed(140, "national", seeds.play)
        nav.register(
            "admin",
            [
                nav.Entry(
                    "national:outgoing",
                    _("Cổng quốc gia"),
                    "globe",
                    permissions.VIEW,
                    82,
                    lambda request: selectors.set_aside(),
                )
            ],
        )
