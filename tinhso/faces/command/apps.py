from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommandConfig(AppConfig):
    name = "tinhso.faces.command"
    label = "command"
    verbose_name = _("Trung tâm điều hành")

    def ready(self) -> None:
        from tinhso.engines.indicators.permissions import ENTER, VIEW
        from tinhso.faces.command import bench
        from tinhso.foundation.jobs.registry import register_bench
        from tinhso.foundation.ui import nav

        nav.register(
            "command",
            [
                nav.Entry("command:home", _("Chỉ tiêu Nghị quyết 05"), "target", VIEW, 10),
                nav.Entry("command:analysis", _("Phân tích"), "table", VIEW, 18),
                nav.Entry("command:scorecards", _("Bảng điểm chỉ số"), "shield-check", VIEW, 24),
                nav.Entry("command:entering", _("Nhập số liệu"), "edit", ENTER, 30),
            ],
        )
        register_bench("figures", bench.figures)
