from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HarvestConfig(AppConfig):
    name = "tinhso.systems.opendata.harvest"
    label = "opendata_harvest"
    verbose_name = _("Thu thập dữ liệu từ cổng khác")

    def ready(self) -> None:
        from tinhso.foundation.audit.acts import register_acts
        from tinhso.foundation.jobs.registry import later, register_seed
        from tinhso.foundation.ui import nav
        from tinhso.systems.opendata.harvest import words
        from tinhso.systems.opendata.permissions import MANAGE

        register_acts(words.ACTS)
        register_seed(172, "harvest", later("tinhso.systems.opendata.harvest.seeds.play"))
        nav.register("admin", [nav.Entry("harvest:sources", _("Thu thập dữ liệu"), "download", MANAGE, 84)])
