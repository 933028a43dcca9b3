from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "tinhso.engines.payments"
    label = "payments"
    verbose_name = _("Thu phí và thanh toán")

    def ready(self) -> None:
        from tinhso.engines.payments import checks, handlers, holdings, permissions, seeding
        from tinhso.engines.payments.words import ACTS
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import register_check, register_demo_account, register_seed
        from tinhso.foundation.privacy.registry import register_collector

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(ACTS)
        register_collector(holdings.BILLS)
        handlers.register()
        register_seed(19, "payments", seeding.seed)
        register_check("payments.ledger", checks.check_ledger)
        register_check("payments.discrepancies", checks.check_open)
        username, password, title, look = seeding.DEMO_ACCOUNTANT
        register_demo_account(80, username, password, str(title), str(look))
