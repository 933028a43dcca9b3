from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    name = "tinhso.systems.procedures"
    label = "procedures"
    verbose_name = _("Thủ tục hành chính")

    def ready(self) -> None:
        from tinhso.engines.search.services import register_source
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import register_bench, register_seed
        from tinhso.foundation.openness.registry import register_datasets
        from tinhso.foundation.orgs.heirs import register_heir
        from tinhso.foundation.privacy.registry import register_collector
        from tinhso.systems.procedures import (
            bench,
            datasets,
            handlers,
            holdings,
            measures,
            passing,
            permissions,
            playing,
            printing,
            purposes,
            searching,
            seeds,
            words,
        )

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(words.ACTS)
        handlers.register()
        printing.register()
        register_heir("procedures", _("hồ sơ đang giải quyết"), pass_on=passing.pass_on, count=passing.count)
        measures.register()
        purposes.register()
        for collector in holdings.COLLECTORS:
            register_collector(collector)
        register_source(searching.KIND, searching.documents)
        register_bench("papers", printing.bench.bench)
        register_bench("dossiers", bench.bench_acts)
        register_seed(20, "procedures", seeds.seed_catalogue)
        register_seed(100, "dossiers", playing.play)
        register_datasets(datasets.DATASETS)
