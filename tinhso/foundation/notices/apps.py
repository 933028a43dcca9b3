from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "tinhso.foundation.notices"
    label = "notices"

    def ready(self) -> None:
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs import registry as jobs
        from tinhso.foundation.notices import checks, holdings, permissions
        from tinhso.foundation.notices.acts import ACTS
        from tinhso.foundation.privacy.registry import register_collector

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        jobs.register_check("notices.outbox", checks.check_outbox)
        register_acts(ACTS)
        register_collector(holdings.NOTICES)
