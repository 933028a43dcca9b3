from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


def _set_aside(request: HttpRequest) -> int:
    from tinhso.foundation.events import set_aside

    return set_aside.waiting().count()


class AdminConfig(AppConfig):
    name = "tinhso.faces.admin"
    label = "admin_face"
    verbose_name = _("Quản trị")

    def ready(self) -> None:
        from tinhso.engines.indicators.permissions import DEFINE
        from tinhso.faces.admin import nav_accounts, nav_units
        from tinhso.foundation.oversight.permissions import AUDIT_READ, EVENTS_MANAGE
        from tinhso.foundation.ui import nav

        nav.register("admin", nav_accounts.ENTRIES)
        nav.register("admin", nav_units.ENTRIES)
        nav.register(
            "admin",
            [
                nav.Entry("admin:audit", _("Nhật ký kiểm toán"), "shield-check", AUDIT_READ, 80),
                nav.Entry("admin:indicators", _("Số liệu và chỉ số"), "target", DEFINE, 60),
                nav.Entry("admin:events", _("Sự kiện bị gác lại"), "alarm", EVENTS_MANAGE, 81, _set_aside),
            ],
        )
