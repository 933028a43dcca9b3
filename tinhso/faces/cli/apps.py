from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CliConfig(AppConfig):
    name = "tinhso.faces.cli"
    label = "cli"

    def ready(self) -> None:
        from tinhso.foundation.audit.acts import register_acts

        register_acts(
            {"cli.seed.begun": _("bắt đầu diễn dữ liệu mô phỏng"), "cli.seed.played": _("diễn xong dữ liệu mô phỏng")}
        )
