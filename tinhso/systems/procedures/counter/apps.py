from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CounterConfig(AppConfig):
    name = "tinhso.systems.procedures.counter"
    label = "procedures_counter"
    verbose_name = _("Quầy một cửa")

    def ready(self) -> None:
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import register_check, register_seed
        from tinhso.foundation.notices.texts import register_text
        from tinhso.foundation.privacy.registry import register_collector
        from tinhso.foundation.ui import nav
        from tinhso.systems.procedures import hooks
        from tinhso.systems.procedures.counter import holdings, ocr, permissions, seeds, selectors, words

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(words.ACTS)
        register_collector(holdings.APPOINTMENTS)
        for text in words.TEXTS:
            register_text(text)
        register_check("counter.ocr", ocr.check)
        register_seed(110, "counter", seeds.play)
        hooks.RECEIVED_PAPERS.append(selectors.received_lines)
        nav.register(
            "desk",
            [
                nav.Entry("counter:line", _("Gọi số"), "people", permissions.CALL, 28),
                nav.Entry("counter:expected", _("Lịch hẹn"), "calendar", permissions.CALL, 29),
            ],
        )
        nav.register("portal", [nav.Entry("counter:book", _("Đặt lịch hẹn"), "calendar", order=35)])
