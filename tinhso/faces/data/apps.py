from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DataConfig(AppConfig):
    name = "tinhso.faces.data"
    label = "data"
    verbose_name = _("Cổng dữ liệu mở")

    def ready(self) -> None:
        from tinhso.faces.data import bench
        from tinhso.foundation.jobs.registry import register_bench
        from tinhso.foundation.ui import nav
        from tinhso.systems.opendata import permissions

        nav.register("portal", [nav.Entry("data:home", _("Dữ liệu mở"), "table", order=36)])
        nav.register("desk", [nav.Entry("data:inbox", _("Yêu cầu dữ liệu"), "inbox", permissions.ANSWER, 63)])
        register_bench("opendata", bench.bench)
        nav.register_prefix("/du-lieu/can-bo/", "desk")
