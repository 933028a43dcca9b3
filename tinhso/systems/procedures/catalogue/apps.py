from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    name = "tinhso.systems.procedures.catalogue"
    label = "procedures_catalogue"
    verbose_name = _("Danh mục thủ tục hành chính")

    def ready(self) -> None:
        from tinhso.engines.search.services import register_wording
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import register_bench, register_loader, register_seed
        from tinhso.foundation.openness.registry import register_datasets
        from tinhso.foundation.ui import nav
        from tinhso.systems.procedures import gatekeeping
        from tinhso.systems.procedures import searching as core
        from tinhso.systems.procedures.catalogue import (
            datasets,
            everyday,
            loading,
            measures,
            permissions,
            queries,
            routing,
            searching,
            words,
        )

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(words.ACTS)
        measures.register()
        gatekeeping.CHECKS.append(routing.refuse_vertical)
        core.MORE_NAMES.append(everyday.aliases)
        register_wording(everyday.fillers(), everyday.sayings())
        core.MORE_DOCUMENTS.append(searching.documents)
        nav.register("desk", [nav.Entry("catalogue:worklist", _("Danh mục thủ tục"), "book", permissions.VIEW, 60)])
        register_loader("procedures", loading.load)
        register_bench("search", queries.bench)
        # After the procedures served here, so that each is linked to the list it stands in.
        register_seed(21, "catalogue", loading.seed)
        register_datasets(datasets.DATASETS)
