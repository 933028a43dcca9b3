from collections.abc import Callable

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "tinhso.faces.desk"
    label = "desk"
    verbose_name = _("Bàn làm việc")

    def ready(self) -> None:
        from tinhso.engines.payments import permissions as money
        from tinhso.faces.desk import views
        from tinhso.foundation.ui import nav
        from tinhso.systems.procedures import permissions, selectors

        icons = {
            "tiep-nhan": "inbox",
            "chuyen": "arrow-right",
            "thu-ly": "work",
            "cho-bo-sung": "pause",
            "cho-ky": "sign",
            "tra-ket-qua": "check-circle",
        }

        def counted(name: str) -> Callable[[HttpRequest], int]:
            return lambda request: views.waiting(request).get(name, 0)

        today = nav.Entry("desk:home", views.QUEUE_TITLES["hom-nay"], "clock", permissions.VIEW, 9, None, "?ds=hom-nay")
        nav.register("desk", [today])
        nav.register(
            "desk",
            [
                nav.Entry("desk:home", views.QUEUE_TITLES[name], icons[name], code, order, counted(name), f"?ds={name}")
                for order, (name, (code, _place, _states)) in enumerate(selectors.QUEUES.items(), start=10)
            ],
        )
        nav.register(
            "desk",
            [
                nav.Entry("desk:walk_in", _("Nhận trực tiếp"), "plus", permissions.RECEIVE, 30),
                nav.Entry("desk:hand_over_lists", _("Danh sách bàn giao"), "print", permissions.VIEW, 29),
                nav.Entry("desk:leave", _("Nghỉ, uỷ quyền"), "person", permissions.VIEW, 39),
                nav.Entry("desk:find", _("Tìm hồ sơ"), "search", permissions.VIEW, 31),
            ],
        )
        nav.register(
            "desk",
            [
                nav.Entry("desk:bills", _("Phiếu thu"), "money", money.VIEW, 60),
                nav.Entry(
                    "desk:discrepancies", _("Chênh lệch tiền"), "alarm", money.RECONCILE, 61, views.money_to_check
                ),
                nav.Entry("desk:day", _("Đối soát"), "check-circle", money.RECONCILE, 62),
                nav.Entry("desk:refunds", _("Hoàn trả"), "undo", money.APPROVE_REFUND, 63),
                nav.Entry("desk:remittances", _("Nộp kho bạc"), "download", money.REMIT, 64),
            ],
        )
