from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "tinhso.engines.signing"
    label = "signing"

    def ready(self) -> None:
        from tinhso.engines.signing import permissions
        from tinhso.foundation.access import registry

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
