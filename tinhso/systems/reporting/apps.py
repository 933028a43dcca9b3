from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "tinhso.systems.reporting"
    label = "reporting"
    verbose_name = _("Chế độ báo cáo")

    def ready(self) -> None:
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.orgs.heirs import register_heir
        from tinhso.foundation.ui import nav
        from tinhso.systems.reporting import measures, permissions, printing, words
        from tinhso.systems.reporting.services import duties

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(words.ACTS)
        printing.register()
        measures.register()
        register_heir("reporting", _("báo cáo phải gửi"), pass_on=duties.pass_on, count=duties.count)
        nav.register_prefix("/bao-cao/", "desk")
        nav.register("desk", [nav.Entry("reporting:home", _("Báo cáo đến hạn"), "document", permissions.VIEW, 60)])
