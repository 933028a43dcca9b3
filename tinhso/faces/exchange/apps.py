from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.asking import actor_of


class ExchangeFaceConfig(AppConfig):
    name = "tinhso.faces.exchange"
    label = "exchange_face"
    verbose_name = _("Trang liên thông dữ liệu")

    def ready(self) -> None:
        from tinhso.engines.exchange import permissions, selectors
        from tinhso.foundation.ui import nav

        nav.register_prefix("/lien-thong/", "admin")
        for face, order in (("admin", 84), ("desk", 84)):
            nav.register(
                face,
                [
                    nav.Entry(
                        "exchanging:home",
                        _("Liên thông dữ liệu"),
                        "globe",
                        permissions.VIEW,
                        order,
                        lambda request: selectors.waiting(actor_of(request)).count(),
                    )
                ],
            )
