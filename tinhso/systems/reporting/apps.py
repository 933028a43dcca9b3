from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "tinhso.systems.reporting"
    label = "reporting"
    verbose_name = _("Chế độ báo cáo")

    def ready(self) -> None:
        from tinhso.foundation.access import registry
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import later, register_bench, register_loop, register_seed
        from tinhso.foundation.openness.registry import register_datasets
        from tinhso.foundation.orgs.heirs import register_heir
        from tinhso.foundation.ui import nav
        from tinhso.systems.reporting import datasets, jobs, measures, permissions, printing, seeds, words
        from tinhso.systems.reporting.services import duties, reminding

        registry.register_permissions(permissions.PERMISSIONS)
        for role in permissions.ROLES:
            registry.register_role(role)
        register_acts(words.ACTS)
        printing.register()
        reminding.register()
        measures.register()
        register_heir("reporting", _("báo cáo phải gửi"), pass_on=duties.pass_on, count=duties.count)
        register_loop("national-reports", jobs.keep_sending)
        register_seed(300, "reports", seeds.play)
        register_bench("workbooks", later("tinhso.systems.reporting.bench.bench"))
        nav.register_prefix("/bao-cao/", "desk")
        nav.register(
            "desk",
            [
                nav.Entry("reporting:home", _("Báo cáo đến hạn"), "document", permissions.VIEW, 60),
                nav.Entry("reporting:progress", _("Tình hình báo cáo"), "chart", permissions.VIEW, 61),
                nav.Entry("reporting:published", _("Số đã công bố"), "stamp", permissions.VIEW, 62),
            ],
        )
        nav.register("portal", [nav.Entry("reporting:public", _("Báo cáo công khai"), "document", order=36)])
        nav.register("admin", [nav.Entry("reporting:regimes", _("Chế độ báo cáo"), "table", permissions.MANAGE, 45)])
        register_datasets(datasets.DATASETS)
