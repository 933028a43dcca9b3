from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeesConfig(AppConfig):
    name = "tinhso.systems.procedures.fees"
    label = "procedures_fees"
    verbose_name = _("Phí, lệ phí")

    def ready(self) -> None:
        from tinhso.engines.payments.decisions import register_decisions
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import register_loader, register_seed
        from tinhso.foundation.openness.registry import register_datasets
        from tinhso.foundation.ui import nav
        from tinhso.systems.procedures import hooks
        from tinhso.systems.procedures.fees import (
            datasets,
            guarding,
            handlers,
            papers,
            permissions,
            playing,
            seeding,
            selectors,
        )
        from tinhso.systems.procedures.fees.models import ExemptionClaim, FeeDecision
        from tinhso.systems.procedures.fees.words import ACTS
        from tinhso.systems.procedures.models import Dossier
        from tinhso.systems.procedures.reading import register_beside

        nav.register("admin", [nav.Entry("fees:table", _("Biểu phí, lệ phí"), "money", permissions.MANAGE, 46)])
        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(ACTS)
        handlers.register()
        papers.register()
        register_beside(FeeDecision, ExemptionClaim)
        hooks.GUARDS.append(guarding.wait_for_money)
        hooks.FEE_LINES.append(papers.fee_lines)
        register_decisions(Dossier._meta.label_lower, selectors.decided_amounts)
        register_loader("fees", seeding.load)
        register_seed(21, "fees", seeding.seed)
        register_seed(110, "payments_played", playing.play)
        register_datasets(datasets.DATASETS)
