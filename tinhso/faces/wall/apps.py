from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WallConfig(AppConfig):
    name = "tinhso.faces.wall"
    label = "wall"
    verbose_name = _("Màn hình lớn")

    def ready(self) -> None:
        from tinhso.engines.indicators.boards.permissions import MANAGE
        from tinhso.foundation.ui import nav

        nav.register("admin", [nav.Entry("wall:walls", _("Màn hình lớn"), "activity", MANAGE, 66)])
