from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "tinhso.faces.portal"
    label = "portal"
    verbose_name = _("Cổng dịch vụ công")

    def ready(self) -> None:
        from tinhso.foundation.ui import nav

        nav.register(
            "portal",
            [
                nav.Entry("portal:procedures", _("Thủ tục"), "dossier", order=10),
                nav.Entry("portal:follow", _("Tra cứu hồ sơ"), "search", order=20),
                nav.Entry("portal:check_signature", _("Kiểm tra chữ ký"), "shield-check", order=30),
                nav.Entry("portal:mine", _("Hồ sơ của tôi"), "inbox", order=40, signed_in=True),
            ],
        )
