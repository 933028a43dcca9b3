from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersFaceConfig(AppConfig):
    name = "tinhso.faces.registers"
    label = "registers_face"
    verbose_name = _("Trang cơ sở dữ liệu")

    def ready(self) -> None:
        from tinhso.engines.registers.permissions import VIEW
        from tinhso.foundation.ui import nav

        nav.register("admin", [nav.Entry("registers:owned", _("Cơ sở dữ liệu"), "table", VIEW, 40)])
        nav.register("portal", [nav.Entry("registers:catalogue", _("Cơ sở dữ liệu"), "table", order=45)])
