from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProactiveConfig(AppConfig):
    name = "tinhso.systems.procedures.proactive"
    label = "procedures_proactive"
    verbose_name = _("Dịch vụ công chủ động")

    def ready(self) -> None:
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import register_seed
        from tinhso.foundation.notices.texts import register_text
        from tinhso.foundation.privacy.registry import on_stop, register_collector, register_purpose
        from tinhso.foundation.ui import nav
        from tinhso.systems.procedures.proactive import (
            handlers,
            holdings,
            measures,
            permissions,
            seeds,
            services,
            words,
        )

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(words.ACTS)
        for text in words.TEXTS:
            register_text(text)
        handlers.register()
        register_purpose(holdings.PURPOSE)
        for collector in holdings.COLLECTORS:
            register_collector(collector)
        on_stop(holdings.PURPOSE.code, services.stop_for)
        measures.register()
        register_seed(26, "proactive_rules", seeds.seed_rules)
        register_seed(125, "proactive", seeds.play)
        nav.register("portal", [nav.Entry("proactive:mine", _("Việc tỉnh nhắc bạn"), "bell", order=44, signed_in=True)])
        nav.register("desk", [nav.Entry("proactive:figures", _("Nhắc việc chủ động"), "bell", permissions.VIEW, 34)])
        nav.register("admin", [nav.Entry("proactive:rules", _("Quy tắc nhắc việc"), "bell", permissions.RULES, 62)])
