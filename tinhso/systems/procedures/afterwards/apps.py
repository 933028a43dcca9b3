from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AfterwardsConfig(AppConfig):
    name = "tinhso.systems.procedures.afterwards"
    label = "procedures_afterwards"
    verbose_name = _("Quanh hồ sơ và sau hồ sơ")

    def ready(self) -> None:
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import register_seed
        from tinhso.foundation.notices.texts import register_text
        from tinhso.foundation.privacy.registry import PRINCIPALS, register_collector
        from tinhso.foundation.ui import nav
        from tinhso.systems.procedures import hooks
        from tinhso.systems.procedures.afterwards import filing, handlers, holdings, permissions, seeds, words
        from tinhso.systems.procedures.afterwards.models import (
            ActingDossier,
            CoApplicant,
            DeliveryChoice,
            Message,
            Rating,
            WalletUse,
        )
        from tinhso.systems.procedures.reading import register_beside

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(words.ACTS)
        for text in words.TEXTS:
            register_text(text)
        handlers.register()
        register_seed(120, "afterwards", seeds.play)
        register_beside(ActingDossier, CoApplicant, DeliveryChoice, Message, Rating)
        register_beside(
            WalletUse, where="paper_id IN (SELECT id FROM procedures_dossierpaper WHERE dossier_id = %(dossier)s)"
        )
        hooks.APPLICANTS.append(filing.applicant_of)
        hooks.OPENED.append(filing.opened)
        hooks.BELONGING.append(filing.belonging)
        hooks.READING.append(filing.reading)
        for collector in holdings.COLLECTORS:
            register_collector(collector)
        PRINCIPALS.append(holdings.principals)
        nav.register(
            "desk",
            [
                nav.Entry("afterwards:feedback_list", _("Phản ánh, kiến nghị"), "inbox", permissions.HANDLE, 32),
                nav.Entry("afterwards:powers_to_confirm", _("Xác nhận làm thay"), "people", permissions.CONFIRM, 33),
            ],
        )
        nav.register(
            "portal",
            [
                nav.Entry("afterwards:wallet", _("Giấy tờ của tôi"), "document", order=45, signed_in=True),
                nav.Entry("afterwards:powers", _("Làm thay người khác"), "people", order=46, signed_in=True),
                nav.Entry("afterwards:feedback", _("Phản ánh"), "alarm", order=50),
            ],
        )
