from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "tinhso.foundation.notices"
    label = "notices"

    def ready(self) -> None:
        from tinhso.foundation.access import registry
        from tinhso.foundation.jobs import registry as jobs
        from tinhso.foundation.notices import checks, permissions

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        jobs.register_check("notices.outbox", checks.check_outbox)
