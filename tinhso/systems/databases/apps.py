from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DatabasesConfig(AppConfig):
    name = "tinhso.systems.databases"
    label = "databases"
    verbose_name = _("Danh mục cơ sở dữ liệu")

    def ready(self) -> None:
        from tinhso.foundation.jobs.registry import register_loader, register_seed
        from tinhso.systems.databases import measures, playing, served, shipped

        measures.register()
        served.register()
        register_loader("registers", shipped.load)
        register_seed(24, "registers", playing.seed)
        register_seed(115, "registers_played", playing.play)
        register_seed(155, "registers_served", playing.serve)
