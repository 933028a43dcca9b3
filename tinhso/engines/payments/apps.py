from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "tinhso.engines.payments"
    label = "payments"
    verbose_name = _("Thu phí và thanh toán")

    def ready(self) -> None:
        from tinhso.engines.payments import permissions
        from tinhso.engines.payments.words import ACTS
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(ACTS)
