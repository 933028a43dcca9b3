from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "tinhso.engines.exchange"
    label = "exchange"
    verbose_name = _("Nền tảng tích hợp, chia sẻ dữ liệu")

    def ready(self) -> None:
        from tinhso.engines.exchange import permissions, playing, sending, words
        from tinhso.engines.exchange.connectors.databases import SHIPPED
        from tinhso.engines.exchange.connectors.registry import register_connector
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import later, register_bench, register_loop, register_seed

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(words.ACTS)
        for connector in SHIPPED:
            register_connector(connector)
        register_seed(150, "exchange", playing.play)
        register_bench("exchange", later("tinhso.engines.exchange.plane.bench.bench"))
        register_loop("exchange-rooms", sending.keep_sending)
