from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "tinhso.engines.exchange"
    label = "exchange"
    verbose_name = _("Nền tảng tích hợp, chia sẻ dữ liệu")

    def ready(self) -> None:
        from tinhso.engines.exchange import permissions
        from tinhso.foundation.access import registry

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
