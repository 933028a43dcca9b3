from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DataConfig(AppConfig):
    name = "tinhso.faces.data"
    label = "data"
    verbose_name = _("Cổng dữ liệu mở")

    def ready(self) -> None:
        from django.conf import settings

        from tinhso.faces.data import bench
        from tinhso.faces.data.ckan.views import may_send_much
        from tinhso.foundation.files import uploads
        from tinhso.foundation.jobs.registry import register_bench
        from tinhso.foundation.ui import nav
        from tinhso.systems.opendata import permissions

        uploads.allow_larger("/api/3/action/resource_", may_send_much, lambda: settings.OPENDATA_UPLOAD_MIB << 20)
        uploads.allow_larger("/api/action/resource_", may_send_much, lambda: settings.OPENDATA_UPLOAD_MIB << 20)
        nav.register("portal", [nav.Entry("data:home", _("Dữ liệu mở"), "table", order=36)])
        nav.register("desk", [nav.Entry("data:inbox", _("Yêu cầu dữ liệu"), "inbox", permissions.ANSWER, 63)])
        register_bench("opendata", bench.bench)
        nav.register_prefix("/du-lieu/can-bo/", "desk")
