from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "tinhso.foundation.notices"
    label = "notices"

    def ready(self) -> None:
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs import registry as jobs
        from tinhso.foundation.notices import checks, permissions
        from tinhso.foundation.notices.acts import ACTS

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        jobs.register_check("notices.outbox", checks.check_outbox)
        register_acts(ACTS)
